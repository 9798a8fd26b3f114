package localmongo

import (
	"bytes"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
)

// plan says how the documents of a query are found.
type plan struct {
	coll    *collection
	ix      *index   // nil: the collection itself, which is ordered by _id
	bounds  []span   // in the order of the scan
	bounded bool     // false: everything is looked at
	reverse bool     // keys are read downwards
	sorted  bool     // the scan's order is the order asked for
	rest    *matcher // what the bounds do not guarantee; nil: nothing
	point   bool     // at most one document, by _id
	points  bool     // each of the bounds holds at most one document, by _id
	score   int
}

// maxSpans bounds how many ranges $in may make, maxPoints how many documents it may name by _id.
const (
	maxSpans  = 400
	maxPoints = 10_000
)

// source is an index as the planner sees it; the collection itself is one on _id.
type source struct {
	ix     *index
	fields []indexField
	unique bool
	multi  bool
	arrays fieldMask // fields that may hold arrays
}

func (c *collection) sources() []source {
	out := []source{{fields: []indexField{{path: "_id"}}, unique: true}}
	for _, ix := range c.indexes {
		s := source{ix: ix, fields: ix.fields, unique: ix.unique, multi: ix.multikey, arrays: ix.arrays}
		if !ix.unique { // the key ends with the _id
			s.fields = append(slices.Clone(ix.fields), indexField{path: "_id"})
		}
		out = append(out, s)
	}
	return out
}

// newPlan chooses the index for a query.
func newPlan(c *collection, q *query) (*plan, error) {
	preds, other := predicates(q.filter.filter)
	if q.hint != nil {
		return hintedPlan(c, q, preds, other)
	}
	best := fullScan(c, q)
	for _, s := range c.sources() {
		if p := s.plan(c, q, preds, other); p != nil && p.score > best.score {
			best = p
		}
	}
	if best.full() && c.report != nil {
		paths := make([]string, len(preds))
		for i, p := range preds {
			paths[i] = p.path
		}
		c.report(c.ns, paths)
	}
	return best, nil
}

// full tells whether the plan looks at the whole collection, and not for the order of _id either.
func (p *plan) full() bool { return p.ix == nil && !p.bounded && p.score == 0 }

func fullScan(c *collection, q *query) *plan {
	p := &plan{coll: c, bounds: []span{wholeSpan()}, sorted: len(q.sort) == 0}
	if len(q.filter.filter) > 0 {
		p.rest = q.filter
	}
	return p
}

// hintedPlan follows the hint: an index by name or by key, or $natural.
func hintedPlan(c *collection, q *query, preds []predicate, other bson.D) (*plan, error) {
	pattern, _ := q.hint.(bson.D)
	if len(pattern) == 1 && pattern[0].Key == "$natural" {
		return fullScan(c, q), nil
	}
	for _, s := range c.sources() {
		name, keys := "_id_", bson.D{{Key: "_id", Value: int32(1)}}
		if s.ix != nil {
			name, keys = s.ix.name, s.ix.keyPattern()
		}
		if q.hint != name && !samePattern(keys, pattern) {
			continue
		}
		q := *q
		q.forced = true
		if p := s.plan(c, &q, preds, other); p != nil {
			return p, nil
		}
	}
	return nil, failed(codeBadValue, "planner returned error: hint provided does not correspond to an existing index that can answer the query")
}

func samePattern(a, b bson.D) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, okx := wholeNumber(a[i].Value)
		y, oky := wholeNumber(b[i].Value)
		if a[i].Key != b[i].Key || !okx || !oky || x != y {
			return false
		}
	}
	return true
}

// plan makes the best plan over one index, or nil when it is of no use.
func (s source) plan(c *collection, q *query, preds []predicate, other bson.D) *plan {
	used := make([]bool, len(preds))
	if s.ix != nil && s.ix.partial != nil && !s.ix.impliedBy(preds, used) {
		return nil
	}
	b := builder{preds: preds, used: used, prefixes: [][]byte{{}}, most: maxSpans}
	if s.ix == nil {
		b.most = maxPoints
	}
	b.build(s)
	p := &plan{coll: c, ix: s.ix, bounds: b.spans(), bounded: b.fields > 0, score: b.score}
	p.sorted, p.reverse = s.order(q.sort, b)
	switch {
	case len(q.sort) > 0 && p.sorted:
		p.score += 3
	case p.score == 0 && !q.forced:
		return nil
	}
	if s.unique && b.equal == len(s.fields) && !s.multi {
		p.score += 100
		p.points = s.ix == nil
		p.point = p.points && len(b.prefixes) == 1
	}
	if p.reverse {
		slices.Reverse(p.bounds)
	}
	if s.ix != nil && s.ix.partial != nil && p.score > 0 { // it is smaller than a full one
		p.score++
	}
	p.rest = restOf(q, preds, used, other, s.multi)
	return p
}

// restOf is the filter without what the bounds guarantee.
func restOf(q *query, preds []predicate, used []bool, other bson.D, multi bool) *matcher {
	if len(q.filter.filter) == 0 {
		return nil
	}
	if multi {
		return q.filter
	}
	left := slices.Clone(other)
	for i, p := range preds {
		if !used[i] {
			left = append(left, p.expr())
		}
	}
	if len(left) == 0 {
		return nil
	}
	if len(left) == len(preds)+len(other) {
		return q.filter
	}
	m := &matcher{filter: left, need: fieldSet{}}
	if err := m.walk(left); err != nil {
		return q.filter // it was checked before; this never happens
	}
	m.equals, _ = equals(left)
	return m
}

// builder collects the bounds over the fields of one index.
type builder struct {
	preds    []predicate
	used     []bool
	prefixes [][]byte // complete keys of the leading fields
	last     []span   // ranges on the field after the prefixes, when there are
	single   []bool   // for each leading field: bound to one value
	equal    int      // leading fields that are bound to values
	fields   int      // fields with bounds
	score    int
	most     int // prefixes
}

func (b *builder) build(s source) {
	for i, f := range s.fields {
		if b.equality(f) {
			continue
		}
		b.ranges(f, s.arrays.has(i))
		return
	}
}

// equality extends the prefixes by the values that f must have.
func (b *builder) equality(f indexField) bool {
	for i, p := range b.preds {
		if p.path != f.path || p.op != "$eq" && p.op != "$in" {
			continue
		}
		keys, ok := points(p)
		if !ok || len(keys)*len(b.prefixes) > b.most {
			continue
		}
		if f.desc {
			for _, k := range keys {
				invert(k)
			}
			slices.Reverse(keys)
		}
		next := make([][]byte, 0, len(keys)*len(b.prefixes))
		for _, prefix := range b.prefixes {
			for _, k := range keys {
				next = append(next, append(bytes.Clone(prefix), k...))
			}
		}
		b.prefixes = next
		b.used[i] = true
		b.single = append(b.single, len(keys) == 1)
		b.equal++
		b.fields++
		b.score += 4
		return true
	}
	return false
}

// ranges bounds f by comparisons. Over arrays only one comparison may be used: another element may satisfy the next one.
func (b *builder) ranges(f indexField, multi bool) {
	var all interval
	found := false
	for i, p := range b.preds {
		if p.path != f.path {
			continue
		}
		v, ok := rangeOf(p)
		if !ok || found && multi {
			continue
		}
		if found {
			v = all.narrow(v)
		}
		all, found = v, true
		b.used[i] = true
	}
	if !found {
		return
	}
	for _, prefix := range b.prefixes {
		b.last = append(b.last, all.span(prefix, f.desc))
	}
	b.fields++
	b.score += 2
}

func (b *builder) spans() []span {
	if b.last != nil {
		return b.last
	}
	out := make([]span, 0, len(b.prefixes))
	for _, p := range b.prefixes {
		out = append(out, span{p, append(bytes.Clone(p), 0xff)})
	}
	return out
}

// order tells whether reading the bounds in key order, or in reverse, gives the order asked for.
func (s source) order(sort []indexField, b builder) (sorted, reverse bool) {
	if len(sort) == 0 {
		return true, false
	}
	for i, f := range s.fields { // a document with an array may stand at several places, but at one for one value
		if !s.arrays.has(i) {
			continue
		}
		if i >= b.equal || !b.single[i] || slices.ContainsFunc(sort, func(want indexField) bool { return want.path == f.path }) {
			return false, false
		}
	}
	at, known := 0, false
	for _, want := range sort {
		if slices.ContainsFunc(s.fields[:b.equal], func(f indexField) bool { return f.path == want.path }) && b.fixed(s, want.path) {
			continue
		}
		for at < len(s.fields) && s.fields[at].path != want.path && at < b.equal && b.single[at] {
			at++
		}
		if at == len(s.fields) {
			return true, reverse // no two documents are equal up to here
		}
		if s.fields[at].path != want.path {
			return false, false
		}
		r := s.fields[at].desc != want.desc
		if known && r != reverse {
			return false, false
		}
		reverse, known = r, true
		at++
	}
	return true, reverse
}

// fixed tells whether the bounds allow one value only for a path.
func (b builder) fixed(s source, path string) bool {
	for i := range b.equal {
		if s.fields[i].path == path {
			return b.single[i]
		}
	}
	return false
}
