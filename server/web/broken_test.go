package web

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shebao/app/view"
	assets "shebao/web"
)

// strangers are sessions that nobody has.
type strangers struct{}

func (strangers) Resume(context.Context, string) (Session, bool, error) { return Session{}, false, nil }
func (strangers) Token(string, string) string                           { return "" }
func (strangers) Mark(string) string                                    { return "" }
func (strangers) CheckToken(string, string, string) bool                { return false }

func TestBrokenRequests(t *testing.T) {
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	app := New(Config{
		Assets: files, Sessions: strangers{}, Screens: view.NewSet(), Now: time.Now, Log: slog.New(slog.DiscardHandler), //nolint:forbidigo // nothing is decided by it
		NewID: func(prefix string) string { return prefix + "1" }, Ready: func(context.Context) error { return nil },
	}).App()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(l) }()
	t.Cleanup(func() {
		if err := app.Shutdown(); err != nil {
			t.Error(err)
		}
		<-served
	})
	say := func(t *testing.T, text string) (string, error) {
		t.Helper()
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		return line, err
	}
	for name, text := range map[string]string{
		"no request at all":     "GARBAGE\r\n\r\n",
		"a header too long":     "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("y", 1<<16) + "\r\n\r\n",
		"a length that is none": "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
		"a body far too long":   "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
	} {
		t.Run(name+" does not stop the service", func(t *testing.T) {
			if line, err := say(t, text); err == nil && !strings.HasPrefix(line, "HTTP/1.1 4") {
				t.Errorf("it answers %q", line)
			}
			line, err := say(t, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
			if err != nil || !strings.HasPrefix(line, "HTTP/1.1 200") {
				t.Errorf("afterwards it answers %q, %v", line, err)
			}
		})
	}
}
