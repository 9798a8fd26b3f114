package contribution

import (
	"net/url"
	"strings"
	"testing"

	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/words"
)

// seen is the card of somebody's medical due as the person sees it, for themselves or as 他人.
func (w *world) seen(who, insured person.Person) page.DueCard {
	w.t.Helper()
	to := page.PatternMedicalPay + "?step=dues"
	if who.ID != insured.ID {
		to, _ = w.lead(who, page.PatternMedicalPay+"?step=other", url.Values{
			page.FieldOtherName: {insured.Name}, page.FieldOtherType: {string(insured.Document.Type)},
			page.FieldOtherNumber: {insured.Document.Number}, page.FieldOtherNationality: {insured.Nationality}, page.FieldOtherConsent: {"1"},
		})
		to = strings.Replace(to, "step=enrolment", "step=dues", 1)
	}
	return w.due(w.get(who, to), "年度")
}

func TestDeclaredDue(t *testing.T) {
	w := newWorld(t)
	declares := func(t *testing.T, payer, insured person.Person) string {
		t.Helper()
		ds, err := w.rules.Declare(t.Context(), w.declare(payer, insured, model.Medical))
		if err != nil {
			t.Fatal(err)
		}
		return ds[0].ID
	}
	byLi := declares(t, w.li, w.zhang)
	byHerself := declares(t, w.wang, w.wang)
	for name, c := range map[string]struct {
		who, insured  person.Person
		says          string
		link, label   string
		mustNotBeHere string
	}{
		"who declared it goes on, or voids it in the list of that scheme": {
			w.li, w.zhang, "您已申报，尚未缴费。请继续缴费，或在「已申报作废」作废后重新申报。",
			"/medical/pay?decl=" + byLi + "&step=tip", "继续缴费", "",
		},
		"the insured is told that another did and can void it": {
			w.zhang, w.zhang, "已由他人为您申报，尚未缴费，只能由申报人缴费。", "/medical/declarations/" + byLi, "查看或作废该申报", "李",
		},
		"a third person can do nothing": {w.ouyang, w.zhang, "已由他人申报，尚未缴费，只能由申报人缴费。", "", "", "李"},
		"whoever would pay for one who declared it is sent to them": {
			w.li, w.wang, "已由参保人本人申报，尚未缴费。请参保人本人缴费；", "", "", "王",
		},
	} {
		t.Run(name, func(t *testing.T) {
			card := w.seen(c.who, c.insured)
			if !strings.HasPrefix(card.Refusal, c.says) || card.Link != c.link || card.LinkLabel != c.label {
				t.Errorf("%q, %s %s", card.Refusal, card.LinkLabel, card.Link)
			}
			if strings.Contains(card.Refusal, "申报记录查询") || c.mustNotBeHere != "" && strings.Contains(card.Refusal, c.mustNotBeHere) {
				t.Error(card.Refusal)
			}
		})
	}
	t.Run("the link leads to what can be voided", func(t *testing.T) {
		r := w.ask(w.zhang, "/medical/declarations/x?id="+byLi, nil)
		if s, err := newRecords(model.Medical, w.d).detail(t.Context(), r); err != nil || !s.Row.CanVoid || s.Row.CanPay {
			t.Errorf("%+v %v", s.Row, err)
		}
	})
	t.Run("past the deadline nobody is told to pay", func(t *testing.T) {
		views, err := w.rules.Dues(t.Context(), w.wang.ID, model.Medical)
		if err != nil {
			t.Fatal(err)
		}
		w.advance(views[0].Due.Deadline.AddDays(2).Start().Sub(w.clock()))
		if c := w.seen(w.wang, w.wang); c.Refusal != words.DuePastDeadline || c.Link != "/medical/declarations/"+byHerself {
			t.Errorf("%+v", c)
		}
	})
}
