// Package url stands in for net/url in the browser app's copy of go-app, which looks at
// the address of the document: always an absolute one that the browser has already
// checked and written in its normal form.
package url

import "strings"

// URL is an address in its parts, as net/url has them.
type URL struct {
	Scheme, Host, Path, RawQuery, Fragment string
}

// Parse takes an address apart. Nothing is decoded and nothing refused.
func Parse(s string) (*URL, error) {
	u := &URL{}
	s, u.Fragment, _ = strings.Cut(s, "#")
	s, u.RawQuery, _ = strings.Cut(s, "?")
	if scheme, rest, found := strings.Cut(s, "://"); found {
		u.Scheme = scheme
		u.Host, s, _ = strings.Cut(rest, "/")
		s = "/" + s
	}
	u.Path = s
	return u, nil
}

// String puts the parts together again.
func (u *URL) String() string {
	var s string
	if u.Scheme != "" || u.Host != "" {
		s = u.Scheme + "://" + u.Host
	}
	s += u.Path
	if u.RawQuery != "" {
		s += "?" + u.RawQuery
	}
	if u.Fragment != "" {
		s += "#" + u.Fragment
	}
	return s
}

// Hostname is the host without its port.
func (u *URL) Hostname() string {
	if i := strings.LastIndexByte(u.Host, ':'); i >= 0 && !strings.HasSuffix(u.Host, "]") {
		return strings.Trim(u.Host[:i], "[]")
	}
	return strings.Trim(u.Host, "[]")
}
