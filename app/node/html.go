package node

import "io"

// HTML writes the tree as HTML that parses back to the same tree.
func HTML(w io.Writer, n Node) error {
	_, err := w.Write(AppendHTML(nil, n))
	return err
}

// String is the tree's HTML.
func String(n Node) string { return string(AppendHTML(nil, n)) }

// AppendHTML adds the tree's HTML to dst and returns it.
func AppendHTML(dst []byte, n Node) []byte {
	switch n := n.(type) {
	case Text:
		return appendText(dst, clean(string(n)))
	case Group:
		for _, k := range n {
			dst = AppendHTML(dst, k)
		}
	case *Element:
		if n != nil {
			return n.appendHTML(dst)
		}
	}
	return dst
}

func (e *Element) appendHTML(dst []byte) []byte {
	dst = append(dst, '<')
	dst = append(dst, e.tag...)
	for _, a := range e.attrs {
		dst = append(dst, ' ')
		dst = append(dst, a.name...)
		if a.value != "" || !booleans[a.name] {
			dst = append(dst, '=', '"')
			dst = appendValue(dst, a.value)
			dst = append(dst, '"')
		}
	}
	dst = append(dst, '>')
	if e.kind == void {
		return dst
	}
	if e.dropsNewline() {
		dst = append(dst, '\n')
	}
	for _, k := range e.kids {
		switch k := k.(type) {
		case Text:
			dst = appendText(dst, string(k)) // cleaned when it was added
		case *Element:
			dst = k.appendHTML(dst)
		}
	}
	dst = append(dst, '<', '/')
	dst = append(dst, e.tag...)
	return append(dst, '>')
}

// dropsNewline reports whether a parser would drop the line break that the
// content begins with; one more is then written for it to drop.
func (e *Element) dropsNewline() bool {
	if e.tag != "textarea" && e.tag != "pre" || len(e.kids) == 0 {
		return false
	}
	t, ok := e.kids[0].(Text)
	return ok && (t[0] == '\n' || t[0] == '\r')
}

func appendText(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var by string
		switch s[i] {
		case '&':
			by = "&amp;"
		case '<':
			by = "&lt;"
		case '>':
			by = "&gt;"
		case '\r':
			by = "&#13;" // a bare one would be read as \n
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, by...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

func appendValue(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var by string
		switch s[i] {
		case '&':
			by = "&amp;"
		case '"':
			by = "&#34;"
		case '<':
			by = "&lt;"
		case '>':
			by = "&gt;"
		case '\r':
			by = "&#13;"
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, by...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// Escape returns s as it is written in an attribute's value or a text.
func Escape(s string) string { return string(appendValue(nil, clean(s))) }
