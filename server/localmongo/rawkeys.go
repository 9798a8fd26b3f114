package localmongo

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// Index entries are made from the encoded document where it has scalars, or one array of scalars, in the indexed fields;
// the rest goes the way of index.entries, which decodes.

// picker finds the fields of a document that indexes look at, in one pass.
type picker struct {
	at map[string]int
}

func newPicker(need fieldSet) picker {
	p := picker{at: make(map[string]int, len(need))}
	for name := range need {
		p.at[name] = len(p.at)
	}
	return p
}

// pick returns the fields of a document by their place, the zero field for a missing one, in buf when it is large enough.
func (p picker) pick(doc raw, buf []field) ([]field, error) {
	out := slices.Grow(buf[:0], len(p.at))[:len(p.at)]
	clear(out)
	rest, err := body(doc)
	if err != nil {
		return nil, err
	}
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil, err
		}
		if i, ok := p.at[string(f.key)]; ok {
			out[i] = f
		}
	}
	return out, nil
}

// quick is an index as the picker sees it.
type quick struct {
	fields  []int // place of each indexed field
	partial []int // place of each field of equals
	equals  []equal
	ok      bool // false: the index has paths or conditions that need decoding
	touches map[string]bool
}

func newQuick(ix *index, p picker) quick {
	q := quick{ok: true, touches: map[string]bool{}}
	for _, f := range ix.fields {
		q.ok = q.ok && !strings.Contains(f.path, ".")
		q.fields = append(q.fields, p.at[f.path])
		head, _, _ := strings.Cut(f.path, ".")
		q.touches[head] = true
	}
	if ix.partial == nil {
		return q
	}
	for name := range ix.partial.need {
		q.touches[name] = true
	}
	var simple bool
	q.equals, simple = equals(ix.partial.filter)
	q.ok = q.ok && simple
	for _, e := range q.equals {
		q.partial = append(q.partial, p.at[e.key])
	}
	return q
}

// quickEntries are the sorted keys of a document, from its picked fields; ok is false when it needs decoding.
func (ix *index) quickEntries(found []field, id []byte) (keys [][]byte, ok bool) {
	if !ix.quick.ok {
		return nil, false
	}
	for i, e := range ix.quick.equals {
		switch e.try(found[ix.quick.partial[i]]) {
		case differs:
			return nil, true
		case unsure:
			return nil, false
		case same:
		}
	}
	keys = [][]byte{make([]byte, 0, 96)}
	crossed := false
	for at, f := range ix.fields {
		v := found[ix.quick.fields[at]]
		if v.kind == bson.TypeArray {
			if crossed || !ix.arrays.has(at) { // that an index holds arrays must be noted first
				return nil, false
			}
			crossed = true
			if keys, ok = f.appendElements(keys[0], v); !ok {
				return nil, false
			}
			continue
		}
		for i := range keys {
			if keys[i], ok = f.appendQuick(keys[i], v); !ok {
				return nil, false
			}
		}
	}
	return ix.finish(keys, id), true
}

// appendElements gives a key for each element of an array and one for the array itself.
func (f indexField) appendElements(prefix []byte, v field) (keys [][]byte, ok bool) {
	rest, err := body(v.val)
	if err != nil {
		return nil, false
	}
	whole := append(slices.Clone(prefix), tagArray)
	at := len(prefix)
	for len(rest) > 0 {
		var e field
		if e, rest, err = nextField(rest); err != nil {
			return nil, false
		}
		k, ok := f.appendQuick(append(make([]byte, 0, 96), prefix...), e)
		if !ok {
			return nil, false
		}
		keys = append(keys, k)
		if whole, ok = appendQuickValue(append(whole, 1), e); !ok {
			return nil, false
		}
	}
	if len(keys) == 0 {
		return nil, false
	}
	whole = append(whole, 0)
	if f.desc {
		invert(whole[at:])
	}
	return append(keys, whole), true
}

func (f indexField) appendQuick(b []byte, v field) ([]byte, bool) {
	at := len(b)
	b, ok := appendQuickValue(b, v)
	if ok && f.desc {
		invert(b[at:])
	}
	return b, ok
}

// appendQuickValue appends the key of an encoded scalar, the same as appendKeyValue of the decoded one.
func appendQuickValue(b []byte, f field) ([]byte, bool) {
	switch f.kind { //nolint:exhaustive // the others need decoding
	case 0, bson.TypeNull:
		return append(b, tagNull), true
	case bson.TypeString:
		b = append(b, tagString)
		for _, c := range f.val[4 : len(f.val)-1] {
			b = append(b, c)
			if c == 0 {
				b = append(b, 0xff)
			}
		}
		return append(b, 0, 0), true
	case bson.TypeBoolean, bson.TypeInt32, bson.TypeInt64, bson.TypeDateTime, bson.TypeObjectID, bson.TypeDouble:
		v, err := value(f.kind, f.val)
		if err != nil {
			return b, false
		}
		b, err = appendKeyValue(b, v)
		return b, err == nil
	default:
		return b, false
	}
}

// quickID is the key of a document's _id as it stands in a filter or document; ok is false when it needs decoding.
func quickID(f field) ([]byte, bool) {
	if f.kind != bson.TypeString && f.kind != bson.TypeObjectID {
		return nil, false
	}
	if f.kind == bson.TypeObjectID {
		k, err := idKey(primitive.ObjectID(f.val))
		return k, err == nil
	}
	return appendQuickValue(make([]byte, 0, len(f.val)+8), f)
}
