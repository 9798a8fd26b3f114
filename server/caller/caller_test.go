package caller_test

import (
	"net/netip"
	"testing"

	"shebao/server/caller"
)

func TestAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"nobody in between":                             {"203.0.113.7", nil, "203.0.113.7"},
		"a peer who is no proxy is not believed":        {"203.0.113.7", []string{"198.51.100.1"}, "203.0.113.7"},
		"a proxy that says nothing":                     {"10.0.0.1", nil, "10.0.0.1"},
		"an empty header":                               {"10.0.0.1", []string{""}, "10.0.0.1"},
		"a proxy":                                       {"10.0.0.1", []string{"203.0.113.7"}, "203.0.113.7"},
		"what the caller wrote before the proxy did":    {"10.0.0.1", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		"a proxy that adds a header of its own":         {"10.0.0.1", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		"a caller who names a proxy":                    {"10.0.0.1", []string{"10.0.0.9, 203.0.113.7"}, "203.0.113.7"},
		"two proxies":                                   {"10.0.0.1", []string{"198.51.100.1, 203.0.113.7, 192.0.2.1"}, "203.0.113.7"},
		"two proxies and a header each":                 {"10.0.0.1", []string{"198.51.100.1", "203.0.113.7", "192.0.2.1"}, "203.0.113.7"},
		"proxies only: somebody inside":                 {"10.0.0.1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"what is no address is not the caller's":        {"10.0.0.1", []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		"what is no address ends it at the last proxy":  {"10.0.0.1", []string{"203.0.113.7, _hidden, 192.0.2.1"}, "192.0.2.1"},
		"nothing between commas ends it too":            {"10.0.0.1", []string{"203.0.113.7,, 192.0.2.1"}, "192.0.2.1"},
		"a port":                                        {"10.0.0.1", []string{"203.0.113.7:4711"}, "203.0.113.7"},
		"IPv6":                                          {"fd00::1", []string{"2001:db8::7"}, "2001:db8::7"},
		"IPv6 in brackets":                              {"fd00::1", []string{"[2001:db8::7]"}, "2001:db8::7"},
		"IPv6 in brackets with a port":                  {"fd00::1", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
		"IPv6 in half the brackets":                     {"fd00::1", []string{"[2001:db8::7"}, "fd00::1"},
		"another way to write the same IPv6":            {"fd00::1", []string{"2001:0DB8:0:0::0007"}, "2001:db8::7"},
		"a zone tells nothing":                          {"fd00::1", []string{"fe80::7%eth0"}, "fe80::7"},
		"a peer with a zone":                            {"fe80::7%eth0", nil, "fe80::7"},
		"IPv4 written as IPv6":                          {"::ffff:10.0.0.1", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		"IPv4 written as IPv6 from nobody we trust":     {"::ffff:203.0.113.7", []string{"198.51.100.1"}, "203.0.113.7"},
		"IPv4 written as IPv6 of the proxy before ours": {"10.0.0.1", []string{"203.0.113.7, ::ffff:192.0.2.1"}, "203.0.113.7"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := caller.Address(netip.MustParseAddr(c.peer), c.forwarded, trusted); got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if got := caller.Address(netip.MustParseAddr(c.peer), c.forwarded, nil); got != netip.MustParseAddr(c.peer).Unmap().WithZone("") {
				t.Errorf("got %s where nobody is trusted", got)
			}
		})
	}
}

// FuzzAddress has a caller write whatever they like before a proxy adds their address.
func FuzzAddress(f *testing.F) {
	f.Add("198.51.100.1")
	f.Add("10.0.0.1, [::1]:80, ,%")
	proxy := netip.MustParseAddr("10.0.0.1")
	f.Fuzz(func(t *testing.T, made string) {
		got := caller.Address(proxy, []string{made + ", 203.0.113.7"}, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
		if got.String() != "203.0.113.7" {
			t.Errorf("%q makes the caller %s", made, got)
		}
	})
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "::ffff:203.0.113.7": "203.0.113.7", "2001:db8:0:1:2:3:4:5": "2001:db8:0:1::/64", "2001:db8:0:1::": "2001:db8:0:1::/64",
		"2001:db8:0:2::": "2001:db8:0:2::/64", "fe80::7%eth0": "fe80::/64", "": "", "nowhere": "nowhere",
	} {
		if got := caller.Network(address); got != want {
			t.Errorf("%q is in %q, want %q", address, got, want)
		}
	}
}
