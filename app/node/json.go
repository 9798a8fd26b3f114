package node

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A tree as JSON: a text is a string, an element is
//
//	["tag", ["name", "value", …], content …]
//
// Reading one checks what El and Attr check, so a tree from outside can't say more than
// one that a view made.

var errTree = errors.New("it is no tree")

// AppendJSON adds the element as JSON to dst and returns it.
func AppendJSON(dst []byte, e *Element) []byte {
	dst = appendString(append(dst, '['), e.tag)
	dst = append(dst, ',', '[')
	for i, a := range e.attrs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(append(appendString(dst, a.name), ','), a.value)
	}
	dst = append(dst, ']')
	for _, k := range e.kids {
		dst = append(dst, ',')
		switch k := k.(type) {
		case Text:
			dst = appendString(dst, string(k))
		case *Element:
			dst = AppendJSON(dst, k)
		}
	}
	return append(dst, ']')
}

func appendString(dst []byte, s string) []byte {
	b, err := json.Marshal(s) // escapes < > &, so it can't end a script element
	if err != nil {
		panic("node: a string is always JSON")
	}
	return append(dst, b...)
}

// ReadJSON reads what AppendJSON wrote.
func ReadJSON(b []byte) (*Element, error) {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, fmt.Errorf("read a tree: %w", err)
	}
	e, err := element(v)
	if err != nil {
		return nil, fmt.Errorf("read a tree: %w", err)
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
			return nil, fmt.Errorf("attribute %q of <%s>: %w", name, tag, errTree)
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
			return nil, fmt.Errorf("content of <%s>: %w", tag, errTree)
		}
		e.append(kid)
	}
	return e, nil
}
