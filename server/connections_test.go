package main

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// accepted gives the client's and the server's end of one new connection of l.
func accepted(t *testing.T, l *connections) (client, server net.Conn) {
	t.Helper()
	client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

func listening(t *testing.T) *connections {
	t.Helper()
	inner, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inner.Close() })
	return newConnections(inner)
}

// isClosed says whether the other end has closed; a connection that stays open fails the read by its deadline.
func isClosed(t *testing.T, c net.Conn) bool {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := c.Read(make([]byte, 1))
	return err != nil && !errors.Is(err, os.ErrDeadlineExceeded)
}

func TestConnections(t *testing.T) {
	t.Run("the stop closes a connection that brought nothing and leaves one with a request", func(t *testing.T) {
		l := listening(t)
		silent, _ := accepted(t, l)
		busy, served := accepted(t, l)
		if _, err := busy.Write([]byte("G")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(served, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		l.hangUpSilent()
		if !isClosed(t, silent) || isClosed(t, busy) {
			t.Error("the wrong connection was closed")
		}
		late, _ := accepted(t, l)
		if !isClosed(t, late) {
			t.Error("a connection that came during the stop is open")
		}
		if n := l.hangUpAll(); n != 1 || !isClosed(t, busy) {
			t.Errorf("%d connections were cut off, want the busy one", n)
		}
	})
	t.Run("a closed connection is forgotten", func(t *testing.T) {
		l := listening(t)
		_, served := accepted(t, l)
		if err := served.Close(); err != nil {
			t.Fatal(err)
		}
		if n := l.hangUpAll(); n != 0 {
			t.Errorf("%d connections are remembered", n)
		}
	})
}
