package agreement

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

	"github.com/gofiber/fiber/v2"

	"shebao/app/view"
	screens "shebao/app/view/agreement"
	rules "shebao/server/agreement"
	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/region"
	assets "shebao/web"
)

const account = "6217000000000000012"

var now = time.Date(2026, 11, 23, 10, 32, 7, 0, period.Zone)

// fake is rules with one agreement of 李明 and, if set, one refusal.
type fake struct {
	one     model.Agreement
	after   model.State // of the agreement after the next act
	refuse  error
	applied rules.Application
	called  []string
}

func (f *fake) List(context.Context, string) ([]model.Agreement, error) {
	over := f.one
	over.ID, over.State = "over", model.Revoked
	return []model.Agreement{over, f.one}, f.refuse
}

func (f *fake) Own(_ context.Context, payer, id string) (model.Agreement, error) {
	if payer != "li" || id != f.one.ID {
		return model.Agreement{}, rules.ErrUnknown
	}
	return f.one, nil
}

func (f *fake) Defaults(context.Context, string) (rules.Defaults, error) {
	return rules.Defaults{
		Payer:     person.Person{Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"}, Phone: "13800000001"},
		Authority: "11101010000", Enrolled: []string{"11101010000"},
	}, nil
}

func (f *fake) Apply(ctx context.Context, in rules.Application) (model.Agreement, error) {
	f.applied = in
	return f.act(ctx, in.Payer, f.one.ID, "apply")
}

func (f *fake) Confirm(ctx context.Context, payer, id, code string) (model.Agreement, error) {
	return f.act(ctx, payer, id, "confirm "+code)
}

func (f *fake) Resend(ctx context.Context, payer, id string) (model.Agreement, error) {
	return f.act(ctx, payer, id, "resend")
}

func (f *fake) Abandon(ctx context.Context, payer, id string) (model.Agreement, error) {
	return f.act(ctx, payer, id, "abandon")
}

func (f *fake) Revoke(ctx context.Context, payer, id string) (model.Agreement, error) {
	return f.act(ctx, payer, id, "revoke")
}

func (f *fake) act(ctx context.Context, payer, id, what string) (model.Agreement, error) {
	a, err := f.Own(ctx, payer, id)
	if err != nil {
		return a, err
	}
	f.called = append(f.called, what)
	if f.refuse == nil || errors.Is(f.refuse, rules.ErrRevoked) {
		f.one.State = f.after
	}
	return f.one, f.refuse
}

func agr(s model.State) model.Agreement {
	return model.Agreement{
		ID: "a1", Payer: "li", Authority: "11101010000", Bank: "313", Account: "6217 **** **** 0012", Holder: "李*", Phone: "138****0001",
		Ref: bankapi.Ref{Serial: "s1"}, State: s, Applied: now, Sent: now.Add(-20 * time.Second), Effective: period.DateOf(now).AddDays(1),
	}
}

// door lets 李明 in under the cookie "li", 王 under "wang".
type door struct{}

func (door) Resume(_ context.Context, token string) (web.Session, bool, error) {
	return web.Session{ID: "s", Person: token, Name: "李明"}, token != "", nil
}

func (d door) Look(ctx context.Context, token string) (web.Session, bool, error) {
	return d.Resume(ctx, token)
}
func (door) Token(string, string) string { return "token" }

func (door) Mark(person string) string { return "mark of " + person }

func (door) CheckToken(_, _, token string) bool { return token == "token" }

// site is the pages on the real page server.
func site(t *testing.T, f *fake) *web.Server {
	t.Helper()
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		t.Fatal(err)
	}
	authorities := []region.Authority{
		{Code: "11101010000", Name: "国家税务总局北京市东城区税务局", District: "东城区"},
		{Code: "11101080000", Name: "国家税务总局北京市海淀区税务局", District: "海淀区"},
	}
	return web.New(web.Config{
		Routes: Pages(Deps{Rules: f, Authorities: func() []region.Authority { return authorities }}), Sessions: door{}, Assets: files,
		Screens: view.NewSet(screens.Screens()), Service: "社保费办理", Now: func() time.Time { return now },
		Log: slog.New(slog.DiscardHandler), NewID: func(p string) string { return p + "1" },
		Ready: func(context.Context) error { return nil },
		Extra: func(app *fiber.App) { web.LiveAgreements(t.Context(), f, f)(app) },
	})
}

// Agreement and Watch are what live events need; nothing changes by itself here.
func (f *fake) Agreement(_ context.Context, id string) (model.Agreement, bool, error) {
	return f.one, id == f.one.ID, nil
}

func (f *fake) Watch(string) (<-chan struct{}, func()) { return nil, func() {} }

type answer struct {
	status   int
	to, body string
}

// ask sends a request as the person; with a form it is a post.
func ask(t *testing.T, s *web.Server, who, path string, form url.Values) answer {
	t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
		form.Set(page.FieldToken, "token")
	}
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.AddCookie(&http.Cookie{Name: "sid", Value: who})
	res, err := s.App().Test(req, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}
