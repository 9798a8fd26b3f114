package web_test

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/server/caller"
	"shebao/server/web"
	"shebao/shared/api"
)

// known is one resident, whoever asks.
type known struct{ nobody }

func (known) Resume(context.Context, string) (web.Session, bool, error) {
	return web.Session{ID: "s1", Person: "li", Name: "李明"}, true, nil
}

// counted notes what a limit counts.
type counted chan string

func (c counted) Allow(_ context.Context, key string, _ int, _ time.Duration) error {
	c <- key
	return api.TooMany(time.Minute)
}

// TestAddress asks whom the server takes for the caller, over a connection from 127.0.0.1.
func TestAddress(t *testing.T) {
	for name, c := range map[string]struct {
		proxies   string // the only trusted network, "" for none
		forwarded []string
		want      string
	}{
		"behind nothing a header is not believed":             {"", []string{"203.0.113.7"}, "127.0.0.1"},
		"a peer that is not the trusted proxy is not either":  {"10.0.0.0/8", []string{"203.0.113.7"}, "127.0.0.1"},
		"a proxy that replaces the header":                    {"127.0.0.0/8", []string{"203.0.113.7"}, "203.0.113.7"},
		"a proxy that appends to what the caller made up":     {"127.0.0.0/8", []string{"x 1, 198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		"a proxy that adds a header to what the caller wrote": {"127.0.0.0/8", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7"},
		"two proxies": {"127.0.0.0/8", []string{"198.51.100.1, 203.0.113.7", "127.0.0.2"}, "203.0.113.7"},
		"IPv6":        {"127.0.0.0/8", []string{"[2001:db8::7]:4711"}, "2001:db8::7"},
	} {
		t.Run(name, func(t *testing.T) {
			strays, limit := make(chan web.Stray, 1), make(counted, 1)
			at := listening(t, func(cfg *web.Config) {
				if c.proxies != "" {
					cfg.Proxies = []netip.Prefix{netip.MustParsePrefix(c.proxies)}
				}
				cfg.Sessions = known{}
				cfg.Routes = []web.Route{
					web.Download("/address", web.Public, func(_ context.Context, r *web.Request) (web.Attachment, error) {
						return web.Attachment{Name: "address.txt", Type: "text/plain", Data: []byte(r.Address)}, nil
					}),
					web.Download("/theirs", web.Resident, func(context.Context, *web.Request) (web.Attachment, error) {
						return web.Attachment{}, api.NotFound("")
					}),
				}
				cfg.Extra = func(app *fiber.App) {
					web.Strays(func(_ context.Context, s web.Stray) { strays <- s })(app)
					web.Captchas(nil, limit)(app)
				}
			})
			ask := func(path string) string {
				t.Helper()
				r, err := http.NewRequest(http.MethodGet, "http://"+at+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header["X-Forwarded-For"] = c.forwarded
				r.AddCookie(&http.Cookie{Name: "sid", Value: "token"})
				res, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = res.Body.Close() }()
				body, err := io.ReadAll(res.Body)
				if err != nil {
					t.Fatal(err)
				}
				return string(body)
			}
			if got := ask("/address"); got != c.want {
				t.Errorf("a page sees %q, want %q", got, c.want)
			}
			ask("/theirs")
			if got := <-strays; got.Address != c.want {
				t.Errorf("the trail sees %+v, want %q", got, c.want)
			}
			ask("/verify/captcha/1.png")
			if got, want := <-limit, "captcha-address:"+caller.Network(c.want); got != want {
				t.Errorf("the limit counts %q, want %q", got, want)
			}
		})
	}
}
