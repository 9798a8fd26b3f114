package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
	"shebao/app/view/all"
	rules "shebao/server/account"
	"shebao/server/clock"
	"shebao/server/store/storetest"
	"shebao/server/web"
	"shebao/server/web/pages/account"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/person"
	assets "shebao/web"
)

// desk is an officer's browser on the page server, with real sessions.
type desk struct {
	t        *testing.T
	server   *web.Server
	clock    *clock.Fake
	token    string     // of the officer's session
	form     url.Values // what a form of theirs sends
	resident string     // token of a resident's session
}

type anyCode struct{}

func (anyCode) Verify(context.Context, string, string) (bool, error) { return true, nil }

type unwatched struct{}

func (unwatched) Watch(string) (<-chan struct{}, func()) { return nil, func() {} }

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))}
	s := storetest.Open(t)
	people, err := rules.New(rules.Config{
		Population: s, Accounts: s, Sessions: s, Codes: s, Tries: s, Limiter: s, Now: d.clock.Now, Key: []byte(strings.Repeat("k", 32)),
		Cost: rules.Cost{Memory: 64, Passes: 1, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people.ProvideOfficer(t.Context(), "o1", "wang", "王经办", "Shebao-demo-1"); err != nil {
		t.Fatal(err)
	}
	var ses rules.Session
	if d.token, ses, err = people.LoginOfficer(t.Context(), rules.OfficerLogin{User: "wang", Password: "Shebao-demo-1", Code: "1"}, anyCode{}); err != nil {
		t.Fatal(err)
	}
	li := person.Person{ID: "p1", Name: "李明", Document: idcard.Document{Type: "201", Number: "110101199003071233"}}
	if _, err := people.Provide(t.Context(), li, "Shebao-demo-1"); err != nil {
		t.Fatal(err)
	}
	if d.resident, _, err = people.Login(t.Context(), rules.PasswordLogin{Number: li.Document.Number, Password: "Shebao-demo-1"}); err != nil {
		t.Fatal(err)
	}
	d.form = url.Values{page.FieldToken: {people.Token(ses.ID, "")}}
	const list = `{"version":"1","assets":[{"name":"offline.html","url":"/admin/offline","file":"offline","etag":"x"}]}`
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(list)}, "offline": {Data: []byte("offline")}})
	if err != nil {
		t.Fatal(err)
	}
	pageOf := func(pattern string, access web.Access) web.Route {
		return web.Page[page.Logout]{
			Pattern: pattern, Access: access, Load: func(context.Context, *web.Request) (page.Logout, error) { return page.Logout{}, nil },
			Act: func(context.Context, *web.Request) (web.Answer[page.Logout], error) {
				return web.Show(page.Logout{}), nil
			},
		}.Route()
	}
	login := web.Page[page.AdminLogin]{
		Pattern: page.PathAdminLogin, Access: web.Public,
		Load: func(context.Context, *web.Request) (page.AdminLogin, error) { return page.AdminLogin{}, nil },
	}.Route()
	imports := web.Page[page.Logout]{
		Pattern: page.PathAdminImports, Access: web.Officer,
		Act: func(_ context.Context, r *web.Request) (web.Answer[page.Logout], error) {
			return web.Go[page.Logout](fmt.Sprintf("/admin?size=%d", len(r.Files["file"].Data))), nil
		},
	}.Route()
	d.server = web.New(web.Config{
		Routes:   []web.Route{pageOf(page.PathAdminLogout, web.Officer), login, imports},
		Sessions: account.Sessions{SessionRules: people, Notices: read{}}, Assets: files, Screens: all.Screens(), Service: "社保费办理", Now: d.clock.Now,
		Log: silent, NewID: func(prefix string) string { return prefix + "1" }, Ready: func(context.Context) error { return nil },
		Extra: func(app *fiber.App) {
			web.LiveConsole(t.Context(), "runs", unwatched{}, func(context.Context, string) (string, bool, error) { return "new", true, nil })(app)
		},
	})
	return d
}

// read are the notices of somebody who has read them all; nothing else is asked of them.
type read struct{ account.Notices }

func (read) Unread(context.Context, string) (int, error) { return 0, nil }

// asked is one request of the browser's.
type asked struct {
	method, path string
	header       map[string]string
	cookie       string // besides the session's
}

// reply is what came back.
type reply struct {
	status  int
	cookies []*http.Cookie
	body    []byte
}

func (d *desk) do(r asked) reply {
	d.t.Helper()
	req := httptest.NewRequest(r.method, r.path, strings.NewReader(d.form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	req.Header.Set("Cookie", "oid="+d.token+"; vid=v1; "+r.cookie)
	res, err := d.server.App().Test(req, -1)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Cookies(), body}
}

// left is what a page, asked for by nobody, tells the browser: seconds until the login ends.
func (d *desk) left() int {
	d.t.Helper()
	res := d.do(asked{http.MethodGet, page.PathAdminLogout, map[string]string{"Accept": view.PageType, view.UnaskedHeader: "1"}, ""})
	var env page.Envelope
	if res.status != http.StatusOK {
		return 0
	}
	if err := json.Unmarshal(res.body, &env); err != nil {
		d.t.Fatal(err)
	}
	return env.Frame.Left
}

// TestUnasked leaves a console alone, and then uses it.
func TestUnasked(t *testing.T) {
	const pageOf = page.PathAdminLogout
	unasked := map[string]string{view.UnaskedHeader: "1"}
	for name, r := range map[string]asked{
		"the stream of events that is opened again":    {http.MethodGet, "/admin/live/runs/1?shown=old", nil, ""},
		"a page that the app asks for by itself":       {http.MethodGet, pageOf, unasked, ""},
		"a page that a script without the app reloads": {http.MethodGet, pageOf, nil, view.UnaskedCookie + "=1"},
		"a file of the program's":                      {http.MethodGet, "/admin/offline", nil, ""},
		"the login page that an ended login leads to":  {http.MethodGet, "/admin/login?ended=1&next=%2Fadmin", nil, ""},
	} {
		t.Run(name+" does not keep a login", func(t *testing.T) {
			d := newDesk(t)
			for minute := 4; minute < 15; minute += 4 {
				d.clock.Advance(4 * time.Minute)
				if res := d.do(r); res.status != http.StatusOK {
					t.Fatalf("%d after %d minutes", res.status, minute)
				}
				if got, want := d.left(), 60*(15-minute); got != want {
					t.Errorf("after %d minutes the page says that %d seconds are left, want %d", minute, got, want)
				}
			}
			d.clock.Advance(3 * time.Minute)
			d.do(r)
			if got := d.left(); got != 0 {
				t.Errorf("after 15 minutes it goes on for %d seconds", got)
			}
			if res := d.do(asked{http.MethodGet, pageOf, nil, ""}); res.status != http.StatusSeeOther {
				t.Errorf("a person gets %d", res.status)
			}
		})
	}
	for name, r := range map[string]asked{
		"a page that a person opens":                                        {http.MethodGet, pageOf, nil, ""},
		"a form, whatever its header says":                                  {http.MethodPost, pageOf, unasked, view.UnaskedCookie + "=1"},
		"the answer that one is still there, also just after a new loading": {http.MethodGet, "/admin/stay", nil, view.UnaskedCookie + "=1"},
	} {
		t.Run(name+" keeps a login", func(t *testing.T) {
			d := newDesk(t)
			for range 6 {
				d.clock.Advance(14 * time.Minute)
				if res := d.do(r); res.status != http.StatusOK {
					t.Fatalf("%d", res.status)
				}
				if got := d.left(); got != 15*60 {
					t.Errorf("%d seconds are left", got)
				}
			}
		})
	}
	t.Run("no page leaves before the login has ended", func(t *testing.T) {
		d := newDesk(t)
		d.clock.Advance(15*time.Minute - 100*time.Millisecond)
		if got := d.left(); got != 1 {
			t.Errorf("a tenth of a second before the end the page has %d seconds", got)
		}
	})
	t.Run("a page that was loaded again by a script takes the mark away", func(t *testing.T) {
		d := newDesk(t)
		res := d.do(asked{http.MethodGet, pageOf, nil, view.UnaskedCookie + "=1"})
		for _, c := range res.cookies {
			if c.Name == view.UnaskedCookie && c.Value == "" && c.Expires.Before(d.clock.Now()) {
				return
			}
		}
		t.Errorf("it stays: %v", res.cookies)
	})
}
