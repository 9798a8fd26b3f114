package debit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/server/debit"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
)

// mortal is a server that ends at the n-th step that it comes to: nothing that it asks
// of the store or the bank from then on is heard.
func (r *rig) mortal(n int64) (*debit.Service, context.Context) {
	ctx, die := context.WithCancel(r.ctx())
	var steps atomic.Int64
	step := func(string) {
		if steps.Add(1) == n {
			die()
		}
	}
	s, _ := r.server(func(d *debit.Config, p *contribution.Config) {
		d.FileItems, d.Page, d.Together = 7, 20, 2
		d.Checkpoint, p.Checkpoint = step, step
		d.Log = nil
	})
	return s, ctx
}

// crowd is so many payers at two authorities and two banks; every tenth has too little.
func (r *rig) crowd(n int) {
	r.t.Helper()
	for i := 1; i <= n; i++ {
		where, bank := east, "313"
		if i%2 == 0 {
			where = west
		}
		if i%3 == 0 {
			bank = "102"
		}
		if i%10 == 0 {
			id := r.person(fmt.Sprintf("p%05d", i), where, money.Yuan(3000))
			r.sign(id, where, bank, banksim.SyntheticAccount(i), money.Yuan(10))
			continue
		}
		r.payer(i, where, bank)
	}
}

// faults are 1 % lost answers of each kind and many more, so that few files meet some.
func faults(seed uint64) banksim.Faults {
	return banksim.Faults{Seed: seed, LostBefore: 60, LostAfter: 120, ErrorAfter: 40, Garbled: 60, Duplicate: 40, GarbledFile: 50}
}

func TestRun_serversDieAnywhereAndNobodyIsDebitedTwice(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			r := newRig(t, func(o *banksim.Options) {
				o.Faults = faults(seed)
				o.Accounts = []banksim.Account{
					{Number: banksim.SyntheticAccount(11), Bank: "313", First: bankapi.Timeout, Late: bankapi.OK},
					{Number: banksim.SyntheticAccount(12), Bank: "102", First: bankapi.Timeout, Late: bankapi.NoFunds},
				}
			})
			r.crowd(40)
			run, err := r.Create(r.ctx(), "maker", draft())
			r.no(err)
			approvals := 0
			for range 400 {
				doomed, ctx := r.mortal(1 + random.Int64N(25))
				_ = doomed.Work(ctx) // it dies, or finds nothing to do
				r.clock.Advance(time.Duration(random.IntN(40)) * time.Second)
				r.no(r.payments.Recover(r.ctx()))
				run, err = r.Load(r.ctx(), run.ID)
				r.no(err)
				if run.State == model.Ready {
					_, err = r.Submit(r.ctx(), "maker", run.ID)
					r.no(err)
					_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
					r.no(err)
					approvals++
				}
				if run.State == model.Finished {
					break
				}
			}
			if run.State != model.Finished || approvals != 1 || run.Chosen.Count != 40 {
				t.Fatalf("the run is %s with %d after %d approvals", run.State, run.Chosen.Count, approvals)
			}
			report, err := r.Report(r.ctx(), run.ID)
			r.no(err)
			if got := report.Total; got.Planned.Count != 40 || got.Paid.Count+got.Failed.Count+got.Skipped.Count != 40 || got.Doubt.Count != 0 {
				t.Errorf("%+v", got)
			}
			if report.Total.Skipped.Count > 0 {
				t.Errorf("%d are skipped without a reason", report.Total.Skipped.Count)
			}
			r.balanced(run.ID, 0)
			r.settled(run.ID)
			if n := r.sim.Counts().Conflicts.Load(); n != 0 {
				t.Errorf("%d other contents came under a known reference", n)
			}
		})
	}
}

// TestRun_twoServersAtOnceAreKilledOrOutrun lets two servers work on the same run at the same
// time. Each is killed at some step; and at some steps so much time passes that its leases run
// out while it goes on, as of a server that was paused.
func TestRun_twoServersAtOnceAreKilledOrOutrun(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 23))
			r := newRig(t, func(o *banksim.Options) { o.Faults = faults(seed) })
			r.crowd(40)
			run, err := r.Create(r.ctx(), "maker", draft())
			r.no(err)
			retried := false
			for range 300 {
				var both sync.WaitGroup
				for range 2 {
					doomed, ctx := r.paused(1+random.Int64N(30), 1+random.Int64N(12))
					both.Go(func() { _ = doomed.Work(ctx) }) // it dies, or finds nothing to do
				}
				both.Wait()
				r.clock.Advance(time.Duration(random.IntN(40)) * time.Second)
				r.no(r.payments.Recover(r.ctx()))
				run, err = r.Load(r.ctx(), run.ID)
				r.no(err)
				switch {
				case run.State == model.Ready:
					_, err = r.Submit(r.ctx(), "maker", run.ID)
				case run.State == model.Submitted:
					_, err = r.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
				case run.State == model.Finished && !retried: // those without funds are tried once more
					retried = true
					_, err = r.Retry(r.ctx(), "maker", run.ID)
				}
				r.no(err)
				if run.State == model.Finished && run.Round == 2 {
					break
				}
			}
			report, err := r.Report(r.ctx(), run.ID)
			r.no(err)
			if got := report.Total; run.State != model.Finished || run.Round != 2 || got.Planned.Count != 40 || got.Paid.Count+got.Failed.Count != 40 || got.Paid.Count == 0 {
				t.Fatalf("the run is %s in round %d with %+v", run.State, run.Round, got)
			}
			items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run.ID, Limit: 1000})
			r.no(err)
			people := map[string]int{}
			for _, it := range items {
				people[it.Person]++
				if it.State == model.Failed && it.Round != 2 { // those without funds, and files that time outran
					t.Errorf("%s failed in round %d with %s and was not tried again", it.Person, it.Round, it.Code)
				}
			}
			for who, n := range people {
				if n != 1 {
					t.Errorf("%s stands in the run %d times", who, n)
				}
			}
			if len(people) != 40 {
				t.Errorf("%d people are in the run", len(people))
			}
			r.balanced(run.ID, 0)
			if n := r.sim.Counts().Conflicts.Load(); n != 0 {
				t.Errorf("%d other contents came under a known reference", n)
			}
		})
	}
}

// paused is a server that ends at the n-th step, and before whose every so-manyth step its
// leases run out.
func (r *rig) paused(n, every int64) (*debit.Service, context.Context) {
	ctx, die := context.WithCancel(r.ctx())
	var steps atomic.Int64
	step := func(string) {
		at := steps.Add(1)
		if at == n {
			die()
		}
		if at%every == 0 {
			r.clock.Advance(31 * time.Second)
		}
	}
	s, _ := r.server(func(d *debit.Config, p *contribution.Config) {
		d.FileItems, d.Page, d.Together = 7, 20, 2
		d.Checkpoint, p.Checkpoint = step, step
		d.Log = nil
	})
	return s, ctx
}

// settled checks that dues, declarations and payments agree with every item's end.
func (r *rig) settled(run string) {
	r.t.Helper()
	items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run, Limit: 1000})
	r.no(err)
	for _, it := range items {
		d := r.due(it.Due)
		switch it.State { //nolint:exhaustive // the others are no ends
		case model.Paid:
			ds, err := r.store.DeclarationsByID(r.ctx(), []string{d.Declaration})
			if err != nil || len(ds) != 1 || ds[0].Pay != shared.Paid || ds[0].Payment != it.Payment {
				r.t.Errorf("%s: declaration %+v %v", it.ID, ds, err)
			}
		case model.Failed:
			if d.State != shared.DueOpen || d.Declaration != "" {
				r.t.Errorf("%s failed, its due is %s by %q", it.ID, d.State, d.Declaration)
			}
		default:
			r.t.Errorf("%s is %s", it.ID, it.State)
		}
		p, ok, err := r.store.Payment(r.ctx(), it.Payment)
		if err != nil || !ok || p.Open || !p.State.Final() {
			r.t.Errorf("%s: payment %s open %t, %v", it.ID, p.State, p.Open, err)
		}
		if k := r.notices.kinds(it.Person); k["planned"] != 1 || k["paid"]+k["failed"] != 1 {
			r.t.Errorf("%s was told %v", it.Person, k)
		}
	}
}

// TestClaim_interruptedAndThenHindered ends a server that has just taken the dues; before another goes on, an agreement
// ends and an amount changes.
func TestClaim_interruptedAndThenHindered(t *testing.T) {
	for _, step := range []string{"batch.payments", "batch.declared", "batch.dues", "file.held"} {
		t.Run("after "+step, func(t *testing.T) {
			r := newRig(t, nil)
			for i := 1; i <= 3; i++ {
				r.payer(i, east, "313")
			}
			run := r.approved(draft())
			ctx, die := context.WithCancel(r.ctx())
			end := func(at string) {
				if at == step {
					die()
				}
			}
			doomed, _ := r.server(func(d *debit.Config, p *contribution.Config) { d.Checkpoint, p.Checkpoint, d.Log = end, end, nil })
			_ = doomed.Work(ctx) // it dies
			if ctx.Err() == nil {
				t.Fatal("the step never came")
			}
			hindered := r.item(run.ID, "p00001")
			a, ok, err := r.store.Agreement(r.ctx(), hindered.Agreement)
			r.must(ok, err)
			a.State, a.Ended = agreement.Revoked, r.clock.Now()
			r.must(r.store.SwapAgreement(r.ctx(), agreement.Verified, a))
			r.clock.Advance(time.Minute)
			report := r.finish(run.ID)
			if report.Total.Paid.Count != 2 || report.Total.Skipped.Count != 1 {
				t.Errorf("%+v", report.Total)
			}
			if d := r.due(due("p00001")); d.State != shared.DueOpen || d.Declaration != "" {
				t.Errorf("the due is %s, held by %q", d.State, d.Declaration)
			}
			r.balanced(run.ID, 0)
		})
	}
}

func TestResults_appliedTwiceChangeNothing(t *testing.T) {
	r := newRig(t, nil)
	r.crowd(20)
	run := r.approved(draft())
	before := r.finish(run.ID)
	items, err := r.Items(r.ctx(), debit.ItemFilter{Run: run.ID, Limit: 100})
	r.no(err)
	var again []contribution.Outcome
	for _, it := range items {
		for _, code := range []bankapi.Code{bankapi.OK, bankapi.NoFunds, bankapi.Timeout, bankapi.BadFile} {
			again = append(again, contribution.Outcome{Payment: it.Payment, Result: bankapi.Result{Code: code, Final: true}})
		}
	}
	for _, o := range again {
		_, err := r.payments.ResolveBatch(r.ctx(), []contribution.Outcome{o})
		r.no(err)
	}
	files, err := r.Files(r.ctx(), run.ID)
	r.no(err)
	for _, f := range files { // as if a server had died before it noted the end
		f.State, f.Open, f.Next = model.FileTaken, true, r.clock.Now()
		r.must(r.store.SwapFile(r.ctx(), f))
	}
	r.clock.Advance(time.Minute)
	r.no(r.Work(r.ctx()))
	after, err := r.Report(r.ctx(), run.ID)
	r.no(err)
	if fmt.Sprint(after.Lines) != fmt.Sprint(before.Lines) || fmt.Sprint(after.Files) != fmt.Sprint(before.Files) {
		t.Errorf("before %+v\nafter  %+v", before.Lines, after.Lines)
	}
	r.balanced(run.ID, 0)
	r.settled(run.ID)
}

func TestStop_whileServersSend(t *testing.T) {
	r := newRig(t, nil)
	r.crowd(40)
	small, _ := r.server(func(d *debit.Config, _ *contribution.Config) { d.FileItems, d.Pace = 5, 10*time.Second })
	run, err := small.Create(r.ctx(), "maker", draft())
	r.no(err)
	r.no(small.Work(r.ctx()))
	_, err = small.Submit(r.ctx(), "maker", run.ID)
	r.no(err)
	_, err = small.Approve(r.ctx(), "checker", run.ID, r.seen(run.ID))
	r.no(err)
	r.no(small.Work(r.ctx())) // one file is sent, the pace holds the others
	sent := 0
	files, err := small.Files(r.ctx(), run.ID)
	r.no(err)
	for _, f := range files {
		if f.State == model.FileTaken {
			sent++
		}
	}
	if sent != 1 {
		t.Fatalf("%d files were sent at once", sent)
	}
	_, err = small.Stop(r.ctx(), "checker", run.ID, "停")
	r.no(err)
	report := r.finish(run.ID)
	if report.Files[model.FileDone] != 1 || report.Files[model.FileStopped] != len64(files)-1 {
		t.Errorf("%v", report.Files)
	}
	if report.Total.Skipped.Count+report.Total.Paid.Count+report.Total.Failed.Count != 40 {
		t.Errorf("%+v", report.Total)
	}
	r.balanced(run.ID, 0)
}

func len64[T any](s []T) int64 { return int64(len(s)) }
