package certificate

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view/all"
	"shebao/server/captcha"
	rules "shebao/server/certificate"
	"shebao/server/pdf"
	"shebao/server/pdf/keys"
	"shebao/server/pdf/pdftest"
	"shebao/server/pdf/sandbox"
	files "shebao/server/pdf/verify"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/web"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
	assets "shebao/web"
)

func TestMain(m *testing.M) {
	sandbox.RunChild()
	os.Exit(m.Run())
}

const liming = "110101199003071233"

// site is the real pages, rules, store, paper and reader behind HTTP. Nobody is limited.
type site struct {
	t      testing.TB
	rules  *rules.Service
	store  *store.Store
	keys   *keys.Keys
	reader *sandbox.Reader
	server *web.Server
}

func (s *site) Allow(context.Context, string, int, time.Duration) error { return nil }

func (s *site) Attest(canonical []byte) ([]byte, error) {
	return s.keys.Sign(pdf.AttachmentMessage(canonical))
}

func (s *site) Attested(canonical, proof []byte) bool {
	return keys.Check(s.keys.Leaf, pdf.AttachmentMessage(canonical), proof) == nil
}

func (s *site) Lookup(ctx context.Context, number string) (files.Record, bool, error) {
	c, ok, err := s.rules.Lookup(ctx, number)
	return files.Record{Edition: c.Edition, State: c.State, CheckCode: c.Facts.CheckCode, Cause: c.Cause}, ok, err
}

func (s *site) Verify(ctx context.Context, data []byte) (files.Report, error) {
	r, err := s.reader.Verify(ctx, data)
	if err != nil {
		return r, err
	}
	return files.Judge(ctx, r, s)
}

// sessions know the resident whose cookie is their id.
type sessions struct{}

func (sessions) Resume(_ context.Context, token string) (web.Session, bool, error) {
	return web.Session{ID: token, Person: token, Name: "李明"}, true, nil
}

func (s sessions) Look(ctx context.Context, token string) (web.Session, bool, error) {
	return s.Resume(ctx, token)
}
func (sessions) Token(string, string) string { return "token" }
func (sessions) Mark(person string) string   { return "mark of " + person }

func (sessions) CheckToken(_ string, _, token string) bool { return token == "token" }

func newSite(tb testing.TB) *site {
	tb.Helper()
	s := &site{t: tb, store: storetest.Open(tb), keys: pdftest.Keys(tb)}
	var err error
	if s.reader, err = sandbox.New(s.keys.Trust()); err != nil {
		tb.Fatal(err)
	}
	n := 0
	newID := func(prefix string) string { n++; return fmt.Sprintf("%s%026d", prefix, n) }
	clock := func() time.Time { return now }
	s.rules = rules.New(rules.Config{
		Store: s.store, Payments: s.store, People: s.store, Maker: pdftest.Maker(tb, s.keys), Attester: s, Limiter: s,
		Authority: func(string) string { return "国家税务总局北京市东城区税务局" }, Issuer: "社保费办理（演示）", Prefix: "11", Now: clock, NewID: newID, Random: rand.Reader,
	})
	questions := &captcha.Service{Store: s.store, Now: clock, NewID: newID}
	list, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(`{"version":"1","assets":[]}`)}})
	if err != nil {
		tb.Fatal(err)
	}
	s.server = web.New(web.Config{
		Routes:   Pages(Deps{Rules: s.rules, Captcha: questions, Files: s, Cursor: s.store.CertificateCursor}),
		Sessions: sessions{}, Assets: list, Screens: all.Screens(), Service: "社保费办理", Now: clock, Log: slog.New(slog.DiscardHandler), NewID: newID,
		Ready: func(context.Context) error { return nil }, Extra: func(app *fiber.App) {
			web.Certificates(tb.Context(), s.rules, s.rules, pictures{})(app)
			web.Captchas(questions, s)(app)
		},
	})
	if _, err := s.store.AddPerson(tb.Context(), person.Person{
		ID: "li", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: liming}, Phone: "13800000001",
	}); err != nil {
		tb.Fatal(err)
	}
	if err := s.store.PutDeclaration(tb.Context(), contribution.Declaration{
		ID: "d1", Insured: "li", Payer: "li", Scheme: contribution.Pension, Kind: contribution.Regular, Authority: "11101010000", Year: 2025,
		Period: period.YearPeriod(2025), Amount: money.Yuan(3000), State: contribution.Declared, Pay: contribution.Paid, Declared: now,
		Settled: contribution.Settlement{Ticket: "311010250590000004", At: now},
	}); err != nil {
		tb.Fatal(err)
	}
	return s
}

// pictures draws nothing.
type pictures struct{}

func (pictures) Page(_ context.Context, _ []byte, number, dpi int) ([]byte, error) {
	return fmt.Appendf(nil, "page %d at %d", number, dpi), nil
}

func (s *site) do(req *http.Request, who string) (int, string) {
	s.t.Helper()
	if who != "" {
		req.AddCookie(&http.Cookie{Name: "sid", Value: who})
	}
	res, err := s.server.App().Test(req, -1)
	if err != nil {
		s.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (s *site) get(path, who string) (int, string) {
	s.t.Helper()
	return s.do(httptest.NewRequest(http.MethodGet, path, nil), who)
}

func (s *site) post(path, who string, form url.Values) (int, string) {
	s.t.Helper()
	form.Set("csrf", "token")
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(req, who)
}

func (s *site) upload(data []byte) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "certificate.pdf")
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = part.Write(data)
	if err := errors.Join(err, form.WriteField("step", "upload"), form.WriteField("csrf", "token"), form.Close()); err != nil {
		s.t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/verify", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	status, answer := s.do(req, "")
	if status != http.StatusOK {
		s.t.Fatalf("%d %s", status, answer)
	}
	return answer
}

var question = regexp.MustCompile(`name="question" value="(k\d+)"`)

// asked is a captcha of a fresh form with its answer, as a person reads it.
func (s *site) asked() (id, digits string) {
	s.t.Helper()
	_, form := s.get("/verify", "")
	id = question.FindStringSubmatch(form)[1]
	if status, _ := s.get("/verify/captcha/"+id+".png", ""); status != http.StatusOK {
		s.t.Fatal(status)
	}
	held, err := s.store.HoldCaptcha(s.t.Context(), id, nil, now, now)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range held {
		digits += fmt.Sprint(d)
	}
	return id, digits
}

// issued applies over HTTP and has the certificate made.
func (s *site) issued() model.Record {
	s.t.Helper()
	status, body := s.post("/certificates/apply", "li", values("from", "2021-01", "to", "2025-12"))
	if status != http.StatusSeeOther {
		s.t.Fatalf("%d %s", status, body)
	}
	if _, list := s.get("/certificates/downloads", "li"); !strings.Contains(list, "制作中") || !strings.Contains(list, `data-live="/live/certificates/`) {
		s.t.Fatal("the list does not say 制作中")
	}
	if err := s.rules.Work(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	list, err := s.rules.List(s.t.Context(), rules.Filter{Person: "li", From: period.DateOf(now), To: period.DateOf(now), Limit: 1})
	if err != nil || len(list) != 1 {
		s.t.Fatal(list, err)
	}
	c, err := s.rules.Own(s.t.Context(), "li", list[0].ID)
	if err != nil || c.State != model.Ready {
		s.t.Fatal(c.State, err)
	}
	return c
}

func TestHTTP(t *testing.T) {
	s := newSite(t)
	c := s.issued()
	code := string(c.Facts.CheckCode)
	_, document := s.get("/certificates/"+c.ID+"/pdf", "li")

	t.Run("documents, pictures and events are their holder's alone", func(t *testing.T) {
		for path, want := range map[string]string{"/pdf": "%PDF-", "/pages/1.png": "page 1 at 110", "/pages/1-large.png": "page 1 at 200"} {
			if status, body := s.get("/certificates/"+c.ID+path, "li"); status != http.StatusOK || !strings.HasPrefix(body, want) {
				t.Errorf("%s: %d %.40q", path, status, body)
			}
			for _, who := range []string{"", "wang"} {
				if status, _ := s.get("/certificates/"+c.ID+path, who); status != http.StatusNotFound {
					t.Errorf("%s for %q: %d", path, who, status)
				}
			}
		}
		for _, who := range []string{"", "wang"} {
			if status, _ := s.get("/live/certificates/"+c.ID, who); status != http.StatusNotFound {
				t.Errorf("events for %q: %d", who, status)
			}
		}
		for _, page := range []string{"0.png", "x.png", "1.pdf", "-1.png", "99999.png"} {
			if status, _ := s.get("/certificates/"+c.ID+"/pages/"+page, "li"); status != http.StatusNotFound {
				t.Errorf("%s: %d", page, status)
			}
		}
	})
	t.Run("a page that still says 制作中 is told that it is made", func(t *testing.T) {
		if status, events := s.get("/live/certificates/"+c.ID+"?shown=making", "li"); status != http.StatusOK || !strings.Contains(events, "event: page\ndata: ready\n\n") {
			t.Errorf("%d %q", status, events)
		}
	})
	t.Run("number, code and captcha confirm it, and the captcha only once", func(t *testing.T) {
		id, digits := s.asked()
		form := func() url.Values { return values("taxpayer", liming, "code", code, "question", id, "captcha", digits) }
		status, body := s.post("/verify", "", form())
		for _, want := range []string{"校验结果一致", "内容完整", "真实签发", "状态有效", "李*"} {
			if status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%d, no %s", status, want)
			}
		}
		if strings.Contains(body, liming) || strings.Contains(body, "未通过") {
			t.Error("the number is shown, or a check failed")
		}
		if status, body = s.post("/verify", "", form()); status != http.StatusUnprocessableEntity || !strings.Contains(body, "图形验证码不正确或已失效") {
			t.Errorf("%d for the second use", status)
		}
	})
	t.Run("wrong pairs get answers that are equal to the byte", func(t *testing.T) {
		ids := regexp.MustCompile(`\b[rvk]\d{26}\b`)
		first := ""
		for _, pair := range [][2]string{{liming, "0000000000000000"}, {"11010519491231002X", code}, {"11010519491231002X", "1"}, {liming, code[1:] + code[:1]}} {
			id, digits := s.asked()
			status, body := s.post("/verify", "", values("taxpayer", pair[0], "code", pair[1], "question", id, "captcha", digits))
			body = ids.ReplaceAllString(body, "")
			if first == "" {
				first = body
			}
			if status != http.StatusOK || !strings.Contains(body, "校验结果不一致") || body != first {
				t.Errorf("%d %s", status, body)
			}
		}
	})
	t.Run("the file itself confirms it and a change is found", func(t *testing.T) {
		if body := s.upload([]byte(document)); !strings.Contains(body, "校验结果一致") || strings.Contains(body, "未通过") {
			t.Error(body)
		}
		changed := []byte(document)
		changed[len(changed)/3] ^= 1
		if body := s.upload(changed); !strings.Contains(body, "文件在签发之后被改动过") {
			t.Error(body)
		}
		if body := s.upload([]byte("<html>")); !strings.Contains(body, files.Unreadable.Message()) {
			t.Error(body)
		}
		if body := s.upload(make([]byte, files.MaxSize+1)); !strings.Contains(body, files.TooLarge.Message()) {
			t.Error(body)
		}
	})
	t.Run("a withdrawn one is refused with its reason, by code and by file", func(t *testing.T) {
		if err := s.rules.Withdraw(t.Context(), c.ID, rules.Withdrawal{Officer: "officer", Cause: model.Misstated, Reason: "姓名登记错误"}); err != nil {
			t.Fatal(err)
		}
		id, digits := s.asked()
		if _, body := s.post("/verify", "", values("taxpayer", liming, "code", code, "question", id, "captcha", digits)); !strings.Contains(body, model.Misstated.Label()) || strings.Contains(body, "姓名登记错误") {
			t.Error(body)
		}
		if body := s.upload([]byte(document)); !strings.Contains(body, files.Withdrawn.Message()+"："+model.Misstated.Label()) {
			t.Error(body)
		}
		if status, _ := s.get("/certificates/"+c.ID+"/pdf", "li"); status != http.StatusNotFound {
			t.Errorf("the document is still given out: %d", status)
		}
		if _, body := s.get("/certificates/downloads", "li"); !strings.Contains(body, "已失效") || !strings.Contains(body, "姓名登记错误") {
			t.Error("the list does not say 已失效 and why")
		}
	})
}
