package refund_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/refund"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/refund"
)

func TestBankDeclines(t *testing.T) {
	r := newRig(t, func(_ *refund.Config, o *banksim.Options) {
		o.Accounts = []banksim.Account{{Number: plain, Bank: "103", Refund: bankapi.Restricted}}
	})
	who, agreed := r.person(plain)
	d := r.paid(who, agreed)
	x := r.approved(r.apply(who, d, model.Before).ID)
	if x.State != model.Failed || x.Open || x.Code != bankapi.Restricted || r.declaration(d.ID).Pay != shared.Paid {
		t.Fatalf("%+v", x)
	}
	if told := r.notices.of(who); len(told) != 1 || told[0].State != model.Failed {
		t.Errorf("told %+v", told)
	}
	if again := r.apply(who, d, model.Before); again.ID != x.ID {
		t.Error("a refund that officers still work on does not stand in the way of another")
	}
	if _, err := r.Retry(t.Context(), operator, x.ID, "已请银行解除限制"); err != nil {
		t.Fatal(err)
	}
	_, err := r.Approve(t.Context(), operator, x.ID)
	refused(t, err, refund.RefuseSamePerson)
	first := x.Ref
	if x, err = r.Approve(t.Context(), reviewer, x.ID); err != nil || x.Ref == first || x.Attempt != 2 {
		t.Fatalf("the second attempt %+v, %v", x, err)
	}
	if _, err := r.Refuse(t.Context(), operator, x.ID, "账户受限，请到办税服务厅办理"); err != nil {
		t.Fatal(err)
	}
	if r.load(x.ID).State != model.Refused || len(r.returned()) != 0 {
		t.Error("not refused in the end")
	}
}

func TestLostAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults banksim.Faults
		want   model.State
	}{
		{"lost before it was done", banksim.Faults{LostBefore: 1000}, model.Failed},
		{"lost after it was done", banksim.Faults{LostAfter: 1000}, model.Refunded},
		{"98, later done", banksim.Faults{LatePaid: 1000}, model.Refunded},
		{"98, later not done", banksim.Faults{LateUnpaid: 1000}, model.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			who, d := r.ready()
			x := r.apply(who, d, model.Before)
			if err := r.sim.SetFaults(c.faults); err != nil {
				t.Fatal(err)
			}
			x = r.approved(x.ID)
			if x.State != model.InDoubt || r.declaration(d.ID).Pay != shared.Paid {
				t.Fatalf("%s", x.State)
			}
			for _, act := range []func() error{
				func() error { _, err := r.Refuse(t.Context(), operator, x.ID, "x"); return err },
				func() error { _, err := r.Retry(t.Context(), operator, x.ID, "x"); return err },
				func() error { _, err := r.Approve(t.Context(), reviewer, x.ID); return err },
			} {
				refused(t, act(), refund.RefuseState)
			}
			if err := r.sim.SetFaults(banksim.Faults{}); err != nil {
				t.Fatal(err)
			}
			r.settle(x.ID)
			x = r.load(x.ID)
			want := 0
			if c.want == model.Refunded {
				want = 1
			}
			if x.State != c.want || len(r.returned()) != want {
				t.Errorf("%s with %d given back", x.State, len(r.returned()))
			}
			if got := r.trail.actions(x.ID); slices.Index(got, "refund_lost") < 0 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
				t.Errorf("recorded %v", got)
			}
		})
	}
}

// unreachable is a bank to which nothing can be sent.
type unreachable struct{ refund.Bank }

func (unreachable) Refund(context.Context, bankapi.Refund) (bankapi.Result, error) {
	return bankapi.Result{}, bankapi.ErrNotSent
}

func TestNotSent(t *testing.T) {
	r := newRig(t, func(c *refund.Config, _ *banksim.Options) { c.Bank = unreachable{} })
	who, d := r.ready()
	x := r.approved(r.apply(who, d, model.Before).ID)
	if x.State != model.Failed || x.Answer == "" || len(r.returned()) != 0 {
		t.Errorf("%+v", x)
	}
}

func TestTrailIsDown(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Before)
	if _, err := r.Check(t.Context(), operator, x.ID, "已核对"); err != nil {
		t.Fatal(err)
	}
	r.trail.fail = true
	if _, err := r.Approve(t.Context(), reviewer, x.ID); err != nil {
		t.Fatal(err)
	}
	if x = r.load(x.ID); x.State != model.Approved || len(r.returned()) != 0 {
		t.Fatalf("%s: the bank was asked although the approval is not recorded", x.State)
	}
	r.trail.fail = false
	r.clock.Advance(time.Minute)
	r.settle(x.ID)
	if x = r.load(x.ID); x.State != model.Refunded {
		t.Errorf("%s", x.State)
	}
}
