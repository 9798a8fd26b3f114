package node

import "strings"

// Walk calls f for each element, outer ones first, in the order they are
// written. When f returns false it is not called for that element's content.
func Walk(n Node, f func(*Element) bool) {
	switch n := n.(type) {
	case Group:
		for _, k := range n {
			Walk(k, f)
		}
	case *Element:
		if n == nil || !f(n) {
			return
		}
		for _, k := range n.kids {
			Walk(k, f)
		}
	}
}

// Transform returns the tree with each element replaced by what f returns for
// it, inner ones first. Elements that f returns as they are stay shared; the
// given tree is not changed.
func Transform(n Node, f func(*Element) *Element) Node {
	switch n := n.(type) {
	case Group:
		g := make(Group, len(n))
		for i, k := range n {
			g[i] = Transform(k, f)
		}
		return g
	case *Element:
		if n == nil {
			return n
		}
		return transform(n, f)
	}
	return n
}

func transform(e *Element, f func(*Element) *Element) *Element {
	var kids []Node // made when the first one changes
	for i, k := range e.kids {
		inner, ok := k.(*Element)
		if !ok {
			continue
		}
		if by := transform(inner, f); by != inner {
			if kids == nil {
				kids = append([]Node(nil), e.kids...)
			}
			kids[i] = by
		}
	}
	if kids != nil {
		e = &Element{tag: e.tag, kind: e.kind, own: e.own, attrs: e.attrs, kids: kids}
	}
	return f(e)
}

// Content is the tree's text without its elements.
func Content(n Node) string {
	var b strings.Builder
	content(&b, n)
	return b.String()
}

func content(b *strings.Builder, n Node) {
	switch n := n.(type) {
	case Text:
		b.WriteString(string(n))
	case Group:
		for _, k := range n {
			content(b, k)
		}
	case *Element:
		if n == nil {
			return
		}
		for _, k := range n.kids {
			content(b, k)
		}
	}
}
