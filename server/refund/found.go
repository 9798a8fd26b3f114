package refund

import (
	"context"
	"fmt"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/period"
	model "shebao/shared/refund"
)

// Found is money that a bank took and that no contribution stands for, found by
// reconciliation and decided by two officers.
type Found struct {
	Original       bankapi.Ref // of the debit
	Payment        string      // ours under it, "" when there was none
	Person         string      // whose account it is
	Bank           string      // three-digit code
	Account        string      // masked
	Amount         money.Fen   // what the bank took too much
	At             time.Time   // when the bank took it
	Maker, Checker string      // the officers
	Note           string      // the maker's reason
}

// foundID is the id of the one refund of what was debited under the reference.
func foundID(original bankapi.Ref) string { return refundID("row:"+original.Key(), 1) }

// Return has the bank give the money back. The two officers have decided already, so the
// refund begins where an approved application stands; the bank's refusal leads back to
// officers as with any refund. It may be repeated: a debit is given back once.
func (s *Service) Return(ctx context.Context, f Found) (model.Refund, error) {
	now := s.Now()
	r := model.Refund{
		ID: foundID(f.Original), Payment: f.Payment, Person: f.Person, Insured: f.Person, Authority: f.Original.Authority, Amount: f.Amount,
		Bank: f.Bank, Account: f.Account, Original: f.Original, Reason: model.Surplus, State: model.Approved, Applied: now,
		Says: f.At.In(period.Zone).Format("2006-01-02 15:04") + " 的扣款没有对应的费款", Maker: f.Maker, Checker: f.Checker, Attempt: 1,
		History: []model.Step{
			{At: now, By: f.Maker, Event: model.Find, State: model.Checked, Note: f.Note},
			{At: now, By: f.Checker, Event: model.Approve, State: model.Approved},
		},
		Open: true, Next: now.Add(s.Lease),
	}
	r.Ref = bankapi.Ref{Authority: r.Authority, Date: s.today().String(), Serial: fmt.Sprintf("%s-%d", r.ID, r.Attempt)}
	added, err := s.Store.AddRefund(context.WithoutCancel(ctx), r)
	if err != nil {
		return r, fmt.Errorf("add refund %s: %w", r.ID, err)
	}
	s.Checkpoint("return.added")
	if !added {
		return s.Load(ctx, r.ID)
	}
	return s.start(ctx, r), nil
}

// Returned tells whether what was debited under the reference has been given back by Return,
// or is about to be.
func (s *Service) Returned(ctx context.Context, original bankapi.Ref) (bool, error) {
	r, ok, err := s.Store.Refund(ctx, foundID(original))
	if err != nil {
		return false, fmt.Errorf("load refund %s: %w", foundID(original), err)
	}
	return ok && r.State != model.Refused, nil
}
