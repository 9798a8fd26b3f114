package localmongo

import (
	"fmt"
	"strconv"
)

// collection returns a collection and makes it when it does not exist.
func (t *txn) collection(ns string) (*collection, error) {
	if c := t.cat.colls[ns]; c != nil {
		return c, nil
	}
	c := &collection{ns: ns, table: t.nextTable("c"), report: t.s.opts.OnFullScan}
	c.prepare()
	if err := t.c.Exec("create table " + c.table + " (id blob primary key, doc blob not null) without rowid"); err != nil {
		return nil, fmt.Errorf("create collection %s: %w", ns, err)
	}
	return c, t.store(c)
}

// nextTable names a new table.
func (t *txn) nextTable(kind string) string {
	n := t.cat.next
	t.cat = &catalog{colls: t.cat.colls, next: n + 1}
	return kind + strconv.FormatInt(n, 10)
}

// store writes a collection's entry in the catalogue.
func (t *txn) store(c *collection) error {
	spec, err := c.spec()
	if err != nil {
		return err
	}
	if err := t.c.Exec("insert or replace into catalog (ns, spec) values (?, ?)", c.ns, spec); err != nil {
		return fmt.Errorf("store catalogue entry of %s: %w", c.ns, err)
	}
	t.cat = t.cat.with(c.ns, c)
	return nil
}

// drop removes a collection and its indexes.
func (t *txn) drop(c *collection) error {
	tables := []string{c.table}
	for _, ix := range c.indexes {
		tables = append(tables, ix.table)
	}
	for _, name := range tables {
		if err := t.c.Exec("drop table " + name); err != nil {
			return fmt.Errorf("drop %s: %w", c.ns, err)
		}
	}
	if err := t.c.Exec("delete from catalog where ns = ?", c.ns); err != nil {
		return fmt.Errorf("drop %s: %w", c.ns, err)
	}
	t.cat = t.cat.with(c.ns, nil)
	return nil
}

// makeMultikey notes that indexes of c, by their place, hold arrays in the fields from now on.
func (t *txn) makeMultikey(c *collection, indexes map[int]fieldMask) (*collection, error) {
	n := c.with(append([]*index{}, c.indexes...))
	for i, where := range indexes {
		n.indexes[i].multikey = true
		n.indexes[i].arrays |= where
	}
	n.prepare()
	return n, t.store(n)
}
