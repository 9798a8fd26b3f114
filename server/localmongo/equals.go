package localmongo

import (
	"bytes"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
)

// Nearly all filters only ask that fields have given texts, numbers or truths. Such a filter is tried on the encoded
// document; what can't be told without decoding (arrays, numbers of another type) is left to mongokit.

// equal is a field and the scalar that it must have, or the strings of which it must have one.
type equal struct {
	key   string
	kind  bsontype.Type
	val   []byte
	among map[string]struct{} // encoded; nil: val
}

// verdict is what a quick look at a document tells.
type verdict int

const (
	unsure verdict = iota
	same
	differs
)

// quickKind tells whether values of the kind are equal only to values with the same bytes, or to numbers and arrays.
func quickKind(k bsontype.Type) bool {
	switch k { //nolint:exhaustive // the others need decoding
	case bson.TypeString, bson.TypeBoolean, bson.TypeInt32, bson.TypeInt64, bson.TypeDateTime, bson.TypeObjectID:
		return true
	default:
		return false
	}
}

func numeric(k bsontype.Type) bool {
	return k == bson.TypeInt32 || k == bson.TypeInt64 || k == bson.TypeDouble || k == bson.TypeDecimal128
}

// equals takes a checked filter as equalities; ok is false when it asks for anything else.
func equals(filter bson.D) (list []equal, ok bool) {
	for _, e := range filter {
		v := e.Value
		if d, isDoc := v.(bson.D); isDoc && len(d) == 1 && d[0].Key == "$eq" {
			v = d[0].Value
		}
		if strings.HasPrefix(e.Key, "$") || strings.Contains(e.Key, ".") {
			return nil, false
		}
		b, err := appendField(nil, e.Key, v)
		if err != nil {
			return nil, false
		}
		f, _, err := nextField(b)
		if err != nil || !quickKind(f.kind) {
			return nil, false
		}
		list = append(list, equal{key: e.Key, kind: f.kind, val: f.val})
	}
	return list, true
}

// try compares a field of a document; the zero field is a missing one.
func (e equal) try(f field) verdict {
	switch {
	case f.kind == e.kind && e.has(f.val):
		return same
	case f.kind == bson.TypeArray, numeric(e.kind) && numeric(f.kind) && f.kind != e.kind:
		return unsure
	default:
		return differs
	}
}

func (e equal) has(val []byte) bool {
	if e.among == nil {
		return bytes.Equal(val, e.val)
	}
	_, is := e.among[string(val)]
	return is
}

// tryAll compares a document with all equalities.
func tryAll(list []equal, doc raw) verdict {
	all := same
	for _, e := range list {
		f, _ := lookup(doc, e.key)
		switch e.try(f) {
		case differs:
			return differs
		case unsure:
			all = unsure
		case same:
		}
	}
	return all
}
