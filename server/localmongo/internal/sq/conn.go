package sq

import (
	"errors"
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Mode says what a connection may do.
type Mode int32

// The modes of a connection.
const (
	ReadOnly  Mode = sqlite3.SQLITE_OPEN_READONLY
	ReadWrite Mode = sqlite3.SQLITE_OPEN_READWRITE
)

// Conn is one connection. It is not safe for use by several goroutines at once.
type Conn struct {
	tls   *libc.TLS
	db    uintptr
	slot  uintptr // room for one C pointer, used by open and prepare
	stmts map[string]*Stmt
}

// maxStatements bounds the statements that one connection keeps prepared.
const maxStatements = 512

// Open opens the existing file at path.
func Open(path string, mode Mode) (*Conn, error) {
	c := &Conn{tls: libc.NewTLS(), stmts: map[string]*Stmt{}}
	c.slot = libc.Xcalloc(c.tls, 1, 8)
	name, err := libc.CString(path)
	if c.slot == 0 || err != nil {
		c.tls.Close()
		return nil, errors.New("sqlite: out of memory")
	}
	defer libc.Xfree(c.tls, name)
	rc := sqlite3.Xsqlite3_open_v2(c.tls, name, c.slot, int32(mode)|sqlite3.SQLITE_OPEN_NOMUTEX, 0)
	c.db = *(*uintptr)(pointer(c.slot))
	if rc != sqlite3.SQLITE_OK {
		err := c.fail(rc, "open")
		_ = c.Close()
		return nil, err
	}
	sqlite3.Xsqlite3_extended_result_codes(c.tls, c.db, 1)
	sqlite3.Xsqlite3_busy_timeout(c.tls, c.db, 10000)
	return c, nil
}

// Close finalizes the statements and closes the connection.
func (c *Conn) Close() error {
	c.Forget()
	var err error
	if c.db != 0 {
		if rc := sqlite3.Xsqlite3_close_v2(c.tls, c.db); rc != sqlite3.SQLITE_OK {
			err = fmt.Errorf("sqlite: close: code %d", rc)
		}
		c.db = 0
	}
	if c.slot != 0 {
		libc.Xfree(c.tls, c.slot)
		c.slot = 0
		c.tls.Close()
	}
	return err
}

// Forget finalizes every kept statement.
func (c *Conn) Forget() {
	for _, s := range c.stmts {
		s.finalize()
	}
	c.stmts = map[string]*Stmt{}
}

// InTransaction tells whether a transaction is open; SQLite ends one by itself after some errors.
func (c *Conn) InTransaction() bool { return sqlite3.Xsqlite3_get_autocommit(c.tls, c.db) == 0 }

// Interrupt makes the statement that is running on c fail. It may be called from another goroutine while c is open.
func (c *Conn) Interrupt() {
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_interrupt(tls, c.db)
}

// Exec runs one statement and ignores its rows.
func (c *Conn) Exec(sql string, args ...any) error {
	s, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	if err := s.Bind(args...); err != nil {
		return err
	}
	for {
		more, err := s.Step()
		if err != nil {
			return err
		}
		if !more {
			return s.Reset()
		}
	}
}

// Text runs one statement and returns the first column of its first row as text, or "" when there is none.
func (c *Conn) Text(sql string) (string, error) {
	s, err := c.Prepare(sql)
	if err != nil {
		return "", err
	}
	more, err := s.Step()
	if err != nil || !more {
		return "", err
	}
	out := s.Text(0)
	return out, s.Reset()
}

// Prepare returns the kept statement for sql, ready to be bound.
func (c *Conn) Prepare(sql string) (*Stmt, error) {
	if s := c.stmts[sql]; s != nil && !s.busy {
		return s, nil
	}
	s, err := c.prepare(sql)
	if err != nil {
		return nil, err
	}
	if c.stmts[sql] != nil { // the kept one is being read: this one lives until its Reset
		s.once = true
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		for k, old := range c.stmts {
			if !old.busy {
				old.finalize()
				delete(c.stmts, k)
			}
		}
	}
	c.stmts[sql] = s
	return s, nil
}

func (c *Conn) prepare(sql string) (*Stmt, error) {
	text, err := libc.CString(sql)
	if err != nil {
		return nil, fmt.Errorf("sqlite: prepare: %w", err)
	}
	defer libc.Xfree(c.tls, text)
	rc := sqlite3.Xsqlite3_prepare_v3(c.tls, c.db, text, -1, sqlite3.SQLITE_PREPARE_PERSISTENT, c.slot, 0)
	if rc != sqlite3.SQLITE_OK {
		return nil, c.fail(rc, "prepare")
	}
	return &Stmt{c: c, p: *(*uintptr)(pointer(c.slot))}, nil
}

func (c *Conn) fail(rc int32, op string) error {
	e := &Error{Op: op, Code: int(rc)}
	if c.db != 0 {
		e.Message = libc.GoString(sqlite3.Xsqlite3_errmsg(c.tls, c.db))
	}
	return e
}

// pointer turns an address in SQLite's memory (never the Go heap) into a pointer.
func pointer(p uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&p)) //nolint:gosec // G103: SQLite's interface is addresses
}
