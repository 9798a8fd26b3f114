//go:build !js

package node

import "encoding/json"

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
	b, _ := json.Marshal(s) // escapes < > &, so it can't end a script element; a string has no error
	return append(dst, b...)
}
