package sq

import (
	"errors"
	"fmt"
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Reserve takes memory for so many pages of pageSize bytes in one piece, which the page caches of all connections then share.
// Pages beyond it are taken one by one and need twice their size: the translation's allocator rounds a page and its header
// up to a power of two. Only the first call counts; it is ErrInUse when something in the process has used SQLite before.
func Reserve(pages, pageSize int) error {
	reserving.Do(func() { reserved = reserve(pages, pageSize) })
	return reserved
}

var (
	reserving sync.Once
	reserved  error
)

func reserve(pages, pageSize int) error {
	tls := libc.NewTLS()
	defer tls.Close()
	room := libc.Xcalloc(tls, 1, 8)
	if room == 0 {
		return errors.New("sqlite: out of memory")
	}
	defer libc.Xfree(tls, room)
	if err := configure(tls, sqlite3.SQLITE_CONFIG_PCACHE_HDRSZ, room); err != nil {
		return err
	}
	slot := (pageSize + int(*(*int32)(pointer(room))) + 7) &^ 7
	slab := libc.Xmalloc(tls, libc.Tsize_t(pages*slot)) //nolint:gosec // G115: some MB; for as long as the process lives
	if slab == 0 {
		return errors.New("sqlite: out of memory")
	}
	err := configure(tls, sqlite3.SQLITE_CONFIG_PAGECACHE, slab, int32(slot), int32(pages)) //nolint:gosec // G115: some thousand
	if err != nil {
		libc.Xfree(tls, slab)
	}
	return err
}

// ErrInUse says that SQLite has been used already.
var ErrInUse = errors.New("sqlite: in use already")

func configure(tls *libc.TLS, what int32, args ...any) error {
	list := libc.NewVaList(args...)
	if list == 0 {
		return errors.New("sqlite: out of memory")
	}
	defer libc.Xfree(tls, list)
	switch rc := sqlite3.Xsqlite3_config(tls, what, list); rc {
	case sqlite3.SQLITE_OK:
		return nil
	case sqlite3.SQLITE_MISUSE:
		return ErrInUse
	default:
		return fmt.Errorf("sqlite: configuration %d: code %d", what, rc)
	}
}
