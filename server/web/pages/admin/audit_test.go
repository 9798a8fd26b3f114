package admin

import (
	"net/url"
	"testing"

	"shebao/server/audit"
	"shebao/server/web"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func TestAudit(t *testing.T) {
	search := func(w *world, query url.Values) page.AdminList {
		t.Helper()
		s, err := w.searchAudit(t.Context(), w.as(model.Auditor, query, nil))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	add := func(w *world, who, what, subject string) {
		t.Helper()
		if err := w.Audit.Append(t.Context(), audit.Event{WhoKind: "officer", Who: who, What: what, Subject: subject, Result: "ok"}); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a search is in the trail with what was asked for, opening the page is not", func(t *testing.T) {
		w := newWorld(t)
		add(w, "o-operator", "run_submit", "r1")
		search(w, nil)
		if list, err := w.Audit.Find(t.Context(), audit.Filter{What: "audit_search"}); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		search(w, url.Values{page.AdminFieldSubject: {"r1"}, page.AdminFieldFrom: {"2026-11-20"}})
		if e := w.audited("audit_search"); e.Who != "o-auditor" || e.Details["subject"] != "r1" || e.Details["from"] != "2026-11-20" || len(e.Details) != 2 {
			t.Errorf("audited %+v", e)
		}
		search(w, url.Values{page.AdminFieldSubject: {"110101199003071233"}})
		if e := w.audited("audit_search"); e.Details["subject"] != "not found" {
			t.Errorf("a number that somebody typed is in the trail: %+v", e)
		}
	})
	t.Run("an officer is found by user name, ids stand there whole and lead to their records", func(t *testing.T) {
		w := newWorld(t)
		add(w, "o-operator", "run_submit", "r0123456789abcdef0123456789")
		s := search(w, url.Values{page.AdminFieldWho: {"Operator"}})
		if rows := s.Tables[0].Rows; len(rows) != 1 || rows[0][4].Text != "r0123456789abcdef0123456789" || rows[0][2].Text != "officer o-operator" || rows[0][4].Href == "" {
			t.Fatalf("got %+v", rows)
		}
		to, err := url.Parse(s.Tables[0].Rows[0][4].Href)
		if err != nil {
			t.Fatal(err)
		}
		if s := search(w, to.Query()); len(s.Tables[0].Rows) != 1 {
			t.Errorf("the link finds %+v", s.Tables[0].Rows)
		}
	})
	t.Run("days the wrong way round are named, what was typed stays", func(t *testing.T) {
		w := newWorld(t)
		s := search(w, url.Values{page.AdminFieldFrom: {"2026-11-23"}, page.AdminFieldTo: {"2026-11-20"}})
		if len(s.Problems) != 1 || s.Problems[0].Field != page.AdminFieldTo || s.Fields[1].Value != "2026-11-20" {
			t.Errorf("got %+v, %+v", s.Problems, s.Fields)
		}
	})
	t.Run("what the rules record of an officer tells where the request came from", func(t *testing.T) {
		w := newWorld(t)
		r := &web.Request{Person: "o-operator", Form: planForm("2026-12-10", "2026-12-09T18:00"), Now: w.clock.Now(), Address: "192.0.2.1", ID: "q1"}
		v, err := w.visit(t.Context(), r, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.actOnCalendar(from(t.Context(), r), v); err != nil {
			t.Fatal(err)
		}
		if e := w.audited("run_plan"); e.Address != "192.0.2.1" || e.Request != "q1" {
			t.Errorf("audited %+v", e)
		}
	})
}
