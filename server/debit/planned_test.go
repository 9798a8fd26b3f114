package debit_test

import (
	"context"
	"testing"
	"time"

	"shebao/server/contribution"
	"shebao/server/debit"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/period"
)

// plan is a run of the east in ten days, changes until 18:00 of the day before.
func plan() model.Planned {
	day := period.DateOf(start).AddDays(10)
	return model.Planned{Scheme: shared.Pension, Year: 2026, Authorities: []string{east}, Date: day, CutOff: day.AddDays(-1).Start().Add(18 * time.Hour)}
}

func TestPlan_refusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*model.Planned)
		want   *debit.Refusal
	}{
		"a_day_in_the_past":                {func(p *model.Planned) { p.Date = period.DateOf(start).AddDays(-1) }, debit.RefuseDate},
		"a_day_outside_the_payment_window": {func(p *model.Planned) { p.Date = period.Date{Year: 2027, Month: 1, Day: 5}; p.CutOff = p.Date.Start() }, debit.RefuseWindow},
		"a_year_without_a_rate":            {func(p *model.Planned) { p.Year = 1999 }, debit.RefuseScheme},
		"no_authority":                     {func(p *model.Planned) { p.Authorities = nil }, debit.RefuseAuthorities},
		"a_cut_off_that_has_passed":        {func(p *model.Planned) { p.CutOff = start }, debit.RefuseCutOff},
		"no_cut_off":                       {func(p *model.Planned) { p.CutOff = time.Time{} }, debit.RefuseCutOff},
		"a_cut_off_after_the_debit_day":    {func(p *model.Planned) { p.CutOff = p.Date.AddDays(1).Start().Add(time.Second) }, debit.RefuseCutOff},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			p := plan()
			c.change(&p)
			_, err := r.AddPlanned(r.ctx(), "maker", p)
			refused(t, err, c.want)
		})
	}
}

func TestPlan_oneAuthorityHasOneRunOfASchemeADay(t *testing.T) {
	r := newRig(t, nil)
	_, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	both := plan()
	both.Authorities = []string{west, east}
	_, err = r.AddPlanned(r.ctx(), "other", both)
	refused(t, err, debit.RefuseOverlap)
	elsewhere := plan()
	elsewhere.Authorities = []string{west}
	_, err = r.AddPlanned(r.ctx(), "other", elsewhere)
	r.no(err)
	nextDay := plan()
	nextDay.Date = nextDay.Date.AddDays(1)
	_, err = r.AddPlanned(r.ctx(), "other", nextDay)
	r.no(err)
}

func TestPlan_becomesARunAtItsCutOff(t *testing.T) {
	r := newRig(t, nil)
	who := r.payer(1, east, "313")
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	if next, err := r.Plan(r.ctx(), enrolment(who)); err != nil || next.Next != p.Date || !next.CutOff.Equal(p.CutOff) {
		t.Errorf("the resident is told %+v, %v", next, err)
	}
	r.clock.Advance(p.CutOff.Sub(start) - time.Second)
	r.no(r.Work(r.ctx()))
	if runs, err := r.List(r.ctx(), "", 5); err != nil || len(runs) != 0 {
		t.Fatalf("before the cut-off: %+v, %v", runs, err)
	}
	r.clock.Advance(time.Second)
	r.no(r.Work(r.ctx()))
	r.no(r.Work(r.ctx())) // twice makes one
	runs, err := r.List(r.ctx(), "", 5)
	if err != nil || len(runs) != 1 {
		t.Fatalf("at the cut-off: %+v, %v", runs, err)
	}
	run := runs[0]
	if run.State != model.Ready || run.Maker != "maker" || run.Planned != p.ID || run.Date != p.Date || run.Chosen.Count != 1 {
		t.Errorf("%+v", run)
	}
	t.Run("nobody is debited before two officers have agreed", func(t *testing.T) {
		r.clock.Advance(48 * time.Hour)
		r.no(r.Work(r.ctx()))
		if len(r.ledger()) != 0 {
			t.Error("a planned run moved money")
		}
		_, err := r.Submit(r.ctx(), "maker", run.ID)
		r.no(err)
		_, err = r.Approve(r.ctx(), "maker", run.ID, r.seen(run.ID))
		refused(t, err, debit.RefuseSamePerson)
	})
}

func TestPlan_becomesARunWithoutAnybodyAsking(t *testing.T) {
	r := newRig(t, nil)
	r.payer(1, east, "313")
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	r.clock.Advance(p.CutOff.Sub(start))
	ctx, stop := context.WithTimeout(r.ctx(), time.Minute)
	defer stop()
	served, _ := r.server(func(c *debit.Config, _ *contribution.Config) {
		c.Checkpoint = func(step string) {
			if step == "choose.stored" { // the run is there, and its dry run
				stop()
			}
		}
	})
	served.Run(ctx)
	if runs, err := r.List(r.ctx(), "", 5); err != nil || len(runs) != 1 || runs[0].Planned != p.ID {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestPlan_aServerThatDiesBetweenTheStepsMakesTheRunAfterAll(t *testing.T) {
	r := newRig(t, nil)
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	if ok, err := r.Store.UsePlanned(r.ctx(), p.ID, "r"+p.ID[1:]); !ok || err != nil { // then it died
		t.Fatal(ok, err)
	}
	r.clock.Advance(p.CutOff.Sub(start))
	r.no(r.Work(r.ctx()))
	if runs, err := r.List(r.ctx(), "", 5); err != nil || len(runs) != 1 || runs[0].Planned != p.ID {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestPlan_isMissedWhenNoServerRanThatDay(t *testing.T) {
	r := newRig(t, nil)
	_, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	r.clock.Advance(12 * 24 * time.Hour)
	r.no(r.Work(r.ctx()))
	runs, err := r.List(r.ctx(), "", 5)
	if err != nil || len(runs) != 0 {
		t.Errorf("%+v, %v", runs, err)
	}
	if due, err := r.Store.DuePlanned(r.ctx(), r.clock.Now(), 5); err != nil || len(due) != 0 {
		t.Errorf("still due %+v, %v", due, err)
	}
}

func TestPlan_anOfficerMakesTheRunEarlier(t *testing.T) {
	r := newRig(t, nil)
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	run, err := r.CreatePlanned(r.ctx(), "other", p.ID)
	r.no(err)
	if run.Maker != "other" || !run.CutOff.Equal(p.CutOff) {
		t.Errorf("%+v", run)
	}
	_, err = r.CreatePlanned(r.ctx(), "other", p.ID)
	refused(t, err, debit.RefusePlanned)
	refused(t, r.DropPlanned(r.ctx(), "maker", p.ID), debit.RefusePlanned)
}

func TestPlan_aDayIsFreeAgainWhenItsPlanOrItsRunIsGivenUp(t *testing.T) {
	r := newRig(t, nil)
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	r.no(r.DropPlanned(r.ctx(), "maker", p.ID))
	p, err = r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	run, err := r.CreatePlanned(r.ctx(), "maker", p.ID)
	r.no(err)
	_, err = r.AddPlanned(r.ctx(), "maker", plan())
	refused(t, err, debit.RefuseOverlap)
	_, err = r.Cancel(r.ctx(), "maker", run.ID, "日期有误")
	r.no(err)
	again, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	if list, err := r.Calendar(r.ctx(), p.Date, 10); err != nil || len(list) != 1 || list[0].ID != again.ID {
		t.Errorf("the calendar has %+v, %v", list, err)
	}
	t.Run("also when the server died before it forgot the plan", func(*testing.T) {
		run, err := r.CreatePlanned(r.ctx(), "maker", again.ID)
		r.no(err)
		run, _, err = r.store.DebitRun(r.ctx(), run.ID)
		r.no(err)
		run.State = model.Cancelled
		r.must(r.store.SwapRun(r.ctx(), run))
		_, err = r.AddPlanned(r.ctx(), "maker", plan())
		r.no(err)
	})
}

// amounts are the residents' own rules about their standing amounts, told of the runs.
func (r *rig) amounts() *contribution.Amounts {
	return contribution.NewAmounts(contribution.AmountConfig{
		Store: r.store, Dues: r.payments, Runs: r.Service, Rates: r.Rates, Now: r.clock.Now, NewID: r.newID,
	})
}

func TestPlan_changesAfterTheCutOffCountFromTheNextRun(t *testing.T) {
	r := newRig(t, nil)
	voids, changes, early := r.payer(1, east, "313"), r.payer(2, east, "313"), r.payer(3, east, "313")
	a := r.amounts()
	setting := func(who string) contribution.AmountView {
		v, err := a.List(r.ctx(), who)
		r.no(err)
		return v[0]
	}
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	run, err := r.CreatePlanned(r.ctx(), "maker", p.ID)
	r.no(err)
	r.no(r.Work(r.ctx()))
	before := setting(voids)
	if before.Late || before.Planned != nil {
		t.Errorf("before the cut-off: %+v", before)
	}
	later, err := a.Void(r.ctx(), contribution.VoidAmountRequest{Person: early, Settings: []string{setting(early).Setting.ID}})
	if err != nil || len(later) != 0 {
		t.Errorf("a void before the cut-off counts later: %+v, %v", later, err)
	}
	r.clock.Advance(p.CutOff.Sub(start) + time.Minute)
	later, err = a.Void(r.ctx(), contribution.VoidAmountRequest{Person: voids, Settings: []string{before.Setting.ID}})
	if err != nil || len(later) != 1 || !later[0].Late {
		t.Errorf("a void after the cut-off: %+v, %v", later, err)
	}
	old := setting(changes).Setting
	_, err = a.Set(r.ctx(), contribution.AmountRequest{Person: changes, Enrolment: enrolment(changes), Tier: money.Yuan(5000)})
	r.no(err)
	if v := setting(changes); v.Planned == nil || v.Planned.ID != old.ID || v.Setting.Tier != money.Yuan(5000) {
		t.Errorf("the resident is shown %+v", v)
	}
	if v := setting(voids); v.Setting != nil || v.Planned == nil || v.Planned.ID != before.Setting.ID {
		t.Errorf("the resident is shown %+v", v)
	}
	_, err = r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	r.clock.Advance(24 * time.Hour)
	r.finish(run.ID)
	for who, want := range map[string]model.ItemState{voids: model.Paid, changes: model.Paid, early: model.Skipped} {
		it := r.item(run.ID, who)
		if it.State != want || want == model.Skipped && it.Exclusion != model.AmountChanged {
			t.Errorf("%s is %s %s", who, it.State, it.Exclusion)
		}
		if want == model.Paid && it.Amount != old.Amount() {
			t.Errorf("%s paid %s", who, it.Amount.Display())
		}
	}
}

func TestPlan_aDryRunAfterTheCutOffTakesWhatStoodThen(t *testing.T) {
	r := newRig(t, nil)
	who, fresh := r.payer(1, east, "313"), r.person("p2", east, 0)
	a := r.amounts()
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	v, err := a.List(r.ctx(), who)
	r.no(err)
	old := v[0].Setting.Amount()
	r.clock.Advance(p.CutOff.Sub(start) + time.Second)
	for _, person := range []string{who, fresh} {
		_, err = a.Set(r.ctx(), contribution.AmountRequest{Person: person, Enrolment: enrolment(person), Tier: money.Yuan(5000)})
		r.no(err)
	}
	r.no(r.Work(r.ctx()))
	runs, err := r.List(r.ctx(), "", 5)
	if err != nil || len(runs) != 1 || runs[0].Chosen != (model.Total{Count: 1, Amount: old}) {
		t.Errorf("%+v, %v", runs, err)
	}
}

func TestPlan_aDryRunAfterTheCutOffTakesWhoVoidedSince(t *testing.T) {
	r := newRig(t, nil)
	r.Page = 2 // some at the edges of pages, some beyond the last
	a := r.amounts()
	void := func(who string) {
		v, err := a.List(r.ctx(), who)
		r.no(err)
		_, err = a.Void(r.ctx(), contribution.VoidAmountRequest{Person: who, Settings: []string{v[0].Setting.ID}})
		r.no(err)
	}
	people := make([]string, 7)
	for i := range people {
		people[i] = r.payer(i+1, east, "313")
	}
	p, err := r.AddPlanned(r.ctx(), "maker", plan())
	r.no(err)
	void(people[1])
	r.clock.Advance(p.CutOff.Sub(start) + time.Second)
	for _, i := range []int{0, 2, 3, 6} {
		void(people[i])
	}
	r.no(r.Work(r.ctx()))
	runs, err := r.List(r.ctx(), "", 5)
	if err != nil || len(runs) != 1 || runs[0].Chosen.Count != 6 || len(runs[0].LeftOut) != 0 {
		t.Fatalf("%+v, %v", runs, err)
	}
	for i, who := range people {
		if i == 1 {
			continue
		}
		if it := r.item(runs[0].ID, who); it.State != model.Chosen || it.Amount != 300000 {
			t.Errorf("%s is %s with %s", who, it.State, it.Amount.Display())
		}
	}
	t.Run("and debits them", func(t *testing.T) {
		_, err := r.Submit(r.ctx(), "maker", runs[0].ID)
		r.no(err)
		_, err = r.Approve(r.ctx(), "checker", runs[0].ID, r.seen(runs[0].ID))
		r.no(err)
		r.clock.Advance(24 * time.Hour)
		r.finish(runs[0].ID)
		if got := r.ledger(); len(got) != 6 {
			t.Errorf("the bank posted %+v", got)
		}
		if it := r.item(runs[0].ID, people[3]); it.State != model.Paid {
			t.Errorf("who voided after the cut-off is %s %s", it.State, it.Exclusion)
		}
	})
}
