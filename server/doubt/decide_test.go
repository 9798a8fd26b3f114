package doubt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/server/doubt"
	"shebao/server/reconcile"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
)

// silent answers 98 for good: nothing was debited.
var silent = banksim.Account{First: bankapi.Timeout, Silent: true}

func TestDecide_unpaidWaitsForTheDayFileAndTakesTwoOfficers(t *testing.T) {
	r := newRig(t, silent)
	ctx, p := t.Context(), r.inDoubt()
	r.refused(r.propose(doubt.NotTaken, p), doubt.RefuseNotOver)
	r.clock.Advance(24 * time.Hour)
	r.refused(r.propose("", p), doubt.RefuseVerdict)
	_, err := r.Propose(ctx, "one", doubt.Proposal{Payment: p.ID, Verdict: doubt.NotTaken, Why: " ", Evidence: "x"})
	r.refused(err, doubt.RefuseNote)
	_, err = r.Propose(ctx, "one", doubt.Proposal{Payment: p.ID, Verdict: doubt.NotTaken, Why: "x"})
	r.refused(err, doubt.RefuseEvidence)
	r.no(r.propose(doubt.NotTaken, p))
	r.refused(r.propose(doubt.Taken, p), doubt.RefuseState)
	_, err = r.Approve(ctx, "one", p.ID)
	r.refused(err, doubt.RefuseSamePerson)
	_, err = r.Withdraw(ctx, "two", p.ID)
	r.refused(err, doubt.RefuseNotMaker)
	_, err = r.Withdraw(ctx, "one", p.ID)
	r.no(err)
	r.no(r.propose(doubt.Taken, p))
	_, err = r.Reject(ctx, "two", p.ID, "银行复函写的是未扣款")
	r.no(err)
	r.stand(p, shared.InDoubt, shared.DueDeclared, shared.Debiting)

	r.decide(doubt.NotTaken, p)
	r.stand(p, shared.Failed, shared.DueDeclared, shared.Unpaid)
	if n := r.told[len(r.told)-1]; n.Kind != "failed" || n.Person != "p01" || !strings.HasSuffix(n.Text, "，原因："+bankapi.Judged.Words()) {
		t.Errorf("told %+v", n)
	}
	r.refused(r.propose(doubt.Taken, p), doubt.RefuseSettled)
	want := "[doubt_propose one doubt_withdraw one doubt_propose one doubt_reject two doubt_propose one doubt_approve two doubt_apply ]"
	if fmt.Sprint(r.trail) != want {
		t.Errorf("the trail is %v", r.trail)
	}
	if d, err := r.reconcile.Close(ctx, "two", sent); err != nil || !d.Closed {
		t.Errorf("the day does not close: %v", err)
	}
	// The person pays again; the first instruction is never sent once more.
	r.mandate("agr:2", "6217990000000000022", "Mtwo")
	if again := r.pay(p.Items[0].Declaration, "agr:2", "k2"); again.State != shared.Succeeded {
		t.Errorf("the second payment is %s", again.State)
	}
	if got := r.moved(); got != "10000 out, 0 back" {
		t.Error(got)
	}
}

func TestDecide_whatWasSeen(t *testing.T) {
	r := newRig(t, silent)
	ctx, p := t.Context(), r.inDoubt()
	r.clock.Advance(24 * time.Hour)
	r.no(r.propose(doubt.NotTaken, p))
	read, _, err := r.Load(ctx, p.ID)
	r.no(err)
	_, err = r.Withdraw(ctx, "one", p.ID)
	r.no(err)
	r.no(r.propose(doubt.Taken, p))
	_, err = r.Service.Approve(ctx, "two", p.ID, read.Seen())
	r.refused(err, doubt.RefuseChanged)
	_, err = r.Service.Reject(ctx, "two", p.ID, read.Seen(), "不对")
	r.refused(err, doubt.RefuseChanged)
	r.stand(p, shared.InDoubt, shared.DueDeclared, shared.Debiting)
	_, err = r.Approve(ctx, "two", p.ID)
	r.no(err)
	r.stand(p, shared.Succeeded, shared.DuePaid, shared.Paid)
}

func TestDecide_theBankGoesFirst(t *testing.T) {
	t.Run("its answer to a query settles the payment", func(t *testing.T) {
		r := newRig(t, banksim.Account{First: bankapi.Timeout, Late: bankapi.NoFunds})
		p := r.inDoubt()
		r.clock.Advance(24 * time.Hour)
		r.no(r.propose(doubt.NotTaken, p))
		r.clock.Advance(24 * time.Hour) // it answers now: refused
		_, err := r.Approve(t.Context(), "two", p.ID)
		r.refused(err, doubt.RefuseTold)
		r.no(r.payments.Recover(t.Context()))
		r.stand(p, shared.Failed, shared.DueDeclared, shared.Unpaid)
		_, err = r.Approve(t.Context(), "two", p.ID)
		r.refused(err, doubt.RefuseSettled)
		if c, _, err := r.Load(t.Context(), p.ID); err != nil || c.State != doubt.Overtaken {
			t.Errorf("%+v, %v", c, err)
		}
	})
	t.Run("a payment in the day file is reconciliation's", func(t *testing.T) {
		r := newRig(t, banksim.Account{First: bankapi.Timeout, Late: bankapi.OK})
		p := r.inDoubt()
		r.clock.Advance(72 * time.Hour)
		r.gateway.mute = true
		r.refused(r.propose(doubt.NotTaken, p), doubt.RefusePosted)
		_, by := r.look(sent.AddDays(2))
		r.stand(p, shared.Succeeded, shared.DuePaid, shared.Paid)
		if len(by) != 0 {
			t.Errorf("differences %v", by)
		}
	})
	t.Run("what it works on is not unpaid", func(t *testing.T) {
		r := newRig(t, banksim.Account{First: bankapi.Accepted, Late: bankapi.OK})
		p := r.inDoubt()
		r.clock.Advance(24 * time.Hour)
		r.refused(r.propose(doubt.NotTaken, p), doubt.RefuseAccepted)
		r.stand(p, shared.InDoubt, shared.DueDeclared, shared.Debiting)
	})
}

// broken loses the first decision between its approval and the payment.
type broken struct {
	doubt.Payments
	left int
}

func (b *broken) ResolveBatch(ctx context.Context, o []contribution.Outcome) ([]shared.Payment, error) {
	if b.left--; b.left >= 0 {
		return nil, errors.New("power cut")
	}
	return b.Payments.ResolveBatch(ctx, o)
}

func TestDecide_whatWasApprovedTakesEffectAfterACrash(t *testing.T) {
	r := newRig(t, silent)
	p := r.inDoubt()
	r.Payments = &broken{r.payments, 1}
	r.clock.Advance(24 * time.Hour)
	r.no(r.propose(doubt.NotTaken, p))
	if _, err := r.Approve(t.Context(), "two", p.ID); err == nil {
		t.Fatal("no crash")
	}
	r.stand(p, shared.InDoubt, shared.DueDeclared, shared.Debiting)
	r.clock.Advance(2 * time.Minute) // the lease
	r.no(r.Recover(t.Context()))
	r.stand(p, shared.Failed, shared.DueDeclared, shared.Unpaid)
	if c, _, err := r.Load(t.Context(), p.ID); err != nil || c.State != doubt.Decided || c.Checker != "two" {
		t.Errorf("%+v, %v", c, err)
	}
}

// late is a payment decided as unpaid that the bank posts the night after.
func late(t *testing.T) (*rig, shared.Payment) {
	t.Helper()
	r := newRig(t, banksim.Account{First: bankapi.Timeout, Late: bankapi.OK})
	p := r.inDoubt()
	r.clock.Advance(24 * time.Hour)
	r.decide(doubt.NotTaken, p)
	return r, p
}

func TestDecide_aLateDebitIsBookedWhenTheDueIsFree(t *testing.T) {
	r, p := late(t)
	r.clock.Advance(48 * time.Hour)
	r.no(r.Recover(t.Context())) // the bank is asked on: it has debited
	_, today := r.look(sent.AddDays(3))
	against := today[reconcile.Against]
	if against.State != reconcile.Open || against.Payment != p.ID || against.Theirs != p.Amount {
		t.Fatalf("the late answer is lost: %+v", against)
	}
	day, by := r.look(sent.AddDays(2))
	row := by[reconcile.BankOnly]
	if row.Payment != p.ID || day.Bank.Count != 1 || day.Ours.Count != 0 {
		t.Fatalf("%+v %+v", day, row)
	}
	if x := r.correct(row, reconcile.Book); x.State != reconcile.Resolved {
		t.Fatalf("%+v", x)
	}
	r.stand(p, shared.Succeeded, shared.DuePaid, shared.Paid)
	if d, err := r.reconcile.Close(t.Context(), "two", sent.AddDays(2)); err != nil || d.Ours != d.Bank || d.Both != d.Bank {
		t.Errorf("%+v, %v", d, err)
	}
	if _, today := r.look(sent.AddDays(3)); today[reconcile.Against].State != reconcile.Resolved {
		t.Errorf("%+v", today)
	}
	if got := r.moved(); got != "10000 out, 0 back" {
		t.Error(got)
	}
}

func TestDecide_aLateDebitIsGivenBackWhenTheDueIsPaid(t *testing.T) {
	r, p := late(t)
	ctx := t.Context()
	r.mandate("agr:2", "6217990000000000022", "Mtwo")
	if again := r.pay(p.Items[0].Declaration, "agr:2", "k2"); again.State != shared.Succeeded {
		t.Fatalf("the second payment is %s", again.State)
	}
	r.clock.Advance(48 * time.Hour)
	_, by := r.look(sent.AddDays(2))
	row := by[reconcile.BankOnly]
	if _, err := r.reconcile.Propose(ctx, "one", row.ID, reconcile.Book, "补记"); !errors.Is(err, reconcile.RefuseHeld) {
		t.Fatalf("booked twice: %v", err)
	}
	x := r.correct(row, reconcile.Refund)
	if x.State != reconcile.Resolved || x.Refund == "" {
		t.Fatalf("%+v", x)
	}
	back, err := r.refunds.Own(ctx, "p01", x.Refund)
	r.no(err)
	if back.State != "refunded" || back.Amount != p.Amount || back.Original != p.Ref || back.Maker != "one" || back.Checker != "two" {
		t.Errorf("%+v", back)
	}
	if got := r.moved(); got != "20000 out, 10000 back" {
		t.Error(got)
	}
	d, err := r.reconcile.Close(ctx, "two", sent.AddDays(2))
	if ours, bank := d.Sums(); err != nil || ours != bank || d.Fixed.Ours != p.Amount {
		t.Errorf("%+v, %v", d, err)
	}
	r.stand(p, shared.Failed, shared.DuePaid, shared.Paid)
	r.clock.Advance(24 * time.Hour)
	if d, _ := r.look(sent.AddDays(3)); d.BothBack.Count != 1 || d.BothBack != d.BankBack {
		t.Errorf("the refund does not agree: %+v", d)
	}
}

func TestDecide_paidByMistakeIsDisproved(t *testing.T) {
	r := newRig(t, banksim.Account{First: bankapi.Timeout, Late: bankapi.NoFunds})
	ctx, p := t.Context(), r.inDoubt()
	r.clock.Advance(24 * time.Hour)
	r.decide(doubt.Taken, p)
	r.stand(p, shared.Succeeded, shared.DuePaid, shared.Paid)
	d, by := r.look(sent)
	ours := by[reconcile.OursOnly]
	if ours.Payment != p.ID || d.Ours.Count != 1 {
		t.Fatalf("%+v %+v", d, ours)
	}
	if _, err := r.reconcile.Propose(ctx, "one", ours.ID, reconcile.Explained, "次日入账"); !errors.Is(err, reconcile.RefuseNotCrossed) {
		t.Errorf("explained without the next day's file: %v", err)
	}
	if x := r.correct(ours, reconcile.BankFixes); x.State != reconcile.Awaiting {
		t.Fatalf("%+v", x)
	}
	closed, err := r.reconcile.Close(ctx, "two", sent)
	if mine, bank := closed.Sums(); err != nil || !closed.Closed || mine != bank {
		t.Fatalf("%+v, %v", closed, err)
	}
	r.clock.Advance(24 * time.Hour)
	r.no(r.Recover(ctx)) // the bank answers at last: not debited
	_, by = r.look(sent.AddDays(2))
	against := by[reconcile.Against]
	if against.State != reconcile.Open || against.Theirs != 0 {
		t.Fatalf("the late answer is lost: %+v", by)
	}
	if x := r.correct(against, reconcile.Disprove); x.State != reconcile.Resolved {
		t.Fatalf("%+v", x)
	}
	r.stand(p, shared.Failed, shared.DueDeclared, shared.Unpaid)
	c, _, err := r.Load(ctx, p.ID)
	if err != nil || c.Open || c.History[len(c.History)-1].Event != doubt.Contradict {
		t.Errorf("%+v, %v", c, err)
	}
	if got := r.moved(); got != "0 out, 0 back" {
		t.Error(got)
	}
	// What waits for the bank is confirmed by two officers, beyond the closing.
	_, err = r.reconcile.Confirm(ctx, "one", ours.ID, "银行无此笔，见 11-25 冲正")
	r.no(err)
	if _, err := r.reconcile.Approve(ctx, "one", ours.ID); !errors.Is(err, reconcile.RefuseSamePerson) {
		t.Errorf("%v", err)
	}
	if x, err := r.reconcile.Approve(ctx, "two", ours.ID); err != nil || x.State != reconcile.Resolved {
		t.Errorf("%+v, %v", x, err)
	}
}
