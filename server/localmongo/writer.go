package localmongo

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"

	"shebao/server/localmongo/internal/sq"
)

// All writes go through one goroutine, which puts those that wait into one transaction and answers after the commit.
//
// A job must check before it writes: when it returns a *commandError it has written nothing for that error (or has undone
// it with atomically). Any other error gives up the whole transaction, and every job of it is run again in one of its own,
// so that one write that finds no room fails alone. Jobs therefore set their results anew each time they run.

type job struct {
	run  func(*txn) error
	done chan error
}

// maxBatch is how many writes share a transaction.
const maxBatch = 256

// txn is the transaction that a job runs in.
type txn struct {
	c    *sq.Conn
	cat  *catalog // with the changes of this transaction
	s    *Server
	base *catalog // as committed

	old, next []byte // room for documents
	was, is   []field
}

// write runs fn in the writer and returns when it is durable.
func (s *Server) write(fn func(*txn) error) error {
	j := &job{run: fn, done: make(chan error, 1)}
	s.jobs <- j
	return <-j.done
}

func (s *Server) writeLoop(c *sq.Conn) {
	defer close(s.written)
	defer s.closeFile(c)
	var broken error // after a failed fsync nobody knows what the disk holds: writes are refused until the store is opened anew
	batch := make([]*job, 0, maxBatch)
	for j := range s.jobs {
		batch = append(batch[:0], j)
		batch = s.more(batch)
		errs := make([]error, len(batch))
		switch {
		case broken != nil:
			for i := range errs {
				errs[i] = broken
			}
		default:
			s.writeBatch(c, batch, errs)
		}
		for i, j := range batch {
			if sq.IsSync(errs[i]) {
				broken = failed(codeInternal, "the disk failed; writes are refused until a restart")
			}
			j.done <- errs[i]
		}
	}
}

// more adds the jobs that are waiting. The clients that were answered last are about to come back, so it lets them run
// first: otherwise each large batch would be followed by one of a single write, which costs a whole fsync.
func (s *Server) more(batch []*job) []*job {
	for yields := 0; len(batch) < maxBatch; {
		select {
		case j, ok := <-s.jobs:
			if !ok {
				return batch
			}
			batch = append(batch, j)
			yields = 0
		default:
			if yields == maxYields {
				return batch
			}
			yields++
			runtime.Gosched()
		}
	}
	return batch
}

// maxYields is how often the writer lets others run without a new write coming.
const maxYields = 3

func (s *Server) writeBatch(c *sq.Conn, batch []*job, errs []error) {
	if s.transact(c, batch, errs) == nil {
		return
	}
	if len(batch) == 1 {
		return
	}
	for i := range batch {
		_ = s.transact(c, batch[i:i+1], errs[i:i+1]) // the error is in errs
	}
}

// transact runs jobs in one transaction. Its error means that nothing was kept; then errs hold it too.
func (s *Server) transact(c *sq.Conn, batch []*job, errs []error) error {
	base := s.cat.Load()
	t := &txn{c: c, cat: base, base: base, s: s}
	err := c.Exec("begin immediate")
	for i := range batch {
		if err != nil {
			break
		}
		errs[i] = t.run(batch[i])
		var ce *commandError
		if errs[i] != nil && !errors.As(errs[i], &ce) {
			err = errs[i]
		}
	}
	if err == nil {
		err = t.commit()
	}
	if err == nil {
		return nil
	}
	if c.InTransaction() {
		s.report("roll back", c.Exec("rollback"))
	}
	s.log.Error("localmongo: write failed", slog.Any("error", err))
	for i := range errs {
		errs[i] = err
	}
	return err
}

// commit makes the transaction durable and shows its catalogue to the readers.
func (t *txn) commit() error {
	if t.cat == t.base {
		return t.c.Exec("commit")
	}
	t.s.schema.Lock()
	defer t.s.schema.Unlock()
	if err := t.c.Exec("commit"); err != nil {
		return err
	}
	t.s.cat.Store(t.cat)
	return nil
}

// run runs one job; a panic in it is an error.
func (t *txn) run(j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("write: %v", p)
		}
	}()
	return j.run(t)
}

// atomically undoes what fn wrote when it fails.
func (t *txn) atomically(fn func() error) error {
	cat := t.cat
	if err := t.c.Exec("savepoint job"); err != nil {
		return err
	}
	err := fn()
	if err == nil {
		return t.c.Exec("release job")
	}
	t.cat = cat
	if !t.c.InTransaction() {
		return err
	}
	if e := errors.Join(t.c.Exec("rollback to job"), t.c.Exec("release job")); e != nil {
		return e
	}
	return err
}
