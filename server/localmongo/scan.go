package localmongo

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"shebao/server/localmongo/internal/sq"
)

// row is a found document and its encoded _id.
type row struct {
	id  []byte
	doc raw
}

// scan walks the documents of a plan. It can stop between two documents and go on later, on another connection.
type scan struct {
	plan *plan
	span int                 // the range it is in
	last []byte              // the last key read in that range; nil: none yet
	seen map[string]struct{} // ids, when the index may name a document twice
	done bool
	keys int64 // index entries read
	docs int64 // documents read
}

func newScan(p *plan) *scan {
	s := &scan{plan: p}
	if p.ix != nil && p.ix.multikey {
		s.seen = map[string]struct{}{}
	}
	return s
}

// checkEvery is how many documents are read between two looks at the context.
const checkEvery = 128

// run calls found for each document until it says stop. What found gets is valid only during the call.
func (s *scan) run(ctx context.Context, c *sq.Conn, found func(id []byte, doc raw) (stop bool, err error)) (err error) {
	if s.plan.point {
		return s.runPoint(c, found)
	}
	if len(s.plan.bounds) > 1 && !c.InTransaction() { // the ranges are read as of one moment
		if err := c.Exec("begin"); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		defer func() { err = cmp.Or(err, c.Exec("commit")) }()
	}
	if s.plan.points {
		return s.runPoints(ctx, c, found)
	}
	for ; s.span < len(s.plan.bounds); s.span++ {
		stop, err := s.runSpan(ctx, c, found)
		if err != nil || stop {
			return err
		}
		s.last = nil
	}
	s.done = true
	return nil
}

// runPoints looks each _id up.
func (s *scan) runPoints(ctx context.Context, c *sq.Conn, found func([]byte, raw) (bool, error)) error {
	w := newWalk(c, s.plan)
	defer w.end()
	for s.span < len(s.plan.bounds) {
		id := s.plan.bounds[s.span].lo
		s.span++
		if s.span%checkEvery == 0 && ctx.Err() != nil {
			return ended(ctx)
		}
		there, err := w.to(id)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if stop, err := s.give(w.doc(), id, found); err != nil || stop {
			return err
		}
	}
	s.done = true
	return nil
}

// give calls found for a document that was looked up, when it fits.
func (s *scan) give(doc raw, id []byte, found func([]byte, raw) (bool, error)) (stop bool, err error) {
	s.keys, s.docs = s.keys+1, s.docs+1
	if s.plan.rest != nil {
		if ok, err := s.plan.rest.match(doc); err != nil || !ok {
			return false, err
		}
	}
	return found(id, doc)
}

func (s *scan) runPoint(c *sq.Conn, found func([]byte, raw) (bool, error)) error {
	s.done = true
	_, err := s.lookUp(c, s.plan.bounds[0].lo, found)
	return err
}

// lookUp calls found for the document with the _id, when there is one that fits.
func (s *scan) lookUp(c *sq.Conn, id []byte, found func([]byte, raw) (bool, error)) (stop bool, err error) {
	st, err := c.Prepare(s.plan.coll.sql.get)
	if err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	if err := st.Bind(id); err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	more, err := st.Step()
	if err != nil {
		return false, fmt.Errorf("read document: %w", err)
	}
	if !more {
		return false, nil
	}
	defer func() { _ = st.Reset() }() // a read: its error was seen in Step
	return s.give(st.View(0), id, found)
}

func (s *scan) runSpan(ctx context.Context, c *sq.Conn, found func([]byte, raw) (bool, error)) (bool, error) {
	st, err := c.Prepare(s.plan.statement())
	if err != nil {
		return false, fmt.Errorf("scan: %w", err)
	}
	if err := st.Bind(s.placeArgs()...); err != nil {
		return false, fmt.Errorf("scan: %w", err)
	}
	defer func() { _ = st.Reset() }() // a read: its error was seen in Step
	for {
		more, err := st.Step()
		if err != nil || !more {
			return false, err
		}
		s.docs++
		if s.plan.bounded || s.plan.ix != nil {
			s.keys++
		}
		if s.docs%checkEvery == 0 && ctx.Err() != nil {
			return false, ended(ctx)
		}
		s.last = append(s.last[:0], st.View(0)...)
		id, doc := st.View(1), st.View(2)
		if s.repeated(id) {
			continue
		}
		if s.plan.rest != nil {
			ok, err := s.plan.rest.match(doc)
			if err != nil {
				return false, err
			}
			if !ok {
				continue
			}
		}
		if stop, err := found(id, doc); err != nil || stop {
			return stop, err
		}
	}
}

// place returns the bounds of what is left of the current range.
func (s *scan) place() (lo, hi []byte) {
	b := s.plan.bounds[s.span]
	switch {
	case s.last == nil:
		return b.lo, b.hi
	case s.plan.reverse:
		return b.lo, s.last
	default:
		return append(bytes.Clone(s.last), 0), b.hi
	}
}

func (s *scan) repeated(id []byte) bool {
	if s.seen == nil {
		return false
	}
	if _, ok := s.seen[string(id)]; ok {
		return true
	}
	s.seen[string(id)] = struct{}{}
	return false
}

func (p *plan) statement() string {
	switch {
	case p.ix == nil && p.reverse:
		return p.coll.sql.down
	case p.ix == nil:
		return p.coll.sql.up
	case p.reverse:
		return p.ix.sql.down
	default:
		return p.ix.sql.up
	}
}

// ended is the error for work that was given up.
func ended(ctx context.Context) error {
	if context.Cause(ctx) == context.DeadlineExceeded { //nolint:errorlint // the bare cause of WithTimeout
		return failed(codeMaxTime, "operation exceeded time limit")
	}
	return ErrClosed
}

func (s *scan) placeArgs() []any {
	lo, hi := s.place()
	return []any{lo, hi}
}
