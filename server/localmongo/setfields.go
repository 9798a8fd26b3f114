package localmongo

import (
	"bytes"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
)

// setFields is the update that the program makes most: documents by _id and the values of some fields, and a $set of
// whole fields. It is done on the encoded document.
type setFields struct {
	id    []byte  // of the document that it is at
	ids   []field // of all, each once
	multi bool
	where []equal // further conditions
	set   []field
	names map[string]int // places in set
}

// newSetFields reads an entry of updates; nil when it asks for anything else, or wrongly.
func newSetFields(u raw) *setFields {
	s := &setFields{}
	rest, err := body(u)
	if err != nil {
		return nil
	}
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil
		}
		switch string(f.key) {
		case "q":
			if f.kind != bson.TypeEmbeddedDocument || !s.filter(f.val) {
				return nil
			}
		case "u":
			if f.kind != bson.TypeEmbeddedDocument || !s.change(f.val) {
				return nil
			}
		case "multi":
			if f.kind != bson.TypeBoolean {
				return nil
			}
			s.multi = f.val[0] != 0
		case "upsert":
			if f.kind != bson.TypeBoolean || f.val[0] != 0 {
				return nil
			}
		default:
			return nil
		}
	}
	if len(s.ids) == 0 || len(s.ids) > 1 && !s.multi || len(s.set) == 0 {
		return nil
	}
	return s
}

func (s *setFields) filter(q raw) bool {
	rest, err := body(q)
	for err == nil && len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil || !plainName(f.key) {
			return false
		}
		if string(f.key) == "_id" && s.ids == nil {
			if !s.named(f) {
				return false
			}
			continue
		}
		if f.kind == bson.TypeEmbeddedDocument {
			texts, ok := textsIn(f.val)
			if !ok {
				return false
			}
			s.where = append(s.where, equal{key: string(f.key), kind: bson.TypeString, among: texts.set()})
			continue
		}
		if !quickKind(f.kind) {
			return false
		}
		s.where = append(s.where, equal{key: string(f.key), kind: f.kind, val: f.val})
	}
	return err == nil
}

// named notes the documents that a condition on _id names: one, or a list in $in.
func (s *setFields) named(f field) bool {
	if f.kind != bson.TypeEmbeddedDocument {
		s.ids = []field{f}
		return f.kind == bson.TypeString || f.kind == bson.TypeObjectID
	}
	ids, ok := textsIn(f.val)
	s.ids = ids
	return ok && len(ids) <= maxPoints
}

// texts are strings of a list, each once, in the order of the list.
type texts []field

// textsIn are the strings of an $in; ok is false for any other condition.
func textsIn(condition raw) (list texts, ok bool) {
	rest, err := body(condition)
	if err != nil || len(rest) == 0 {
		return nil, false
	}
	in, rest, err := nextField(rest)
	if err != nil || len(rest) > 0 || string(in.key) != "$in" || in.kind != bson.TypeArray {
		return nil, false
	}
	seen := map[string]struct{}{}
	rest, err = body(in.val)
	for err == nil && len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil || f.kind != bson.TypeString {
			return nil, false
		}
		if _, twice := seen[string(f.val)]; !twice {
			seen[string(f.val)] = struct{}{}
			list = append(list, f)
		}
	}
	return list, err == nil
}

// set are the strings as they are encoded.
func (t texts) set() map[string]struct{} {
	s := make(map[string]struct{}, len(t))
	for _, f := range t {
		s[string(f.val)] = struct{}{}
	}
	return s
}

func (s *setFields) change(u raw) bool {
	rest, err := body(u)
	if err != nil || len(rest) == 0 {
		return false
	}
	op, rest, err := nextField(rest)
	if err != nil || len(rest) > 0 || string(op.key) != "$set" || op.kind != bson.TypeEmbeddedDocument {
		return false
	}
	s.names = map[string]int{}
	rest, err = body(op.val)
	for err == nil && len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil || !plainName(f.key) || string(f.key) == "_id" {
			return false
		}
		if _, twice := s.names[string(f.key)]; twice {
			return false
		}
		s.names[string(f.key)] = len(s.set)
		s.set = append(s.set, f)
	}
	return err == nil
}

// plainName tells whether a name stands for a whole top-level field.
func plainName(name []byte) bool {
	return len(name) > 0 && name[0] != '$' && bytes.IndexByte(name, '.') < 0
}

// apply returns the changed document, in buf when it is large enough, and whether anything changed.
func (s *setFields) apply(old raw, buf []byte) (doc raw, changed bool, err error) {
	rest, err := body(old)
	if err != nil {
		return nil, false, err
	}
	b := append(buf[:0], 0, 0, 0, 0)
	there := 0
	for len(rest) > 0 {
		var f field
		if f, rest, err = nextField(rest); err != nil {
			return nil, false, err
		}
		if i, ok := s.names[string(f.key)]; ok {
			there++
			n := s.set[i]
			changed = changed || n.kind != f.kind || !bytes.Equal(n.val, f.val)
			f = n
		}
		b = append(append(append(append(b, byte(f.kind)), f.key...), 0), f.val...)
	}
	if there == len(s.set) {
		return closeDoc(b, 0), changed, nil
	}
	for _, n := range s.set { // new fields stand at the end, in their order
		if _, known := lookup(old, string(n.key)); !known {
			b = append(append(append(append(b, byte(n.kind)), n.key...), 0), n.val...)
		}
	}
	return closeDoc(b, 0), true, nil
}

// setFieldsOf does the update of all documents. other does one of them, by its _id, that can't be judged or indexed without
// decoding.
func (t *txn) setFieldsOf(ns string, s *setFields, other func(id field) (outcome, error)) (outcome, error) {
	var o outcome
	for _, id := range s.ids {
		s.id, _ = quickID(id)
		done, err := t.setFieldsIn(ns, s, &o)
		if err != nil {
			return o, err
		}
		if done {
			continue
		}
		one, err := other(id)
		o.matched += one.matched
		o.modified += one.modified
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// setFieldsIn does the update of the document with s.id; done is false when the document can't be judged or indexed without decoding. Then nothing
// was done.
func (t *txn) setFieldsIn(ns string, s *setFields, o *outcome) (done bool, err error) {
	c := t.cat.colls[ns]
	if c == nil {
		return true, nil
	}
	st, err := t.c.Prepare(c.sql.get)
	if err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	if err := st.Bind(s.id); err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	more, err := st.Step()
	if err != nil || !more {
		return true, err
	}
	t.old = append(t.old[:0], st.View(0)...)
	if err := st.Reset(); err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	switch tryAll(s.where, t.old) {
	case differs:
		return true, nil
	case unsure:
		return false, nil
	case same:
	}
	doc, changed, err := s.apply(t.old, t.next)
	if err != nil {
		return false, err
	}
	t.next = doc
	if changed {
		if len(doc) > maxDocument {
			return true, failed(codeTooLarge, "document is larger than %d bytes", maxDocument)
		}
		if done, err := t.replaceQuick(c, s, doc); err != nil || !done {
			return done, err
		}
		o.modified++
	}
	o.matched++
	return true, nil
}

// replaceQuick stores the document over t.old and brings the indexes that look at its new fields up to date.
func (t *txn) replaceQuick(c *collection, s *setFields, doc raw) (done bool, err error) {
	old := keyed{id: s.id, doc: t.old, entries: make([][][]byte, len(c.indexes))}
	k := keyed{id: s.id, doc: doc, entries: make([][][]byte, len(c.indexes))}
	picked := false
	for i, ix := range c.indexes {
		if !s.touch(ix) {
			continue
		}
		if !picked {
			picked = true
			if t.was, err = c.picker.pick(t.old, t.was); err != nil {
				return false, err
			}
			if t.is, err = c.picker.pick(doc, t.is); err != nil {
				return false, err
			}
		}
		var okOld, okNew bool
		old.entries[i], okOld = ix.quickEntries(t.was, s.id)
		k.entries[i], okNew = ix.quickEntries(t.is, s.id)
		if !okOld || !okNew {
			return false, nil
		}
	}
	return true, t.replace(c, old, k)
}

func (s *setFields) touch(ix *index) bool {
	for _, f := range s.set {
		if ix.quick.touches[string(f.key)] {
			return true
		}
	}
	return false
}
