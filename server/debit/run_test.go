package debit_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/server/debit"
	"shebao/server/sheet"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/period"
)

func refused(t *testing.T, err error, want *debit.Refusal) {
	t.Helper()
	var got *debit.Refusal
	if !errors.As(err, &got) || got != want {
		t.Fatalf("refused with %v, want %s", err, want.Code)
	}
}

func TestDryRun_everybodyLeftOutHasAReason(t *testing.T) {
	r := newRig(t, nil)
	good := r.payer(1, east, "313")
	r.payer(2, west, "102")
	other := r.payer(3, "11101050000", "313") // an authority that is not in the run
	want := map[string]model.Exclusion{}
	want[r.person("noagreement", east, money.Yuan(1000))] = model.NoAgreement
	want[r.person("wrongplace", east, money.Yuan(1000))] = model.WrongAuthority
	r.sign("wrongplace", west, "313", banksim.SyntheticAccount(10), 0)
	want[r.person("tomorrow", east, money.Yuan(1000))] = model.NotEffective
	a, _, err := r.store.Agreement(r.ctx(), r.sign("tomorrow", east, "313", banksim.SyntheticAccount(11), 0))
	r.no(err)
	a.Effective = period.DateOf(start).AddDays(1)
	r.must(r.store.SwapAgreement(r.ctx(), agreement.Verified, a))
	want[r.payer(12, east, "313")] = model.AlreadyDeclared
	d := contribution.RegularDue(shared.Enrolment{
		ID: enrolment("p00012"), Person: "p00012", Scheme: shared.Pension, Category: "10", Authority: east,
	}, rates()[0])
	r.must(r.store.AddDue(r.ctx(), d))
	_, err = r.store.SwapDues(r.ctx(), []contribution.DueSwap{{ID: d.ID, From: shared.DueOpen, To: shared.DueDeclared, Next: "x"}})
	r.no(err)

	run := r.dryRun(draft())
	if run.Chosen.Count != 2 || run.Chosen.Amount != money.Yuan(6000) || run.Looked != 6 {
		t.Errorf("chosen %+v of %d", run.Chosen, run.Looked)
	}
	for person, why := range want {
		if got := r.item(run.ID, person); got.State != model.LeftOut || got.Exclusion != why {
			t.Errorf("%s is %s for %q, want %q", person, got.State, got.Exclusion, why)
		}
		if run.LeftOut[why] != 1 {
			t.Errorf("%d are left out for %q", run.LeftOut[why], why)
		}
		list, err := r.Items(r.ctx(), debit.ItemFilter{Run: run.ID, State: model.LeftOut, Exclusion: why, Limit: 10})
		if err != nil || len(list) != 1 || list[0].Person != person {
			t.Errorf("list for %q: %v %v", why, list, err)
		}
	}
	if got := r.item(run.ID, good); got.State != model.Chosen || got.Bank != "313" || got.Amount != money.Yuan(3000) {
		t.Errorf("%+v", got)
	}
	if len(run.Cells) != 2 || run.Cells[0].Count != 1 {
		t.Errorf("cells %+v", run.Cells)
	}
	items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run.ID, Limit: 100})
	r.no(err)
	for _, it := range items {
		if it.Person == other {
			t.Error("somebody of another authority is in the run")
		}
	}
}

func TestCreate_refusesWhatCannotRun(t *testing.T) {
	r := newRig(t, nil)
	for name, c := range map[string]struct {
		change func(*debit.Draft)
		want   *debit.Refusal
	}{
		"no authority":        {func(d *debit.Draft) { d.Authorities = nil }, debit.RefuseAuthorities},
		"yesterday":           {func(d *debit.Draft) { d.Date = d.Date.AddDays(-1) }, debit.RefuseDate},
		"a late cut-off":      {func(d *debit.Draft) { d.CutOff = start.AddDate(0, 0, 2) }, debit.RefuseDate},
		"a year with no rate": {func(d *debit.Draft) { d.Year = 2031 }, debit.RefuseScheme},
	} {
		d := draft()
		c.change(&d)
		_, err := r.Create(r.ctx(), "maker", d)
		t.Run(name, func(t *testing.T) { refused(t, err, c.want) })
	}
	run := r.dryRun(draft())
	_, err := r.Submit(r.ctx(), "maker", run.ID)
	refused(t, err, debit.RefuseEmpty)
}

func TestRun_aResidentSeesItAndCantPayTwice(t *testing.T) {
	r := newRig(t, nil)
	who := r.payer(1, east, "313")
	d := draft()
	d.Date = d.Date.AddDays(1)
	run := r.approved(d)
	r.no(r.Work(r.ctx()))
	views, err := r.payments.Dues(r.ctx(), who, shared.Pension)
	r.no(err)
	if len(views) != 1 || views[0].Refusal != contribution.RefuseDebiting || views[0].Live.Channel != shared.ChannelDebitRun {
		t.Fatalf("%+v", views)
	}
	err = r.payments.Void(r.ctx(), contribution.VoidRequest{Person: who, Declarations: []string{views[0].Live.ID}})
	if !errors.Is(err, contribution.RefuseDebiting) {
		t.Errorf("void: %v", err)
	}
	if got := r.notices.kinds(who); got["planned"] != 1 {
		t.Errorf("told before: %v", got)
	}
	if locked, err := r.Locked(r.ctx(), enrolment(who)); err != nil || !locked {
		t.Errorf("locked %t %v", locked, err)
	}
	for range 5 { // recovery leaves it to the run
		r.clock.Advance(time.Minute)
		r.no(r.payments.Recover(r.ctx()))
		r.no(r.Work(r.ctx()))
	}
	if len(r.ledger()) != 0 {
		t.Error("debited before the debit date")
	}
	r.clock.Advance(14 * time.Hour)
	report := r.finish(run.ID)
	if report.Total.Paid.Count != 1 {
		t.Errorf("%+v", report.Total)
	}
	r.balanced(run.ID, 0)
	views, err = r.payments.Dues(r.ctx(), who, shared.Pension)
	r.no(err)
	paid := views[0].Live
	if views[0].Due.State != shared.DuePaid || paid.Pay != shared.Paid || len(paid.Settled.Ticket) != 18 || paid.Settled.Bank != "313" {
		t.Errorf("%+v", paid)
	}
	if got := r.notices.kinds(who); got["planned"] != 1 || got["paid"] != 1 {
		t.Errorf("notices %v", got)
	}
	if locked, err := r.Locked(r.ctx(), enrolment(who)); err != nil || locked {
		t.Errorf("locked %t %v", locked, err)
	}
}

func TestRun_changesAfterTheDryRunCount(t *testing.T) {
	r := newRig(t, nil)
	voided, revoked, paidSelf, stays := r.payer(1, east, "313"), r.payer(2, east, "313"), r.payer(3, east, "313"), r.payer(4, east, "313")
	run := r.dryRun(draft())
	_, err := r.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	book, err := r.store.Book(r.ctx(), enrolment(voided))
	r.no(err)
	book.Settings[0].Ended, book.Settings[0].Void = start, true
	r.must(r.store.SwapBook(r.ctx(), book))
	a, _, err := r.store.Agreement(r.ctx(), "agr:"+revoked)
	r.no(err)
	a.State = agreement.Revoking
	r.must(r.store.SwapAgreement(r.ctx(), agreement.Verified, a))
	ds, err := r.payments.Declare(r.ctx(), contribution.DeclareRequest{
		Payer: paidSelf, Insured: paidSelf, Scheme: shared.Pension, Channel: shared.ChannelMobile,
		Choices: []contribution.Choice{{Due: due(paidSelf), Amount: money.Yuan(3000)}},
	})
	r.no(err)
	p, err := r.payments.Pay(r.ctx(), contribution.PayRequest{
		Payer: paidSelf, Declarations: []string{ds[0].ID}, Agreement: "agr:" + paidSelf, Key: "k", Channel: shared.ChannelMobile,
	})
	if err != nil || p.State != shared.Succeeded {
		t.Fatalf("%+v %v", p, err)
	}
	_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	report := r.finish(run.ID)
	for who, why := range map[string]model.Exclusion{
		voided: model.AmountChanged, revoked: model.AgreementGone, paidSelf: model.AlreadyPaid, stays: model.NotExcluded,
	} {
		if it := r.item(run.ID, who); it.Exclusion != why {
			t.Errorf("%s: %s %q, want %q", who, it.State, it.Exclusion, why)
		}
	}
	if report.Total.Paid.Count != 1 || report.Total.Skipped.Count != 3 {
		t.Errorf("%+v", report.Total)
	}
	r.balanced(run.ID, money.Yuan(3000))
	if d := r.due(due(voided)); d.State != shared.DueOpen {
		t.Errorf("due of the skipped is %s", d.State)
	}
}

func TestRetryRound(t *testing.T) {
	r := newRig(t, func(o *banksim.Options) {
		o.Accounts = []banksim.Account{{Number: banksim.SyntheticAccount(3), Bank: "313", Debit: bankapi.Restricted}}
	})
	good := r.payer(1, east, "313")
	poor := r.person("poor", east, money.Yuan(3000))
	r.sign(poor, east, "313", banksim.SyntheticAccount(2), money.Yuan(100))
	blocked := r.payer(3, east, "313")
	run := r.approved(draft())
	report := r.finish(run.ID)
	if report.Total.Paid.Count != 1 || report.Total.Failed.Count != 2 || report.Retriable != 1 || report.Codes["51"] != 1 {
		t.Fatalf("%+v %v", report.Total, report.Codes)
	}
	if d := r.due(due(poor)); d.State != shared.DueOpen {
		t.Errorf("after a failure the due is %s", d.State)
	}
	a, _, err := r.store.Agreement(r.ctx(), "agr:"+blocked)
	if err != nil || a.State != agreement.Ended {
		t.Errorf("agreement of a restricted card is %s %v", a.State, err)
	}
	if got := r.notices.kinds(poor); got["failed"] != 1 {
		t.Errorf("notices %v", got)
	}
	first := r.item(run.ID, poor).Payment
	t.Run("a retry round needs another officer too", func(t *testing.T) {
		_, err := r.Retry(r.ctx(), "maker", run.ID)
		r.no(err)
		_, err = r.Approve(r.ctx(), "maker", run.ID, r.seen(run.ID))
		refused(t, err, debit.RefuseSamePerson)
		got, err := r.Reject(r.ctx(), "checker", run.ID, "再等等", r.seen(run.ID))
		if err != nil || got.State != model.Finished || got.Round != 1 {
			t.Errorf("%s round %d %v", got.State, got.Round, err)
		}
		if got.Maker != "maker" || got.Checker != "checker" || !got.Approved.Equal(run.Approved) {
			t.Errorf("who approved the round that ran is lost: %+v", got)
		}
		if m, ok := got.Last(2, model.Drop); !ok || m.By != "checker" || m.Reason != "再等等" {
			t.Errorf("history %+v", got.History)
		}
	})
	again, err := r.Retry(r.ctx(), "maker", run.ID)
	r.no(err)
	if want := (model.Total{Count: 1, Amount: 300_000}); again.ThisRound() != want {
		t.Errorf("the round debits %+v, want %+v", again.ThisRound(), want)
	}
	_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	if report, err = r.Report(r.ctx(), run.ID); err != nil || report.Round.Planned.Count != 1 || report.Round.Waiting() != 1 {
		t.Errorf("a round that begins has done %+v, %v", report.Round, err)
	}
	report = r.finish(run.ID)
	if report.Round.Planned.Count != 1 || report.Round.Failed.Count != 1 || report.Round.Waiting() != 0 {
		t.Errorf("the round: %+v", report.Round)
	}
	if report.Total.Paid.Count != 1 || report.Total.Failed.Count != 2 || report.Total.Planned.Count != 3 {
		t.Errorf("%+v", report.Total)
	}
	if it := r.item(run.ID, poor); it.Round != 2 || it.Payment == first || it.Code != "51" {
		t.Errorf("%+v", it)
	}
	if it := r.item(run.ID, good); it.Round != 1 || it.State != model.Paid {
		t.Errorf("%+v", it)
	}
	r.balanced(run.ID, 0)
	var text bytes.Buffer
	r.no(r.WriteReport(r.ctx(), &text, sheet.CSV, run.ID, debit.Names{}))
	if got := text.String(); !strings.Contains(got, east+",313,3,9000.00,1,3000.00,2,6000.00,0,0.00,0,0.00,33.3%") {
		t.Errorf("csv %s", got)
	}
}

func TestStop_beforeAFileIsSent(t *testing.T) {
	r := newRig(t, nil)
	who := r.payer(1, east, "313")
	d := draft()
	d.Date = d.Date.AddDays(1)
	run := r.approved(d)
	r.no(r.Work(r.ctx()))
	_, err := r.Stop(r.ctx(), "checker", run.ID, "发现异常")
	r.no(err)
	report := r.finish(run.ID)
	if report.Total.Skipped.Count != 1 || !report.Run.Stopped || report.Files[model.FileStopped] != 1 {
		t.Errorf("%+v", report)
	}
	if d := r.due(due(who)); d.State != shared.DueOpen {
		t.Errorf("due is %s", d.State)
	}
	if it := r.item(run.ID, who); it.Exclusion != model.RunStopped {
		t.Errorf("%+v", it)
	}
	r.clock.Advance(48 * time.Hour)
	r.no(r.Work(r.ctx()))
	if len(r.ledger()) != 0 {
		t.Error("a stopped run moved money")
	}
	_, err = r.Stop(r.ctx(), "checker", run.ID, "再停")
	refused(t, err, debit.RefuseState)
}

func TestCalendar(t *testing.T) {
	r := newRig(t, nil)
	who := r.payer(1, east, "313")
	day := period.DateOf(start)
	for _, n := range []int{20, 10} {
		_, err := r.AddPlanned(r.ctx(), "maker", model.Planned{
			Scheme: shared.Pension, Year: 2026, Authorities: []string{east}, Date: day.AddDays(n), CutOff: day.AddDays(n - 1).Start(),
		})
		r.no(err)
	}
	plan, err := r.Plan(r.ctx(), enrolment(who))
	if err != nil || plan.Held || plan.Next != day.AddDays(10) {
		t.Errorf("%+v %v", plan, err)
	}
	next, ok, err := r.NextPlanned(r.ctx(), shared.Pension, east)
	if err != nil || !ok || next.Date != day.AddDays(10) {
		t.Errorf("%+v %t %v", next, ok, err)
	}
	if _, ok, err := r.NextPlanned(r.ctx(), shared.Pension, west); ok || err != nil {
		t.Errorf("planned elsewhere: %t %v", ok, err)
	}
	d := draft()
	d.Date, d.CutOff, d.Planned = next.Date, next.CutOff, next.ID
	_, err = r.Create(r.ctx(), "maker", d)
	r.no(err)
	_, err = r.Create(r.ctx(), "maker", d)
	refused(t, err, debit.RefusePlanned)
	refused(t, r.DropPlanned(r.ctx(), "maker", next.ID), debit.RefusePlanned)
}

// TestDryRun_leavesWhatWasGivenBack: nobody takes again unasked what was returned.
func TestDryRun_leavesWhatWasGivenBack(t *testing.T) {
	r := newRig(t, nil)
	id := r.payer(1, east, "313")
	es, err := r.store.Enrolments(r.ctx(), id, shared.Pension)
	r.must(len(es) == 1, err)
	rate, ok := rates().Find(shared.Pension, es[0].Category, 2026)
	r.must(ok, nil)
	d := contribution.RegularDue(es[0], rate)
	d.Refund = "rf1"
	r.must(r.store.AddDue(r.ctx(), d))
	run := r.dryRun(draft())
	if run.Chosen.Count != 0 || run.LeftOut[model.GivenBack] != 1 {
		t.Errorf("%d are chosen, left out %v", run.Chosen.Count, run.LeftOut)
	}
}
