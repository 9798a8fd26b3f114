package localmongo

import (
	"context"
	"math"
	"strings"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

func count(ctx context.Context, r *request) (bson.D, error) {
	a, err := parseCount(r)
	if err != nil {
		return nil, err
	}
	n, err := r.s.count(ctx, a)
	if err != nil {
		return nil, err
	}
	return ok(bson.E{Key: "n", Value: int32(min(n, math.MaxInt32))}), nil //nolint:gosec // G115: bounded
}

func parseCount(r *request) (search, error) {
	a := search{}
	var err error
	if a.ns, err = r.namespace(); err != nil {
		return a, err
	}
	for _, f := range r.args {
		switch string(f.key) {
		case "query":
			a.filter, err = f.document()
		case "limit":
			a.limit, err = f.integer()
			a.limit = max(a.limit, -a.limit)
		case "skip":
			a.skip, err = f.count()
		case "hint":
			a.hint, err = hint(f)
		case "collation":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return a, err
		}
	}
	return a, r.onlyLists()
}

// count counts what a search finds.
func (s *Server) count(ctx context.Context, a search) (int64, error) {
	q, err := a.query()
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.withReader(ctx, func(c *sq.Conn, cat *catalog) error {
		coll := cat.colls[a.ns]
		if coll == nil {
			return nil
		}
		if len(a.filter) == 0 && a.hint == nil {
			n, err = countAll(c, coll)
			return err
		}
		p, err := newPlan(coll, q)
		if err != nil {
			return err
		}
		most := q.window()
		return newScan(p).run(ctx, c, func([]byte, raw) (bool, error) {
			n++
			return n == most, nil
		})
	})
	n = max(0, n-a.skip)
	if a.limit > 0 {
		n = min(n, a.limit)
	}
	return n, err
}

func countAll(c *sq.Conn, coll *collection) (int64, error) {
	s, err := c.Prepare(coll.sql.count)
	if err != nil {
		return 0, err
	}
	if _, err := s.Step(); err != nil {
		return 0, err
	}
	n := s.Int(0)
	return n, s.Reset()
}

func distinct(ctx context.Context, r *request) (bson.D, error) {
	a, path, err := parseDistinct(r)
	if err != nil {
		return nil, err
	}
	q, err := a.query()
	if err != nil {
		return nil, err
	}
	var list bsonkit.List
	need := fieldSet{}
	need.add(path)
	err = r.s.withReader(ctx, func(c *sq.Conn, cat *catalog) error {
		coll := cat.colls[a.ns]
		if coll == nil {
			return nil
		}
		p, err := newPlan(coll, q)
		if err != nil {
			return err
		}
		return newScan(p).run(ctx, c, func(_ []byte, doc raw) (bool, error) {
			d, err := decodeOnly(doc, need)
			list = append(list, &d)
			return false, err
		})
	})
	if err != nil {
		return nil, err
	}
	return ok(bson.E{Key: "values", Value: bsonkit.Collect(list, path, true, true, true, true)}), nil
}

func parseDistinct(r *request) (a search, path string, err error) {
	if a.ns, err = r.namespace(); err != nil {
		return a, "", err
	}
	for _, f := range r.args {
		switch string(f.key) {
		case "key":
			path, err = f.text()
		case "query":
			a.filter, err = f.document()
		case "hint":
			a.hint, err = hint(f)
		case "collation":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return a, "", err
		}
	}
	if checkPath(path) != nil || strings.HasPrefix(path, "$") {
		return a, "", failed(codeBadValue, "distinct needs a 'key'")
	}
	return a, path, r.onlyLists()
}
