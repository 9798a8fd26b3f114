package admin

import (
	"net/url"
	"strings"
	"testing"

	"shebao/shared/api"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/officer"
	"shebao/shared/page"
)

func runForm(date string, authorities ...string) url.Values {
	return url.Values{
		page.AdminFieldDo: {doCreate}, page.RunFieldScheme: {"pension"}, page.RunFieldYear: {"2026"}, page.RunFieldDate: {date},
		page.RunFieldAuthority: authorities,
	}
}

func TestCreateRun(t *testing.T) {
	for name, c := range map[string]struct {
		form  url.Values
		field string
	}{
		"a day outside the window": {runForm("2027-01-10", "11101010000"), page.RunFieldDate},
		"no authority":             {runForm("2026-12-10"), page.RunFieldAuthority},
	} {
		t.Run(name+" is refused beside its field", func(t *testing.T) {
			w := newWorld(t)
			a, err := w.createRun(t.Context(), w.as(officer.Operator, nil, c.form))
			if s := a.State(); err != nil || len(s.Problems) != 1 || s.Problems[0].Field != c.field || s.Date != c.form.Get(page.RunFieldDate) {
				t.Errorf("got %+v, %v", s.Problems, err)
			}
		})
	}
	t.Run("a button that is not there does nothing", func(t *testing.T) {
		w := newWorld(t)
		form := runForm("2026-12-10", "11101010000")
		form.Set(page.AdminFieldDo, "approve")
		_, err := w.createRun(t.Context(), w.as(officer.Operator, nil, form))
		wantCode(t, err, api.CodeNotFound)
	})
}

func TestRun(t *testing.T) {
	t.Run("a reason that is too long is still there", func(t *testing.T) {
		w := newWorld(t)
		a, err := w.createRun(t.Context(), w.as(officer.Operator, nil, runForm("2026-12-10", "11101010000")))
		if err != nil || a.To() == "" {
			t.Fatal(a.State().Problems, err)
		}
		id := url.Values{"id": {strings.TrimPrefix(a.To(), page.PathAdminRuns+"/")}}
		long := strings.Repeat("很", 201)
		b, err := w.actOnRun(t.Context(), w.as(officer.Operator, id, url.Values{page.AdminFieldDo: {runCancel}, page.RunFieldReason + "-" + runCancel: {long}}))
		if err != nil || len(b.State().Problems) != 1 || len(b.State().Actions) != 1 || b.State().Actions[0].Typed != long {
			t.Errorf("got %+v, %v", b.State().Actions, err)
		}
	})
	t.Run("the page names who made it, whoever submitted it, and all that was done", func(t *testing.T) {
		w := newWorld(t)
		at := w.clock.Now()
		r := model.Run{
			ID: "r1", State: model.Submitted, Round: 2, Maker: "o-admin", Created: at, Submitted: at, Chosen: model.Total{Count: 26, Amount: money.Yuan(76_000)},
			History: []model.Move{
				{Round: 1, Did: model.Create, By: "o-operator", At: at},
				{Round: 1, Did: model.Submit, By: "o-admin", At: at},
				{Round: 1, Did: model.Approve, By: "o-reviewer", At: at},
				{Round: 2, Did: model.Retry, By: "o-admin", At: at, People: model.Total{Count: 3, Amount: money.Yuan(7000)}},
			},
		}
		if ok, err := w.store.AddRun(t.Context(), r); !ok || err != nil {
			t.Fatal(ok, err)
		}
		s, err := w.run(t.Context(), w.as(officer.Reviewer, url.Values{"id": {"r1"}}, nil))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(s.Facts[3].Value, "operator ") || !strings.HasPrefix(s.Facts[4].Value, "admin ") {
			t.Errorf("facts %+v", s.Facts)
		}
		if h := s.Tables[len(s.Tables)-1]; len(h.Rows) != 4 || h.Rows[2][1].Text != "批准" || h.Rows[2][2].Text != "reviewer" || h.Rows[3][4].Text != "3" {
			t.Errorf("history %+v", h.Rows)
		}
		if ask := s.Actions[0].Ask; !strings.Contains(ask, "第 2 轮") || !strings.Contains(ask, "3 人，共 ¥ 7,000.00") {
			t.Errorf("asks %q", ask)
		}
	})
}
