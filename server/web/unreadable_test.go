package web_test

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shebao/app/view/all"
	"shebao/server/web"
	assets "shebao/web"
)

type nobody struct{}

func (nobody) Resume(context.Context, string) (web.Session, bool, error) {
	return web.Session{}, false, nil
}
func (nobody) Token(string, string) string            { return "t" }
func (nobody) CheckToken(string, string, string) bool { return true }
func (nobody) Mark(string) string                     { return "" }

// TestWhatCanNotBeReadIsRefused sends what is no HTTP request, or one that is too large: the
// program answers and goes on.
func TestWhatCanNotBeReadIsRefused(t *testing.T) {
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	s := web.New(web.Config{
		Sessions: nobody{}, Assets: files, Screens: all.Screens(), Service: "社保费办理", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		NewID: func(prefix string) string { return prefix + "1" }, Ready: func(context.Context) error { return nil },
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.App().Listener(l) }()
	t.Cleanup(func() { _ = s.App().Shutdown() })
	for name, c := range map[string]struct {
		request string
		status  int
	}{
		"no HTTP at all":         {"BROKEN\r\n\r\n", http.StatusBadRequest},
		"a header that is large": {"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("a", 100_000) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"a body that is large":   {"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", http.StatusRequestEntityTooLarge},
		"a length that is none":  {"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", http.StatusBadRequest},
		"a sound one":            {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := conn.Write([]byte(c.request)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != c.status {
				t.Errorf("answered %d", res.StatusCode)
			}
		})
	}
}
