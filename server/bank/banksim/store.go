package banksim

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

var errClosed = errors.New("bank simulator: closed")

// maxGroup is the most operations that share one commit.
const maxGroup = 256

// store runs operations one after the other in one goroutine and commits those
// that wait together in one transaction. do returns after the commit is durable.
type store struct {
	db   *sql.DB
	tx   *tx
	ops  chan *op
	quit chan struct{}
	idle chan struct{}
	once sync.Once
	err  error
}

type op struct {
	run  func(*tx) error
	done chan error
}

// tx is the open transaction, used only inside operations.
type tx struct {
	pending
	ctx  context.Context //nolint:containedctx // the store's own: an operation that began is finished
	conn *sql.Conn
}

// openStore opens the file bank.db in dir; an empty dir means memory. begin runs
// at the start of every transaction. Another process on the same dir is an error.
func openStore(dir string, begin func(*tx) error) (*store, error) {
	dsn := "file::memory:"
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("bank simulator: %w", err)
		}
		dsn = (&url.URL{Scheme: "file", Opaque: filepath.ToSlash(filepath.Join(dir, "bank.db"))}).String()
	}
	dsn += "?_pragma=locking_mode(EXCLUSIVE)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("bank simulator: %w", err)
	}
	db.SetMaxOpenConns(1)
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, schema)
	}
	if err == nil { // takes the exclusive lock now, not with the first debit
		_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE; PRAGMA user_version = 1; COMMIT")
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("bank simulator: open store: %w", err)
	}
	s := &store{
		db: db, tx: &tx{pending: newPending(), ctx: ctx, conn: conn},
		ops: make(chan *op), quit: make(chan struct{}), idle: make(chan struct{}),
	}
	if err := s.tx.load(); err != nil {
		return nil, errors.Join(err, conn.Close(), db.Close())
	}
	go s.loop(begin)
	return s, nil
}

// do runs the operation in a transaction. After an error nothing of it is kept.
func (s *store) do(run func(*tx) error) error {
	o := &op{run: run, done: make(chan error, 1)}
	select {
	case s.ops <- o:
		return <-o.done
	case <-s.quit:
		return errClosed
	}
}

func (s *store) close() error {
	s.once.Do(func() {
		close(s.quit)
		<-s.idle
		s.err = errors.Join(s.tx.conn.Close(), s.db.Close())
	})
	return s.err
}

func (s *store) loop(begin func(*tx) error) {
	defer close(s.idle)
	for {
		select {
		case <-s.quit:
			return
		case first := <-s.ops:
			s.group(first, begin)
		}
	}
}

// group runs the first operation and all that come meanwhile, then commits. An
// error of one undoes the whole group: none of them gets an answer.
func (s *store) group(first *op, begin func(*tx) error) {
	ctx := s.tx.ctx
	members := []*op{first}
	_, err := s.tx.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	if err == nil {
		err = begin(s.tx)
	}
	if err == nil {
		err = first.run(s.tx)
	}
	for err == nil && len(members) < maxGroup {
		var next *op
		select {
		case next = <-s.ops:
			members = append(members, next)
			err = next.run(s.tx)
			continue
		default:
		}
		break
	}
	if err == nil {
		err = s.tx.flush()
	}
	if err == nil {
		_, err = s.tx.conn.ExecContext(ctx, "COMMIT")
	}
	if err == nil {
		s.tx.committed()
	} else {
		s.tx.forget()
		_, undo := s.tx.conn.ExecContext(ctx, "ROLLBACK")
		err = fmt.Errorf("bank simulator: %w", errors.Join(err, undo))
	}
	for _, o := range members {
		o.done <- err
	}
}

func (t *tx) exec(query string, args ...any) error {
	if err := t.flush(); err != nil {
		return err
	}
	_, err := t.conn.ExecContext(t.ctx, query, args...)
	return err
}

// one reads the first row into dest; false when there is none. It does not see
// rows that wait for a flush.
func (t *tx) one(query string, args []any, dest ...any) (bool, error) {
	err := t.conn.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls row for every row; row scans. It must not use the transaction.
func (t *tx) each(query string, args []any, row func(scan func(dest ...any) error) error) error {
	if err := t.flush(); err != nil {
		return err
	}
	rows, err := t.conn.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
