package admin

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/idcard"
	"shebao/shared/notice"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

func TestNotices(t *testing.T) {
	w := newWorld(t)
	li := person.Person{ID: "p1", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: "110101199003071233"}}
	if ok, err := w.store.AddPerson(t.Context(), li); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for i, title := range []string{"扣款成功", "批扣预告"} {
		n := notice.Notice{
			ID: "n" + title, Person: "p1", Kind: notice.Paid, Title: title, Text: "您的缴费 3,000.00 元", At: w.clock.Now().Add(time.Duration(i) * time.Minute),
			Unread: i == 1, Key: string(rune('a' + i)),
		}
		if _, err := w.store.AddNotice(t.Context(), n, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a search by number finds the person and is in the trail without the number", func(t *testing.T) {
		a, err := w.findNotices(t.Context(), w.as(model.Operator, nil, url.Values{page.AdminFieldBy: {"number"}, page.AdminFieldFind: {"110101199003071233"}}))
		if err != nil || len(a.State().Tables) != 1 || a.State().Tables[0].Rows[0][2].Text != "批扣预告" {
			t.Fatalf("got %+v, %v", a.State(), err)
		}
		if e := w.audited("notice_search"); e.Details["found"] != "1" || strings.Contains(details(e.Details), "1990") {
			t.Errorf("audited %+v", e)
		}
	})
	t.Run("what was told is shown newest first, the look is in the trail", func(t *testing.T) {
		s, err := w.notices(t.Context(), w.as(model.Auditor, url.Values{"id": {"p1"}}, nil))
		if err != nil || len(s.Tables[0].Rows) != 2 || s.Tables[0].Rows[0][1].Text != "批扣预告" || s.Tables[0].Rows[0][4].Text != "否" {
			t.Fatalf("got %+v, %v", s, err)
		}
		if e := w.audited("notice_view"); e.Subject != "p1" || e.Who != "o-auditor" {
			t.Errorf("audited %+v", e)
		}
	})
	t.Run("it can be taken away", func(t *testing.T) {
		a, err := w.attach(t.Context(), &web.Request{Person: "o-operator", Query: url.Values{"id": {"p1"}, "format": {"csv"}}, Now: w.clock.Now()},
			export{see: model.SeeResidents, what: "notice_export", open: w.noticeRecords})
		if err != nil || strings.Count(string(a.Data), "\n") != 3 || strings.Contains(string(a.Data), "李明") {
			t.Errorf("got %s, %v", a.Data, err)
		}
	})
	t.Run("nobody is an unknown person", func(t *testing.T) {
		if _, err := w.notices(t.Context(), w.as(model.Operator, url.Values{"id": {"p9"}}, nil)); err == nil {
			t.Error("shown")
		}
	})
}

// openDifference is one of the day 2026-11-22 of 东城.
func (w *world) openDifference(t *testing.T, kind reconcile.Kind) reconcile.Difference {
	t.Helper()
	day := reconcile.Day{Authority: "11101010000", Date: period.Date{Year: 2026, Month: 11, Day: 22}, Kinds: map[reconcile.Kind]int64{kind: 1}}
	day.ID = reconcile.DayID(day.Authority, day.Date)
	if _, err := w.store.AddDay(t.Context(), day); err != nil {
		t.Fatal(err)
	}
	x := reconcile.Difference{
		ID: day.ID + ":" + string(kind) + ":s1", Day: day.ID, Kind: kind, Bank: "313", Ours: 300_000, Theirs: 30_000, State: reconcile.Open,
		Found: w.clock.Now(), Changed: w.clock.Now(),
	}
	if err := w.store.AddDifferences(t.Context(), []reconcile.Difference{x}); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestDifferences(t *testing.T) {
	press := func(t *testing.T, w *world, role model.Role, id string, form url.Values) []page.Problem {
		t.Helper()
		a, err := w.actOnDifference(t.Context(), w.as(role, url.Values{"id": {url.PathEscape(id)}}, form))
		if err != nil {
			t.Fatal(err)
		}
		return a.State().Problems
	}
	count := func(t *testing.T, w *world, role model.Role) int {
		t.Helper()
		f, err := w.Frame(w.clock.Now)(t.Context(), "o-"+string(role), page.Frame{})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range f.Nav {
			if n.Path == page.PathAdminRecon {
				return n.Count
			}
		}
		return -1
	}
	w := newWorld(t)
	x := w.openDifference(t, reconcile.Amount)
	if count(t, w, model.Operator) != 1 || count(t, w, model.Reviewer) != 0 {
		t.Error("an open difference waits for the operator, not for the reviewer")
	}
	if wrong := press(t, w, model.Operator, x.ID, url.Values{page.AdminFieldDo: {doTake}}); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	s, err := w.recon(t.Context(), w.as(model.Operator, url.Values{page.AdminFieldDay: {"2026-11-22"}, page.RunFieldAuthority: {"11101010000"}}, nil))
	if err != nil || len(s.Tables[0].Rows) != 1 || s.Tables[0].Rows[0][6].Text != "operator" || len(s.Tables[1].Rows) != 1 {
		t.Fatalf("got %+v, %v", s.Tables, err)
	}
	if wrong := press(t, w, model.Operator, x.ID, url.Values{page.AdminFieldDo: {doPropose}, page.AdminFieldKind: {"bankfix"}}); len(wrong) != 1 || wrong[0].Field != page.AdminFieldNote {
		t.Errorf("without a reason: %+v", wrong)
	}
	if wrong := press(t, w, model.Operator, x.ID, url.Values{page.AdminFieldDo: {doPropose}, page.AdminFieldNote: {"银行次日冲正"}}); len(wrong) != 1 || wrong[0].Field != page.AdminFieldKind {
		t.Errorf("without a choice: %+v", wrong)
	}
	press(t, w, model.Operator, x.ID, url.Values{page.AdminFieldDo: {doPropose}, page.AdminFieldKind: {"bankfix"}, page.AdminFieldNote: {"银行次日冲正"}})
	if count(t, w, model.Operator) != 0 || count(t, w, model.Reviewer) != 1 {
		t.Error("a proposal waits for the reviewer")
	}
	_, err = w.actOnDifference(t.Context(), w.as(model.Operator, url.Values{"id": {url.PathEscape(x.ID)}}, url.Values{page.AdminFieldDo: {doApprove}}))
	if err == nil {
		t.Error("the operator approves")
	}
	if wrong := press(t, w, model.Reviewer, x.ID, url.Values{page.AdminFieldDo: {doApprove}, page.AdminFieldSeen: {"1"}}); len(wrong) != 1 || !strings.Contains(wrong[0].Message, "已变更") {
		t.Errorf("approved from a page that showed no proposal: %+v", wrong)
	}
	press(t, w, model.Reviewer, x.ID, url.Values{page.AdminFieldDo: {doApprove}, page.AdminFieldSeen: {"2"}})
	a, err := w.attach(t.Context(), &web.Request{
		Person: "o-operator", Now: w.clock.Now(), Query: url.Values{"format": {"csv"}, page.AdminFieldDay: {"2026-11-22"}, page.RunFieldAuthority: {"11101010000"}},
	}, export{see: model.SeeResidents, what: "day_export", open: w.dayRecords})
	want := "金额不符,北京银行,,,,3000.00,300.00,待银行更正,operator,银行更正,银行次日冲正,operator,reviewer"
	if err != nil || !strings.Contains(string(a.Data), want) {
		t.Errorf("got %s, %v", a.Data, err)
	}
}
