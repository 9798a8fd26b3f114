package contribution_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// TestPay_interruptedBeforeItWasSent: recovery sends what Pay took only while it still may.
func TestPay_interruptedBeforeItWasSent(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(r *rig, agr string)
		state     model.PaymentState
		reason    string
	}{
		"nothing has changed": {func(*rig, string) {}, model.Succeeded, "成功"},
		"the agreement is being revoked": {func(r *rig, agr string) {
			a, _, err := r.store.Agreement(r.ctx(), agr)
			if err != nil {
				r.t.Fatal(err)
			}
			a.State = agreement.Revoking
			r.must(r.store.SwapAgreement(r.ctx(), agreement.Verified, a))
		}, model.Cancelled, contribution.RefuseRevoked.Message},
		"the last day to pay has ended": {func(r *rig, _ string) { r.clock.Advance(2 * time.Minute) }, model.Cancelled, contribution.RefuseDeadline.Message},
	} {
		t.Run(name, func(t *testing.T) {
			die := true
			r := newRig(t, func(c *contribution.Config, _ *banksim.Options) {
				c.Checkpoint = func(step string) {
					if die && step == "pay.stored" {
						panic("the process ends") // nothing after it runs, as when it is killed; caught where Pay or ResolveBatch was called
					}
				}
			})
			who := r.person()
			r.assess(who, 1, money.Yuan(1000), period.DateOf(start))
			r.clock.Advance(time.Date(2026, 11, 23, 23, 59, 0, 0, period.Zone).Sub(start))
			agr, ids := r.sign(who, paysCard), r.declareAll(who, model.Pension)
			func() {
				defer func() { _ = recover() }()
				_, _ = r.pay(who, agr, "key", ids...)
			}()
			die = false
			c.meanwhile(r, agr)
			r.clock.Advance(31 * time.Second)
			d := r.declaration(ids[0])
			list, err := r.store.PaymentsOf(r.ctx(), who, 1)
			if err != nil || len(list) != 1 {
				t.Fatal(len(list), err)
			}
			r.settleAll(list[0].ID)
			p := r.payment(list[0].ID)
			if p.State != c.state || p.Reason != c.reason || p.Open {
				t.Errorf("%s, %q, open %t", p.State, p.Reason, p.Open)
			}
			if got := len(r.postings()); (got == 1) != (c.state == model.Succeeded) {
				t.Errorf("%d postings", got)
			}
			if d = r.declaration(d.ID); d.Pay == model.Debiting {
				t.Errorf("the declaration is %s", d.Pay)
			}
		})
	}
}

// failing is a store in which a due can't be marked as paid, once.
type failing struct {
	contribution.Store
	left int
}

func (f *failing) SwapDues(ctx context.Context, swaps []contribution.DueSwap) (int, error) {
	if f.left > 0 && len(swaps) > 0 && swaps[0].To == model.DuePaid {
		f.left--
		return 0, errors.New("the database is away")
	}
	return f.Store.SwapDues(ctx, swaps)
}

// TestResolve_interrupted: a run's payment is closed when its result is recorded, so what is left
// to do for it must show in its declaration.
func TestResolve_interrupted(t *testing.T) {
	die, away := false, &failing{left: 1}
	r := newRig(t, func(c *contribution.Config, _ *banksim.Options) {
		away.Store, c.Store = c.Store, away
		c.Checkpoint = func(step string) {
			if die && step == "batch.recorded" {
				panic("the process ends") // nothing after it runs, as when it is killed; caught where Pay or ResolveBatch was called
			}
		}
	})
	who := r.person()
	agr := r.sign(who, paysCard)
	views, err := r.Dues(r.ctx(), who, model.Pension)
	if err != nil {
		t.Fatal(err)
	}
	ps, err := r.ClaimBatch(r.ctx(), []contribution.Order{{
		Payment: "b1", Declaration: "db1", Due: views[0].Due, Amount: views[0].Amount, Agreement: agr, Bank: "313", Account: "*", Mandate: "M", Date: "2026-11-23",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.SendBatch(r.ctx(), ps, r.clock.Now()); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		die = true
		_, _ = r.ResolveBatch(r.ctx(), []contribution.Outcome{{Payment: "b1", Result: bankapi.Result{Code: bankapi.OK, Amount: views[0].Amount, At: r.clock.Now()}}})
	}()
	die = false
	if p := r.payment("b1"); p.State != model.Succeeded || p.Open {
		t.Fatalf("%s, open %t", p.State, p.Open)
	}
	for range 5 { // the first look meets a database that is away
		r.clock.Advance(2 * time.Minute)
		_ = r.Recover(r.ctx())
	}
	if away.left != 0 {
		t.Error("the database was never away")
	}
	r.agree("b1", "db1")
}
