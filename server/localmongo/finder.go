package localmongo

import (
	"bytes"
	"context"
	"math"

	"shebao/server/localmongo/internal/sq"
)

// finder answers one query in batches.
type finder struct {
	q       *query
	ns      string
	proj    *projection // nil: whole documents
	scan    *scan
	skip    int64 // documents still to be passed over
	left    int64 // documents still to be given
	sorted  []row // the rest of the answer, when it had to be sorted
	isSort  bool
	started bool
	single  bool   // the client wants one batch only
	table   string // the collection as it was at the start
}

func newFinder(ns string, q *query, proj *projection) *finder {
	left := q.limit
	if left == 0 {
		left = math.MaxInt64
	}
	return &finder{q: q, ns: ns, proj: proj, skip: q.skip, left: left}
}

// maxBatchBytes is how much one answer holds before its last document.
const maxBatchBytes = 15 << 20

// batch returns the next documents, at most n, and whether that was all.
func (f *finder) batch(ctx context.Context, c *sq.Conn, cat *catalog, n int64) (docs []raw, done bool, err error) {
	size := 0
	give := func(doc raw) (stop bool, err error) {
		if f.skip > 0 {
			f.skip--
			return false, nil
		}
		if f.proj != nil {
			if doc, err = f.proj.apply(doc); err != nil {
				return false, err
			}
		} else {
			doc = bytes.Clone(doc)
		}
		docs = append(docs, doc)
		size += len(doc)
		f.left--
		return f.left == 0 || int64(len(docs)) == n || size > maxBatchBytes, nil
	}
	if !f.isSort || !f.started {
		coll := cat.colls[f.ns]
		if coll == nil || f.started && coll.table != f.table {
			return nil, true, nil
		}
		if !f.started {
			if err := f.start(ctx, c, coll); err != nil {
				return nil, false, err
			}
		}
		if err := f.rebind(coll); err != nil {
			return nil, false, err
		}
	}
	switch {
	case n == 0:
		return nil, false, nil
	case f.isSort:
		err = f.giveSorted(give)
		return docs, len(f.sorted) == 0 || f.left == 0, err
	default:
		err = f.scan.run(ctx, c, func(_ []byte, doc raw) (bool, error) { return give(doc) })
		return docs, f.scan.done || f.left == 0, err
	}
}

func (f *finder) giveSorted(give func(raw) (bool, error)) error {
	for len(f.sorted) > 0 {
		doc := f.sorted[0].doc
		f.sorted = f.sorted[1:]
		if stop, err := give(doc); err != nil || stop {
			return err
		}
	}
	return nil
}

// start plans the query, and reads and sorts everything when no index gives the order.
func (f *finder) start(ctx context.Context, c *sq.Conn, coll *collection) error {
	p, err := newPlan(coll, f.q)
	if err != nil {
		return err
	}
	f.scan, f.started, f.table = newScan(p), true, coll.table
	if p.sorted {
		return nil
	}
	f.isSort = true
	f.sorted, err = sortScan(ctx, c, f.scan, f.q.sort, f.q.window())
	return err
}

// rebind looks whether the index of a running scan is still there.
func (f *finder) rebind(coll *collection) error {
	was := f.scan.plan.ix
	if was == nil || coll == f.scan.plan.coll {
		return nil
	}
	ix := coll.index(was.name)
	if ix == nil || ix.table != was.table || ix.arrays != was.arrays {
		return failed(codeCursorNotFound, "the index that the cursor reads was dropped or changed")
	}
	return nil
}
