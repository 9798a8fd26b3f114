package admin

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func planForm(date, cutOff string) url.Values {
	return url.Values{
		page.AdminFieldDo: {planAdd}, page.RunFieldScheme: {"pension"}, page.RunFieldYear: {"2026"}, page.RunFieldDate: {date},
		page.CalendarFieldCutOff: {cutOff}, page.RunFieldAuthority: {"11101010000"},
	}
}

func TestCalendar(t *testing.T) {
	t.Run("a plan stands on its day and in the list, and in the trail", func(t *testing.T) {
		w := newWorld(t)
		a, err := w.actOnCalendar(t.Context(), w.as(model.Operator, nil, planForm("2026-12-10", "2026-12-09T18:00")))
		if err != nil || a.To() != page.PathAdminCalendar+"?month=2026-12" {
			t.Fatalf("got %q %+v, %v", a.To(), a.State().Problems, err)
		}
		if e := w.audited("run_plan"); e.Who != "o-operator" {
			t.Errorf("audited %+v", e)
		}
		s, err := w.calendar(t.Context(), w.as(model.Reviewer, url.Values{"month": {"2026-12"}}, nil))
		if err != nil {
			t.Fatal(err)
		}
		var on []string
		for _, week := range s.Weeks {
			if len(week) != 7 {
				t.Errorf("a week of %d days", len(week))
			}
			for _, day := range week {
				if len(day.Plans) > 0 {
					on = append(on, day.Date)
				}
			}
		}
		if len(on) != 1 || on[0] != "2026-12-10" || len(s.Plans.Rows) != 1 || s.Plans.Rows[0][4].Text != "12-09 18:00" {
			t.Errorf("on %v, rows %+v", on, s.Plans.Rows)
		}
		if s.May || s.Plans.Rows[0][7].Do != "" || s.Plans.Rows[0][8].Do != "" {
			t.Error("a reviewer is offered what only operators may do")
		}
	})
	t.Run("a free day is planned, with a warning", func(t *testing.T) {
		w := newWorld(t)
		a, err := w.actOnCalendar(t.Context(), w.as(model.Operator, nil, planForm("2026-12-12", "2026-12-11T18:00")))
		if err != nil || a.Notice() == "已加入计划" {
			t.Errorf("said %q, %v", a.Notice(), err)
		}
	})
	for name, c := range map[string]struct{ date, cutOff, field string }{
		"a day in the past":        {"2026-11-22", "2026-11-21T18:00", page.RunFieldDate},
		"a day outside the window": {"2027-01-10", "2027-01-09T18:00", page.RunFieldDate},
		"no day":                   {"", "2026-12-09T18:00", page.RunFieldDate},
		"a cut-off that has gone":  {"2026-12-10", "2026-11-22T18:00", page.CalendarFieldCutOff},
		"a cut-off that is none":   {"2026-12-10", "tomorrow", page.CalendarFieldCutOff},
	} {
		t.Run(name+" is refused beside its field, nothing typed is lost", func(t *testing.T) {
			w := newWorld(t)
			a, err := w.actOnCalendar(t.Context(), w.as(model.Operator, nil, planForm(c.date, c.cutOff)))
			s := a.State()
			if err != nil || len(s.Problems) != 1 || s.Problems[0].Field != c.field || s.Date != c.date || s.CutOff != c.cutOff {
				t.Errorf("got %+v, %v", s.Problems, err)
			}
			if !s.Authorities[1].On {
				t.Error("the tick is lost")
			}
		})
	}
	t.Run("who may not plan is refused, and that is in the trail", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.actOnCalendar(t.Context(), w.as(model.Reviewer, nil, planForm("2026-12-10", "2026-12-09T18:00")))
		var e *api.Error
		if !errors.As(err, &e) || e.Status != http.StatusForbidden {
			t.Errorf("got %v", err)
		}
		if e := w.audited("calendar_plan"); e.Result != "forbidden" {
			t.Errorf("audited %+v", e)
		}
	})
	t.Run("a plan is made into a run or deleted", func(t *testing.T) {
		w := newWorld(t)
		for _, date := range []string{"2026-12-10", "2026-12-11"} {
			if _, err := w.actOnCalendar(t.Context(), w.as(model.Operator, nil, planForm(date, "2026-12-09T18:00"))); err != nil {
				t.Fatal(err)
			}
		}
		plans, err := w.Runs.Calendar(t.Context(), w.as(model.Operator, nil, nil).Today(), 10)
		if err != nil || len(plans) != 2 {
			t.Fatal(plans, err)
		}
		press := func(do, id string) string {
			a, err := w.actOnCalendar(t.Context(), w.as(model.Operator, nil, url.Values{page.AdminFieldDo: {do}, page.AdminFieldID: {id}}))
			if err != nil || len(a.State().Problems) > 0 {
				t.Fatalf("%s: %+v, %v", do, a.State().Problems, err)
			}
			return a.To()
		}
		run := press(planMake, plans[0].ID)
		if run == page.PathAdminRuns+"/" {
			t.Error("leads to no run")
		}
		press(planDrop, plans[1].ID)
		s, err := w.calendar(t.Context(), w.as(model.Operator, nil, nil))
		if err != nil || len(s.Plans.Rows) != 1 || s.Plans.Rows[0][7].Href != run {
			t.Errorf("%+v, %v", s.Plans.Rows, err)
		}
	})
}
