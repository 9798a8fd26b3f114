package localmongo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"shebao/server/localmongo/internal/sq"
)

// Server is an open store. Its methods may be called by several goroutines.
type Server struct {
	opts Options
	log  *slog.Logger
	now  func() time.Time
	path string
	lock *os.File

	ctx    context.Context // ends when the store closes
	cancel context.CancelFunc
	work   sync.WaitGroup // connections and background work
	closed atomic.Bool

	cat     atomic.Pointer[catalog]
	schema  sync.RWMutex // held for reading by readers, for writing while the catalogue changes
	readers chan *sq.Conn
	jobs    chan *job
	written chan struct{} // closed when the writer has ended

	cursors cursors

	netMu     sync.Mutex
	listeners []net.Listener
	conns     map[net.Conn]struct{}
	connID    atomic.Int32
}

// Open opens the store in opts.Dir, or makes a new one. Its errors are ErrLocked, ErrCorrupt, ErrFormat and ErrUnreadable,
// wrapped. The store works until Close, whatever becomes of ctx.
func Open(ctx context.Context, opts Options) (*Server, error) {
	opts = opts.withDefaults()
	if err := os.MkdirAll(opts.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open store %s: %w: %w", opts.Dir, ErrUnreadable, err)
	}
	lock, err := lockDir(opts.Dir)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", opts.Dir, err)
	}
	s := &Server{
		opts: opts, log: opts.Logger, now: opts.Now, lock: lock,
		jobs: make(chan *job, 1024), written: make(chan struct{}), readers: make(chan *sq.Conn, opts.Readers),
		conns: map[net.Conn]struct{}{},
	}
	s.cursors.init()
	if err := s.openFile(ctx); err != nil {
		s.closeFile(nil)
		return nil, fmt.Errorf("open store %s: %w", opts.Dir, err)
	}
	return s, nil
}

// Close ends the connections, waits for the writes in hand and closes the file.
func (s *Server) Close() error {
	s.netMu.Lock()
	if s.closed.Swap(true) {
		s.netMu.Unlock()
		return nil
	}
	s.cancel()
	for _, l := range s.listeners {
		_ = l.Close() // nothing depends on it any more
	}
	for c := range s.conns {
		_ = c.Close() // the same
	}
	s.netMu.Unlock()
	s.work.Wait()
	close(s.jobs)
	<-s.written
	return nil
}

// begin notes that work begins which Close must wait for; the caller calls s.work.Done.
func (s *Server) begin() error {
	s.netMu.Lock()
	defer s.netMu.Unlock()
	if s.closed.Load() {
		return ErrClosed
	}
	s.work.Add(1)
	return nil
}

// withReader runs fn with a reading connection. The catalogue does not change meanwhile.
func (s *Server) withReader(ctx context.Context, fn func(c *sq.Conn, cat *catalog) error) error {
	var c *sq.Conn
	select {
	case c = <-s.readers:
	case <-ctx.Done():
		return ended(ctx)
	}
	defer func() { s.readers <- c }()
	s.schema.RLock()
	defer s.schema.RUnlock()
	return fn(c, s.cat.Load())
}

// closeFile closes what openFile opened.
func (s *Server) closeFile(writer *sq.Conn) {
	for len(s.readers) > 0 {
		c := <-s.readers
		s.report("close reader", c.Close())
	}
	if writer != nil {
		s.report("close writer", writer.Close())
	}
	s.report("unlock", s.lock.Close())
}

func (s *Server) report(what string, err error) {
	if err != nil && !errors.Is(err, ErrClosed) {
		s.log.Error("localmongo: "+what, slog.Any("error", err))
	}
}
