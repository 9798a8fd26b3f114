package localmongo

import (
	"bytes"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
)

// span is a range of keys: lo is in it, hi is not.
type span struct{ lo, hi []byte }

// wholeSpan holds every key.
func wholeSpan() span { return span{lo: []byte{}, hi: []byte{0xff}} }

// interval is a range of values of one class, as cuts between keys of ascending order.
type interval struct{ lo, hi cut }

// cut is a place between keys: just before everything that begins with key, or just after it.
type cut struct {
	key   []byte
	after bool
}

// place is the cut as a key to compare with, behind a prefix, for an ascending or descending field.
func (c cut) place(prefix []byte, desc bool) []byte {
	b := append(bytes.Clone(prefix), c.key...)
	after := c.after
	if desc {
		invert(b[len(prefix):])
		after = !after
	}
	if !after {
		return b
	}
	if len(c.key) == 1 { // a class: its tag may be followed by 0xff
		b[len(b)-1]++
		return b
	}
	return append(b, 0xff)
}

func (v interval) span(prefix []byte, desc bool) span {
	if desc {
		return span{v.hi.place(prefix, true), v.lo.place(prefix, true)}
	}
	return span{v.lo.place(prefix, false), v.hi.place(prefix, false)}
}

// rangeOf turns a comparison with a constant into the keys that satisfy it; ok is false when it has none.
func rangeOf(p predicate) (interval, bool) {
	tag, ok := classTag(p.value)
	if !ok {
		return interval{}, false
	}
	if f, isFloat := p.value.(float64); isFloat && math.IsNaN(f) {
		return interval{}, false
	}
	key, err := appendKeyValue(nil, p.value)
	if err != nil {
		return interval{}, false
	}
	class := []byte{tag}
	switch p.op {
	case "$gt":
		return interval{cut{key, true}, cut{class, true}}, true
	case "$gte":
		return interval{cut{key, false}, cut{class, true}}, true
	case "$lt":
		return interval{cut{class, false}, cut{key, false}}, true
	case "$lte":
		return interval{cut{class, false}, cut{key, true}}, true
	default:
		return interval{}, false
	}
}

// narrow returns the values that are in both ranges.
func (v interval) narrow(o interval) interval {
	if bytes.Compare(v.lo.place(nil, false), o.lo.place(nil, false)) < 0 {
		v.lo = o.lo
	}
	if bytes.Compare(v.hi.place(nil, false), o.hi.place(nil, false)) > 0 {
		v.hi = o.hi
	}
	return v
}

// points returns the sorted, distinct keys of an equality or $in; ok is false when they can't be keys.
func points(p predicate) (keys [][]byte, ok bool) {
	list := bson.A{p.value}
	if p.op == "$in" {
		if list, ok = p.value.(bson.A); !ok {
			return nil, false
		}
	}
	for _, v := range list {
		k, err := appendKeyValue(nil, v)
		if err != nil {
			return nil, false
		}
		keys = append(keys, k)
	}
	slices.SortFunc(keys, bytes.Compare)
	return slices.CompactFunc(keys, bytes.Equal), true
}
