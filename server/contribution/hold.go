package contribution

import (
	"context"
	"errors"
	"fmt"

	model "shebao/shared/contribution"
)

// ErrBusy says that somebody else is at work on a payment; what was asked may be asked again.
var ErrBusy = errors.New("payment is being worked on")

// hold makes the caller the only one at work on a final payment, for as long as the lease. When
// the caller ends before it is through, recovery takes the payment back to where it was.
func (s *Service) hold(ctx context.Context, p model.Payment) (model.Payment, error) {
	now := s.Now()
	until := now.Add(s.Lease)
	ok, err := s.Store.HoldPayment(ctx, p.ID, p.State, now, until)
	switch {
	case err != nil:
		return p, fmt.Errorf("hold payment %s: %w", p.ID, err)
	case !ok:
		return p, ErrBusy
	}
	s.Checkpoint("payment.held")
	p.Open, p.Next = true, until
	return p, nil
}

// letGo follows a payment that the caller holds, as it is, and closes it. Who no longer holds it
// changes nothing: somebody else has seen to it.
func (s *Service) letGo(ctx context.Context, p model.Payment) error {
	next := p
	next.Next = s.Now().Add(s.Lease)
	n, err := s.Store.SwapPayments(ctx, []PaymentSwap{{From: p.State, Held: p.Next, Next: next}})
	switch {
	case err != nil:
		return fmt.Errorf("let payment %s go: %w", p.ID, err)
	case n == 0:
		return ErrBusy
	}
	_, err = s.follow(ctx, next)
	return err
}

// holdAll is hold for many: those that nobody else is at work on.
func (s *Service) holdAll(ctx context.Context, ps []model.Payment) ([]model.Payment, error) {
	var ours []model.Payment
	for _, p := range ps {
		p, err := s.hold(ctx, p)
		switch {
		case errors.Is(err, ErrBusy):
		case err != nil:
			return nil, err
		default:
			ours = append(ours, p)
		}
	}
	return ours, nil
}
