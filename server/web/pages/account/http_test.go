package account

import (
	"context"
	"errors"
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

// answer is what came back for a request.
type answer struct {
	status   int
	to, body string
	header   http.Header
}

func (b *browser) do(method, path string, form url.Values) answer {
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
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
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
	return answer{res.StatusCode, res.Header.Get("Location"), string(body), res.Header}
}

// post sends the form of a page with the token that the page carries: here, the session
// or else the visitor.
func (b *browser) post(path string, form url.Values) answer {
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
		res := b.do(http.MethodGet, "/me?tab=1", nil)
		at := res.to
		if res.status != http.StatusSeeOther || at != "/login?next=%2Fme%3Ftab%3D1" {
			t.Fatalf("%d to %s", res.status, at)
		}
		if res = b.do(http.MethodGet, at, nil); res.status != http.StatusOK {
			t.Fatalf("login answers %d", res.status)
		}
		res = b.post(at, login())
		if got := res.to; res.status != http.StatusSeeOther || got != "/me?tab=1" || b.cookies["sid"] != "token" {
			t.Fatalf("%d to %s with session %q", res.status, got, b.cookies["sid"])
		}
		res = b.do(http.MethodGet, "/me", nil)
		if res.status != http.StatusOK || !strings.Contains(res.body, "110101********1233") {
			t.Errorf("me answers %d", res.status)
		}
		if strings.Contains(res.body, known) {
			t.Error("the whole document number is on the page")
		}
	})
	t.Run("a form without the page's token changes nothing", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login", nil)
		res := b.do(http.MethodPost, "/login", login())
		if res.status != http.StatusForbidden || b.cookies["sid"] != "" || !strings.Contains(res.body, "返回首页") {
			t.Errorf("%d, session %q", res.status, b.cookies["sid"])
		}
	})
	t.Run("a refusal is no success and a sent code is none of both", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login?by=sms", nil)
		if res := b.post("/login?by=sms", url.Values{"do": {"code"}, "phone": {"13800000001"}}); res.status != http.StatusOK {
			t.Errorf("a sent code answers %d", res.status)
		}
		if res := b.post("/login?by=sms", url.Values{"phone": {"13800000001"}, "code": {"1"}}); res.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code answers %d", res.status)
		}
	})
	t.Run("large print follows the person to another phone", func(t *testing.T) {
		b := open(t, &fake{display: person.Care})
		if res := b.do(http.MethodGet, "/login", nil); strings.Contains(res.body, large) {
			t.Error("large print before anybody asked for it")
		}
		b.post("/login", login())
		if res := b.do(http.MethodGet, "/me", nil); !strings.Contains(res.body, large) {
			t.Error("no large print after login")
		}
		b.post("/me/care", url.Values{"care": {"0"}, "here": {"/me"}})
		if res := b.do(http.MethodGet, "/me", nil); strings.Contains(res.body, large) {
			t.Error("large print after it was turned off")
		}
	})
	t.Run("large print is left to nobody else", func(t *testing.T) {
		b := open(t, &fake{display: person.Care})
		b.do(http.MethodGet, "/login", nil)
		b.post("/login", login())
		b.post("/logout", url.Values{})
		if res := b.do(http.MethodGet, "/login", nil); strings.Contains(res.body, large) {
			t.Error("large print after its person has left")
		}
	})
	t.Run("who turned large print off gets none of somebody else's", func(t *testing.T) {
		b := open(t, &fake{chose: true})
		b.do(http.MethodGet, "/login", nil)
		b.cookies["care"] = "care"
		b.post("/login", login())
		if res := b.do(http.MethodGet, "/me", nil); strings.Contains(res.body, large) {
			t.Error("large print after login")
		}
	})
	t.Run("who never chose keeps what was chosen without a login, in and out", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login", nil)
		b.post("/me/care", url.Values{"care": {"1"}, "here": {"/login"}})
		b.post("/login", login())
		if res := b.do(http.MethodGet, "/me", nil); !strings.Contains(res.body, large) {
			t.Error("no large print after login")
		}
		b.post("/logout", url.Values{})
		if res := b.do(http.MethodGet, "/login", nil); !strings.Contains(res.body, large) {
			t.Error("no large print after logging out")
		}
	})
	t.Run("the size of large print is kept", func(t *testing.T) {
		b := open(t, &fake{display: person.CareMost})
		b.do(http.MethodGet, "/login", nil)
		b.post("/login", login())
		if res := b.do(http.MethodGet, "/me", nil); !strings.Contains(res.body, `class="app care t30`) {
			t.Error("the type is not as large as it was chosen")
		}
	})
	t.Run("a page says how long the login lasts, and staying makes it last", func(t *testing.T) {
		b := open(t, &fake{})
		if res := b.do(http.MethodGet, "/stay", nil); res.body != `{"left":0,"warn":0}` {
			t.Errorf("a visitor is told %s", res.body)
		}
		b.do(http.MethodGet, "/login", nil)
		b.post("/login", login())
		if res := b.do(http.MethodGet, "/me", nil); !strings.Contains(res.body, `data-left="1200" data-warn="120"`) {
			t.Error("the page does not say it")
		}
		if res := b.do(http.MethodGet, "/stay", nil); res.body != `{"left":1200,"warn":120}` {
			t.Errorf("who stays is told %s", res.body)
		}
	})
	t.Run("who was logged in too long ago is told why they are asked again", func(t *testing.T) {
		b := open(t, &fake{})
		b.cookies["sid"] = "gone"
		res := b.do(http.MethodGet, "/me", nil)
		if res = b.do(http.MethodGet, res.to, nil); !strings.Contains(res.body, "长时间没有操作") {
			t.Error("the login page does not say it")
		}
	})
	t.Run("large print can be had before login", func(t *testing.T) {
		b := open(t, &fake{})
		b.do(http.MethodGet, "/login", nil)
		res := b.post("/me/care", url.Values{"care": {"1"}, "here": {"/login?by=sms"}})
		if got := res.to; got != "/login?by=sms" {
			t.Fatalf("went to %s", got)
		}
		if res := b.do(http.MethodGet, "/login?by=sms", nil); !strings.Contains(res.body, large) {
			t.Error("no large print")
		}
	})
	t.Run("logging out forgets the session in the browser", func(t *testing.T) {
		f := &fake{}
		b := open(t, f)
		b.do(http.MethodGet, "/login", nil)
		b.post("/login", login())
		res := b.post("/logout", url.Values{})
		if res.to != "/login" || b.cookies["sid"] != "" || len(f.ended) != 1 {
			t.Errorf("went to %s, session %q, ended %v", res.to, b.cookies["sid"], f.ended)
		}
	})
}
