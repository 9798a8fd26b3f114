package contribution

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	rules "shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/words"
)

func TestMedical(t *testing.T) {
	w := newWorld(t)
	other := page.PatternMedicalPay + "?step=other"
	typed := url.Values{
		page.FieldOtherName: {w.zhang.Name}, page.FieldOtherType: {string(w.zhang.Document.Type)},
		page.FieldOtherNumber: {w.zhang.Document.Number}, page.FieldOtherNationality: {"CHN"},
	}
	with := func(pairs ...string) url.Values {
		v := url.Values{}
		for k, vs := range typed {
			v[k] = vs
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	t.Run("without consent one stays, with what was typed and the guardian's words for a child", func(t *testing.T) {
		s := w.post(w.li, other, typed).State()
		if len(s.Problems) != 1 || s.Problems[0].Field != page.FieldOtherConsent || s.Other.Number != w.zhang.Document.Number || !s.Other.Guardian {
			t.Errorf("%+v %+v", s.Problems, s.Other)
		}
	})
	t.Run("whatever does not match is answered alike", func(t *testing.T) {
		for name, v := range map[string]url.Values{
			"another name":   with(page.FieldOtherName, "张大雨", page.FieldOtherConsent, "1"),
			"another number": with(page.FieldOtherNumber, "11010519491231002X", page.FieldOtherConsent, "1"),
			"unknown number": with(page.FieldOtherNumber, unregistered(), page.FieldOtherConsent, "1"),
		} {
			s := w.post(w.li, other, v).State()
			if len(s.Problems) != 1 || s.Problems[0].Message != words.PrincipalUnknown || s.Problems[0].Field != "" {
				t.Errorf("%s: %v", name, s.Problems)
			}
		}
	})
	t.Run("the kind of document decides the nationalities", func(t *testing.T) {
		s := w.post(w.li, other, with(page.FieldOtherType, "237", page.FieldOtherRefresh, "1")).State()
		var with []string
		for _, c := range s.Other.Countries {
			if slices.Contains(c.With, "237") {
				with = append(with, c.Value)
			}
		}
		if strings.Join(with, " ") != "HKG MAC" || len(s.Problems) != 0 || s.Other.Name != w.zhang.Name || s.Other.Nationality != "" {
			t.Errorf("%q of %+v", with, s.Other)
		}
	})
	t.Run("nothing is chosen for people but what is the only choice", func(t *testing.T) {
		if o := w.get(w.li, other).Other; o.Type != "201" || o.Nationality != "CHN" {
			t.Errorf("%s of %s", o.Nationality, o.Type)
		}
		s := w.post(w.li, other, with(page.FieldOtherType, "208", page.FieldOtherNumber, "E12345678", page.FieldOtherConsent, "1")).State()
		if s.Other.Nationality != "" || len(s.Problems) != 1 || s.Problems[0].Field != page.FieldOtherNationality {
			t.Errorf("%q %v", s.Other.Nationality, s.Problems)
		}
	})
	t.Run("a match leads on without naming anybody in the address, and pays with a tip before", func(t *testing.T) {
		to, p := w.lead(w.li, other, with(page.FieldOtherConsent, "1", page.FieldOtherRemember, "1"))
		if p.Enrolments == nil || p.For != "张**" || strings.Contains(to, w.zhang.ID) || strings.Contains(to, w.zhang.Document.Number) {
			t.Fatalf("%s %+v", to, p)
		}
		m := p.Enrolments.Cards[0].Mark
		to, p = w.lead(w.li, to, url.Values{page.FieldPayEnrolment: {m}})
		to, p = w.lead(w.li, to, url.Values{page.FieldPayDue: {w.due(p, "年度").Value}})
		tip, p := w.lead(w.li, to, url.Values{page.FieldPayMethod: {methodAgreement}})
		if p.Step != page.StepTip || !strings.Contains(strings.Join(p.Bill.Notes, ""), words.NotRefundable) ||
			!strings.Contains(p.Bill.Lines[0].Note, "张**") {
			t.Fatalf("%+v", p.Bill)
		}
		to, p = w.lead(w.li, tip, nil)
		_, p = w.lead(w.li, to, w.pays(p, "建设银行"))
		if p.Done.Outcome != page.PaySucceeded {
			t.Fatalf("%+v", p.Done)
		}
		if p.Done.Apply != "" || p.Done.Theirs != words.CertificateByInsured {
			t.Errorf("a certificate of another's insurance is offered: %+v", p.Done)
		}
		mine := w.paid(w.li, model.Medical)
		hers := w.paid(w.zhang, model.Medical)
		if !strings.Contains(tags(mine), "为 张** 缴") || !strings.Contains(tags(hers), "李* 代缴") {
			t.Errorf("payer sees %q, insured %q", tags(mine), tags(hers))
		}
		if mine.Theirs == "" || mine.Apply == "" || hers.Theirs != "" || hers.Apply == "" {
			t.Errorf("payer: %q %q, insured: %q %q", mine.Theirs, mine.Apply, hers.Theirs, hers.Apply)
		}
		for _, e := range mine.Rows {
			r := w.ask(w.li, e.Path+"?id="+strings.TrimPrefix(e.Path, "/medical/payments/"), nil)
			v, err := w.d.one(t.Context(), r, model.Medical)
			if err != nil {
				t.Fatal(err)
			}
			s, err := w.d.record(t.Context(), v, r)
			if own := e.Tag == ""; err != nil || own != (s.Apply != "") || own == (s.Theirs != "") {
				t.Errorf("%+v %v", s, err)
			}
		}
	})
	t.Run("a remembered one needs no typing", func(t *testing.T) {
		saved := w.get(w.li, other).Other.Saved
		if len(saved) != 1 || strings.Contains(saved[0].ID, w.zhang.ID) {
			t.Fatalf("%+v", saved)
		}
		if _, p := w.lead(w.li, other, url.Values{page.FieldOtherSaved: {saved[0].ID}}); p.For != "张**" {
			t.Errorf("%+v", p)
		}
		if s := w.post(w.ouyang, other, url.Values{page.FieldOtherSaved: {saved[0].ID}}).State(); len(s.Problems) != 1 {
			t.Error("a stranger can use it")
		}
	})
	t.Run("a grant is its owner's, for an hour", func(t *testing.T) {
		saved := w.get(w.li, other).Other.Saved[0].ID
		to, _ := w.lead(w.li, other, url.Values{page.FieldOtherSaved: {saved}})
		if _, err := w.flow(to).load(t.Context(), w.ask(w.ouyang, to, nil)); !notFound(err) {
			t.Errorf("a stranger: %v", err)
		}
		w.advance(rules.GrantLasts)
		if _, err := w.flow(to).load(t.Context(), w.ask(w.li, to, nil)); !notFound(err) {
			t.Errorf("after an hour: %v", err)
		}
	})
	t.Run("lookups are limited by the day", func(t *testing.T) {
		last := ""
		for range rules.MaxNamedADay + 1 {
			v := with(page.FieldOtherName, "张大雨", page.FieldOtherConsent, "1")
			last = w.post(w.chen, other, v).State().Problems[0].Message
		}
		if last != words.PrincipalLimit {
			t.Error(last)
		}
	})
}

func hasFact(list []page.PayPair, label string) bool {
	for _, p := range list {
		if p.Label == label && p.Value != "" {
			return true
		}
	}
	return false
}

// unregistered is a well-formed number that nobody has.
func unregistered() string {
	front := [17]byte([]byte("11010519900101001"))
	return string(front[:]) + string(idcard.Check(front))
}
