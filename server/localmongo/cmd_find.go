package localmongo

import (
	"context"
	"math"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// firstBatch is how many documents the first answer holds when the client does not say.
const firstBatch = 101

// search is what find and the commands like it ask for.
type search struct {
	ns           string
	filter, sort bson.D
	hint         any
	skip, limit  int64
	batch        int64
	single       bool
	projection   bson.D
}

func (a search) query() (*query, error) {
	q, err := newQuery(a.filter, a.sort, a.hint)
	if err != nil {
		return nil, err
	}
	q.skip, q.limit = a.skip, a.limit
	return q, nil
}

func (a search) finder() (*finder, error) {
	q, err := a.query()
	if err != nil {
		return nil, err
	}
	proj, err := newProjection(a.projection)
	if err != nil {
		return nil, err
	}
	return newFinder(a.ns, q, proj), nil
}

// hint takes an index name or a key pattern; an empty one is none.
func hint(f field) (any, error) {
	if f.kind == bson.TypeEmbeddedDocument {
		d, err := f.document()
		if err != nil || len(d) == 0 {
			return nil, err
		}
		return d, nil
	}
	name, err := f.text()
	if err != nil || name == "" {
		return nil, err
	}
	return name, nil
}

func parseFind(r *request) (search, error) {
	a := search{batch: firstBatch}
	var err error
	if a.ns, err = r.namespace(); err != nil {
		return a, err
	}
	for _, f := range r.args {
		if err := a.option(r, f); err != nil {
			return a, err
		}
	}
	return a, r.onlyLists()
}

func (a *search) option(r *request, f field) (err error) {
	switch string(f.key) {
	case "filter":
		a.filter, err = f.document()
	case "sort":
		a.sort, err = f.document()
	case "projection":
		a.projection, err = f.document()
	case "hint":
		a.hint, err = hint(f)
	case "skip":
		a.skip, err = f.count()
	case "limit":
		a.limit, err = f.count()
	case "batchSize":
		a.batch, err = f.count()
	case "singleBatch":
		a.single, err = f.truth()
	case "allowDiskUse", "allowPartialResults", "noCursorTimeout":
		_, err = f.truth() // permissions that are not needed
	case "tailable", "awaitData", "returnKey", "showRecordId", "oplogReplay":
		var on bool
		if on, err = f.truth(); err == nil && on {
			err = r.unsupported(f)
		}
	case "collation", "let", "min", "max":
		err = r.unsupported(f)
	default:
		err = r.unknown(f)
	}
	return err
}

func find(ctx context.Context, r *request) (bson.D, error) {
	a, err := parseFind(r)
	if err != nil {
		return nil, err
	}
	f, err := a.finder()
	if err != nil {
		return nil, err
	}
	f.single = a.single
	return r.s.firstBatch(ctx, f, a.batch)
}

// firstBatch answers a new query and keeps a cursor for the rest.
func (s *Server) firstBatch(ctx context.Context, f *finder, n int64) (bson.D, error) {
	docs, done, err := s.read(ctx, f, n)
	if err != nil {
		return nil, err
	}
	id := int64(0)
	if !done && !f.single {
		id = s.cursors.keep(&cursor{ns: f.ns, find: f}, s.now())
	}
	return cursorAnswer("firstBatch", f.ns, id, docs), nil
}

func (s *Server) read(ctx context.Context, f *finder, n int64) (docs []raw, done bool, err error) {
	err = s.withReader(ctx, func(c *sq.Conn, cat *catalog) error {
		docs, done, err = f.batch(ctx, c, cat, n)
		return err
	})
	return docs, done, err
}

func cursorAnswer(batch, ns string, id int64, docs []raw) bson.D {
	return ok(bson.E{Key: "cursor", Value: bson.D{{Key: batch, Value: docs}, {Key: "id", Value: id}, {Key: "ns", Value: ns}}})
}

func getMore(ctx context.Context, r *request) (bson.D, error) {
	id, err := r.head.integer()
	if err != nil {
		return nil, err
	}
	n := int64(math.MaxInt64)
	for _, f := range r.args {
		switch string(f.key) {
		case "collection":
			r.coll, err = f.text()
		case "batchSize":
			if n, err = f.count(); n == 0 {
				n = math.MaxInt64
			}
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return nil, err
		}
	}
	ns := r.db + "." + r.coll
	c, err := r.s.cursors.take(id, ns)
	if err != nil {
		return nil, err
	}
	docs, done, err := r.s.read(ctx, c.find, n)
	if err != nil {
		return nil, err
	}
	if done {
		id = 0
	} else {
		r.s.cursors.keep(c, r.s.now())
	}
	return cursorAnswer("nextBatch", ns, id, docs), r.onlyLists()
}

func killCursors(_ context.Context, r *request) (bson.D, error) {
	killed, missing := bson.A{}, bson.A{}
	for _, f := range r.args {
		if string(f.key) != "cursors" {
			return nil, r.unknown(f)
		}
		ids, err := f.array()
		if err != nil {
			return nil, err
		}
		for _, v := range ids {
			id, isInt := v.(int64)
			if isInt && r.s.cursors.kill(id, r.db+"."+r.coll) {
				killed = append(killed, id)
			} else {
				missing = append(missing, v)
			}
		}
	}
	return ok(
		bson.E{Key: "cursorsKilled", Value: killed}, bson.E{Key: "cursorsNotFound", Value: missing},
		bson.E{Key: "cursorsAlive", Value: bson.A{}}, bson.E{Key: "cursorsUnknown", Value: bson.A{}},
	), nil
}
