package agreement_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	payments "shebao/server/contribution"
	shared "shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/notice"
	"shebao/shared/period"
)

// till is the payment core on the same store, bank and clock as the agreements.
type till struct {
	*rig
	*payments.Service
	dues int
}

func newTill(t *testing.T) *till {
	t.Helper()
	r := newRig(t)
	w := &till{rig: r, Service: payments.New(payments.Config{
		Store: r.store, Bank: r.client, Agreements: r.Service, Now: r.clock.Now, Patience: 20 * time.Second,
		Rates: func() contribution.Rates { return nil }, NewID: func(p string) string { return fmt.Sprint(p, r.ids.Add(1)) },
	})}
	e := contribution.Enrolment{
		ID: "enr:li:pension", Person: "li", Scheme: contribution.Pension, Category: "10", Authority: dongcheng,
		From: period.Date{Year: 2020, Month: 1, Day: 1},
	}
	if _, err := r.store.AddEnrolment(r.ctx(), e); err != nil {
		t.Fatal(err)
	}
	return w
}

// declare declares a new due of 1,000 yuan and returns the declaration's id.
func (w *till) declare() string {
	w.t.Helper()
	w.dues++
	due := contribution.Due{
		ID: fmt.Sprintf("due:li:pension:2021:assessed:%d", w.dues), Person: "li", Enrolment: "enr:li:pension", Scheme: contribution.Pension,
		Kind: contribution.Assessed, Year: 2021, Period: period.YearPeriod(2021), Authority: dongcheng, Amount: money.Yuan(1000),
		Opens: period.Date{Year: 2026, Month: 1, Day: 1}, Deadline: period.Date{Year: 2026, Month: 12, Day: 31}, State: contribution.DueOpen,
	}
	if _, err := w.store.AddDue(w.ctx(), due); err != nil {
		w.t.Fatal(err)
	}
	ds, err := w.Declare(w.ctx(), payments.DeclareRequest{
		Payer: "li", Insured: "li", Scheme: contribution.Pension, Channel: contribution.ChannelMobile,
		Choices: []payments.Choice{{Due: due.ID, Amount: due.Amount}},
	})
	if err != nil || len(ds) != 1 {
		w.t.Fatal(ds, err)
	}
	return ds[0].ID
}

func (w *till) pay(a shared.Agreement, declaration string) (contribution.Payment, error) {
	return w.Pay(w.ctx(), payments.PayRequest{
		Payer: "li", Declarations: []string{declaration}, Agreement: a.ID, Key: declaration, Channel: contribution.ChannelMobile,
	})
}

// sign signs the account; it can be used from then on.
func (w *till) sign(account string) shared.Agreement {
	w.t.Helper()
	a := w.apply(form(account), shared.Verifying)
	a, err := w.Confirm(w.ctx(), "li", a.ID, w.code())
	if err != nil || a.State != shared.Verified {
		w.t.Fatal(a, err)
	}
	w.clock.Advance(24 * time.Hour)
	return a
}

func TestPayments(t *testing.T) {
	t.Run("a payment on its way when the agreement is revoked settles once, a later one is refused", func(t *testing.T) {
		w := newTill(t)
		a := w.sign("6222020000000000026") // answers 98, later paid
		p, err := w.pay(a, w.declare())
		if err != nil || p.State != contribution.InDoubt {
			t.Fatal(p.State, err)
		}
		if got, err := w.Revoke(t.Context(), "li", a.ID); err != nil || got.State != shared.Revoked {
			t.Fatal(got.State, err)
		}
		if _, err := w.pay(a, w.declare()); !errors.Is(err, payments.RefuseRevoked) {
			t.Error(err)
		}
		w.clock.Advance(time.Minute)
		if err := w.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if p, _, err = w.store.Payment(t.Context(), p.ID); err != nil || p.State != contribution.Succeeded {
			t.Fatal(p.State, err)
		}
		ledger, err := w.sim.Ledger(t.Context())
		if err != nil || len(ledger) != 1 {
			t.Errorf("%d postings, %v", len(ledger), err)
		}
	})
	t.Run("an agreement of today pays tomorrow", func(t *testing.T) {
		w := newTill(t)
		a := w.apply(form(pays), shared.Verifying)
		if _, err := w.Confirm(t.Context(), "li", a.ID, w.code()); err != nil {
			t.Fatal(err)
		}
		d := w.declare()
		if _, err := w.pay(a, d); !errors.Is(err, payments.RefuseNotYet) {
			t.Error(err)
		}
		w.clock.Set(period.DateOf(start).AddDays(1).Start())
		if p, err := w.pay(a, d); err != nil || p.State != contribution.Succeeded {
			t.Error(p.State, err)
		}
	})
	t.Run("a mandate that the bank has ended ends the agreement at the next debit and tells the payer", func(t *testing.T) {
		w := newTill(t)
		a := w.sign("6217000000000000020") // pays once, then 25
		if p, err := w.pay(a, w.declare()); err != nil || p.State != contribution.Succeeded {
			t.Fatal(p.State, err)
		}
		if p, err := w.pay(a, w.declare()); err != nil || p.State != contribution.Failed {
			t.Fatal(p.State, err)
		}
		if got := w.is(a.ID, shared.Ended); got.Reason != "委托关系不存在" {
			t.Error(got.Reason)
		}
		if len(w.letters.of(notice.Ended)) != 1 {
			t.Error("the payer was not told")
		}
		if _, err := w.pay(a, w.declare()); !errors.Is(err, payments.RefuseEnded) {
			t.Error(err)
		}
	})
}
