package localmongo

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/localmongo/internal/sq"
)

// aggregation is a pipeline: a search for its leading $match, $sort, $skip and $limit, and the stages after that.
type aggregation struct {
	search
	stages []stage
}

// stage turns documents into documents.
type stage func(docs []bson.D) ([]bson.D, error)

func parseAggregate(r *request) (aggregation, error) {
	a := aggregation{search: search{batch: firstBatch}}
	var err error
	if a.ns, err = r.namespace(); err != nil {
		return a, err
	}
	var pipeline []bson.D
	for _, f := range r.args {
		switch string(f.key) {
		case "pipeline":
			pipeline, err = f.documentValues()
		case "cursor":
			err = a.cursor(r, f)
		case "hint":
			a.hint, err = hint(f)
		case "allowDiskUse", "bypassDocumentValidation":
			_, err = f.truth() // permissions that are not needed
		case "collation", "let", "explain":
			err = r.unsupported(f)
		default:
			err = r.unknown(f)
		}
		if err != nil {
			return a, err
		}
	}
	if err := a.build(pipeline); err != nil {
		return a, err
	}
	return a, r.onlyLists()
}

func (a *aggregation) cursor(r *request, f field) error {
	d, err := f.document()
	if err != nil {
		return err
	}
	for _, e := range d {
		n, isNumber := wholeNumber(e.Value)
		if e.Key != "batchSize" || !isNumber || n < 0 {
			return r.unknown(f)
		}
		a.batch = n
	}
	return nil
}

// build moves the beginning of the pipeline into the search, as far as its order is that of a search.
func (a *aggregation) build(pipeline []bson.D) error {
	for len(pipeline) > 0 && len(pipeline[0]) == 1 {
		e := pipeline[0][0]
		d, isDoc := e.Value.(bson.D)
		n, isNumber := wholeNumber(e.Value)
		switch {
		case e.Key == "$match" && isDoc && a.filter == nil && a.sort == nil && a.skip == 0 && a.limit == 0:
			a.filter = d
		case e.Key == "$sort" && isDoc && len(d) > 0 && a.sort == nil && a.skip == 0 && a.limit == 0:
			a.sort = d
		case e.Key == "$skip" && isNumber && n >= 0 && a.limit == 0:
			a.skip += n
		case e.Key == "$limit" && isNumber && n > 0 && a.limit == 0:
			a.limit = n
		default:
			return a.addStages(pipeline)
		}
		pipeline = pipeline[1:]
	}
	return a.addStages(pipeline)
}

func (a *aggregation) addStages(pipeline []bson.D) error {
	for _, p := range pipeline {
		s, err := newStage(p)
		if err != nil {
			return err
		}
		a.stages = append(a.stages, s)
	}
	return nil
}

func aggregate(ctx context.Context, r *request) (bson.D, error) {
	a, err := parseAggregate(r)
	if err != nil {
		return nil, err
	}
	if len(a.stages) == 0 {
		f, err := a.finder()
		if err != nil {
			return nil, err
		}
		return r.s.firstBatch(ctx, f, a.batch)
	}
	f, err := a.finder()
	if err != nil {
		return nil, err
	}
	docs, err := r.s.all(ctx, f)
	if err != nil {
		return nil, err
	}
	for _, s := range a.stages {
		if docs, err = s(docs); err != nil {
			return nil, err
		}
	}
	done := &finder{q: f.q, ns: a.ns, left: int64(len(docs)), isSort: true, started: true}
	for _, d := range docs {
		b, err := encode(d)
		if err != nil {
			return nil, err
		}
		done.sorted = append(done.sorted, row{doc: b})
	}
	return r.s.firstBatch(ctx, done, a.batch)
}

// all reads everything that a finder finds.
func (s *Server) all(ctx context.Context, f *finder) ([]bson.D, error) {
	var out []bson.D
	size := 0
	err := s.withReader(ctx, func(c *sq.Conn, cat *catalog) error {
		for {
			docs, done, err := f.batch(ctx, c, cat, 1000)
			if err != nil {
				return err
			}
			for _, doc := range docs {
				if size += len(doc); size > maxSortBytes {
					return failed(codeMemoryLimit, "aggregation exceeded memory limit of %d bytes", maxSortBytes)
				}
				d, err := decode(doc, nil)
				if err != nil {
					return err
				}
				out = append(out, d)
			}
			if done {
				return nil
			}
		}
	})
	return out, err
}
