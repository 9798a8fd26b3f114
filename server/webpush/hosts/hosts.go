// Package hosts says which push services may be called: endpoints come from browsers, and
// nobody may have this service call an address of their choice.
package hosts

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// ErrUnknown says that an endpoint is at no push service that may be called.
var ErrUnknown = errors.New("not at a known push service")

// List is the push services that may be called: "fcm.googleapis.com" is that host,
// "*.push.apple.com" any below, always by https on its usual port and at a public address.
// "http://127.0.0.1:8161" is a loopback service for tests and demonstrations.
type List []string

// Parse reads a list separated by commas.
func Parse(text string) (List, error) {
	var list List
	for part := range strings.SplitSeq(text, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		if strings.HasPrefix(part, "http://") {
			if u, err := url.Parse(part); err != nil || !loopback(u.Hostname()) || u.Path != "" {
				return nil, fmt.Errorf("has %q: only a loopback address can do without https", part)
			}
		} else if name := strings.TrimPrefix(part, "*."); name == "" || strings.ContainsAny(name, "/:*@ ") || !strings.Contains(name, ".") || net.ParseIP(name) != nil {
			return nil, fmt.Errorf("has %q, which is no host name", part)
		}
		list = append(list, part)
	}
	return list, nil
}

// Loopback tells whether the list has a loopback service.
func (h List) Loopback() bool {
	for _, host := range h {
		if strings.HasPrefix(host, "http://") {
			return true
		}
	}
	return false
}

// Allowed tells whether the endpoint is at one of the services.
func (h List) Allowed(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return ErrUnknown
	}
	name := strings.ToLower(u.Hostname())
	for _, host := range h {
		switch {
		case strings.HasPrefix(host, "http://"):
			if u.Scheme == "http" && "http://"+strings.ToLower(u.Host) == host {
				return nil
			}
		case u.Scheme != "https" || u.Port() != "" && u.Port() != "443":
		case host == name, strings.HasPrefix(host, "*.") && strings.HasSuffix(name, host[1:]):
			return nil
		}
	}
	return ErrUnknown
}

// Control is for a net.Dialer: it refuses to connect to addresses inside; a name that is allowed may still be made
// to lead there.
func (h List) Control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return ErrUnknown
	}
	ip := at.Addr().Unmap()
	if ip.IsLoopback() {
		for _, host := range h {
			if u, err := url.Parse(host); err == nil && u.Host == address {
				return nil
			}
		}
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || inside(ip) {
		return fmt.Errorf("%w: it leads to an inner address", ErrUnknown)
	}
	return nil
}

// inside are further networks that are not the public internet: shared address space,
// protocol assignments, benchmarks, NAT64 and 6to4 (RFC 6890).
func inside(ip netip.Addr) bool {
	for _, p := range []string{"100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"} {
		if netip.MustParsePrefix(p).Contains(ip) {
			return true
		}
	}
	return false
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
