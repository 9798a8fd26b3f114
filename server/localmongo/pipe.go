package localmongo

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// newPipe returns the two ends of a connection inside the process. Unlike net.Pipe it has buffers: a writer goes on while
// the reader is busy, up to pipeBuffer bytes.
func newPipe() (client, server net.Conn) {
	a, b := newStream(), newStream()
	return &pipeEnd{in: a, out: b}, &pipeEnd{in: b, out: a}
}

const pipeBuffer = 1 << 20

// stream is one direction.
type stream struct {
	mu       sync.Mutex
	changed  *sync.Cond
	buf      []byte
	read     int // bytes of buf that were read
	closed   bool
	readEnd  deadline
	writeEnd deadline
}

func newStream() *stream {
	s := &stream{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// deadline is a time after which waiting fails.
type deadline struct {
	timer  *time.Timer
	passed bool
	gen    int
}

func (s *stream) setDeadline(d *deadline, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.gen++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.passed = false
	if at.IsZero() {
		return
	}
	wait := time.Until(at) //nolint:forbidigo // deadlines of net.Conn are times of the system's clock
	if wait <= 0 {
		d.passed = true
		s.changed.Broadcast()
		return
	}
	gen := d.gen
	d.timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d.gen == gen {
			d.passed = true
			s.changed.Broadcast()
		}
	})
}

func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readEnd.passed:
			return 0, os.ErrDeadlineExceeded
		case s.read < len(s.buf):
			n := copy(p, s.buf[s.read:])
			s.read += n
			if s.read == len(s.buf) {
				s.buf, s.read = s.buf[:0], 0
				s.changed.Broadcast()
			}
			return n, nil
		case s.closed:
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		s.changed.Wait()
	}
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := 0
	for {
		switch {
		case s.closed:
			return done, io.ErrClosedPipe
		case s.writeEnd.passed:
			return done, os.ErrDeadlineExceeded
		case done == len(p):
			return done, nil
		}
		if room := pipeBuffer - len(s.buf); room > 0 {
			n := min(room, len(p)-done)
			s.buf = append(s.buf, p[done:done+n]...)
			done += n
			s.changed.Broadcast()
			continue
		}
		s.changed.Wait()
	}
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.changed.Broadcast()
}

// pipeEnd is a net.Conn.
type pipeEnd struct{ in, out *stream }

func (p *pipeEnd) Read(b []byte) (int, error)  { return p.in.Read(b) }
func (p *pipeEnd) Write(b []byte) (int, error) { return p.out.Write(b) }

func (p *pipeEnd) Close() error {
	p.in.close()
	p.out.close()
	return nil
}

func (p *pipeEnd) SetReadDeadline(t time.Time) error {
	p.in.setDeadline(&p.in.readEnd, t)
	return nil
}

func (p *pipeEnd) SetWriteDeadline(t time.Time) error {
	p.out.setDeadline(&p.out.writeEnd, t)
	return nil
}

func (p *pipeEnd) SetDeadline(t time.Time) error {
	_ = p.SetReadDeadline(t)
	return p.SetWriteDeadline(t)
}

func (p *pipeEnd) LocalAddr() net.Addr  { return pipeAddr{} }
func (p *pipeEnd) RemoteAddr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "memory" }
func (pipeAddr) String() string  { return host }
