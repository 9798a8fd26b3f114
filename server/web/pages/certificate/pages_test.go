package certificate

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	rules "shebao/server/certificate"
	"shebao/server/pdf/pdftest"
	files "shebao/server/pdf/verify"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/certificate"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

var now = time.Date(2026, 11, 23, 15, 4, 5, 0, period.Zone)

// fake is rules with one certificate of 李明, a captcha whose answer is 123456, and files.
type fake struct {
	one     model.Record
	status  rules.Status
	preview rules.Preview
	refuse  error // of Preview and Apply
	often   error
	report  files.Report
	asked   model.Range
	filter  rules.Filter
	list    []model.Record
	calls   []string
}

func (f *fake) call(name string) { f.calls = append(f.calls, name) }

func (f *fake) Preview(_ context.Context, _ string, r model.Range) (rules.Preview, error) {
	f.asked = r
	return f.preview, f.refuse
}

func (f *fake) Apply(_ context.Context, _ string, r model.Range) (model.Record, error) {
	f.call("apply")
	f.asked = r
	return f.one, f.refuse
}

func (f *fake) Retry(ctx context.Context, person, id string) (model.Record, error) {
	f.call("retry " + id)
	return f.Own(ctx, person, id)
}

func (f *fake) Own(_ context.Context, person, id string) (model.Record, error) {
	if person != "li" || id != f.one.ID {
		return model.Record{}, rules.ErrUnknown
	}
	return f.one, nil
}

func (f *fake) List(_ context.Context, filter rules.Filter) ([]model.Record, error) {
	f.filter = filter
	return f.list, nil
}

func (f *fake) Status(context.Context, model.Record) (rules.Status, error) { return f.status, nil }

func (f *fake) MayCheck(context.Context, string, string) error {
	f.call("may")
	return f.often
}

func (f *fake) MayUpload(context.Context, string) error { return f.often }

func (f *fake) Verify(_ context.Context, taxpayer, code string) (rules.Finding, bool, error) {
	f.call("verify")
	ok := taxpayer == f.one.Facts.TaxpayerID && strings.ReplaceAll(code, " ", "") == string(f.one.Facts.CheckCode)
	if !ok {
		return rules.Finding{}, false, nil
	}
	return rules.Finding{Record: f.one, Intact: true, Genuine: true, Status: f.status}, true, nil
}

type captchas struct{ f *fake }

func (captchas) New() string { return "k1" }

func (c captchas) Check(_ context.Context, _, answer string) (bool, error) {
	c.f.call("captcha")
	return answer == "123456", nil
}

type reader struct{ f *fake }

func (r reader) Verify(context.Context, []byte) (files.Report, error) { return r.f.report, nil }

func deps(t *testing.T) (*fake, Deps) {
	t.Helper()
	f := &fake{status: rules.Valid}
	facts := pdftest.Facts(t, 30)
	f.one = model.Record{
		ID: "c1", Person: "li", Range: model.Range{Months: facts.Period}, Number: facts.Number, Edition: 1, Total: facts.Total, Count: 30,
		Facts: facts, State: model.Ready, Applied: now, Made: now,
	}
	return f, Deps{Rules: f, Captcha: captchas{f}, Files: reader{f}, Cursor: func(c model.Record) string { return "1." + c.ID }}
}

func request(query, form url.Values) *web.Request {
	if query == nil {
		query = url.Values{}
	}
	if form == nil {
		form = url.Values{}
	}
	return &web.Request{Person: "li", Name: "李明", Query: query, Form: form, Now: now, Address: "10.0.0.1"}
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func TestApply(t *testing.T) {
	t.Run("without a range nothing is asked for", func(t *testing.T) {
		f, d := deps(t)
		s, err := d.loadApply(t.Context(), request(nil, nil))
		if err != nil || s.Asked || s.Span.From != "2021-01" || s.Span.To != "2027-12" || len(s.Schemes) != 3 || f.asked.Scheme != "" {
			t.Errorf("%+v %v", s, err)
		}
	})
	t.Run("the range of the payment records shows the table", func(t *testing.T) {
		f, d := deps(t)
		f.preview = rules.Preview{Rows: f.one.Facts.Rows[:2], Total: 100, Left: 1}
		s, err := d.loadApply(t.Context(), request(values("from", "2021-01", "to", "2026-12", "scheme", "pension"), nil))
		if err != nil || len(s.Rows) != 2 || s.Capitals != "壹元整" || s.Left != 1 || s.Holder != "李*" || f.asked.Scheme != "pension" {
			t.Errorf("%+v %v", s, err)
		}
	})
	t.Run("what is wrong stands beside the field and what was typed stays", func(t *testing.T) {
		_, d := deps(t)
		for query, field := range map[string]string{"2026-13": page.FieldFrom, "": page.FieldFrom, "2027-01": page.FieldTo} {
			s, err := d.loadApply(t.Context(), request(values("from", query, "to", "2026-12"), nil))
			if err != nil || len(s.Problems) != 1 || s.Problems[0].Field != field || s.Span.From != query {
				t.Errorf("%q: %+v %v", query, s, err)
			}
		}
	})
	t.Run("refusals of the rules are shown, other errors are not", func(t *testing.T) {
		f, d := deps(t)
		f.refuse = rules.ErrNothing
		a, err := d.actApply(t.Context(), request(nil, values("from", "2021-01", "to", "2026-12")))
		if err != nil || a.State().Problems[0].Message != rules.ErrNothing.Message {
			t.Errorf("%+v %v", a, err)
		}
		f.refuse = errors.New("no disk")
		if _, err := d.actApply(t.Context(), request(nil, values("from", "2021-01", "to", "2026-12"))); err == nil {
			t.Error("no error")
		}
	})
	t.Run("an application leads to the list", func(t *testing.T) {
		f, d := deps(t)
		f.one.State = model.Making
		a, err := d.actApply(t.Context(), request(nil, values("from", "2021-01", "to", "2026-12")))
		if err != nil || a.To() != page.PatternCertificateDownloads || a.Notice() == "" {
			t.Errorf("%+v %v", a, err)
		}
	})
}

func TestDownloads(t *testing.T) {
	t.Run("each state says what can be done", func(t *testing.T) {
		f, d := deps(t)
		for _, c := range []struct {
			state  model.State
			status rules.Status
			label  string
			retry  bool
		}{
			{model.Making, rules.Unmade, "制作中", false},
			{model.Failed, rules.Unmade, "制作失败", true},
			{model.Ready, rules.Valid, "制作成功", false},
			{model.Ready, rules.Reissued, "已重新开具", false},
			{model.Withdrawn, rules.Withdrawn, "已失效", false},
			{model.Ready, rules.Withdrawn, "已失效", false},
		} {
			one := f.one
			one.State = c.state
			f.status, f.list = c.status, []model.Record{one}
			s, err := d.list(t.Context(), request(nil, nil))
			if err != nil || s.Cards[0].State != c.label || s.Cards[0].Retry != c.retry || (s.Live != "") != (c.state == model.Making) {
				t.Errorf("%s %s: %+v %v", c.state, c.status, s, err)
			}
		}
	})
	t.Run("a long list turns pages inside the range", func(t *testing.T) {
		f, d := deps(t)
		for range rules.PageSize + 1 {
			f.list = append(f.list, f.one)
		}
		s, err := d.list(t.Context(), request(values("from", "2026-01-01", "to", "2026-11-23", "after", "9.x"), nil))
		if err != nil || len(s.Cards) != rules.PageSize || s.Turn.Page != 2 || f.filter.After != "9.x" || f.filter.Person != "li" {
			t.Fatalf("%+v %v", s.Turn, err)
		}
		if !strings.Contains(s.Turn.Next, "after=9.x_1.c1") || !strings.Contains(s.Turn.Next, "from=2026-01-01") || strings.Contains(s.Turn.Prev, "after") {
			t.Errorf("%+v", s.Turn)
		}
	})
	t.Run("a wrong range is refused", func(t *testing.T) {
		_, d := deps(t)
		for _, q := range []url.Values{values("from", "2026-02-30", "to", "2026-03-01"), values("from", "2026-03-01", "to", "2026-02-01"), values("from", "2016-01-01", "to", "2026-01-01")} {
			if s, err := d.list(t.Context(), request(q, nil)); err != nil || len(s.Problems) != 1 {
				t.Errorf("%v: %+v %v", q, s, err)
			}
		}
	})
}

func TestOne(t *testing.T) {
	f, d := deps(t)
	t.Run("the holder sees every page, anybody else nothing", func(t *testing.T) {
		s, err := d.loadOne(t.Context(), request(values("id", "c1"), nil))
		if err != nil || len(s.Pages) != 2 || s.PDF != "/certificates/c1/pdf" || s.Code != f.one.Facts.CheckCode.Grouped() {
			t.Errorf("%+v %v", s, err)
		}
		r := request(values("id", "c1"), nil)
		r.Person = "wang"
		if _, err := d.loadOne(t.Context(), r); !errors.Is(err, api.NotFound("")) {
			t.Error(err)
		}
	})
	t.Run("a withdrawn one is not given out", func(t *testing.T) {
		f.status = rules.Withdrawn
		if s, err := d.loadOne(t.Context(), request(values("id", "c1"), nil)); err != nil || s.Pages != nil || s.PDF != "" || s.Card.State != "已失效" {
			t.Errorf("%+v %v", s, err)
		}
	})
}

func TestVerify(t *testing.T) {
	typed := func(taxpayer, code string) url.Values {
		return values("taxpayer", taxpayer, "code", code, "question", "k1", "captcha", "123456")
	}
	t.Run("the QR code's address fills in the code", func(t *testing.T) {
		f, d := deps(t)
		s, err := d.loadVerify(t.Context(), request(values("code", string(f.one.Facts.CheckCode)), nil))
		if err != nil || s.Code != f.one.Facts.CheckCode.Grouped() || s.Image != "/verify/captcha/k1.png" {
			t.Errorf("%+v %v", s, err)
		}
		if s, err := d.loadVerify(t.Context(), request(values("code", `"><script>`), nil)); err != nil || s.Code != "" {
			t.Errorf("%+v %v", s, err)
		}
	})
	t.Run("a match shows three results and masked facts", func(t *testing.T) {
		f, d := deps(t)
		a, err := d.actVerify(t.Context(), request(nil, typed(f.one.Facts.TaxpayerID, string(f.one.Facts.CheckCode))))
		if err != nil {
			t.Fatal(err)
		}
		s := a.State()
		if !s.Result.Good || len(s.Result.Checks) != 3 || len(s.Result.Rows) != 30 {
			t.Errorf("%+v", s.Result)
		}
		b, err := json.Marshal(s)
		if err != nil || strings.Contains(string(b), f.one.Facts.Name) || strings.Contains(string(b), f.one.Facts.Document.Number) {
			t.Errorf("the page holds name or number: %v", err)
		}
	})
	t.Run("whatever is wrong gives one answer after the same work", func(t *testing.T) {
		var first []byte
		for name, wrong := range map[string]func(f *fake) url.Values{
			"another number":  func(f *fake) url.Values { return typed("11010519491231002X", string(f.one.Facts.CheckCode)) },
			"another code":    func(f *fake) url.Values { return typed(f.one.Facts.TaxpayerID, "0000000000000000") },
			"a mistyped code": func(f *fake) url.Values { return typed(f.one.Facts.TaxpayerID, "1") },
			"nothing right":   func(*fake) url.Values { return typed("x", "y") },
		} {
			f, d := deps(t)
			a, err := d.actVerify(t.Context(), request(nil, wrong(f)))
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(a.State())
			if err != nil || a.State().Refused != words.CertificateMismatch {
				t.Fatalf("%s: %s %v", name, b, err)
			}
			if first == nil {
				first = b
			}
			if string(b) != string(first) {
				t.Errorf("%s: %s, not %s", name, b, first)
			}
			if got := strings.Join(f.calls, " "); got != "captcha may verify" {
				t.Errorf("%s: %s", name, got)
			}
		}
	})
	t.Run("a wrong captcha asks the register nothing and keeps what was typed", func(t *testing.T) {
		f, d := deps(t)
		v := typed(f.one.Facts.TaxpayerID, string(f.one.Facts.CheckCode))
		v.Set(page.FieldCaptcha, "654321")
		a, err := d.actVerify(t.Context(), request(nil, v))
		if err != nil || a.State().Problems[0].Field != page.FieldCaptcha || a.State().Taxpayer != f.one.Facts.TaxpayerID || strings.Join(f.calls, " ") != "captcha" {
			t.Errorf("%+v %v %v", a.State(), f.calls, err)
		}
	})
	t.Run("another picture keeps what was typed and uses nothing up", func(t *testing.T) {
		f, d := deps(t)
		v := typed("1", "2")
		v.Set(page.FieldStep, page.StepAnother)
		a, err := d.actVerify(t.Context(), request(nil, v))
		if err != nil || a.State().Taxpayer != "1" || a.State().Code != "2" || a.State().Problems != nil || f.calls != nil {
			t.Errorf("%+v %v", a.State(), err)
		}
	})
	t.Run("too many checks are slowed down without an answer", func(t *testing.T) {
		f, d := deps(t)
		f.often = api.TooMany(time.Minute)
		a, err := d.actVerify(t.Context(), request(nil, typed(f.one.Facts.TaxpayerID, string(f.one.Facts.CheckCode))))
		if err != nil || len(a.State().Problems) != 1 || a.State().Result != nil {
			t.Errorf("%+v %v", a.State(), err)
		}
	})
	t.Run("a withdrawn and a re-issued certificate say so", func(t *testing.T) {
		for status, title := range map[rules.Status]string{rules.Withdrawn: "证明已失效", rules.Reissued: "证明已重新开具"} {
			f, d := deps(t)
			f.status = status
			a, err := d.actVerify(t.Context(), request(nil, typed(f.one.Facts.TaxpayerID, string(f.one.Facts.CheckCode))))
			if err != nil || a.State().Result.Title != title || a.State().Result.Good || a.State().Result.Checks[2].OK || !a.State().Result.Checks[0].OK {
				t.Errorf("%+v %v", a.State().Result, err)
			}
		}
	})
}

func TestUpload(t *testing.T) {
	send := func(t *testing.T, d Deps, data []byte) page.Verify {
		t.Helper()
		r := request(nil, values(page.FieldStep, page.StepUpload))
		if data != nil {
			r.Files = map[string]web.File{page.FieldFile: {Name: "a.pdf", Data: data}}
		}
		a, err := d.actVerify(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return a.State()
	}
	t.Run("every reason is said exactly", func(t *testing.T) {
		for _, reason := range []files.Reason{
			files.TooLarge, files.Encrypted, files.Unreadable, files.NotOurs, files.Altered, files.NoRecord, files.Withdrawn, files.Reissued, files.Outdated,
		} {
			f, d := deps(t)
			f.report = files.Report{Reason: reason}
			if s := send(t, d, []byte("x")); s.Result.Good || !slices.Contains(s.Result.Notes, reason.Message()) {
				t.Errorf("%s: %+v", reason, s.Result)
			}
		}
	})
	t.Run("of an intact file that is no longer valid the title and the check say so, once", func(t *testing.T) {
		f, d := deps(t)
		f.report = files.Report{Reason: files.Withdrawn, Cause: model.Returned, Intact: true, Genuine: true, Facts: &f.one.Facts}
		s := send(t, d, []byte("x")).Result
		if s.Good || s.Title != "证明已失效" || len(s.Notes) != 0 || s.Checks[2].OK || !strings.Contains(s.Checks[2].Note, model.Returned.Label()) {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a genuine file passes and one without the register's word does not", func(t *testing.T) {
		f, d := deps(t)
		f.report = files.Report{Intact: true, Genuine: true, Current: true, Facts: &f.one.Facts}
		if s := send(t, d, []byte("x")); !s.Result.Good || len(s.Result.Rows) != 30 {
			t.Errorf("%+v", s.Result)
		}
		f.report.Current = false
		if s := send(t, d, []byte("x")); s.Result.Good {
			t.Error("it passes")
		}
	})
	t.Run("no file is a problem of the field", func(t *testing.T) {
		_, d := deps(t)
		if s := send(t, d, nil); len(s.Problems) != 1 || s.Problems[0].Field != page.FieldFile {
			t.Errorf("%+v", s)
		}
	})
}
