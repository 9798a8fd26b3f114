// Package node is the element tree that views return: elements, attributes and
// text. Raw HTML, scripts, inline styles and event handlers can't be said in it,
// so whatever a person typed stays text wherever it is shown.
//
// A tree is plain data without behaviour. The server writes it with HTML, the
// browser app hands it to go-app (package bridge); both show the same document.
package node

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Item is what an element can be given: an attribute or a node. A nil Item is
// nothing, which is what If returns when its condition does not hold.
type Item interface{ item() }

// Node is an element, a text or a group of nodes.
type Node interface {
	Item
	node()
}

// Text is character data; it is escaped when it is written.
type Text string

// Group is several nodes without an element around them.
type Group []Node

// Element is one element. Its content is fixed when it is made: attributes are
// unique, groups are flattened, neighbouring texts are one, empty texts are gone.
// So a parser that reads the written HTML finds exactly this tree.
type Element struct {
	tag   string
	kind  kind
	own   bool // see Own
	attrs []Attribute
	kids  []Node
}

func (Text) item()      {}
func (Text) node()      {}
func (Group) item()     {}
func (Group) node()     {}
func (*Element) item()  {}
func (*Element) node()  {}
func (Attribute) item() {}

// El makes an element. It panics on a tag that is not in the list of allowed
// ones (script, style, iframe … are not) and on content a tag can't hold: both
// are mistakes in a view, never in its data.
func El(tag string, items ...Item) *Element {
	k, ok := tags[tag]
	if !ok {
		panic("node: element <" + tag + "> is not allowed") // a mistake in a view, met by any test of it
	}
	e := &Element{tag: tag, kind: k}
	e.add(items)
	return e
}

func (e *Element) add(items []Item) {
	for _, it := range items {
		switch it := it.(type) {
		case nil:
		case own:
			e.own = true
		case Attribute:
			e.set(it)
		case Attributes:
			for _, a := range it {
				e.set(a)
			}
		case Node:
			e.append(it)
		}
	}
}

func (e *Element) set(a Attribute) {
	if a.name == "" {
		return
	}
	for i := range e.attrs {
		if e.attrs[i].name != a.name {
			continue
		}
		if a.name == "class" {
			a.value = e.attrs[i].value + " " + a.value
		}
		e.attrs[i] = a
		return
	}
	e.attrs = append(e.attrs, a)
}

func (e *Element) append(n Node) {
	switch n := n.(type) {
	case Text:
		if n == "" {
			return
		}
		e.mustHold(n)
		t := Text(clean(string(n)))
		if last := len(e.kids) - 1; last >= 0 {
			if before, ok := e.kids[last].(Text); ok {
				e.kids[last] = before + t
				return
			}
		}
		e.kids = append(e.kids, t)
	case Group:
		for _, k := range n {
			if k != nil {
				e.append(k)
			}
		}
	case *Element:
		if n == nil {
			return
		}
		e.mustHold(n)
		e.kids = append(e.kids, n)
	}
}

// mustHold panics when the tag can't hold n: browsers would put it elsewhere, so that the app
// could not take the page over.
func (e *Element) mustHold(n Node) {
	_, text := n.(Text)
	if e.kind == void || e.kind == textOnly && !text {
		panic("node: <" + e.tag + "> can't hold this content") // a mistake in a view, met by any test of it
	}
}

// Tag is the element's name, lower case except in SVG.
func (e *Element) Tag() string { return e.tag }

// SVG reports whether the element belongs to the SVG name space.
func (e *Element) SVG() bool { return e.kind == svg }

// Void reports whether the element never has content.
func (e *Element) Void() bool { return e.kind == void }

// Attrs are the element's attributes in the order they were given.
func (e *Element) Attrs() []Attribute { return e.attrs }

// Kids are the element's content: elements and texts only.
func (e *Element) Kids() []Node { return e.kids }

// Attr returns the value of the attribute called name; found is false without it.
func (e *Element) Attr(name string) (value string, found bool) {
	for _, a := range e.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// With returns a copy of the element with more attributes or content.
func (e *Element) With(items ...Item) *Element {
	c := &Element{tag: e.tag, kind: e.kind, own: e.own, attrs: slices.Clone(e.attrs), kids: slices.Clone(e.kids)}
	c.add(items)
	return c
}

// If returns the item when cond holds, otherwise nothing. The item is built
// either way; use When if building it needs the condition.
func If(cond bool, it Item) Item {
	if cond {
		return it
	}
	return nil
}

// When returns what build makes when cond holds, otherwise nothing.
func When(cond bool, build func() Node) Node {
	if cond {
		return build()
	}
	return nil
}

// Map makes one node for each value.
func Map[T any](values []T, build func(T) Node) Group {
	g := make(Group, 0, len(values))
	for _, v := range values {
		g = append(g, build(v))
	}
	return g
}

// clean replaces what no HTML document can hold: broken UTF-8 and NUL.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return s
}
