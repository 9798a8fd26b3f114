package localmongo

import (
	"bytes"
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
)

func createIndexes(ctx context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	var specs []raw
	for _, f := range r.args {
		switch string(f.key) {
		case "indexes":
			specs, err = f.documents()
		case "commitQuorum": // there are no other members
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(specs) == 0 {
		return nil, failed(codeBadValue, "Must specify at least one index to create")
	}
	wanted := make([]*index, 0, len(specs))
	for _, spec := range specs {
		ix, err := parseIndex(spec)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, ix)
	}
	var before, after int
	created := false
	err = r.s.write(func(t *txn) error {
		return t.atomically(func() error {
			created = t.cat.colls[ns] == nil
			c, err := t.collection(ns)
			if err != nil {
				return err
			}
			before = len(c.indexes) + 1
			for _, ix := range wanted {
				if err := t.createIndex(ctx, ns, ix); err != nil {
					return err
				}
			}
			after = len(t.cat.colls[ns].indexes) + 1
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return ok(
		bson.E{Key: "numIndexesBefore", Value: int32(before)}, //nolint:gosec // G115: a handful
		bson.E{Key: "numIndexesAfter", Value: int32(after)},   //nolint:gosec // G115: a handful
		bson.E{Key: "createdCollectionAutomatically", Value: created},
	), r.onlyLists()
}

// createIndex adds an index and fills it. An index that is there already is left alone.
func (t *txn) createIndex(ctx context.Context, ns string, want *index) error {
	if len(want.fields) == 1 && want.fields[0].path == "_id" && want.partial == nil && want.expire == nil {
		return nil // the collection itself
	}
	c := t.cat.colls[ns]
	for _, have := range c.indexes {
		same := bytes.Equal(mustEncode(have.describe()), mustEncode(want.describe()))
		switch {
		case same:
			return nil
		case have.name == want.name:
			return failed(codeIndexKeySpecs, "An existing index has the same name as the requested index, but is different: %s", want.name)
		case bytes.Equal(mustEncode(have.keyPattern()), mustEncode(want.keyPattern())) && (have.partial == nil) == (want.partial == nil):
			return failed(codeIndexOptions, "Index already exists with a different name or options: %s", have.name)
		}
	}
	ix := *want
	ix.table = t.nextTable("x")
	if err := t.c.Exec("create table " + ix.table + " (k blob primary key, id blob not null) without rowid"); err != nil {
		return fmt.Errorf("create index: %w", err)
	}
	old := c
	c = c.with(append(append([]*index{}, c.indexes...), &ix))
	if err := t.store(c); err != nil {
		return err
	}
	return t.fill(ctx, old, ns, len(c.indexes)-1)
}

// fill makes the entries of a new index; old is the collection without it.
func (t *txn) fill(ctx context.Context, old *collection, ns string, at int) error {
	s := newScan(&plan{coll: old, bounds: []span{wholeSpan()}})
	return s.run(ctx, t.c, func(id []byte, doc raw) (bool, error) {
		c := t.cat.colls[ns]
		ix := c.indexes[at]
		doc = bytes.Clone(doc)
		d, err := decodeOnly(doc, c.need)
		if err != nil {
			return false, err
		}
		k, c, err := t.keys(c, bytes.Clone(id), doc, d)
		if err != nil {
			return false, err
		}
		if err := t.probe(c, ix, k, k.entries[at]); err != nil {
			return false, err
		}
		return false, t.addEntries(ix, k.entries[at], k.id)
	})
}

func dropIndexes(_ context.Context, r *request) (bson.D, error) {
	ns, err := r.namespace()
	if err != nil {
		return nil, err
	}
	var which field
	for _, f := range r.args {
		if string(f.key) != "index" {
			return nil, r.unknown(f)
		}
		which = f
	}
	var had int
	err = r.s.write(func(t *txn) error {
		return t.atomically(func() error {
			c := t.cat.colls[ns]
			if c == nil {
				return failed(codeNamespaceNotFound, "ns not found %s", ns)
			}
			had = len(c.indexes) + 1
			gone, err := c.chosen(which)
			if err != nil {
				return err
			}
			return t.dropIndexes(c, gone)
		})
	})
	if err != nil {
		return nil, err
	}
	return ok(bson.E{Key: "nIndexesWas", Value: int32(had)}), r.onlyLists() //nolint:gosec // G115: a handful
}

// chosen returns the indexes that dropIndexes names: "*", a name, a key pattern or a list of names.
func (c *collection) chosen(f field) (map[string]bool, error) {
	out := map[string]bool{}
	var names []string
	switch f.kind { //nolint:exhaustive // the rest is refused by text
	case bson.TypeEmbeddedDocument:
		d, err := f.document()
		if err != nil {
			return nil, err
		}
		for _, ix := range c.indexes {
			if samePattern(ix.keyPattern(), d) {
				names = append(names, ix.name)
			}
		}
		if names == nil {
			return nil, failed(codeIndexNotFound, "can't find index with key: %s", shell(d))
		}
	case bson.TypeArray:
		list, err := f.array()
		if err != nil {
			return nil, err
		}
		for _, v := range list {
			name, isText := v.(string)
			if !isText {
				return nil, f.wrong("array of strings")
			}
			names = append(names, name)
		}
	default:
		name, err := f.text()
		if err != nil {
			return nil, err
		}
		if name != "*" {
			names = []string{name}
			break
		}
		for _, ix := range c.indexes {
			names = append(names, ix.name)
		}
	}
	for _, n := range names {
		if n == "_id_" {
			return nil, failed(codeInvalidOptions, "cannot drop _id index")
		}
		if c.index(n) == nil {
			return nil, failed(codeIndexNotFound, "index not found with name [%s]", n)
		}
		out[n] = true
	}
	return out, nil
}

func (t *txn) dropIndexes(c *collection, gone map[string]bool) error {
	var left []*index
	for _, ix := range c.indexes {
		if !gone[ix.name] {
			left = append(left, ix)
			continue
		}
		if err := t.c.Exec("drop table " + ix.table); err != nil {
			return fmt.Errorf("drop index: %w", err)
		}
	}
	return t.store(c.with(left))
}
