package node

import "slices"

// Own marks an element whose words are somebody's own (a name, a note, a label that a
// person chose): a Rewriter leaves them alone. It is not written to the document.
var Own = own{}

type own struct{}

func (own) item() {}

// Rewriter says what becomes of a tree's words. Elements, their order and every other
// attribute stay.
type Rewriter struct {
	// Text is what stands in place of t, a text of e, and an attribute that e gets by it, the
	// zero one for none.
	Text func(e *Element, t Text) (Node, Attribute)
	// Value is what stands in place of the value of an attribute of e.
	Value func(e *Element, a Attribute) string
	// Own is an attribute that an element marked Own gets, the zero one for none.
	Own func(e *Element) Attribute
}

// Rewrite returns the tree with its words rewritten. Elements without a change stay
// shared; the given tree is not changed.
func (e *Element) Rewrite(r Rewriter) *Element {
	if e.own {
		if a := r.Own(e); a.name != "" {
			return e.With(a)
		}
		return e
	}
	to := &Element{tag: e.tag, kind: e.kind, attrs: slices.Clone(e.attrs), kids: make([]Node, 0, len(e.kids))}
	changed := false
	for i, a := range e.attrs {
		if v := r.Value(e, a); v != a.value {
			to.attrs[i].value = clean(v)
			changed = true
		}
	}
	for _, k := range e.kids {
		switch k := k.(type) {
		case Text:
			n, a := r.Text(e, k)
			if a.name != "" {
				to.set(a)
			}
			t, same := n.(Text)
			changed = changed || a.name != "" || !same || t != k
			to.append(n)
		case *Element:
			by := k.Rewrite(r)
			changed = changed || by != k
			to.append(by)
		}
	}
	if !changed {
		return e
	}
	return to
}
