package sq

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// Stmt is a prepared statement: Bind, Step until it says false, Reset when leaving earlier.
type Stmt struct {
	c    *Conn
	p    uintptr
	bufs []buffer // one a parameter, kept between runs
	busy bool     // between the first Step and Reset
	once bool     // finalize at Reset
}

// buffer is memory that SQLite may read.
type buffer struct {
	p    uintptr
	size int
}

// Bind sets the parameters, which are []byte, string or int64. Blobs and texts are copied.
func (s *Stmt) Bind(args ...any) error {
	for i, a := range args {
		var rc int32
		switch v := a.(type) {
		case []byte:
			p, err := s.copyIn(i, unsafe.Pointer(unsafe.SliceData(v)), len(v)) //nolint:gosec // G103: read only, for the length given
			if err != nil {
				return err
			}
			rc = sqlite3.Xsqlite3_bind_blob(s.c.tls, s.p, int32(i+1), p, int32(len(v)), 0) //nolint:gosec // G115: a handful of parameters, blobs under 48 MB
		case string:
			p, err := s.copyIn(i, unsafe.Pointer(unsafe.StringData(v)), len(v)) //nolint:gosec // G103: read only, for the length given
			if err != nil {
				return err
			}
			rc = sqlite3.Xsqlite3_bind_text(s.c.tls, s.p, int32(i+1), p, int32(len(v)), 0) //nolint:gosec // G115: as above
		case int64:
			rc = sqlite3.Xsqlite3_bind_int64(s.c.tls, s.p, int32(i+1), v)
		default:
			return fmt.Errorf("sqlite: bind: parameter %d is a %T", i+1, a)
		}
		if rc != sqlite3.SQLITE_OK {
			return s.c.fail(rc, "bind")
		}
	}
	return nil
}

// copyIn copies n bytes to the buffer of parameter i and returns its address.
func (s *Stmt) copyIn(i int, from unsafe.Pointer, n int) (uintptr, error) {
	for len(s.bufs) <= i {
		s.bufs = append(s.bufs, buffer{})
	}
	b := &s.bufs[i]
	if b.size < n+1 {
		if b.p != 0 {
			libc.Xfree(s.c.tls, b.p)
		}
		size := max(64, 2*n)
		*b = buffer{p: libc.Xmalloc(s.c.tls, types.Size_t(size)), size: size}
		if b.p == 0 {
			b.size = 0
			return 0, &Error{Op: "bind", Code: sqlite3.SQLITE_NOMEM}
		}
	}
	if n > 0 {
		copy(unsafe.Slice((*byte)(pointer(b.p)), n), unsafe.Slice((*byte)(from), n)) //nolint:gosec // G103: both hold at least n bytes
	}
	return b.p, nil
}

// Step moves to the next row. After false or an error the statement is reset.
func (s *Stmt) Step() (bool, error) {
	s.busy = true
	switch rc := sqlite3.Xsqlite3_step(s.c.tls, s.p); rc {
	case sqlite3.SQLITE_ROW:
		return true, nil
	case sqlite3.SQLITE_DONE:
		return false, s.Reset()
	default:
		err := s.c.fail(rc, "step")
		_ = s.Reset() // repeats the error of the step
		return false, err
	}
}

// Reset ends the run. It is safe to call twice.
func (s *Stmt) Reset() error {
	if !s.busy {
		return nil
	}
	s.busy = false
	if s.once {
		s.finalize()
		return nil
	}
	if rc := sqlite3.Xsqlite3_reset(s.c.tls, s.p); rc != sqlite3.SQLITE_OK {
		return s.c.fail(rc, "reset")
	}
	return nil
}

func (s *Stmt) finalize() {
	if s.p != 0 {
		sqlite3.Xsqlite3_finalize(s.c.tls, s.p)
		s.p = 0
	}
	for _, b := range s.bufs {
		if b.p != 0 {
			libc.Xfree(s.c.tls, b.p)
		}
	}
	s.bufs = nil
}

// Blob copies column i of the current row.
func (s *Stmt) Blob(i int) []byte {
	v := s.View(i)
	return append(make([]byte, 0, len(v)), v...)
}

// View is column i of the current row without a copy: valid until the next Step or Reset, not to be written.
func (s *Stmt) View(i int) []byte {
	p := sqlite3.Xsqlite3_column_blob(s.c.tls, s.p, int32(i))  //nolint:gosec // G115: a column number
	n := sqlite3.Xsqlite3_column_bytes(s.c.tls, s.p, int32(i)) //nolint:gosec // G115: a column number
	if p == 0 || n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(pointer(p)), int(n)) //nolint:gosec // G103: SQLite gives the length
}

// Text copies column i of the current row.
func (s *Stmt) Text(i int) string {
	return libc.GoString(sqlite3.Xsqlite3_column_text(s.c.tls, s.p, int32(i))) //nolint:gosec // G115: a column number
}

// Int is column i of the current row.
func (s *Stmt) Int(i int) int64 {
	return sqlite3.Xsqlite3_column_int64(s.c.tls, s.p, int32(i)) //nolint:gosec // G115: a column number
}
