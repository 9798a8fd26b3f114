// Package caller tells where a request comes from: which address, behind the reverse proxies
// that are trusted, and which network, for the limits. It may know nothing of HTTP servers.
package caller

import (
	"net/netip"
	"slices"
	"strings"
)

// Address is the address of whoever asks. peer is the other end of the connection, forwarded
// the values of all X-Forwarded-For headers in their order, trusted the proxies' networks.
//
// Each proxy writes the address it was asked from at the right end of that list, so the list
// is read from there, as long as a trusted proxy wrote it: the first address that is none of
// theirs is the caller's. What stands further left, anybody may have made up. What is no
// address ends the reading; the caller is then whoever was found last, the peer at first.
// The answer has no zone and is IPv4 where it can be.
func Address(peer netip.Addr, forwarded []string, trusted []netip.Prefix) netip.Addr {
	at := plain(peer)
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	for _, entry := range slices.Backward(strings.Split(strings.Join(forwarded, ","), ",")) {
		if !ours(at) {
			break
		}
		next, ok := parse(entry)
		if !ok {
			break
		}
		at = next
	}
	return at
}

// parse reads an entry as proxies write it: an address, perhaps in brackets, perhaps with a port.
func parse(entry string) (netip.Addr, bool) {
	entry = strings.TrimSpace(entry)
	if a, err := netip.ParseAddrPort(entry); err == nil {
		return plain(a.Addr()), true
	}
	if inner, ok := strings.CutPrefix(entry, "["); ok {
		if entry, ok = strings.CutSuffix(inner, "]"); !ok {
			return netip.Addr{}, false
		}
	}
	a, err := netip.ParseAddr(entry)
	return plain(a), err == nil
}

// plain is the one form that an address has here.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// lineBits is how many bits of an IPv6 address its owner can't choose: one line, even a
// phone's, has a whole /64.
const lineBits = 64

// Network is what a limit by address counts: an IPv4 address, or the /64 of an IPv6 one.
// What is no address stays as it is.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = plain(a); a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, lineBits).Masked().String()
}
