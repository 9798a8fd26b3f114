package web_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"shebao/server/web"
)

type nobody struct{}

func (nobody) Resume(context.Context, string) (web.Session, bool, error) {
	return web.Session{}, false, nil
}

func (nobody) Look(context.Context, string) (web.Session, bool, error) {
	return web.Session{}, false, nil
}
func (nobody) Token(string, string) string            { return "t" }
func (nobody) CheckToken(string, string, string) bool { return true }
func (nobody) Mark(string) string                     { return "" }

// TestWhatCanNotBeReadIsRefused sends what is no HTTP request, or one that is too large: the
// program answers and goes on.
func TestWhatCanNotBeReadIsRefused(t *testing.T) {
	at := listening(t, func(*web.Config) {})
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
			conn, err := net.Dial("tcp", at)
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
