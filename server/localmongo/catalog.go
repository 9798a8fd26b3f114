package localmongo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// catalog lists the collections. It is never changed: a change makes a new one, so readers need no lock for it.
type catalog struct {
	colls map[string]*collection // by "database.collection"
	next  int64                  // number of the next table
}

// collection is one collection: a table clustered by _id, and the tables of its indexes.
type collection struct {
	ns      string
	table   string
	indexes []*index
	need    fieldSet // top-level fields that the indexes look at
	picker  picker   // finds them
	unique  bool     // one of the indexes is
	sql     collectionSQL
	report  func(namespace string, paths []string) // Options.OnFullScan, or nil
}

type collectionSQL struct {
	insert, update, remove, get, up, down, count string
}

func (c *collection) prepare() {
	c.need = fieldSet{"_id": {}}
	for _, ix := range c.indexes {
		for _, f := range ix.fields {
			c.need.add(f.path)
		}
		if ix.partial != nil {
			c.need.addAll(ix.partial.need)
		}
		ix.prepare(c)
		c.unique = c.unique || ix.unique
	}
	c.picker = newPicker(c.need)
	for _, ix := range c.indexes {
		ix.quick = newQuick(ix, c.picker)
	}
	rows := "select id, id, doc from " + c.table + " where id >= ? and id < ? order by id"
	c.sql = collectionSQL{
		insert: "insert into " + c.table + " (id, doc) values (?, ?)",
		update: "update " + c.table + " set doc = ?2 where id = ?1",
		remove: "delete from " + c.table + " where id = ?",
		get:    "select doc from " + c.table + " where id = ?",
		up:     rows,
		down:   rows + " desc",
		count:  "select count(*) from " + c.table,
	}
}

// with returns a copy of c with other indexes.
func (c *collection) with(indexes []*index) *collection {
	n := &collection{ns: c.ns, table: c.table, indexes: indexes, report: c.report}
	for i, ix := range indexes {
		copied := *ix
		indexes[i] = &copied
	}
	n.prepare()
	return n
}

func (c *collection) index(name string) *index {
	for _, ix := range c.indexes {
		if ix.name == name {
			return ix
		}
	}
	return nil
}

// with returns a copy of the catalogue in which ns is c; a nil c takes ns out.
func (k *catalog) with(ns string, c *collection) *catalog {
	n := &catalog{colls: maps.Clone(k.colls), next: k.next}
	if c == nil {
		delete(n.colls, ns)
	} else {
		n.colls[ns] = c
	}
	return n
}

// in returns the collections of a database, by name.
func (k *catalog) in(db string) []*collection {
	var out []*collection
	for ns, c := range k.colls {
		if strings.HasPrefix(ns, db+".") {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *collection) int { return strings.Compare(a.ns, b.ns) })
	return out
}

// databases returns the names of the databases that have collections.
func (k *catalog) databases() []string {
	var out []string
	for ns := range k.colls {
		db, _, _ := strings.Cut(ns, ".")
		out = append(out, db)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const catalogSchema = "create table if not exists catalog (ns text primary key, spec blob not null) without rowid"

// loadCatalog reads the catalogue of an opened file.
func loadCatalog(c *sq.Conn) (*catalog, error) {
	k := &catalog{colls: map[string]*collection{}, next: 1}
	s, err := c.Prepare("select ns, spec from catalog")
	if err != nil {
		return nil, fmt.Errorf("read catalogue: %w", err)
	}
	defer func() { _ = s.Reset() }() // nothing was written
	for {
		more, err := s.Step()
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		if !more {
			return k, nil
		}
		coll, err := parseCollection(s.Text(0), s.Blob(1))
		if err != nil {
			return nil, fmt.Errorf("read catalogue entry %s: %w", s.Text(0), err)
		}
		k.colls[coll.ns] = coll
		k.next = max(k.next, tableNumber(coll.table)+1)
		for _, ix := range coll.indexes {
			k.next = max(k.next, tableNumber(ix.table)+1)
		}
	}
}

func tableNumber(table string) int64 {
	n, err := strconv.ParseInt(strings.TrimLeft(table, "cx"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// spec is the collection as the catalogue keeps it.
func (c *collection) spec() (raw, error) {
	list := bson.A{}
	for _, ix := range c.indexes {
		list = append(list, bson.D{
			{Key: "table", Value: ix.table}, {Key: "multikey", Value: ix.multikey}, {Key: "arrays", Value: int64(ix.arrays)}, {Key: "spec", Value: ix.describe()},
		})
	}
	return encode(bson.D{{Key: "table", Value: c.table}, {Key: "indexes", Value: list}})
}

func parseCollection(ns string, spec raw) (*collection, error) {
	if err := check(spec); err != nil {
		return nil, err
	}
	var kept struct {
		Table   string
		Indexes []struct {
			Table    string
			Multikey bool
			Arrays   int64
			Spec     bson.Raw
		}
	}
	if err := bson.Unmarshal(spec, &kept); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	c := &collection{ns: ns, table: kept.Table}
	for _, x := range kept.Indexes {
		ix, err := parseIndex(raw(x.Spec))
		if err != nil {
			return nil, err
		}
		ix.table, ix.multikey, ix.arrays = x.Table, x.Multikey, fieldMask(x.Arrays)
		if ix.multikey && ix.arrays == 0 {
			ix.arrays = anyField
		}
		c.indexes = append(c.indexes, ix)
	}
	c.prepare()
	return c, nil
}
