package debit_test

import (
	"context"
	"testing"
	"time"

	"shebao/server/contribution"
	"shebao/server/debit"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// unreachable is a bank that the first file does not reach.
type unreachable struct {
	debit.Bank
	files int
}

func (u *unreachable) SubmitBatch(ctx context.Context, b bankapi.Batch) (bankapi.BatchReceipt, error) {
	if u.files++; u.files == 1 {
		return bankapi.BatchReceipt{}, bankapi.ErrNotSent
	}
	return u.Bank.SubmitBatch(ctx, b)
}

func TestSend_whoRevokesBeforeTheSecondTryOwesAgain(t *testing.T) {
	r := newRig(t, nil)
	who, other := r.payer(1, east, "313"), r.payer(2, east, "313")
	r.Service, r.payments = r.server(func(c *debit.Config, _ *contribution.Config) { c.Bank = &unreachable{Bank: r.gateway} })
	run := r.approved(draft())
	for range 2 { // files are made, and then claimed and not sent
		r.no(r.Work(r.ctx()))
		r.clock.Advance(2 * time.Second)
	}
	agr, _, err := r.store.Agreement(r.ctx(), "agr:"+who)
	r.no(err)
	agr.State = agreement.Revoking
	r.must(r.store.SwapAgreement(r.ctx(), agreement.Verified, agr))
	r.finish(run.ID)
	if it := r.item(run.ID, who); it.State != model.Skipped || it.Exclusion != model.AgreementGone {
		t.Errorf("%+v", it)
	}
	if it := r.item(run.ID, other); it.State != model.Paid {
		t.Errorf("%+v", it)
	}
	if d := r.due(due(who)); d.State != shared.DueOpen || d.Declaration != "" {
		t.Errorf("the due is %s, held by %q", d.State, d.Declaration)
	}
	ps, err := r.store.PaymentsOf(r.ctx(), who, 10)
	if err != nil || len(ps) == 0 {
		t.Fatal(len(ps), err)
	}
	for _, p := range ps {
		if !p.State.Final() || p.Open {
			t.Errorf("a payment is %s for good, open %t", p.State, p.Open)
		}
	}
	if got := r.ledger(); len(got) != 1 {
		t.Errorf("the bank posted %v", got)
	}
}
