package localmongo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson/primitive"
)

// sweepBatch is how many expired documents go in one transaction.
const sweepBatch = 500

// sweepLoop removes expired documents and idle cursors from time to time.
func (s *Server) sweepLoop() {
	defer s.work.Done()
	tick := time.NewTicker(s.opts.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			if _, err := s.Sweep(s.ctx); err != nil && s.ctx.Err() == nil {
				s.report("sweep", err)
			}
		}
	}
}

// Sweep removes the documents whose TTL index says that they expired by now, and idle cursors. It returns how many
// documents it removed. It runs by itself every Options.SweepEvery.
func (s *Server) Sweep(ctx context.Context) (int, error) {
	if err := s.begin(); err != nil {
		return 0, fmt.Errorf("sweep: %w", err)
	}
	defer s.work.Done()
	now := s.now()
	s.cursors.reap(now)
	removed := 0
	for ns, c := range s.cat.Load().colls {
		for _, ix := range c.indexes {
			if ix.expire == nil {
				continue
			}
			for ctx.Err() == nil {
				n, err := s.sweepSome(ctx, ns, ix, now.Add(-time.Duration(*ix.expire)*time.Second))
				removed += n
				if err != nil {
					return removed, fmt.Errorf("sweep %s: %w", ns, err)
				}
				if n < sweepBatch {
					break
				}
			}
		}
	}
	return removed, nil
}

// sweepSome removes some documents whose date is not after until. An array expires with its earliest date.
func (s *Server) sweepSome(ctx context.Context, ns string, ix *index, until time.Time) (int, error) {
	n := 0
	err := s.write(func(t *txn) error {
		n = 0
		c := t.cat.colls[ns]
		if c == nil || c.index(ix.name) == nil || c.index(ix.name).table != ix.table {
			return nil
		}
		v, ok := rangeOf(predicate{ix.fields[0].path, "$lte", primitive.NewDateTimeFromTime(until)})
		if !ok {
			return nil
		}
		p := &plan{coll: c, ix: c.index(ix.name), bounds: []span{v.span(nil, ix.fields[0].desc)}, bounded: true}
		var rows []row
		err := newScan(p).run(ctx, t.c, func(id []byte, doc raw) (bool, error) {
			rows = append(rows, row{bytes.Clone(id), bytes.Clone(doc)})
			return len(rows) == sweepBatch, nil
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := t.remove(c, r.id, r.doc); err != nil {
				return err
			}
		}
		n = len(rows)
		return nil
	})
	return n, err
}
