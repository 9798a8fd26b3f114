package localmongo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"shebao/server/localmongo/internal/sq"
)

// The file says whose it is: "sbm1" as application id, and the version of the layout.
const (
	applicationID = 0x73626d31
	layoutVersion = 1
)

// openFile opens or makes store.db, checks it, loads the catalogue and starts the writer.
func (s *Server) openFile(ctx context.Context) error {
	if err := Reserve(); err != nil {
		return err
	}
	s.path = filepath.Join(s.opts.Dir, "store.db")
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	writer, err := s.openConn(sq.ReadWrite)
	if err != nil {
		return err
	}
	if err := s.prepareFile(writer, info.Size()); err != nil {
		s.report("close writer", writer.Close())
		return err
	}
	for range s.opts.Readers {
		c, err := s.openConn(sq.ReadOnly)
		if err != nil {
			s.report("close writer", writer.Close())
			return err
		}
		s.readers <- c
	}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go s.writeLoop(writer)
	s.work.Add(1)
	go s.sweepLoop()
	return nil
}

// The page caches of one connection, in KB. What they miss is in the system's cache.
const (
	writeCache = 32 << 10
	readCache  = 6 << 10
)

// Reserve takes the memory of page caches for this process's stores, once. Opening a store does it. A program that uses SQLite
// by other means calls it before: afterwards SQLite takes no more instructions and its caches need twice their size.
func Reserve() error {
	const spare = 64 // pages of statements that are under way
	err := sq.Reserve((writeCache+defaultReaders*readCache)<<10/pageSize+spare, pageSize)
	if errors.Is(err, sq.ErrInUse) {
		return nil
	}
	return err
}

func (s *Server) openConn(mode sq.Mode) (*sq.Conn, error) {
	c, err := sq.Open(s.path, mode)
	if err != nil {
		return nil, fileError(err)
	}
	cache := readCache
	if mode == sq.ReadWrite {
		cache = writeCache
	}
	for _, p := range []string{"temp_store = memory", "cache_size = -" + strconv.Itoa(cache), "cell_size_check = on"} {
		if err := c.Exec("pragma " + p); err != nil {
			return nil, errors.Join(fileError(err), c.Close())
		}
	}
	return c, nil
}

// prepareFile brings a new file into shape and checks an old one.
func (s *Server) prepareFile(c *sq.Conn, size int64) error {
	if size == 0 {
		if err := c.Exec("pragma page_size = " + strconv.Itoa(pageSize)); err != nil {
			return fileError(err)
		}
	} else if err := s.checkFile(c, size); err != nil {
		return err
	}
	// Debit runs write the same pages again and again: they are copied back into the file only every 100 MB.
	for _, p := range []string{"journal_mode = wal", "synchronous = full", "wal_autocheckpoint = 12000", "journal_size_limit = 134217728"} {
		if err := c.Exec("pragma " + p); err != nil {
			return fileError(err)
		}
	}
	if s.opts.maxPages > 0 {
		if err := c.Exec("pragma max_page_count = " + strconv.FormatInt(s.opts.maxPages, 10)); err != nil {
			return fileError(err)
		}
	}
	if err := stamp(c); err != nil {
		return fileError(err)
	}
	cat, err := loadCatalog(c)
	if err != nil {
		return fileError(err)
	}
	for _, coll := range cat.colls {
		coll.report = s.opts.OnFullScan
	}
	s.cat.Store(cat)
	return nil
}

// stamp makes a file ours. It writes nothing to one that is, so that a store on a full disk can still be opened and read.
func stamp(c *sq.Conn) error {
	version, err := c.Text("pragma user_version")
	if err != nil || version == strconv.Itoa(layoutVersion) {
		return err
	}
	for _, sql := range []string{
		"begin immediate",
		catalogSchema,
		"pragma application_id = " + strconv.Itoa(applicationID),
		"pragma user_version = " + strconv.Itoa(layoutVersion),
		"commit",
	} {
		if err := c.Exec(sql); err != nil {
			return err
		}
	}
	return nil
}

// pageSize lets documents of about 2 KB stay in one page.
const pageSize = 8192

// checkFile refuses files that are damaged or not ours.
func (s *Server) checkFile(c *sq.Conn, size int64) error {
	id, err := c.Text("pragma application_id")
	if err != nil {
		return fileError(err)
	}
	version, err := c.Text("pragma user_version")
	if err != nil {
		return fileError(err)
	}
	tables, err := c.Text("select count(*) from sqlite_schema")
	if err != nil {
		return fileError(err)
	}
	if tables != "0" && (id != strconv.Itoa(applicationID) || version != strconv.Itoa(layoutVersion)) {
		return ErrFormat
	}
	if size > s.opts.CheckLimit {
		return nil
	}
	found, err := c.Text("pragma quick_check(1)")
	if err != nil {
		return fileError(err)
	}
	if found != "ok" {
		return fmt.Errorf("%w: %s", ErrCorrupt, found)
	}
	return nil
}

func fileError(err error) error {
	switch {
	case sq.Is(err, sq.Corrupt), sq.Is(err, sq.NotADB):
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	case sq.Is(err, sq.CantOpen), sq.Is(err, sq.IOErr), sq.Is(err, sq.Full):
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	default:
		var ce *commandError
		if errors.As(err, &ce) {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		return err
	}
}
