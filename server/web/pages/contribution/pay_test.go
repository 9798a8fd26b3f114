package contribution

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	rules "shebao/server/contribution"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

const pensionDues = page.PatternPensionPay + "?step=dues"

func TestIdentity(t *testing.T) {
	w := newWorld(t)
	number := w.li.Document.Number
	t.Run("the document number is masked until it is asked for", func(t *testing.T) {
		id := w.get(w.li, page.PatternPensionPay).Identity
		if id.Name != "李明" || id.Number != w.li.Document.Masked() || id.Shown || id.Nationality != "中国" {
			t.Errorf("%+v", id)
		}
	})
	t.Run("it is shown after the question, for a minute", func(t *testing.T) {
		w := newWorld(t)
		id := w.get(w.li, page.PatternPensionPay).Identity
		if p := w.get(w.li, id.Reveal); p.Step != page.StepReveal || p.Identity != nil {
			t.Fatalf("the question shows %+v", p)
		}
		to, p := w.lead(w.li, id.Reveal, nil)
		if p.Identity.Number != number || !p.Identity.Shown || strings.Contains(to, number) {
			t.Errorf("%s %+v", to, p.Identity)
		}
		if id := p.Identity; id.Left != 60 || id.Masked != w.li.Document.Masked() || id.Reveal == "" || p.InFrame(page.Frame{}).Refresh != id.Left {
			t.Errorf("it is not hidden again by itself: %+v", id)
		}
		w.advance(20*time.Second + time.Millisecond)
		if left := w.get(w.li, to).Identity.Left; left != 40 {
			t.Errorf("%d seconds are left, not 40", left)
		}
		w.advance(40 * time.Second)
		if id := w.get(w.li, to).Identity; id.Number == number {
			t.Error("it is still shown")
		}
	})
	t.Run("a made-up time far ahead shows nothing", func(t *testing.T) {
		if id := w.get(w.li, page.PatternPensionPay+"?shown=9999999999").Identity; id.Number == number {
			t.Error("shown without the question")
		}
	})
	t.Run("下一步 leads to the enrolments", func(t *testing.T) {
		to, p := w.lead(w.li, page.PatternPensionPay, nil)
		if to != page.PatternPensionPay+"?step=enrolment" || len(p.Enrolments.Cards) != 1 {
			t.Errorf("%s %+v", to, p)
		}
	})
}

func TestEnrolments(t *testing.T) {
	w := newWorld(t)
	at := page.PatternPensionPay + "?step=enrolment"
	t.Run("a card says what is enrolled where", func(t *testing.T) {
		c := w.get(w.li, at).Enrolments.Cards[0]
		if c.Scheme != "城乡居民养老" || c.Authority != "国家税务总局北京市东城区税务局" || c.Status != "正常参保" || c.Tier != "¥ 3,000.00" ||
			c.Period != "2026年01月–12月" || c.Refusal != "" {
			t.Errorf("%+v", c)
		}
		if strings.Contains(c.Mark, w.li.ID) {
			t.Error("the mark names the person")
		}
	})
	t.Run("without a tick one stays", func(t *testing.T) {
		if a := w.post(w.li, at, nil); a.To() != "" || len(a.State().Problems) != 1 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("ticks come along in the address", func(t *testing.T) {
		m := w.get(w.li, at).Enrolments.Cards[0].Mark
		to, p := w.lead(w.li, at, url.Values{page.FieldPayEnrolment: {m}})
		if !strings.Contains(to, "enr="+m) || len(p.Dues.Cards) == 0 {
			t.Errorf("%s %+v", to, p)
		}
		if back := w.get(w.li, p.Back); !back.Enrolments.Cards[0].Ticked {
			t.Error("going back loses the tick")
		}
	})
	t.Run("who is not enrolled reads who to ask", func(t *testing.T) {
		e := w.get(w.nobody, at).Enrolments
		if len(e.Cards) != 0 || len(e.Ask) != 1 {
			t.Errorf("%+v", e)
		}
	})
}

func TestDues(t *testing.T) {
	w := newWorld(t)
	t.Run("the regular due has the setting's amount, the assessed ones wait under their tab", func(t *testing.T) {
		p := w.get(w.li, pensionDues)
		c := w.due(p, "2026 年度")
		if c.Amount != money.Yuan(3000) || c.Adds != money.Yuan(90) || c.Refusal != "" || p.Dues.Hint == "" {
			t.Errorf("%+v %q", c, p.Dues.Hint)
		}
		special := w.get(w.li, p.Dues.Assessed)
		open, late := 0, 0
		for _, c := range special.Dues.Cards {
			switch c.Refusal {
			case "":
				open++
			case words.DuePastDeadline:
				late++
			}
		}
		if open != 1 || late != 1 {
			t.Errorf("%d open, %d past the deadline: %+v", open, late, special.Dues.Cards)
		}
	})
	t.Run("without a setting the card leads to 1.4", func(t *testing.T) {
		c := w.due(w.get(w.chen, pensionDues), "2026 年度")
		if c.Refusal != words.DueNoSetting || c.Link != page.PatternAmounts {
			t.Errorf("%+v", c)
		}
	})
	t.Run("nothing ticked, a stranger's due and a changed amount stay with a message", func(t *testing.T) {
		value := w.due(w.get(w.li, pensionDues), "2026 年度").Value
		m, _, _ := strings.Cut(value, ".")
		for form, want := range map[string]string{
			"":              words.NothingChosen,
			"000000000000.": words.DueUnknown,
			m + ".100":      words.DueAmountChanged,
			m + ".x":        words.DueAmountChanged,
		} {
			v := url.Values{}
			if form != "" {
				v.Set(page.FieldPayDue, form)
			}
			a := w.post(w.li, pensionDues, v)
			if a.To() != "" || len(a.State().Problems) != 1 || a.State().Problems[0].Message != want {
				t.Errorf("%q: to %q, %v", form, a.To(), a.State().Problems)
			}
		}
	})
	t.Run("declaring twice leads to the same declaration", func(t *testing.T) {
		value := w.due(w.get(w.li, pensionDues), "2026 年度").Value
		form := url.Values{page.FieldPayDue: {value}}
		first, second := w.post(w.li, pensionDues, form), w.post(w.li, pensionDues, form)
		if first.To() == "" || first.To() != second.To() {
			t.Errorf("%q and %q", first.To(), second.To())
		}
		c := w.due(w.get(w.li, pensionDues), "2026 年度")
		if !strings.HasPrefix(c.Refusal, "您已申报") || !strings.Contains(c.Refusal, "「申报记录查询」") || c.LinkLabel != "继续缴费" || c.Link != strings.Replace(first.To(), "step=method", "step=agreement", 1) {
			t.Errorf("%+v", c)
		}
	})
}

func TestPay(t *testing.T) {
	t.Run("five steps end with a ticket number", func(t *testing.T) {
		w := newWorld(t)
		to, p := w.bill(w.li)
		if p.Bill.Amount != money.Yuan(3000) || p.Agreements.Usable < 1 {
			t.Fatalf("%+v", p)
		}
		done, p := w.lead(w.li, to, w.pays(p, "0012"))
		if p.Done == nil || p.Done.Outcome != page.PaySucceeded || p.Done.Amount != money.Yuan(3000) || p.Done.Live != "" {
			t.Fatalf("%+v", p.Done)
		}
		if !hasFact(p.Done.Rows, "电子税票号") || !strings.HasPrefix(p.Done.Apply, "/certificates/apply?from=2026-01&scheme=pension&to=2026-12") {
			t.Errorf("%+v", p.Done)
		}
		if again := w.get(w.li, to); again.Done == nil || again.Done.Outcome != page.PaySucceeded {
			t.Errorf("going back to the agreements shows %+v", again)
		}
		if a := w.post(w.li, to, url.Values{page.FieldPayAgreement: {"x"}, page.FieldPayKey: {"other"}}); a.To() != done {
			t.Errorf("paying again leads to %q", a.To())
		}
		if w.bank.debits != 1 {
			t.Errorf("%d debits", w.bank.debits)
		}
	})
	t.Run("what was paid for a year long past is in the list that the result leads to", func(t *testing.T) {
		w := newWorld(t)
		var special page.DueCard
		for _, c := range w.get(w.li, pensionDues+"&kind=assessed").Dues.Cards {
			if c.Refusal == "" {
				special = c
			}
		}
		to, _ := w.lead(w.li, pensionDues, url.Values{page.FieldPayDue: {special.Value}})
		to, p := w.lead(w.li, to, url.Values{page.FieldPayMethod: {methodAgreement}})
		_, p = w.lead(w.li, to, w.pays(p, "0012"))
		s, err := w.d.paid(t.Context(), w.ask(w.li, p.Done.Records, nil), model.Pension)
		if err != nil || !strings.HasPrefix(s.Rows[len(s.Rows)-1].Title, strings.TrimSuffix(special.Title, " 城乡居民养老")) || s.Rows[0].Title != "2025 年度 城乡居民养老" {
			t.Errorf("%s lists %+v, not %s (%v)", p.Done.Records, s.Rows, special.Title, err)
		}
	})
	t.Run("关怀模式 has the amount and the result read aloud", func(t *testing.T) {
		w := newWorld(t)
		to, p := w.bill(w.li)
		r := w.ask(w.li, to, nil)
		r.Care = true
		if s, err := w.flow(to).load(t.Context(), r); err != nil || !strings.Contains(s.Bill.Spoken, "3,000 元") || p.Bill.Spoken != "" {
			t.Errorf("%q %q %v", s.Bill.Spoken, p.Bill.Spoken, err)
		}
		done, _ := w.lead(w.li, to, w.pays(p, "0012"))
		r = w.ask(w.li, done, nil)
		r.Care = true
		if s, err := w.flow(done).load(t.Context(), r); err != nil || s.Done.Spoken != "缴费成功，金额 3,000 元。" {
			t.Errorf("%q %v", s.Done.Spoken, err)
		}
	})
	t.Run("pressed twice it debits once", func(t *testing.T) {
		w := newWorld(t)
		to, p := w.bill(w.li)
		form := w.pays(p, "0012")
		if a, b := w.post(w.li, to, form), w.post(w.li, to, form); a.To() == "" || a.To() != b.To() || w.bank.debits != 1 {
			t.Errorf("%q %q, %d debits", a.To(), b.To(), w.bank.debits)
		}
	})
	t.Run("a refused debit says the bank's reason and can go on with another account", func(t *testing.T) {
		w := newWorld(t)
		w.bank.say(bankapi.NoFunds)
		to, p := w.bill(w.li)
		_, p = w.lead(w.li, to, w.pays(p, "0018"))
		if p.Done.Outcome != page.PayFailed || p.Done.Note != words.DebitFailed+"余额不足" {
			t.Fatalf("%+v", p.Done)
		}
		w.bank.say(bankapi.OK)
		again, next := p.Done.Again, w.get(w.li, p.Done.Again)
		if _, p = w.lead(w.li, again, w.pays(next, "0012")); p.Done.Outcome != page.PaySucceeded {
			t.Errorf("%+v", p.Done)
		}
	})
	t.Run("a reused key with another agreement shows the step again with a fresh key", func(t *testing.T) {
		w := newWorld(t)
		w.bank.say(bankapi.NoFunds)
		to, p := w.bill(w.li)
		first := w.pays(p, "0018")
		w.lead(w.li, to, first)
		other := w.pays(p, "0012")
		a := w.post(w.li, to, other)
		s := a.State()
		if a.To() != "" || len(s.Problems) != 1 || s.Problems[0].Message != words.KeyReused || s.Agreements.Key == first.Get(page.FieldPayKey) {
			t.Errorf("to %q, %+v", a.To(), s)
		}
		if w.bank.debits != 1 {
			t.Errorf("%d debits", w.bank.debits)
		}
	})
	t.Run("a payment in doubt is followed live, and a second try leads to it", func(t *testing.T) {
		w := newWorld(t)
		w.bank.say(bankapi.Timeout)
		to, p := w.bill(w.li)
		form := w.pays(p, "0026")
		done, p := w.lead(w.li, to, form)
		if p.Done.Outcome != page.PayProcessing || p.Done.Live == "" || p.Done.Refresh == 0 {
			t.Fatalf("%+v", p.Done)
		}
		form.Set(page.FieldPayKey, "another-phone")
		if a := w.post(w.li, to, form); a.To() != done {
			t.Errorf("leads to %q, not %q", a.To(), done)
		}
		w.bank.say(bankapi.OK)
		w.advance(time.Hour)
		if err := w.rules.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p := w.get(w.li, done); p.Done.Outcome != page.PaySucceeded || w.bank.debits != 1 {
			t.Errorf("%+v, %d debits", p.Done, w.bank.debits)
		}
	})
	t.Run("agreements that can't be used say why", func(t *testing.T) {
		w := newWorld(t)
		_, p := w.bill(w.li)
		for label, want := range map[string]string{
			"建设银行": words.AgreementWrongAuthority, "招商银行": words.AgreementNotYet, "农业银行": words.AgreementWasRevoked,
		} {
			found := false
			for _, c := range p.Agreements.Cards {
				if strings.Contains(c.Label, label) {
					found = strings.HasPrefix(c.Refusal, want)
				}
			}
			if !found {
				t.Errorf("%s does not say %s", label, want)
			}
		}
		if p.Agreements.Cards[0].Refusal != "" {
			t.Error("usable ones come first")
		}
		if !strings.Contains(p.Agreements.Add, "authority=11101010000") || !strings.Contains(p.Agreements.Add, "next=%2Fpension%2Fpay") {
			t.Errorf("新增协议 leads to %s", p.Agreements.Add)
		}
	})
	t.Run("the insured sees what another declared for them but can't pay it", func(t *testing.T) {
		w := newWorld(t)
		ds, err := w.rules.Declare(t.Context(), w.declare(w.li, w.zhang, model.Medical))
		if err != nil {
			t.Fatal(err)
		}
		p := w.get(w.zhang, page.PatternMedicalPay+"?step=agreement&decl="+url.QueryEscape(ds[0].ID))
		if p.Bill.Refusal != words.NotPayer || p.Agreements != nil {
			t.Errorf("%+v", p.Bill)
		}
		if _, err := w.rules.Pay(t.Context(), rules.PayRequest{Payer: w.zhang.ID, Declarations: []string{ds[0].ID}, Key: "k"}); !errors.Is(err, rules.RefuseNotPayer) {
			t.Errorf("paying it: %v", err)
		}
	})
	t.Run("dues of two authorities are not declared together", func(t *testing.T) {
		w := newWorld(t)
		elsewhere := model.Due{
			ID: "due:elsewhere", Person: w.li.ID, Enrolment: "enr:" + w.li.ID + ":pension", Scheme: model.Pension, Kind: model.Assessed, Year: 2015,
			Period: period.YearPeriod(2015), Authority: "11101080000", Amount: money.Yuan(500), Deadline: period.Date{Year: 2026, Month: 12, Day: 1},
			State: model.DueOpen,
		}
		if ok, err := w.store.AddDue(t.Context(), elsewhere); err != nil || !ok {
			t.Fatal(ok, err)
		}
		first := w.due(w.get(w.li, pensionDues), "2026 年度").Value
		second := w.due(w.get(w.li, pensionDues+"&kind=assessed"), "2015 年度").Value
		a := w.post(w.li, pensionDues, url.Values{page.FieldPayDue: {first, second}})
		if a.To() != "" || a.State().Problems[0].Message != words.MixedAuthorities {
			t.Errorf("to %q, %v", a.To(), a.State().Problems)
		}
		if c := w.due(w.get(w.li, pensionDues), "2026 年度"); c.Refusal != "" {
			t.Errorf("it was declared all the same: %+v", c)
		}
	})
	t.Run("what is a stranger's is not found", func(t *testing.T) {
		w := newWorld(t)
		to, p := w.bill(w.li)
		done, _ := w.lead(w.li, to, w.pays(p, "0012"))
		for _, at := range []string{to, done, strings.Replace(done, "/pension/", "/medical/", 1), page.PatternPensionPay + "?step=method", page.PatternPensionPay + "?step=nonsense"} {
			who := w.ouyang
			if strings.HasPrefix(at, page.PatternMedicalPay) {
				who = w.li // another scheme's payment
			}
			if _, err := w.flow(at).load(t.Context(), w.ask(who, at, nil)); !notFound(err) {
				t.Errorf("%s: %v", at, err)
			}
		}
		if _, err := w.flow(to).act(t.Context(), w.ask(w.ouyang, to, w.pays(p, "0012"))); !notFound(err) {
			t.Errorf("paying a stranger's: %v", err)
		}
	})
}
