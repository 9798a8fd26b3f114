package contribution_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/contribution"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
)

// paused is a store whose user is held up before one of its writes, once, while something
// else happens.
type paused struct {
	contribution.Store
	at, writes int
	meanwhile  func()
}

func (p *paused) write() {
	if p.writes++; p.writes == p.at {
		p.meanwhile()
	}
}

func (p *paused) HoldPayment(ctx context.Context, id string, s model.PaymentState, now, until time.Time) (bool, error) {
	p.write()
	return p.Store.HoldPayment(ctx, id, s, now, until)
}

func (p *paused) SwapPayments(ctx context.Context, swaps []contribution.PaymentSwap) (int, error) {
	p.write()
	return p.Store.SwapPayments(ctx, swaps)
}

func (p *paused) SwapDeclarations(ctx context.Context, swaps []contribution.DeclarationSwap) (int, error) {
	p.write()
	return p.Store.SwapDeclarations(ctx, swaps)
}

func (p *paused) SwapDues(ctx context.Context, swaps []contribution.DueSwap) (int, error) {
	p.write()
	return p.Store.SwapDues(ctx, swaps)
}

func (p *paused) ClosePayment(ctx context.Context, id string) error {
	p.write()
	return p.Store.ClosePayment(ctx, id)
}

// correction is one of the two corrections of a payment, as reconciliation carries it out.
type correction struct {
	name, card string
	to         model.PaymentState
	do         func(s *contribution.Service, p model.Payment) error
}

var corrections = []correction{
	{"booked", emptyCard, model.Succeeded, func(s *contribution.Service, p model.Payment) error {
		return s.Book(context.Background(), contribution.Outcome{
			Payment: p.ID, Result: bankapi.Result{Code: bankapi.OK, Amount: p.Amount, At: start},
		})
	}},
	{"disproved", paysCard, model.Failed, func(s *contribution.Service, p model.Payment) error {
		return s.Disprove(context.Background(), p.ID)
	}},
}

// agree fails unless payment, declaration and due say the same.
func (r *rig) agree(payment, declaration string) {
	r.t.Helper()
	p, d := r.payment(payment), r.declaration(declaration)
	got := fmt.Sprint(p.State, " ", p.Open, " ", d.State, " ", d.Pay, " ", r.due(d.Due).State)
	want := "failed false declared unpaid declared"
	if p.State == model.Succeeded {
		want = "paid false declared paid paid"
	}
	if got != want {
		r.t.Errorf("the books say %q, want %q", got, want)
	}
}

// TestCorrect_whateverHappensMeanwhile holds one worker up before every write of a correction
// while another one does the same correction, recovery takes over, or the resident pays.
func TestCorrect_whateverHappensMeanwhile(t *testing.T) {
	for _, c := range corrections {
		for name, meanwhile := range map[string]func(r *rig, p model.Payment) error{
			"another worker is at it too":    func(r *rig, p model.Payment) error { return c.do(r.Service, p) },
			"its lease runs out":             func(r *rig, _ model.Payment) error { return r.later() },
			"its lease runs out for another": func(r *rig, p model.Payment) error { return errors.Join(r.later(), c.do(r.Service, p)) },
			"the resident pays": func(r *rig, p model.Payment) error {
				if err := r.later(); err != nil {
					return err
				}
				_, err := r.pay(p.Payer, r.sign(p.Payer, banksim.SyntheticAccount(9)), "again", p.Items[0].Declaration)
				var refused *contribution.Refusal
				if errors.As(err, &refused) {
					return nil
				}
				return err
			},
		} {
			t.Run(c.name+" while "+name, func(t *testing.T) {
				for at, reached := 1, true; reached; at++ {
					t.Run(fmt.Sprintf("write %d", at), func(t *testing.T) { reached = correctInterrupted(t, c, at, meanwhile) })
				}
			})
		}
	}
}

// correctInterrupted tells whether there was such a write.
func correctInterrupted(t *testing.T, c correction, at int, meanwhile func(*rig, model.Payment) error) bool {
	t.Helper()
	r := newRig(t, nil)
	who := r.person()
	ids := r.declareAll(who, model.Medical)
	p, err := r.pay(who, r.sign(who, c.card), "key", ids...)
	if err != nil {
		t.Fatal(err)
	}
	r.settleAll(p.ID)
	p = r.payment(p.ID)
	if p.State == c.to {
		t.Fatalf("it is %s already", p.State)
	}
	slow := &paused{Store: r.Store, at: at, meanwhile: func() {
		if err := meanwhile(r, p); err != nil && !errors.Is(err, contribution.ErrBusy) && !errors.Is(err, contribution.ErrHeld) {
			t.Error("meanwhile:", err)
		}
	}}
	one := r.Config
	one.Store = slow
	if err := c.do(contribution.New(one), p); err != nil && !errors.Is(err, contribution.ErrBusy) && !errors.Is(err, contribution.ErrHeld) {
		t.Log(err) // what is left half-way is recovery's
	}
	for range 5 {
		if err := r.later(); err != nil {
			t.Error(err)
		}
	}
	by := r.declaration(ids[0]).Payment
	if by == "" || by == p.ID {
		r.agree(p.ID, ids[0])
		err := c.do(r.Service, p)
		if r.payment(p.ID).State != c.to || err != nil {
			t.Errorf("asked again it is %s, %v", r.payment(p.ID).State, err)
		}
		r.agree(p.ID, ids[0])
		return slow.writes >= at
	}
	r.agree(by, ids[0])
	if other := r.payment(by); other.State == model.Succeeded && r.payment(p.ID).State != model.Failed {
		t.Errorf("two payments count as made: %s and %s", p.ID, by)
	}
	return slow.writes >= at
}

// later is when every lease has run out and recovery has been here.
func (r *rig) later() error {
	r.clock.Advance(2 * time.Minute)
	return r.Recover(r.ctx())
}
