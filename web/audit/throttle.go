package main

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// The network that the proxy plays: a middling mobile one.
const (
	downBytes = 1_600_000 / 8 // a second
	upBytes   = 750_000 / 8
	roundTrip = 150 * time.Millisecond
)

// link is one direction's share of the network: all connections together get its rate.
type link struct {
	mu    sync.Mutex
	rate  int // bytes a second
	ready time.Time
}

// slot books n bytes and says when their last one is through.
func (l *link) slot(n int) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.ready.Before(now) {
		l.ready = now
	}
	l.ready = l.ready.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
	return l.ready
}

// startProxy listens on loopback and passes every connection on to upstream, slowly. It
// has no slow start and loses nothing: what it adds is the rate, half a round trip each
// way and one round trip for each new connection.
func startProxy(ctx context.Context, upstream string) (addr string, stop func(), err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	down, up := &link{rate: downBytes}, &link{rate: upBytes}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(ctx, c, upstream, down, up)
		}
	}()
	return l.Addr().String(), func() { _ = l.Close() }, nil
}

func serve(ctx context.Context, c net.Conn, upstream string, down, up *link) {
	defer func() { _ = c.Close() }()
	var dialer net.Dialer
	s, err := dialer.DialContext(ctx, "tcp", upstream)
	if err != nil {
		return
	}
	defer func() { _ = s.Close() }()
	pause(time.Now().Add(roundTrip)) // the handshake
	var both sync.WaitGroup
	both.Go(func() { pass(s, c, up); _ = s.Close() })
	both.Go(func() { pass(c, s, down); _ = c.Close() })
	both.Wait()
}

// chunk is bytes on their way.
type chunk struct {
	body []byte
	at   time.Time
}

// window is how much of one connection is on its way at a time, as a receiver's window bounds it. With a large one a big
// file would take the whole link for seconds and keep it after it was given up.
const (
	packet = 1460
	window = 64 << 10 / packet
)

// pass copies from src to dst with the link's rate and half a round trip of delay.
func pass(dst io.Writer, src io.Reader, l *link) {
	way := make(chan chunk, window)
	go func() {
		defer close(way)
		for {
			b := make([]byte, packet)
			n, err := src.Read(b)
			if n > 0 {
				way <- chunk{b[:n], l.slot(n).Add(roundTrip / 2)}
			}
			if err != nil {
				return
			}
		}
	}()
	for c := range way {
		pause(c.at)
		if _, err := dst.Write(c.body); err != nil {
			for range way { // lets the reader end
			}
			return
		}
	}
}

func pause(until time.Time) {
	if d := time.Until(until); d > 0 {
		<-time.After(d)
	}
}
