package main

import (
	"net"
	"sync"
	"sync/atomic"
)

// connections is a listener that knows what it accepted. Browsers open connections ahead of
// need; the server counts one of those as a request that is being read, and a stop would
// wait for it in vain.
type connections struct {
	net.Listener
	mu       sync.Mutex
	open     map[*connection]struct{}
	stopping bool
}

func newConnections(l net.Listener) *connections {
	return &connections{Listener: l, open: map[*connection]struct{}{}}
}

// connection remembers whether anything ever came over it.
type connection struct {
	net.Conn
	all   *connections
	spoke atomic.Bool
}

// Accept hands over the next connection; one that comes during the stop is closed by then.
func (l *connections) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	own := &connection{Conn: c, all: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		_ = c.Close() // the server finds it closed at its first read
	} else {
		l.open[own] = struct{}{}
	}
	return own, nil
}

// hangUpSilent closes every connection that brought nothing yet, now and from now on.
func (l *connections) hangUpSilent() { l.hangUp(func(c *connection) bool { return !c.spoke.Load() }) }

// hangUpAll closes every connection, whatever is under way on it.
func (l *connections) hangUpAll() int { return l.hangUp(func(*connection) bool { return true }) }

// hangUp closes the connections that match and says how many they were.
func (l *connections) hangUp(match func(*connection) bool) int {
	l.mu.Lock()
	l.stopping = true
	var found []*connection
	for c := range l.open {
		if match(c) {
			found = append(found, c)
		}
	}
	l.mu.Unlock()
	for _, c := range found {
		_ = c.Close()
	}
	return len(found)
}

func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.spoke.Store(true)
	}
	return n, err
}

func (c *connection) Close() error {
	c.all.mu.Lock()
	delete(c.all.open, c)
	c.all.mu.Unlock()
	return c.Conn.Close()
}
