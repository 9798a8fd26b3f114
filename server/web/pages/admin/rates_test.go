package admin

import (
	"net/url"
	"strings"
	"testing"

	"shebao/server/rates"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// proposed is a change of a rate that the operator has proposed.
func (w *world) proposed(t *testing.T, id string, form url.Values) rates.Change {
	t.Helper()
	a, err := w.proposeRate(t.Context(), w.as(model.Operator, url.Values{"id": {id}}, form))
	if err != nil || a.To() != page.PathAdminRates {
		t.Fatalf("%+v, %v", a.State(), err)
	}
	pending, err := w.Rates.Pending(t.Context())
	if err != nil || len(pending) == 0 {
		t.Fatal(pending, err)
	}
	return pending[len(pending)-1]
}

func medical(amount string) url.Values {
	return url.Values{"amount": {amount}, "opens": {"2026-09-01"}, "closes": {"2026-12-30"}, page.AdminFieldNote: {"按市局通知"}}
}

func TestRateFourEyes(t *testing.T) {
	w := newWorld(t)
	c := w.proposed(t, "medical-93-2027", medical("801.00"))
	id := url.Values{"id": {c.ID}}
	press := func(role model.Role, form url.Values) (page.AdminCase, string, error) {
		a, err := w.actOnRateChange(t.Context(), w.as(role, id, form))
		return a.State(), a.To(), err
	}
	t.Run("everything that changes is read before it is approved", func(t *testing.T) {
		s, err := w.rateChange(t.Context(), w.as(model.Reviewer, id, nil))
		if err != nil || len(s.Actions) != 2 {
			t.Fatalf("%+v, %v", s, err)
		}
		var lines []string
		for _, row := range s.Tables[0].Rows {
			lines = append(lines, row[0].Text+" "+row[1].Text+" "+row[2].Text)
		}
		if got := strings.Join(lines, "|"); got != "缴费标准（元） 795.00 801.00|缴费截止日 2026-12-31 2026-12-30|备注 示例 按市局通知" {
			t.Errorf("shown %s", got)
		}
		if ask := s.Actions[0].Ask; !strings.Contains(ask, s.Title) || !strings.Contains(ask, "缴费标准（元）由 795.00 改为 801.00") {
			t.Errorf("asked %q", ask)
		}
	})
	t.Run("only a reviewer decides, only what there is to decide", func(t *testing.T) {
		for _, role := range []model.Role{model.Operator, model.Admin, model.Auditor} {
			_, _, err := press(role, url.Values{page.AdminFieldDo: {doApprove}})
			wantCode(t, err, api.CodeForbidden)
		}
		for _, do := range []string{"", "nonsense", "APPROVE"} {
			_, _, err := press(model.Reviewer, url.Values{page.AdminFieldDo: {do}})
			wantCode(t, err, api.CodeNotFound)
		}
	})
	t.Run("sent back with a reason, which the maker finds", func(t *testing.T) {
		s, _, err := press(model.Reviewer, url.Values{page.AdminFieldDo: {doReject}})
		if err != nil || len(s.Problems) != 1 || s.Problems[0].Field != page.AdminFieldNote {
			t.Fatalf("%+v, %v", s.Problems, err)
		}
		if _, to, err := press(model.Reviewer, url.Values{page.AdminFieldDo: {doReject}, page.AdminFieldNote: {"通知写的是 799"}}); err != nil || to != page.PathAdminRates {
			t.Fatal(to, err)
		}
		list, err := w.ratesList(t.Context(), w.as(model.Operator, nil, nil))
		if err != nil || len(list.Tables[1].Rows) != 1 {
			t.Fatalf("%+v, %v", list.Tables[1], err)
		}
		if row := list.Tables[1].Rows[0]; row[3].Text != "已退回" || row[4].Text != "reviewer" || row[5].Text != "通知写的是 799" {
			t.Errorf("%+v", row)
		}
	})
	t.Run("approved", func(t *testing.T) {
		c := w.proposed(t, "medical-93-2027", medical("799.00"))
		id = url.Values{"id": {c.ID}}
		if _, to, err := press(model.Reviewer, url.Values{page.AdminFieldDo: {doApprove}}); err != nil || to != page.PathAdminRates {
			t.Fatal(to, err)
		}
		if e := w.audited("rate_decide"); e.Who != "o-reviewer" || e.Result != "approved" || !strings.Contains(e.Details["what"], "795.00 → 799.00") {
			t.Errorf("got %+v", e)
		}
		s, _, err := press(model.Reviewer, url.Values{page.AdminFieldDo: {doApprove}})
		if err != nil || len(s.Problems) != 1 || !strings.Contains(s.Problems[0].Message, "已变更") || s.State != "已生效" {
			t.Errorf("approved again: %+v, %v", s, err)
		}
	})
}

func TestRates_oneProposalAtATime(t *testing.T) {
	w := newWorld(t)
	again := func(id string, form url.Values) string {
		a, err := w.proposeRate(t.Context(), w.as(model.Operator, url.Values{"id": {id}}, form))
		if err != nil || len(a.State().Problems) != 1 {
			t.Fatalf("%+v, %v", a.State(), err)
		}
		return a.State().Problems[0].Message
	}
	for _, r := range w.Rates.Rates() { // as the form shows it: nothing is changed
		form := url.Values{}
		for _, f := range rateForm(r).Fields {
			form.Set(f.Name, f.Value)
		}
		if got := again(rates.Key(r), form); got != "与现行标准相同，没有调整任何内容。" {
			t.Errorf("%s: %s", rates.Key(r), got)
		}
	}
	w.proposed(t, "medical-93-2027", medical("801.00"))
	if got := again("medical-93-2027", medical("802.00")); !strings.Contains(got, "已有待复核的调整") {
		t.Error(got)
	}
	w.clock.Advance(1)
	w.proposed(t, "medical-92-2027", medical("401.00"))
	s, err := w.ratesList(t.Context(), w.as(model.Reviewer, nil, nil))
	if err != nil || len(s.Tables) != 2 || len(s.Tables[0].Rows) != 2 || !strings.Contains(s.Tables[0].Rows[0][1].Text, "→ 801.00") || s.Tables[0].Rows[0][4].Text != "复核" {
		t.Errorf("%+v, %v", s.Tables[0], err)
	}
}
