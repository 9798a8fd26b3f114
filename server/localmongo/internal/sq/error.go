package sq

import (
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// Error is a refusal by SQLite.
type Error struct {
	Op      string
	Code    int // extended result code
	Message string
}

func (e *Error) Error() string {
	return fmt.Sprintf("sqlite: %s: %s (%d)", e.Op, e.Message, e.Code)
}

// Kind is the primary result code of a refusal.
type Kind int

// The kinds that the store tells apart.
const (
	Constraint Kind = sqlite3.SQLITE_CONSTRAINT
	Full       Kind = sqlite3.SQLITE_FULL
	Corrupt    Kind = sqlite3.SQLITE_CORRUPT
	NotADB     Kind = sqlite3.SQLITE_NOTADB
	CantOpen   Kind = sqlite3.SQLITE_CANTOPEN
	IOErr      Kind = sqlite3.SQLITE_IOERR
	Interrupt  Kind = sqlite3.SQLITE_INTERRUPT
)

// Is tells whether err is a refusal of kind k.
func Is(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Code&0xff == int(k)
}

// IsSync tells whether err is a failed fsync, after which nothing is known about what the disk holds.
func IsSync(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Code == sqlite3.SQLITE_IOERR_FSYNC || e.Code == sqlite3.SQLITE_IOERR_DIR_FSYNC)
}
