package localmongo

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
)

// index is a secondary index. It is never changed; a new one takes its place in the catalogue.
type index struct {
	name    string
	table   string
	fields  []indexField
	unique  bool
	partial *matcher // nil: every document is in the index
	expire  *int64   // seconds after the date in the field; nil: no expiry
	// multikey is set for ever once a document had an array on an indexed path. Such an index has an entry for each
	// element, and one for the array itself.
	multikey bool
	arrays   fieldMask // the fields that had arrays
	sql      indexSQL
	quick    quick
}

// fieldMask is some fields of an index, the first one in the lowest bit. An index has at most 32.
type fieldMask int64

// anyField is what an index may have had arrays in when nobody noted where.
const anyField fieldMask = -1

func (m fieldMask) has(field int) bool { return m>>field&1 != 0 }

type indexField struct {
	path string
	desc bool
}

type indexSQL struct {
	insert, remove, probe, up, down string
}

func (ix *index) prepare(c *collection) {
	rows := "select x.k, x.id, t.doc from " + ix.table + " x cross join " + c.table + " t on t.id = x.id where x.k >= ? and x.k < ? order by x.k"
	ix.sql = indexSQL{
		insert: "insert into " + ix.table + " (k, id) values (?, ?)",
		remove: "delete from " + ix.table + " where k = ?",
		probe:  "select id from " + ix.table + " where k = ?",
		up:     rows,
		down:   rows + " desc",
	}
}

// keyPattern is the index's specification as a client gave it.
func (ix *index) keyPattern() bson.D {
	d := make(bson.D, 0, len(ix.fields))
	for _, f := range ix.fields {
		dir := int32(1)
		if f.desc {
			dir = -1
		}
		d = append(d, bson.E{Key: f.path, Value: dir})
	}
	return d
}

// describe is the index as listIndexes shows it and the catalogue keeps it.
func (ix *index) describe() bson.D {
	d := bson.D{{Key: "v", Value: int32(2)}, {Key: "key", Value: ix.keyPattern()}, {Key: "name", Value: ix.name}}
	if ix.unique {
		d = append(d, bson.E{Key: "unique", Value: true})
	}
	if ix.partial != nil {
		d = append(d, bson.E{Key: "partialFilterExpression", Value: ix.partial.filter})
	}
	if ix.expire != nil {
		d = append(d, bson.E{Key: "expireAfterSeconds", Value: int32(*ix.expire)}) //nolint:gosec // G115: checked at creation
	}
	return d
}

// indexed returns the values of a path that an index holds, the ones that a condition on the path is tried on.
// isArray is true when an array was met.
func indexed(d bson.D, path string) (values bson.A, isArray bool) {
	v, crossed := bsonkit.All(&d, path, true, true)
	arr, ok := v.(bson.A)
	if !ok {
		return bson.A{v}, crossed
	}
	values = slices.Clone(arr)
	if !crossed {
		values = append(values, v)
	}
	if len(values) == 0 {
		values = bson.A{nil}
	}
	return values, true
}

// entries returns the sorted keys of a document; id is its encoded _id. arrays is where an array was met.
func (ix *index) entries(d bson.D, id []byte) (keys [][]byte, arrays fieldMask, err error) {
	if ix.partial != nil {
		in, err := ix.partial.matchDoc(d)
		if err != nil || !in {
			return nil, 0, err
		}
	}
	keys = [][]byte{make([]byte, 0, 64)}
	for at, f := range ix.fields {
		values, arr := indexed(d, f.path)
		if arr && arrays != 0 {
			return nil, 0, failed(codeParallelArrays, "an index can't hold two arrays of one document (index %s)", ix.name)
		}
		if arr {
			arrays |= 1 << at
		}
		if len(values) > 1 {
			keys = repeat(keys[0], len(values))
		}
		for i := range keys {
			if keys[i], err = f.appendKey(keys[i], values[min(i, len(values)-1)]); err != nil {
				return nil, 0, err
			}
		}
	}
	return ix.finish(keys, id), arrays, nil
}

func repeat(prefix []byte, n int) [][]byte {
	keys := make([][]byte, n)
	for i := range keys {
		keys[i] = bytes.Clone(prefix)
	}
	return keys
}

// finish sorts the keys, drops repeated ones, and makes them unique by the _id unless the index itself is unique.
func (ix *index) finish(keys [][]byte, id []byte) [][]byte {
	if len(keys) > 1 {
		slices.SortFunc(keys, bytes.Compare)
		keys = slices.CompactFunc(keys, bytes.Equal)
	}
	if !ix.unique {
		for i := range keys {
			keys[i] = append(keys[i], id...)
		}
	}
	return keys
}

func (f indexField) appendKey(b []byte, v any) ([]byte, error) {
	at := len(b)
	b, err := appendKeyValue(b, v)
	if err != nil {
		return nil, fmt.Errorf("index key of %s: %w", f.path, err)
	}
	if f.desc {
		invert(b[at:])
	}
	return b, nil
}

// duplicate is the error for a document that repeats a key of a unique index.
func duplicate(ns, name string, pattern bson.D, d bson.D) error {
	values := make(bson.D, 0, len(pattern))
	for _, e := range pattern {
		v := bsonkit.Get(&d, e.Key)
		if v == bsonkit.Missing {
			v = nil
		}
		values = append(values, bson.E{Key: e.Key, Value: v})
	}
	return &commandError{
		code:    codeDuplicateKey,
		message: "E11000 duplicate key error collection: " + ns + " index: " + name + " dup key: " + shell(values),
		extra:   bson.D{{Key: "keyPattern", Value: pattern}, {Key: "keyValue", Value: values}},
	}
}

// shell writes a document the way MongoDB's messages do.
func shell(d bson.D) string {
	b, err := bson.MarshalExtJSON(d, false, false)
	if err != nil {
		return "{}"
	}
	return string(b)
}
