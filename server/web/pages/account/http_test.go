package account

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shebao/app/view/all"
	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/person"
	assets "shebao/web"
)

// browser keeps cookies between requests to the real page server.
type browser struct {
	t       *testing.T
	server  *web.Server
	cookies map[string]string
}

func open(t *testing.T, f *fake) *browser {
	t.Helper()
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return &browser{t, web.New(web.Config{
		Routes: Pages(f.deps()), Sessions: Sessions{stored{rules.Resident}, f}, Assets: files, Screens: all.Screens(),
		Service: "社保费办理", Now: func() time.Time { return today.Start() }, Log: slog.New(slog.DiscardHandler),
		NewID: func(prefix string) string { n++; return prefix + strings.Repeat("x", n) },
		Ready: func(context.Context) error { return nil },
	}), map[string]string{}}
}

func (b *browser) do(method, path string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := b.server.App().Test(req, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
			continue
		}
		if !c.HttpOnly {
			b.t.Errorf("scripts can read the cookie %s", c.Name)
		}
		b.cookies[c.Name] = c.Value
	}
	return res, string(body)
}

// post sends the form of a page with the token that the page carries: here, the session
// or else the visitor.
func (b *browser) post(path string, form url.Values) (*http.Response, string) {
	b.t.Helper()
	form.Set("csrf", b.cookies["vid"])
	if b.cookies["sid"] != "" {
		form.Set("csrf", "s1")
	}
	return b.do(http.MethodPost, path, form)
}

// large is on every page with the switch of 关怀模式 when it is on.
const large = `aria-pressed="true"`

func TestWayIn(t *testing.T) {
	login := func() url.Values { return url.Values{"number": {known}, "password": {password}} }
	t.Run("who is not logged in comes back to where they were going", func(t *testing.T) {
		b := open(t, &fake{})
		res, _ := b.do(http.MethodGet, "/me?tab=1", nil)
		at := res.Header.Get("Location")
		if res.StatusCode != http.StatusSeeOther || at != "/login?next=%2Fme%3Ftab%3D1" {
			t.Fatalf("%d to %s", res.StatusCode, at)
		}
		if res, _ = b.do(http.MethodGet, at, nil); res.StatusCode != http.StatusOK {
			t.Fatalf("login answers %d", res.StatusCode)
		}
		res, _ = b.post(at, login())
		if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "/me?tab=1" || b.cookies["sid"] != "token" {
			t.Fatalf("%d to %s with session %q", res.StatusCode, got, b.cookies["sid"])
		}
		res, body := b.do(http.MethodGet, "/me", nil)
		if res.StatusCode != http.StatusOK || !strings.Contains(body, "110101********1233") {
			t.Errorf("me answers %d", res.StatusCode)
		}
		if strings.Contains(body, known) {
			t.Error("the whole document number is on the page")
		}
	})
	t.Run("a form without the page's token changes nothing", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login", nil)
		res, body := b.do(http.MethodPost, "/login", login())
		if res.StatusCode != http.StatusForbidden || b.cookies["sid"] != "" || !strings.Contains(body, "返回首页") {
			t.Errorf("%d, session %q", res.StatusCode, b.cookies["sid"])
		}
	})
	t.Run("a refusal is no success and a sent code is none of both", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login?by=sms", nil)
		if res, _ := b.post("/login?by=sms", url.Values{"do": {"code"}, "phone": {"13800000001"}}); res.StatusCode != http.StatusOK {
			t.Errorf("a sent code answers %d", res.StatusCode)
		}
		if res, _ := b.post("/login?by=sms", url.Values{"phone": {"13800000001"}, "code": {"1"}}); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code answers %d", res.StatusCode)
		}
	})
	t.Run("large print follows the person to another phone", func(t *testing.T) {
		b := open(t, &fake{display: person.Care})
		if _, body := b.do(http.MethodGet, "/login", nil); strings.Contains(body, large) {
			t.Error("large print before anybody asked for it")
		}
		b.post("/login", login())
		if _, body := b.do(http.MethodGet, "/me", nil); !strings.Contains(body, large) {
			t.Error("no large print after login")
		}
		b.post("/me/care", url.Values{"care": {"0"}, "here": {"/me"}})
		if _, body := b.do(http.MethodGet, "/me", nil); strings.Contains(body, large) {
			t.Error("large print after it was turned off")
		}
	})
	t.Run("large print can be had before login", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login", nil)
		res, _ := b.post("/me/care", url.Values{"care": {"1"}, "here": {"/login?by=sms"}})
		if got := res.Header.Get("Location"); got != "/login?by=sms" {
			t.Fatalf("went to %s", got)
		}
		if _, body := b.do(http.MethodGet, "/login?by=sms", nil); !strings.Contains(body, large) {
			t.Error("no large print")
		}
	})
	t.Run("logging out forgets the session in the browser", func(t *testing.T) {
		f := &fake{}
		b := open(t, f)
		b.do(http.MethodGet, "/login", nil)
		b.post("/login", login())
		res, _ := b.post("/logout", url.Values{})
		if res.Header.Get("Location") != "/login" || b.cookies["sid"] != "" || len(f.ended) != 1 {
			t.Errorf("went to %s, session %q, ended %v", res.Header.Get("Location"), b.cookies["sid"], f.ended)
		}
	})
}
