package reconcile_test

import (
	"fmt"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/reconcile"
	"shebao/server/refund"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	model "shebao/shared/refund"
)

// giveBack takes the payment's refund through both officers.
func (r *rig) giveBack(p shared.Payment) model.Refund {
	r.t.Helper()
	ctx := r.t.Context()
	x, err := r.refunds.Apply(ctx, refund.Application{Person: p.Payer, Declaration: p.Items[0].Declaration, Reason: model.Double, Says: "凭证 1"})
	r.no(err)
	x, err = r.refunds.Check(ctx, "one", x.ID, "已核对")
	r.no(err)
	x, err = r.refunds.Approve(ctx, "two", x.ID, x.Seen())
	r.no(err)
	return x
}

func TestDay_refundsAreInTheFileToo(t *testing.T) {
	r := newRig(t,
		banksim.Account{Number: banksim.SyntheticAccount(2), Bank: "313", Statement: banksim.RowMissing},
		banksim.Account{Number: banksim.SyntheticAccount(3), Bank: "313", Statement: banksim.RowAmount},
		banksim.Account{Number: banksim.SyntheticAccount(4), Bank: "313", RefundFirst: bankapi.Timeout, RefundLate: bankapi.OK},
		banksim.Account{Number: banksim.SyntheticAccount(5), Bank: "313", RefundFirst: bankapi.Timeout, RefundLate: bankapi.Restricted},
	)
	var paid []shared.Payment
	for n := 1; n <= 5; n++ {
		paid = append(paid, r.pay(n))
	}
	r.clock.Advance(24 * time.Hour)
	day := r.today()
	var back []model.Refund
	for _, p := range paid {
		back = append(back, r.giveBack(p))
	}
	r.clock.Advance(24 * time.Hour)
	ctx := t.Context()
	d, err := r.Look(ctx, "one", authority, day)
	r.no(err)
	if fmt.Sprint(d.Kinds) != "map[amount:1 doubt:1 ours:1]" || d.Ours.Count+d.Bank.Count+d.Both.Count != 0 || d.Settled != 1 {
		t.Errorf("%+v", d)
	}
	if d.OursBack != (reconcile.Total{Count: 4, Amount: money.Yuan(1000)}) || d.BankBack.Count != 3 ||
		d.BothBack != (reconcile.Total{Count: 2, Amount: money.Yuan(500)}) {
		t.Errorf("refunds of the day: %+v %+v %+v", d.OursBack, d.BankBack, d.BothBack)
	}
	for kind, n := range map[reconcile.Kind]int{reconcile.OursOnly: 1, reconcile.Amount: 2, reconcile.InDoubt: 4} {
		x := r.kinds(d.ID)[kind]
		if x.Refund != back[n].ID || x.Payment != "" || x.Movement != bankapi.Returned || x.Ref != back[n].Ref {
			t.Errorf("%s: %+v", kind, x)
		}
	}
	settled, err := r.refunds.Load(ctx, back[3].ID)
	if err != nil || settled.State != model.Refunded || settled.Open {
		t.Errorf("the file has not settled %+v, %v", settled, err)
	}
	_, err = r.close("two", day)
	refused(t, err, reconcile.RefuseUnbalanced)
	r.no(r.refunds.Recover(ctx)) // the bank answers the query: not given back
	again, err := r.Look(ctx, "one", authority, day)
	if err != nil || fmt.Sprint(again.Kinds) != "map[amount:1 ours:1]" {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestDay_aRefundThatIsNotOurs(t *testing.T) {
	r := newRig(t, banksim.Account{Number: banksim.SyntheticAccount(1), Bank: "313", Statement: banksim.RowExtra})
	p := r.pay(1)
	r.clock.Advance(24 * time.Hour)
	day := r.today()
	r.giveBack(p)
	r.clock.Advance(24 * time.Hour)
	d, err := r.Look(t.Context(), "one", authority, day)
	r.no(err)
	x := r.kinds(d.ID)[reconcile.BankOnly]
	if d.Kinds[reconcile.BankOnly] != 1 || x.Movement != bankapi.Returned || x.Refund != "" || d.BothBack.Count != 1 {
		t.Errorf("%+v %+v", d, x)
	}
}
