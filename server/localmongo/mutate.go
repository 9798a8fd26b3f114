package localmongo

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// maxDocument is the largest document that is stored, in bytes.
const maxDocument = 16 << 20

// keyed is a document with the entries it has in each index of its collection.
type keyed struct {
	id      []byte
	doc     raw
	entries [][][]byte
}

// keys computes the entries of a document. A document with an array makes the index a multikey one.
func (t *txn) keys(c *collection, id []byte, doc raw, d bson.D) (keyed, *collection, error) {
	k := keyed{id: id, doc: doc, entries: make([][][]byte, len(c.indexes))}
	arrays := map[int]fieldMask{}
	for i, ix := range c.indexes {
		e, where, err := ix.entries(d, id)
		if err != nil {
			return k, c, err
		}
		k.entries[i] = e
		if where&^ix.arrays != 0 {
			arrays[i] = where
		}
	}
	if len(arrays) > 0 {
		var err error
		if c, err = t.makeMultikey(c, arrays); err != nil {
			return k, c, err
		}
	}
	return k, c, nil
}

// newKeys computes the entries of a new document, without decoding it where that is possible.
func (t *txn) newKeys(c *collection, id []byte, doc raw) (keyed, *collection, error) {
	k := keyed{id: id, doc: doc, entries: make([][][]byte, len(c.indexes))}
	var err error
	if t.is, err = c.picker.pick(doc, t.is); err != nil {
		return k, c, err
	}
	for i, ix := range c.indexes {
		var ok bool
		if k.entries[i], ok = ix.quickEntries(t.is, id); ok {
			continue
		}
		d, err := decodeOnly(doc, c.need)
		if err != nil {
			return k, c, err
		}
		return t.keys(c, id, doc, d)
	}
	return k, c, nil
}

// oldKeys computes the entries of a stored document.
func oldKeys(c *collection, id []byte, doc raw) (keyed, error) {
	k := keyed{id: id, doc: doc, entries: make([][][]byte, len(c.indexes))}
	if len(c.indexes) == 0 {
		return k, nil
	}
	d, err := decodeOnly(doc, c.need)
	if err != nil {
		return k, err
	}
	for i, ix := range c.indexes {
		if k.entries[i], _, err = ix.entries(d, id); err != nil {
			return k, err
		}
	}
	return k, nil
}

// insert stores a new document.
func (t *txn) insert(c *collection, k keyed) error {
	if len(k.doc) > maxDocument {
		return failed(codeTooLarge, "document is larger than %d bytes", maxDocument)
	}
	if c.unique { // the _id is judged first
		if taken, err := t.exists(c, k.id); err != nil || taken {
			return cmp.Or(err, duplicateID(c, k))
		}
	}
	for i, ix := range c.indexes {
		if err := t.probe(c, ix, k, k.entries[i]); err != nil {
			return err
		}
	}
	if err := t.c.Exec(c.sql.insert, k.id, k.doc); err != nil {
		if sq.Is(err, sq.Constraint) {
			return duplicateID(c, k)
		}
		return fmt.Errorf("insert: %w", err)
	}
	for i, ix := range c.indexes {
		if err := t.addEntries(ix, k.entries[i], k.id); err != nil {
			return err
		}
	}
	return nil
}

func duplicateID(c *collection, k keyed) error {
	d, err := decodeOnly(k.doc, fieldSet{"_id": {}})
	if err != nil {
		return err
	}
	return duplicate(c.ns, "_id_", bson.D{{Key: "_id", Value: int32(1)}}, d)
}

func (t *txn) exists(c *collection, id []byte) (bool, error) {
	s, err := t.c.Prepare(c.sql.get)
	if err != nil {
		return false, fmt.Errorf("look for document: %w", err)
	}
	if err := s.Bind(id); err != nil {
		return false, fmt.Errorf("look for document: %w", err)
	}
	found, err := s.Step()
	if err != nil {
		return false, fmt.Errorf("look for document: %w", err)
	}
	return found, s.Reset()
}

// replace stores a document in the place of an old one with the same _id.
func (t *txn) replace(c *collection, old, k keyed) error {
	if len(k.doc) > maxDocument {
		return failed(codeTooLarge, "document is larger than %d bytes", maxDocument)
	}
	gone := make([][][]byte, len(c.indexes))
	fresh := make([][][]byte, len(c.indexes))
	for i, ix := range c.indexes {
		gone[i] = without(old.entries[i], k.entries[i])
		fresh[i] = without(k.entries[i], old.entries[i])
		if err := t.probe(c, ix, k, fresh[i]); err != nil {
			return err
		}
	}
	if err := t.c.Exec(c.sql.update, k.id, k.doc); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	for i, ix := range c.indexes {
		if err := t.removeEntries(ix, gone[i]); err != nil {
			return err
		}
		if err := t.addEntries(ix, fresh[i], k.id); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a document.
func (t *txn) remove(c *collection, id []byte, doc raw) error {
	k, err := oldKeys(c, id, doc)
	if err != nil {
		return err
	}
	for i, ix := range c.indexes {
		if err := t.removeEntries(ix, k.entries[i]); err != nil {
			return err
		}
	}
	if err := t.c.Exec(c.sql.remove, id); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// probe refuses entries that another document has in a unique index.
func (t *txn) probe(c *collection, ix *index, k keyed, entries [][]byte) error {
	if !ix.unique {
		return nil
	}
	for _, e := range entries {
		s, err := t.c.Prepare(ix.sql.probe)
		if err != nil {
			return fmt.Errorf("probe index: %w", err)
		}
		if err := s.Bind(e); err != nil {
			return fmt.Errorf("probe index: %w", err)
		}
		taken, err := s.Step()
		if err != nil {
			return fmt.Errorf("probe index: %w", err)
		}
		other := taken && !bytes.Equal(s.View(0), k.id)
		if err := s.Reset(); err != nil {
			return fmt.Errorf("probe index: %w", err)
		}
		if !other {
			continue
		}
		d, err := decode(k.doc, nil)
		if err != nil {
			return err
		}
		return duplicate(c.ns, ix.name, ix.keyPattern(), d)
	}
	return nil
}

func (t *txn) addEntries(ix *index, entries [][]byte, id []byte) error {
	for _, e := range entries {
		if err := t.c.Exec(ix.sql.insert, e, id); err != nil {
			return fmt.Errorf("add index entry: %w", err)
		}
	}
	return nil
}

func (t *txn) removeEntries(ix *index, entries [][]byte) error {
	for _, e := range entries {
		if err := t.c.Exec(ix.sql.remove, e); err != nil {
			return fmt.Errorf("remove index entry: %w", err)
		}
	}
	return nil
}

// without returns the entries of a that are not in b; both are sorted.
func without(a, b [][]byte) [][]byte {
	if len(a) == 1 && len(b) == 1 && bytes.Equal(a[0], b[0]) {
		return nil
	}
	var out [][]byte
	for _, k := range a {
		if _, found := slices.BinarySearchFunc(b, k, bytes.Compare); !found {
			out = append(out, k)
		}
	}
	return out
}
