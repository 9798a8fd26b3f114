package host

import "strings"

// place is an address of this site without its origin: path and query.
type place string

// placeOf cuts the origin and the fragment off an absolute address; ok is false when it
// belongs to another site.
func placeOf(href, origin string) (p place, fragment string, ok bool) {
	rest, found := strings.CutPrefix(href, origin)
	if !found || rest != "" && rest[0] != '/' && rest[0] != '?' && rest[0] != '#' {
		return "", "", false
	}
	rest, fragment, _ = strings.Cut(rest, "#")
	if rest == "" || rest[0] == '?' {
		rest = "/" + rest
	}
	return place(rest), fragment, true
}

// withQuery is where a form with method get leads: its values, encoded, replace the query.
func (p place) withQuery(values string) place {
	path, _, _ := strings.Cut(string(p), "?")
	if values == "" {
		return place(path)
	}
	return place(path + "?" + values)
}

// tap is a click on a link, with everything that decides who follows it.
type tap struct {
	button                 int
	alt, ctrl, meta, shift bool
	handled                bool   // someone prevented it
	target                 string // of the link
	download, native       bool   // attributes of the link
	href, origin, here     string // here is the address of the page
}

// ours reports whether the app follows the link, and where to. All else is the browser's:
// other sites, new windows, downloads, places on the same page.
func (t tap) ours() (place, string, bool) {
	if t.handled || t.button != 0 || t.alt || t.ctrl || t.meta || t.shift || t.download || t.native ||
		t.target != "" && t.target != "_self" {
		return "", "", false
	}
	p, fragment, ok := placeOf(t.href, t.origin)
	if !ok {
		return "", "", false
	}
	if here, _, _ := placeOf(t.here, t.origin); here == p && strings.Contains(t.href, "#") {
		return "", "", false
	}
	return p, fragment, true
}
