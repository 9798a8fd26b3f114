package localmongo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"

	"go.mongodb.org/mongo-driver/mongo/options"
)

// host is the name in the URI; the dialer ignores it.
const host = "localmongo:27017"

// URI is the connection string to use together with Dialer.
func (s *Server) URI() string { return "mongodb://" + host + "/?directConnection=true" }

// Dialer connects the driver inside the process: options.Client().ApplyURI(s.URI()).SetDialer(s.Dialer()).
func (s *Server) Dialer() options.ContextDialer { return dialer{s} }

type dialer struct{ s *Server }

// DialContext ignores the address.
func (d dialer) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("connect to store: %w", err)
	}
	client, server := newPipe()
	if err := d.s.accept(server); err != nil { //nolint:contextcheck // the connection outlives the dialling
		return nil, err
	}
	return client, nil
}

// ListenTCP lets other programs in, such as mongosh, and returns the address. There is no authentication: use loopback.
func (s *Server) ListenTCP(addr string) (net.Addr, error) {
	l, err := new(net.ListenConfig).Listen(s.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	if err := s.serveListener(l); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l.Addr(), nil
}

func (s *Server) serveListener(l net.Listener) error {
	s.netMu.Lock()
	defer s.netMu.Unlock()
	if s.closed.Load() {
		return errors.Join(ErrClosed, l.Close())
	}
	s.listeners = append(s.listeners, l)
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				if !errors.Is(err, net.ErrClosed) {
					s.report("accept", err)
				}
				return
			}
			if s.accept(c) != nil {
				return
			}
		}
	}()
	return nil
}

// accept serves a connection until either side closes it.
func (s *Server) accept(c net.Conn) error {
	s.netMu.Lock()
	defer s.netMu.Unlock()
	if s.closed.Load() {
		return errors.Join(ErrClosed, c.Close())
	}
	s.conns[c] = struct{}{}
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		s.serve(c)
		s.netMu.Lock()
		delete(s.conns, c)
		s.netMu.Unlock()
		_ = c.Close() // the peer may have closed it before
	}()
	return nil
}

func (s *Server) serve(c net.Conn) {
	r := bufio.NewReaderSize(c, 16<<10)
	id := s.connID.Add(1)
	var in, out []byte
	var answers uint32
	for {
		var m message
		var err error
		m, in, err = readMessage(r, in)
		if err != nil {
			if errors.Is(err, errWire) || errors.Is(err, errBSON) {
				s.log.Warn("localmongo: connection closed", slog.Any("error", err))
			} else if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				s.log.Debug("localmongo: connection lost", slog.Any("error", err))
			}
			return
		}
		answer := s.answer(m, id)
		if m.quiet {
			continue
		}
		answers++
		out = appendReply(out[:0], m, answer, answers)
		if _, err := c.Write(out); err != nil {
			return
		}
		if cap(in) > 1<<20 || cap(out) > 1<<20 { // one large message does not hold memory for ever
			in, out = nil, nil
		}
	}
}
