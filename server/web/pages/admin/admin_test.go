package admin

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/server/audit"
	"shebao/server/city"
	fakeclock "shebao/server/clock"
	"shebao/server/debit"
	"shebao/server/doubt"
	"shebao/server/officer"
	"shebao/server/overview"
	"shebao/server/rates"
	"shebao/server/reconcile"
	"shebao/server/refund"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// noAccounts opens accounts nowhere: nobody logs in here.
type noAccounts struct{ Accounts }

func (noAccounts) ProvideOfficer(context.Context, string, string, string, string) (bool, error) {
	return true, nil
}

func (noAccounts) ResetOfficer(context.Context, string, string, string) error { return nil }

func (noAccounts) OwnOfficer(context.Context, account.OwnPassword) error { return nil }

func (noAccounts) EndOfficer(context.Context, string) error { return nil }

func (noAccounts) Logout(context.Context, account.Session, string) error { return nil }

type world struct {
	Deps
	t     *testing.T
	store *store.Store
	clock *fakeclock.Fake
}

// newWorld is a console with one officer of each role, o-operator and so on.
func newWorld(t *testing.T) *world {
	t.Helper()
	s := storetest.Open(t)
	c := fakeclock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	data, err := city.Load("")
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.New(audit.Config{Store: s, Now: c.Now, Keep: audit.LeastDays})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(log.Wait)
	people := officer.New(officer.Config{Store: s, Accounts: noAccounts{}, Now: c.Now})
	for _, r := range model.Roles() {
		if _, err := people.Add(t.Context(), officer.Addition{User: string(r), Name: r.Label(), Role: r, Own: true}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	id := func(prefix string) string { n++; return prefix + string(rune('a'+n)) }
	w := &world{
		t: t, store: s, clock: c,
		Deps: Deps{
			Accounts: noAccounts{}, Officers: people, Audit: log, Records: s, Days: overview.New(s, c.Now), City: data,
			Refunds: refund.New(refund.Config{Store: s, Records: s, Now: c.Now}),
			Rates:   rates.New(rates.Config{Store: s, Base: func() contribution.Rates { return data.Rates }, Now: c.Now, NewID: id}),
			Recon:   reconcile.New(reconcile.Config{Store: s, Now: c.Now}), // without a bank: there are no day files
			Doubts:  doubt.New(doubt.Config{Store: s, Now: c.Now}),         // nor answers
		},
	}
	w.Runs = debit.New(debit.Config{ // without a bank: nothing is sent here
		Store: s, Trail: runTrail{w}, Rates: func() contribution.Rates { return data.Rates }, Now: c.Now, NewID: id,
	})
	return w
}

type runTrail struct{ *world }

func (t runTrail) Officer(ctx context.Context, e debit.Entry) error {
	return t.Audit.Append(ctx, audit.Event{WhoKind: "officer", Who: e.Officer, What: e.Action, Subject: e.Subject, Result: e.Result, Details: e.Details})
}

// as is a request of the officer of the role.
func (w *world) as(role model.Role, query, form url.Values) visit {
	w.t.Helper()
	r := &web.Request{Person: "o-" + string(role), Query: query, Form: form, Now: w.clock.Now(), Address: "192.0.2.1"}
	v, err := w.visit(w.t.Context(), r, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) audited(what string) audit.Event {
	w.t.Helper()
	list, err := w.Audit.Find(w.t.Context(), audit.Filter{What: what})
	if err != nil || len(list) == 0 {
		w.t.Fatalf("%s is not in the trail: %v", what, err)
	}
	return list[0].Event
}

func wantCode(t *testing.T, err error, want api.Code) {
	t.Helper()
	if err == nil || api.CodeOf(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	w := newWorld(t)
	t.Run("only an operator imports", func(t *testing.T) {
		for _, role := range []model.Role{model.Reviewer, model.Admin, model.Auditor} {
			_, err := w.startImport(t.Context(), w.as(role, nil, nil))
			wantCode(t, err, api.CodeForbidden)
		}
	})
	t.Run("only an operator makes a run, only a reviewer approves one", func(t *testing.T) {
		for _, role := range []model.Role{model.Reviewer, model.Admin, model.Auditor} {
			_, err := w.createRun(t.Context(), w.as(role, nil, nil))
			wantCode(t, err, api.CodeForbidden)
		}
		for _, role := range []model.Role{model.Operator, model.Admin, model.Auditor} {
			_, err := w.actOnRun(t.Context(), w.as(role, url.Values{"id": {"r1"}}, url.Values{page.AdminFieldDo: {runApprove}}))
			wantCode(t, err, api.CodeForbidden)
		}
		if e := w.audited("run_approve"); e.Result != "forbidden" || e.Subject != "r1" {
			t.Errorf("the attempt is not in the trail: %+v", e)
		}
	})
	t.Run("each role sees its own entries", func(t *testing.T) {
		for role, see := range map[model.Role]struct{ some, none string }{
			model.Operator: {"工作台 批量扣款 批扣计划 对账差异 待核实缴费 退费 居民查询 消息记录", "审计 操作员"},
			model.Reviewer: {"工作台 批量扣款 批扣计划 对账差异 待核实缴费 退费 缴费标准", "审计 操作员"},
			model.Admin:    {"工作台 系统健康 操作员", "批量扣款 退费 居民查询 对账差异 消息记录 审计"},
			model.Auditor:  {"工作台 审计 消息记录 待核实缴费", "操作员"},
		} {
			f, err := w.Frame(w.clock.Now)(t.Context(), "o-"+string(role), page.Frame{})
			if err != nil || f.Logout == "" {
				t.Fatal(err)
			}
			shown := map[string]bool{}
			for _, n := range f.Nav {
				shown[n.Label] = true
			}
			for label := range strings.FieldsSeq(see.some) {
				if !shown[label] {
					t.Errorf("%s does not see %s", role, label)
				}
			}
			for label := range strings.FieldsSeq(see.none) {
				if shown[label] {
					t.Errorf("%s sees %s", role, label)
				}
			}
		}
	})
	t.Run("a disabled officer may nothing at once", func(t *testing.T) {
		if err := w.Officers.Set(t.Context(), "o-admin", "o-operator", officer.Disabled); err != nil {
			t.Fatal(err)
		}
		_, err := w.visit(t.Context(), &web.Request{Person: "o-operator"}, "")
		wantCode(t, err, api.CodeForbidden)
	})
}

func TestResidentSearch(t *testing.T) {
	t.Run("what was searched is not in the trail, that it was is", func(t *testing.T) {
		w := newWorld(t)
		v := w.as(model.Auditor, nil, url.Values{page.AdminFieldBy: {"number"}, page.AdminFieldFind: {"110101199003071233"}})
		a, err := w.findResidents(t.Context(), v)
		if err != nil || a.State().Found == nil || len(a.State().Found.Rows) != 0 {
			t.Fatalf("got %+v, %v", a.State(), err)
		}
		if e := w.audited("resident_search"); e.Details["by"] != "number" || e.Details["found"] != "0" || len(e.Details) != 2 {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("an empty search says what to type", func(t *testing.T) {
		w := newWorld(t)
		a, err := w.findResidents(t.Context(), w.as(model.Operator, nil, url.Values{page.AdminFieldBy: {"name"}, page.AdminFieldFind: {" "}}))
		if err != nil || len(a.State().Problems) != 1 || a.State().Problems[0].Field != page.AdminFieldFind {
			t.Errorf("got %+v, %v", a.State(), err)
		}
	})
}
