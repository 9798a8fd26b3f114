package localmongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// explain shows how a command finds its documents. It runs the search, but never the change.
func explain(ctx context.Context, r *request) (bson.D, error) {
	if r.head.kind != bson.TypeEmbeddedDocument {
		return nil, r.head.wrong("object")
	}
	for _, f := range r.args {
		if string(f.key) != "verbosity" {
			return nil, r.unknown(f)
		}
	}
	inner := &request{s: r.s, conn: r.conn, db: r.db, lists: map[string][]raw{}}
	if err := inner.parse(message{body: r.head.val, legacyNS: r.db}); err != nil {
		return nil, err
	}
	a, err := inner.search()
	if err != nil {
		return nil, err
	}
	q, err := a.query()
	if err != nil {
		return nil, err
	}
	f := newFinder(a.ns, q, nil)
	var answer bson.D
	err = r.s.withReader(ctx, func(c *sq.Conn, cat *catalog) error {
		docs, _, err := f.batch(ctx, c, cat, 1<<31)
		answer = f.explain(len(docs))
		return err
	})
	return answer, err
}

// search is what a command to be explained looks for.
func (r *request) search() (search, error) {
	switch r.name {
	case "find":
		return parseFind(r)
	case "count":
		return parseCount(r)
	case "distinct":
		a, _, err := parseDistinct(r)
		return a, err
	case "aggregate":
		a, err := parseAggregate(r)
		return a.search, err
	case "findAndModify":
		m, err := parseFindModify(r)
		if err != nil {
			return search{}, err
		}
		m.limit = 1
		return m.search, nil
	case "update", "delete":
		return r.writeSearch()
	default:
		return search{}, failed(codeCommandNotFound, "Explain failed due to unknown command: %s", r.name)
	}
}

// writeSearch is the search of an update or delete of one entry.
func (r *request) writeSearch() (search, error) {
	ns, err := r.namespace()
	if err != nil {
		return search{}, err
	}
	w := writes{}
	if err := w.parse(r, r.name+"s"); err != nil {
		return search{}, err
	}
	if len(w.items) != 1 {
		return search{}, failed(codeFailedToParse, "explain takes one %s", r.name)
	}
	a := search{ns: ns}
	var q *query
	if r.name == "delete" {
		d, err := r.removal(w.items[0])
		if err != nil {
			return a, err
		}
		q, a.limit = d.q, int64(d.most)
	} else {
		m, err := r.modification(w.items[0])
		if err != nil {
			return a, err
		}
		if q = m.q; !m.multi {
			a.limit = 1
		}
	}
	a.filter, a.hint = q.filter.filter, q.hint
	return a, nil
}

// explain describes a search that has run.
func (f *finder) explain(returned int) bson.D {
	winning, stats := bson.D{{Key: "stage", Value: "EOF"}}, scan{}
	if f.started {
		winning, stats = f.stages(), *f.scan
	}
	return ok(
		bson.E{Key: "queryPlanner", Value: bson.D{
			{Key: "namespace", Value: f.ns},
			{Key: "parsedQuery", Value: f.q.filter.filter},
			{Key: "winningPlan", Value: winning},
			{Key: "rejectedPlans", Value: bson.A{}},
		}},
		bson.E{Key: "executionStats", Value: bson.D{
			{Key: "executionSuccess", Value: true},
			{Key: "nReturned", Value: int32(returned)}, //nolint:gosec // G115: under 2³¹
			{Key: "totalKeysExamined", Value: stats.keys},
			{Key: "totalDocsExamined", Value: stats.docs},
		}},
	)
}

// stages names the steps as MongoDB does, the last one first.
func (f *finder) stages() bson.D {
	p := f.scan.plan
	dir := "forward"
	if p.reverse {
		dir = "backward"
	}
	var d bson.D
	switch {
	case p.point:
		d = bson.D{{Key: "stage", Value: "IDHACK"}}
	case p.full():
		d = bson.D{{Key: "stage", Value: "COLLSCAN"}, {Key: "direction", Value: dir}}
	default:
		name, pattern, multi, unique := "_id_", bson.D{{Key: "_id", Value: int32(1)}}, false, true
		if p.ix != nil {
			name, pattern, multi, unique = p.ix.name, p.ix.keyPattern(), p.ix.multikey, p.ix.unique
		}
		d = bson.D{{Key: "stage", Value: "FETCH"}, {Key: "inputStage", Value: bson.D{
			{Key: "stage", Value: "IXSCAN"},
			{Key: "indexName", Value: name},
			{Key: "keyPattern", Value: pattern},
			{Key: "isMultiKey", Value: multi},
			{Key: "isUnique", Value: unique},
			{Key: "isPartial", Value: p.ix != nil && p.ix.partial != nil},
			{Key: "direction", Value: dir},
			{Key: "ranges", Value: int32(len(p.bounds))}, //nolint:gosec // G115: at most 400
		}}}
	}
	if p.rest != nil {
		d = append(d, bson.E{Key: "filter", Value: p.rest.filter})
	}
	if f.isSort {
		sort := bson.D{}
		for _, c := range f.q.sort {
			n := int32(1)
			if c.desc {
				n = -1
			}
			sort = append(sort, bson.E{Key: c.path, Value: n})
		}
		d = bson.D{{Key: "stage", Value: "SORT"}, {Key: "sortPattern", Value: sort}, {Key: "inputStage", Value: d}}
	}
	return d
}
