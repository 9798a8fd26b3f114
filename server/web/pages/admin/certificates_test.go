package admin

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/server/certificate"
	"shebao/shared/api"
	paper "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// press makes no real paper: the officers' pages never show it.
type press struct{}

func (press) Make(paper.Facts) ([]byte, error) { return []byte("paper"), nil }

func (press) Attest([]byte) ([]byte, error) { return []byte("ours"), nil }

func (press) Attested(_, proof []byte) bool { return string(proof) == "ours" }

func (press) Allow(context.Context, string, int, time.Duration) error { return nil }

const holderNumber = "110101199003071233"

// withPapers is a console with one issued certificate of 李明 for five years.
func withPapers(t *testing.T) (*world, *certificate.Service, paper.Record) {
	t.Helper()
	w := newWorld(t)
	n := 0
	rules := certificate.New(certificate.Config{
		Store: w.store, Payments: w.store, People: w.store, Maker: press{}, Attester: press{}, Limiter: press{}, Now: w.clock.Now, Random: rand.Reader,
		Authority: w.City.FullName, Issuer: "社保费办理（演示）", Prefix: "11",
		NewID: func(prefix string) string { n++; return fmt.Sprintf("%s%04d", prefix, n) },
	})
	w.Papers = rules
	p := person.Person{ID: "li", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: holderNumber}, Phone: "13800000001"}
	if _, err := w.store.AddPerson(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for year := 2021; year <= 2025; year++ {
		d := contribution.Declaration{
			ID: fmt.Sprint("d-", year), Insured: "li", Payer: "li", Scheme: contribution.Pension, Kind: contribution.Regular, Authority: "11101010000",
			Year: year, Period: period.YearPeriod(year), Amount: money.Yuan(3000), State: contribution.Declared, Pay: contribution.Paid, Payment: "p",
			Declared: w.clock.Now(), Settled: contribution.Settlement{Ticket: fmt.Sprint("31101", year), At: w.clock.Now().AddDate(year-2026, 0, 0)},
		}
		if err := w.store.PutDeclaration(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	return w, rules, issued(t, rules, 2021)
}

func issued(t *testing.T, rules *certificate.Service, from int) paper.Record {
	t.Helper()
	r := paper.Range{Months: period.Period{From: period.Month{Year: from, Month: 1}, To: period.Month{Year: 2025, Month: 12}}}
	c, err := rules.Apply(t.Context(), "li", r)
	if err != nil {
		t.Fatal(err)
	}
	if err := rules.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func numbers(s page.AdminList) string {
	var found []string
	for _, r := range s.Tables[0].Rows {
		found = append(found, r[1].Text)
	}
	return strings.Join(found, " ")
}

func TestFindCertificates(t *testing.T) {
	w, rules, c := withPapers(t)
	t.Run("a whole number, the holder's number and the holder's name find it, masked", func(t *testing.T) {
		for by, find := range map[string]string{byCertificate: " " + c.Number, "number": holderNumber, "name": "李明"} {
			a, err := w.findCertificates(t.Context(), w.as(model.Auditor, nil, url.Values{page.AdminFieldBy: {by}, page.AdminFieldFind: {find}}))
			if err != nil || numbers(a.State()) != c.Number {
				t.Fatalf("%s: %+v, %v", by, a.State(), err)
			}
			if holder := a.State().Tables[0].Rows[0][3].Text; holder != person.MaskName("李明") {
				t.Errorf("the holder is shown as %q", holder)
			}
			if e := w.audited("certificate_search"); e.Details["by"] != by || e.Details["found"] != "1" || len(e.Details) != 2 {
				t.Errorf("got %+v", e)
			}
		}
		for by, find := range map[string]string{byCertificate: "119", "number": "11010519491231002X", "name": "李"} {
			a, err := w.findCertificates(t.Context(), w.as(model.Auditor, nil, url.Values{page.AdminFieldBy: {by}, page.AdminFieldFind: {find}}))
			if err != nil || numbers(a.State()) != "" {
				t.Errorf("%s: %+v, %v", by, a.State(), err)
			}
		}
	})
	t.Run("a number is found in the state that was chosen only", func(t *testing.T) {
		for state, want := range map[string]string{"withdrawn": "", "ready": c.Number} {
			form := url.Values{page.AdminFieldBy: {byCertificate}, page.AdminFieldFind: {c.Number}, page.AdminFieldState: {state}}
			a, err := w.findCertificates(t.Context(), w.as(model.Auditor, nil, form))
			if err != nil || numbers(a.State()) != want {
				t.Errorf("%s: %+v, %v", state, a.State(), err)
			}
		}
	})
	t.Run("days and state lead to an address, which lists page by page", func(t *testing.T) {
		for i := range certificate.PageSize {
			w.clock.Advance(25 * time.Hour) // a new number for the same range
			issued(t, rules, 2021+i%5)
		}
		form := url.Values{page.AdminFieldFrom: {"2026-11-01"}, page.AdminFieldTo: {"2027-01-31"}, page.AdminFieldState: {"ready"}}
		a, err := w.findCertificates(t.Context(), w.as(model.Operator, nil, form))
		if err != nil || !strings.HasPrefix(a.To(), page.PathAdminCertificates+"?") {
			t.Fatalf("%q, %v", a.To(), err)
		}
		seen, pages := map[string]bool{}, 0
		for to := a.To(); to != ""; pages++ {
			u, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			s, err := w.certificateList(t.Context(), w.as(model.Operator, u.Query(), nil))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range s.Tables[0].Rows {
				seen[r[1].Text] = true
			}
			to = s.Tables[0].Next
		}
		if len(seen) != certificate.PageSize+1 || pages != 2 {
			t.Errorf("%d certificates on %d pages", len(seen), pages)
		}
		form.Set(page.AdminFieldState, "withdrawn")
		if s, err := w.certificateList(t.Context(), w.as(model.Operator, form, nil)); err != nil || numbers(s) != "" {
			t.Errorf("%+v, %v", s, err)
		}
	})
	t.Run("days that are none are said at their field", func(t *testing.T) {
		for field, form := range map[string]url.Values{
			page.AdminFieldFrom: {page.AdminFieldFrom: {"yesterday"}},
			page.AdminFieldTo:   {page.AdminFieldFrom: {"2026-11-02"}, page.AdminFieldTo: {"2026-11-01"}},
		} {
			a, err := w.findCertificates(t.Context(), w.as(model.Operator, nil, form))
			if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Field != field {
				t.Errorf("%s: %+v, %v", field, a.State(), err)
			}
		}
	})
}

func TestWithdrawCertificate(t *testing.T) {
	w, rules, c := withPapers(t)
	at := url.Values{"id": {c.ID}}
	form := func(do, cause, note string) url.Values {
		return url.Values{page.AdminFieldDo: {do}, page.AdminFieldCause: {cause}, page.AdminFieldNote: {note}}
	}
	state := func() paper.State {
		got, err := rules.Look(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.State
	}
	t.Run("whoever may not is told who may, and trying stands in the trail", func(t *testing.T) {
		s, err := w.certificate(t.Context(), w.as(model.Auditor, at, nil))
		if err != nil || len(s.Case.Actions) != 0 || s.Case.Waits == "" {
			t.Errorf("%+v, %v", s.Case, err)
		}
		for _, role := range []model.Role{model.Auditor, model.Admin} {
			_, err := w.actOnCertificate(t.Context(), w.as(role, at, form(doWithdraw, "misstated", "有误")))
			wantCode(t, err, api.CodeForbidden)
		}
		if e := w.audited("certificate_withdraw"); e.Result != "forbidden" || e.Subject != c.ID || state() != paper.Ready {
			t.Errorf("%+v, it is %s", e, state())
		}
	})
	t.Run("a cause and a note are needed", func(t *testing.T) {
		for field, f := range map[string]url.Values{
			page.AdminFieldCause: form(doAsk, "reversed", "有误"), page.AdminFieldNote: form(doWithdraw, "misstated", " "),
		} {
			a, err := w.actOnCertificate(t.Context(), w.as(model.Operator, at, f))
			if err != nil || len(a.State().Case.Problems) != 1 || a.State().Case.Problems[0].Field != field {
				t.Errorf("%s: %+v, %v", field, a.State().Case.Problems, err)
			}
			if typed := a.State().Case.Actions[0].Fields[1].Value; typed != f.Get(page.AdminFieldNote) {
				t.Errorf("what was typed is lost: %q", typed)
			}
		}
	})
	t.Run("it asks first and withdraws when told so", func(t *testing.T) {
		a, err := w.actOnCertificate(t.Context(), w.as(model.Operator, at, form(doAsk, "misstated", "姓名登记有误")))
		if err != nil || a.State().Sure == nil || a.State().Sure.Holder != "李*" || state() != paper.Ready {
			t.Fatalf("%+v, %v, it is %s", a.State(), err, state())
		}
		a, err = w.actOnCertificate(t.Context(), w.as(model.Operator, at, form(doWithdraw, "misstated", "姓名登记有误")))
		if err != nil || a.To() != certificatePath(c.ID) || state() != paper.Withdrawn {
			t.Fatalf("%+v, %v, it is %s", a.State(), err, state())
		}
		s, err := w.certificate(t.Context(), w.as(model.Reviewer, at, nil))
		if err != nil || len(s.Case.Actions) != 0 || s.Case.State != "已失效" {
			t.Fatalf("%+v, %v", s, err)
		}
		said := map[string]string{}
		for _, f := range s.Case.Facts {
			said[f.Label] = f.Value
		}
		if said["作废原因"] != "所载信息有误" || said["说明"] != "姓名登记有误" || said["作废人"] != "operator" {
			t.Errorf("%+v", said)
		}
	})
	t.Run("a second time is refused and says so", func(t *testing.T) {
		a, err := w.actOnCertificate(t.Context(), w.as(model.Reviewer, at, form(doWithdraw, "misstated", "姓名登记有误")))
		if err != nil || len(a.State().Case.Problems) != 1 || !strings.Contains(a.State().Case.Problems[0].Message, "不能重复作废") {
			t.Errorf("%+v, %v", a.State().Case.Problems, err)
		}
		if e := w.audited("certificate_withdraw"); e.Result != "refused" {
			t.Errorf("%+v", e)
		}
	})
	t.Run("a certificate that is not there is not found", func(t *testing.T) {
		_, err := w.certificate(t.Context(), w.as(model.Operator, url.Values{"id": {"c9999"}}, nil))
		wantCode(t, err, api.CodeNotFound)
	})
}

func TestLookingAtACertificate(t *testing.T) {
	w, rules, c := withPapers(t)
	t.Run("an earlier edition says that a later one replaces it", func(t *testing.T) {
		d, err := w.store.DeclarationsByID(t.Context(), []string{"d-2025"})
		if err != nil {
			t.Fatal(err)
		}
		again := d[0]
		again.ID, again.Settled.Ticket = "d-2025-2", "311012025-2"
		if err := w.store.PutDeclaration(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		next := issued(t, rules, 2021)
		s, err := w.certificate(t.Context(), w.as(model.Auditor, url.Values{"id": {c.ID}}, nil))
		if err != nil || next.Number != c.Number || s.Case.State != "已重新开具" || len(s.Case.History.Rows) != 2 {
			t.Errorf("%+v, %v", s.Case, err)
		}
		if e := w.audited("certificate_view"); e.Subject != c.ID || e.Who != "o-auditor" {
			t.Errorf("%+v", e)
		}
	})
}
