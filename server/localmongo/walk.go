package localmongo

import (
	"bytes"
	"fmt"

	"shebao/server/localmongo/internal/sq"
)

// walk goes from one document that is asked for by _id to the next, in order. What is asked for together often lies
// together, so it passes over some documents before it seeks: a step costs a quarter of a search from the root.
type walk struct {
	c         *sq.Conn
	sql       string
	downwards bool
	st        *sq.Stmt // standing on a document; nil before the first and behind the last
	ahead     int      // documents to pass over before seeking
	seeks     int
}

const (
	mostAhead = 3
	tryEvery  = 64 // seeks after which a walk that has given up stepping tries again
	walkDoc   = 2  // the document's column
	walkID    = 0  // the _id's
)

func newWalk(c *sq.Conn, p *plan) walk {
	return walk{c: c, sql: p.statement(), downwards: p.reverse, ahead: mostAhead}
}

// to goes to the document with the _id, which comes behind the one before; false when there is none.
func (w *walk) to(id []byte) (bool, error) {
	for range w.ahead {
		if w.st == nil {
			break
		}
		if at := w.compare(id); at >= 0 {
			return at == 0, nil
		}
		if more, err := w.st.Step(); err != nil || !more {
			w.st = nil
			return false, err // behind the last document
		}
	}
	if w.st != nil {
		if at := w.compare(id); at >= 0 {
			w.ahead = mostAhead
			return at == 0, nil
		}
		w.ahead = max(0, w.ahead-1)
	}
	return w.seek(id)
}

// compare tells whether the document it stands on comes before the _id, is it or comes behind it.
func (w *walk) compare(id []byte) int {
	at := bytes.Compare(w.st.View(walkID), id)
	if w.downwards {
		return -at
	}
	return at
}

func (w *walk) seek(id []byte) (bool, error) {
	if w.seeks++; w.seeks%tryEvery == 0 {
		w.ahead = max(1, w.ahead)
	}
	w.end()
	st, err := w.c.Prepare(w.sql)
	if err != nil {
		return false, fmt.Errorf("read documents: %w", err)
	}
	all := wholeSpan()
	if w.downwards {
		err = st.Bind(all.lo, append(bytes.Clone(id), 0))
	} else {
		err = st.Bind(id, all.hi)
	}
	if err != nil {
		return false, fmt.Errorf("read documents: %w", err)
	}
	more, err := st.Step()
	if err != nil || !more {
		return false, err
	}
	w.st = st
	return w.compare(id) == 0, nil
}

func (w *walk) doc() raw { return w.st.View(walkDoc) }

func (w *walk) end() {
	if w.st != nil {
		_ = w.st.Reset() // a read: its error was seen in Step
		w.st = nil
	}
}
