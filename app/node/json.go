package node

import (
	"errors"

	"shebao/app/wire"
)

// A tree as JSON: a text is a string, an element is
//
//	["tag", ["name", "value", …], content …]
//
// Reading one checks what El and Attr check, so a tree from outside can't say more than
// one that a view made.

var errTree = errors.New("it is no tree")

// ReadJSON reads what AppendJSON wrote.
func ReadJSON(b []byte) (*Element, error) {
	var v any
	if err := wire.Decode(b, &v); err != nil {
		return nil, errors.Join(errTree, err)
	}
	e, err := element(v)
	if err != nil {
		return nil, errors.Join(errTree, err)
	}
	return e, nil
}

func element(v any) (*Element, error) {
	list, ok := v.([]any)
	if !ok || len(list) < 2 {
		return nil, errTree
	}
	tag, named := list[0].(string)
	attrs, ok := list[1].([]any)
	k, known := tags[tag]
	if !named || !ok || !known || len(attrs)%2 != 0 {
		return nil, errTree
	}
	e := &Element{tag: tag, kind: k}
	for i := 0; i < len(attrs); i += 2 {
		name, ok := attrs[i].(string)
		value, is := attrs[i+1].(string)
		if !ok || !is || !allowed(name) || booleans[name] && value != "" {
			return nil, errors.New("attribute " + name + " of " + tag)
		}
		if urls[name] {
			value = safeURL(value)
		}
		e.set(Attribute{name, clean(value)})
	}
	for _, v := range list[2:] {
		if t, ok := v.(string); ok && e.kind != void {
			e.append(Text(t))
			continue
		}
		kid, err := element(v)
		if err != nil {
			return nil, err
		}
		if e.kind == void || e.kind == textOnly {
			return nil, errors.New("content of " + tag)
		}
		e.append(kid)
	}
	return e, nil
}
