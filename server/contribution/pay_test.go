package contribution_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const (
	paysCard    = "6217000000000000012"
	emptyCard   = "6222020000000000018"
	latePaid    = "6222020000000000026"
	lateUnpaid  = "6222020000000000034"
	mandateEnds = "6217000000000000020"
)

func TestPay(t *testing.T) {
	t.Run("a_due_is_declared_debited_once_and_settled", func(t *testing.T) {
		r := newRig(t, nil)
		who := r.person()
		agr, ids := r.sign(who, paysCard), r.declareAll(who, model.Pension)
		p, err := r.pay(who, agr, "key", ids...)
		if err != nil || p.State != model.Succeeded || p.Open {
			t.Fatalf("paid: %v %s open %t", err, p.State, p.Open)
		}
		d := r.declaration(ids[0])
		if d.Pay != model.Paid || d.Payment != p.ID || len(d.Settled.Ticket) != 18 || d.Settled.Bank != "313" {
			t.Errorf("declaration after payment: %+v", d)
		}
		if due := r.due(d.Due); due.State != model.DuePaid || due.Declaration != d.ID {
			t.Errorf("due after payment: %+v", due)
		}
		if got := r.postings(); len(got) != 1 || got[p.ID] != money.Yuan(3000) {
			t.Errorf("postings: %v", got)
		}
	})
	t.Run("a_repeated_key_returns_the_first_result", func(t *testing.T) {
		r := newRig(t, nil)
		who := r.person()
		agr, ids := r.sign(who, paysCard), r.declareAll(who, model.Pension)
		first, err := r.pay(who, agr, "key", ids...)
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.pay(who, agr, "key", ids...)
		if err != nil || again.ID != first.ID || again.State != model.Succeeded {
			t.Fatalf("again: %v %+v", err, again)
		}
		if n := len(r.postings()); n != 1 {
			t.Errorf("%d postings", n)
		}
	})
	t.Run("a_key_reused_for_something_else_is_refused", func(t *testing.T) {
		r := newRig(t, nil)
		who := r.person()
		agr, ids := r.sign(who, emptyCard), r.declareAll(who, model.Pension)
		if p, err := r.pay(who, agr, "key", ids...); err != nil || p.State != model.Failed {
			t.Fatalf("first: %v %s", err, p.State)
		}
		_, err := r.pay(who, r.sign(who, paysCard), "key", ids...)
		refused(t, err, contribution.RefuseKeyReused)
		if n := len(r.postings()); n != 0 {
			t.Errorf("%d postings", n)
		}
	})
	t.Run("without_funds_it_fails_and_can_be_paid_again", func(t *testing.T) {
		r := newRig(t, nil)
		who := r.person()
		ids := r.declareAll(who, model.Pension)
		p, err := r.pay(who, r.sign(who, emptyCard), "one", ids...)
		if err != nil || p.State != model.Failed || p.Code != bankapi.NoFunds || p.Open {
			t.Fatalf("first: %v %+v", err, p)
		}
		if d := r.declaration(ids[0]); d.Pay != model.Unpaid || d.Payment != "" || d.Failure == "" {
			t.Errorf("declaration after failure: %+v", d)
		}
		if p, err = r.pay(who, r.sign(who, paysCard), "two", ids...); err != nil || p.State != model.Succeeded {
			t.Fatalf("second: %v %+v", err, p)
		}
	})
	for _, late := range []struct {
		name, card string
		state      model.PaymentState
		postings   int
	}{
		{"an_unknown_answer_that_turns_out_paid_ends_paid", latePaid, model.Succeeded, 1},
		{"an_unknown_answer_that_turns_out_unpaid_ends_failed", lateUnpaid, model.Failed, 0},
	} {
		t.Run(late.name, func(t *testing.T) {
			r := newRig(t, nil)
			who := r.person()
			agr, ids := r.sign(who, late.card), r.declareAll(who, model.Pension)
			p, err := r.pay(who, agr, "key", ids...)
			if err != nil || p.State != model.InDoubt {
				t.Fatalf("at once: %v %+v", err, p)
			}
			_, err = r.pay(who, r.sign(who, paysCard), "other", ids...)
			refused(t, err, contribution.RefuseDebiting)
			refused(t, r.Void(r.ctx(), contribution.VoidRequest{Person: who, Declarations: ids}), contribution.RefuseDebiting)
			r.settleAll(p.ID)
			if got := r.payment(p.ID); got.State != late.state {
				t.Errorf("later: %+v", got)
			}
			if n := len(r.postings()); n != late.postings {
				t.Errorf("%d postings", n)
			}
		})
	}
	t.Run("a_mandate_the_bank_no_longer_has_ends_the_agreement", func(t *testing.T) {
		r := newRig(t, nil)
		who := r.person()
		agr := r.sign(who, mandateEnds)
		if p, err := r.pay(who, agr, "one", r.declareAll(who, model.Pension)...); err != nil || p.State != model.Succeeded {
			t.Fatalf("first: %v %+v", err, p)
		}
		ids := r.declareAll(who, model.Medical)
		if p, err := r.pay(who, agr, "two", ids...); err != nil || p.Code != bankapi.NoMandate {
			t.Fatalf("second: %v %+v", err, p)
		}
		_, err := r.pay(who, agr, "three", ids...)
		refused(t, err, contribution.RefuseEnded)
	})
	t.Run("somebody_else_s_declaration_is_not_found", func(t *testing.T) {
		r := newRig(t, nil)
		who, other := r.person(), r.person()
		ids := r.declareAll(who, model.Pension)
		_, err := r.pay(other, r.sign(other, paysCard), "key", ids...)
		refused(t, err, contribution.RefuseUnknown)
		_, err = r.pay(who, r.sign(other, banksim.SyntheticAccount(7)), "key", ids...)
		refused(t, err, contribution.RefuseAgreement)
	})
}

func TestPayTogether(t *testing.T) {
	r := newRig(t, nil)
	who := r.person()
	agr, ids := r.sign(who, paysCard), r.declareAll(who, model.Pension)
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() { // presses with four different keys, as from several phones
			p, err := r.pay(who, agr, "key"+strconv.Itoa(i%4), ids...)
			if err != nil && p.ID == "" && !isRefusal(err) {
				t.Errorf("press %d: %v", i, err)
			}
		})
	}
	all.Wait()
	r.Wait(t.Context())
	if got := r.postings(); len(got) != 1 {
		t.Errorf("%d postings for one due", len(got))
	}
	if d := r.declaration(ids[0]); d.Pay != model.Paid {
		t.Errorf("declaration: %+v", d)
	}
}

func isRefusal(err error) bool {
	_, ok := err.(*contribution.Refusal) //nolint:errorlint // refusals are never wrapped
	return ok
}

func TestDeclare(t *testing.T) {
	tests := []struct {
		name string
		late int // days after the start
		make func(r *rig, who string) contribution.Choice
		want *contribution.Refusal
	}{
		{"past_its_deadline", 0, func(r *rig, who string) contribution.Choice {
			return contribution.Choice{Due: r.assess(who, 1, money.Yuan(1000), period.DateOf(start).AddDays(-1)), Amount: money.Yuan(1000)}
		}, contribution.RefuseDeadline},
		{"on_its_last_day", 0, func(r *rig, who string) contribution.Choice {
			return contribution.Choice{Due: r.assess(who, 1, money.Yuan(1000), period.DateOf(start)), Amount: money.Yuan(1000)}
		}, nil},
		{"with_an_amount_that_changed", 0, func(r *rig, who string) contribution.Choice {
			return contribution.Choice{Due: r.assess(who, 1, money.Yuan(1000), period.DateOf(start)), Amount: money.Yuan(900)}
		}, contribution.RefuseAmount},
		{"that_does_not_exist", 0, func(*rig, string) contribution.Choice {
			return contribution.Choice{Due: "due:nobody:pension:2026:regular:1", Amount: 1}
		}, contribution.RefuseUnknown},
		{"of_somebody_else", 0, func(r *rig, _ string) contribution.Choice {
			return contribution.Choice{Due: r.assess(r.person(), 1, money.Yuan(1000), period.DateOf(start)), Amount: money.Yuan(1000)}
		}, contribution.RefuseUnknown},
		{"at_one_second_before_midnight_of_the_last_day_in_shanghai", 0, func(r *rig, who string) contribution.Choice {
			r.clock.Set(time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC))
			return contribution.Choice{Due: r.assess(who, 1, money.Yuan(1), period.Date{Year: 2026, Month: 11, Day: 30}), Amount: money.Yuan(1)}
		}, nil},
		{"at_midnight_after_the_last_day_in_shanghai", 0, func(r *rig, who string) contribution.Choice {
			r.clock.Set(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC))
			return contribution.Choice{Due: r.assess(who, 1, money.Yuan(1), period.Date{Year: 2026, Month: 11, Day: 30}), Amount: money.Yuan(1)}
		}, contribution.RefuseDeadline},
	}
	for _, tt := range tests {
		t.Run("a_due_"+tt.name, func(t *testing.T) {
			r := newRig(t, nil)
			who := r.person()
			choice := tt.make(r, who)
			ds, err := r.Declare(r.ctx(), contribution.DeclareRequest{
				Payer: who, Insured: who, Scheme: model.Pension, Choices: []contribution.Choice{choice}, Channel: model.ChannelMobile,
			})
			if tt.want != nil {
				refused(t, err, tt.want)
				return
			}
			if err != nil || len(ds) != 1 || ds[0].State != model.Declared {
				t.Fatalf("declared: %v %+v", err, ds)
			}
			if got := r.due(choice.Due); got.State != model.DueDeclared || got.Declaration != ds[0].ID {
				t.Errorf("due: %+v", got)
			}
		})
	}
}

func TestDeclareTogether(t *testing.T) {
	r := newRig(t, nil)
	who := r.person()
	due := r.assess(who, 1, money.Yuan(1000), period.DateOf(start))
	var all sync.WaitGroup
	var mu sync.Mutex
	winners := map[string]bool{}
	for range 16 {
		all.Go(func() {
			ds, err := r.Declare(r.ctx(), contribution.DeclareRequest{
				Payer: who, Insured: who, Scheme: model.Pension, Channel: model.ChannelMobile,
				Choices: []contribution.Choice{{Due: due, Amount: money.Yuan(1000)}},
			})
			if err != nil {
				if !isRefusal(err) {
					t.Error(err)
				}
				return
			}
			mu.Lock()
			winners[ds[0].ID] = true
			mu.Unlock()
		})
	}
	all.Wait()
	if len(winners) != 1 || !winners[r.due(due).Declaration] {
		t.Errorf("winners %v, due held by %s", winners, r.due(due).Declaration)
	}
}

func TestVoid(t *testing.T) {
	r := newRig(t, nil)
	who := r.person()
	ids := r.declareAll(who, model.Pension)
	refused(t, r.Void(r.ctx(), contribution.VoidRequest{Person: r.person(), Declarations: ids}), contribution.RefuseUnknown)
	if err := r.Void(r.ctx(), contribution.VoidRequest{Person: who, Declarations: ids, Reason: "选错"}); err != nil {
		t.Fatal(err)
	}
	d := r.declaration(ids[0])
	if d.State != model.Voided || d.VoidedFor != "选错" || r.due(d.Due).State != model.DueOpen {
		t.Errorf("after void: %+v, due %+v", d, r.due(d.Due))
	}
	refused(t, r.Void(r.ctx(), contribution.VoidRequest{Person: who, Declarations: ids}), contribution.RefuseVoided)
	if again := r.declareAll(who, model.Pension); len(again) != 1 || again[0] == ids[0] {
		t.Errorf("declared again: %v", again)
	}
}
