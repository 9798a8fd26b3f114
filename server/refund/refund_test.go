package refund_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/server/refund"
	shared "shebao/shared/contribution"
	model "shebao/shared/refund"
)

func TestRefund(t *testing.T) {
	for _, c := range []struct {
		reason model.Reason
		due    shared.DueState
	}{{model.Before, shared.DueOpen}, {model.Mistake, shared.DueOpen}, {model.Double, shared.DueClosed}} {
		t.Run(string(c.reason), func(t *testing.T) {
			r := newRig(t, nil)
			who, d := r.ready()
			x := r.apply(who, d, c.reason)
			if x.State != model.Applied || x.Amount != d.Amount || x.Ticket != d.Settled.Ticket || x.Open {
				t.Errorf("applied %+v", x)
			}
			x = r.approved(x.ID)
			if x.State != model.Refunded || x.Open || x.Maker != operator || x.Checker != reviewer || x.Trace == "" {
				t.Errorf("in the end %+v", x)
			}
			back := r.returned()
			if len(back) != 1 || back[x.Ref.Serial].Amount != d.Amount || back[x.Ref.Serial].Original != x.Original {
				t.Errorf("the bank gave back %+v", back)
			}
			if now := r.declaration(d.ID); now.Pay != shared.Reversed || now.Settled.Ticket != d.Settled.Ticket {
				t.Errorf("declaration %+v", now)
			}
			due := r.due(d.Due)
			if due.State != c.due || due.Declaration != "" || due.Refund != x.ID {
				t.Errorf("due %+v", due)
			}
			if r.papers.ended[d.ID] != 1 {
				t.Error("the certificates were not told")
			}
			told := r.notices.of(who)
			if len(told) != 1 || told[0].State != model.Refunded || !strings.Contains(told[0].Text, x.Account) {
				t.Errorf("told %+v", told)
			}
			want := []string{"refund_apply", "refund_check", "refund_approve", "refund_send", "refund_moved"}
			if got := r.trail.actions(x.ID); !slices.Equal(got, want) {
				t.Errorf("recorded %v", got)
			}
			r.payAgain(t, who, d, c.due)
		})
	}
}

// payAgain checks that a due that was opened again can be paid, and that a closed one can't.
func (r *rig) payAgain(t *testing.T, who string, d shared.Declaration, due shared.DueState) {
	t.Helper()
	if due == shared.DueOpen {
		again := r.paid(who, strings.Replace(who, "person", "agr", 1))
		if again.ID == d.ID || again.Pay != shared.Paid {
			t.Errorf("paid again %+v", again)
		}
		_, err := r.Apply(t.Context(), refund.Application{Person: who, Declaration: d.ID, Reason: model.Before})
		refused(t, err, refund.RefuseDone)
		return
	}
	views, err := r.payments.Dues(t.Context(), who, shared.Medical)
	if err != nil || len(views) != 1 || views[0].Refusal != contribution.RefuseClosed {
		t.Errorf("dues %+v, %v", views, err)
	}
}

func TestApply_refusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(r *rig, a *refund.Application)
		want   *refund.Refusal
	}{
		{"a stranger's payment", func(_ *rig, a *refund.Application) { a.Person = "stranger" }, refund.RefuseUnknown},
		{"an unknown payment", func(_ *rig, a *refund.Application) { a.Declaration = "d-none" }, refund.RefuseUnknown},
		{"no reason", func(_ *rig, a *refund.Application) { a.Reason = "" }, refund.RefuseReason},
		{"paid twice without saying where", func(_ *rig, a *refund.Application) { a.Reason, a.Says = model.Double, "  " }, refund.RefuseSays},
		{"too many words", func(_ *rig, a *refund.Application) { a.Says = strings.Repeat("字", 101) }, refund.RefuseSaysLong},
		{
			"after the benefits have begun",
			func(r *rig, _ *refund.Application) { r.clock.Advance(39 * 24 * time.Hour) }, refund.RefuseLate,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, nil)
			who, d := r.ready()
			a := refund.Application{Person: who, Declaration: d.ID, Reason: model.Before}
			c.change(r, &a)
			_, err := r.Apply(t.Context(), a)
			refused(t, err, c.want)
		})
	}
	t.Run("paid twice is given back after the benefits have begun too", func(t *testing.T) {
		r := newRig(t, nil)
		who, d := r.ready()
		r.clock.Advance(39 * 24 * time.Hour)
		if x := r.apply(who, d, model.Double); x.State != model.Applied {
			t.Errorf("applied %+v", x)
		}
	})
	t.Run("whoever was paid for can't ask", func(t *testing.T) {
		r := newRig(t, nil)
		who, agreed := r.person(plain)
		child, _ := r.person(banksim.SyntheticAccount(7))
		ds, err := r.payments.Declare(t.Context(), contribution.DeclareRequest{
			Payer: who, Insured: child, Scheme: shared.Medical, Channel: shared.ChannelMobile,
			Choices: []contribution.Choice{{Due: "due:" + child + ":medical:2027:regular:1", Amount: 79500}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.payments.Pay(t.Context(), contribution.PayRequest{Payer: who, Declarations: []string{ds[0].ID}, Agreement: agreed, Key: "k"}); err != nil {
			t.Fatal(err)
		}
		_, err = r.Apply(t.Context(), refund.Application{Person: child, Declaration: ds[0].ID, Reason: model.Before})
		refused(t, err, refund.RefuseNotPayer)
		v, err := r.Look(t.Context(), child, ds[0].ID)
		if err != nil || v.Refusal != refund.RefuseNotPayer {
			t.Errorf("%+v, %v", v, err)
		}
		if x := r.apply(who, ds[0], model.Before); x.Insured != child || x.Person != who {
			t.Errorf("applied %+v", x)
		}
	})
	t.Run("what is not paid, or was paid elsewhere", func(t *testing.T) {
		r := newRig(t, nil)
		who, _ := r.person(plain)
		d := shared.Declaration{
			ID: "d-hall", Due: "due:" + who + ":medical:2027:regular:1", Insured: who, Payer: who, Scheme: shared.Medical, Authority: authority,
			Amount: 79500, State: shared.Declared, Pay: shared.Unpaid,
		}
		hall := d
		hall.ID, hall.Pay = "d-paid", shared.Paid
		if err := r.store.AddDeclarations(t.Context(), []shared.Declaration{d, hall}); err != nil {
			t.Fatal(err)
		}
		_, err := r.Apply(t.Context(), refund.Application{Person: who, Declaration: d.ID, Reason: model.Double, Says: "x"})
		refused(t, err, refund.RefuseUnpaid)
		_, err = r.Apply(t.Context(), refund.Application{Person: who, Declaration: hall.ID, Reason: model.Double, Says: "x"})
		refused(t, err, refund.RefuseElsewhere)
	})
}

func TestApply_once(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	ids := make(chan string, 16)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			x, err := r.Apply(t.Context(), refund.Application{Person: who, Declaration: d.ID, Reason: model.Before})
			if err != nil {
				t.Error(err)
			}
			ids <- x.ID
		})
	}
	all.Wait()
	close(ids)
	first := <-ids
	for id := range ids {
		if id != first {
			t.Errorf("two refunds, %s and %s", first, id)
		}
	}
	list, err := r.store.RefundsOf(t.Context(), who, "", 20)
	if err != nil || len(list) != 1 {
		t.Errorf("%d refunds, %v", len(list), err)
	}
}

func TestWithdraw(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Before)
	_, err := r.Withdraw(t.Context(), "stranger", x.ID)
	refused(t, err, refund.RefuseUnknown)
	for n := range 4 { // and apply anew
		if _, err := r.Withdraw(t.Context(), who, x.ID); err != nil {
			t.Fatal(err)
		}
		_, err = r.Check(t.Context(), operator, x.ID, "已核对")
		refused(t, err, refund.RefuseState)
		next := r.apply(who, d, model.Before)
		if next.ID == x.ID || next.State != model.Applied {
			t.Fatalf("application %d is %+v", n+2, next)
		}
		x = next
	}
	if _, err := r.Check(t.Context(), operator, x.ID, "已核对"); err != nil {
		t.Fatal(err)
	}
	_, err = r.Withdraw(t.Context(), who, x.ID)
	refused(t, err, refund.RefuseNoWithdraw)
	if _, err := r.Refuse(t.Context(), reviewer, x.ID, "已享受待遇"); err != nil {
		t.Fatal(err)
	}
	_, err = r.Apply(t.Context(), refund.Application{Person: who, Declaration: d.ID, Reason: model.Before})
	refused(t, err, refund.RefuseTooMany)
	if r.declaration(d.ID).Pay != shared.Paid || len(r.returned()) != 0 {
		t.Error("withdrawing has moved something")
	}
}

func TestFourEyes(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Before)
	for name, act := range map[string]func() error{
		"approving what nobody has checked": func() error { _, err := r.Approve(t.Context(), reviewer, x.ID); return err },
		"sending again what was never sent": func() error { _, err := r.Retry(t.Context(), operator, x.ID, "再发"); return err },
	} {
		if err := act(); !errors.Is(err, refund.RefuseState) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := r.Check(t.Context(), "", x.ID, "已核对")
	refused(t, err, refund.RefuseOfficer)
	_, err = r.Check(t.Context(), operator, x.ID, " ")
	refused(t, err, refund.RefuseNote)
	if _, err = r.Check(t.Context(), operator, x.ID, "已核对"); err != nil {
		t.Fatal(err)
	}
	_, err = r.Approve(t.Context(), operator, x.ID)
	refused(t, err, refund.RefuseSamePerson)
	_, err = r.Refuse(t.Context(), operator, x.ID, "不符合")
	refused(t, err, refund.RefuseSamePerson)
	if len(r.returned()) != 0 || r.load(x.ID).State != model.Checked {
		t.Error("one officer alone has moved something")
	}
	if x, err = r.Approve(t.Context(), reviewer, x.ID); err != nil || x.State != model.Refunded {
		t.Errorf("%s, %v", x.State, err)
	}
}

// A page that showed the first try approves no second one.
func TestApprove_whatWasSeen(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Before)
	read, err := r.Check(t.Context(), operator, x.ID, "已核对")
	if err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func(seen int) error{
		"approved": func(seen int) error { _, err := r.Service.Approve(t.Context(), reviewer, x.ID, seen); return err },
		"refused": func(seen int) error {
			_, err := r.Service.Refuse(t.Context(), reviewer, x.ID, seen, "不符合")
			return err
		},
	} {
		if err := do(read.Seen() - 1); !errors.Is(err, refund.RefuseChanged) {
			t.Errorf("%s as it stood before it was checked: %v", what, err)
		}
	}
	if now := r.load(x.ID); now.State != model.Checked {
		t.Errorf("it is %s", now.State)
	}
	if _, err := r.Service.Approve(t.Context(), reviewer, x.ID, read.Seen()); err != nil {
		t.Fatal(err)
	}
}

func TestApprove_race(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Before)
	if _, err := r.Check(t.Context(), operator, x.ID, "已核对"); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			var err error
			if n%2 == 0 {
				_, err = r.Approve(t.Context(), reviewer, x.ID)
			} else {
				_, err = r.Refuse(t.Context(), "o-other", x.ID, "不符合")
			}
			if err != nil && !errors.Is(err, refund.RefuseState) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	r.settle(x.ID)
	x = r.load(x.ID)
	if want := map[model.State]int{model.Refunded: 1, model.Refused: 0}[x.State]; len(r.returned()) != want || !x.State.Final() {
		t.Errorf("%s, and %d given back", x.State, len(r.returned()))
	}
}

func TestRefuse_tellsWhy(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	x := r.apply(who, d, model.Double)
	if _, err := r.Refuse(t.Context(), operator, x.ID, "未查到另一笔缴费"); err != nil {
		t.Fatal(err)
	}
	told := r.notices.of(who)
	if len(told) != 1 || told[0].State != model.Refused || !strings.Contains(told[0].Text, "未查到另一笔缴费") {
		t.Errorf("told %+v", told)
	}
	if r.due(d.Due).State != shared.DuePaid || r.papers.ended[d.ID] != 0 {
		t.Error("a refused refund has changed the due or a certificate")
	}
}

func TestEvidence(t *testing.T) {
	r := newRig(t, nil)
	who, d := r.ready()
	other := d
	other.ID, other.Due, other.Payment, other.Channel = "d-other", "due-other", "", shared.ChannelAgency
	if err := r.store.AddDeclarations(t.Context(), []shared.Declaration{other}); err != nil {
		t.Fatal(err)
	}
	x := r.apply(who, d, model.Double)
	v, err := r.Evidence(t.Context(), x.ID)
	if err != nil {
		t.Fatal(err)
	}
	if v.Declaration.ID != d.ID || v.Payment.ID != d.Payment || v.Due.ID != d.Due || len(v.Others) != 1 || v.Others[0].ID != other.ID {
		t.Errorf("evidence %+v", v)
	}
}
