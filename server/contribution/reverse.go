package contribution

import (
	"context"
	"fmt"

	model "shebao/shared/contribution"
)

// Reversal makes a declaration and its due follow a refund (退费).
type Reversal struct {
	Declaration string
	Due         string
	Payment     string      // that paid it
	Refund      string      // that gave it back
	Then        model.Event // Reverse: the due is owed again; Close: another payment settles it
}

// Reverse marks the declaration as given back and opens or closes its due. Call it once
// the bank has moved the money; it may be repeated.
func (s *Service) Reverse(ctx context.Context, r Reversal) error {
	pay, err := model.PayStates.Next(model.Paid, model.Reverse)
	if err != nil {
		return fmt.Errorf("reverse declaration %s: %w", r.Declaration, err)
	}
	due, err := model.DueStates.Next(model.DuePaid, r.Then)
	if err != nil {
		return fmt.Errorf("reverse due %s: %w", r.Due, err)
	}
	n, err := s.Store.SwapDeclarations(ctx, []DeclarationSwap{{
		ID: r.Declaration, FromState: model.Declared, ToState: model.Declared, FromPay: model.Paid, ToPay: pay,
		Holder: r.Payment, Next: r.Payment, At: s.Now(),
	}})
	if err != nil {
		return fmt.Errorf("reverse declaration %s: %w", r.Declaration, err)
	}
	if n == 0 {
		if err := s.reversed(ctx, r); err != nil {
			return err
		}
	}
	s.Checkpoint("reverse.declaration")
	n, err = s.Store.SwapDues(ctx, []DueSwap{{ID: r.Due, From: model.DuePaid, To: due, Holder: r.Declaration, Refund: r.Refund}})
	if err != nil {
		return fmt.Errorf("reverse due %s: %w", r.Due, err)
	}
	if n == 0 {
		if err := s.reversedDue(ctx, r); err != nil {
			return err
		}
	}
	s.Checkpoint("reverse.due")
	return nil
}

// reversed checks that a repeated reversal finds what the first one wrote.
func (s *Service) reversed(ctx context.Context, r Reversal) error {
	ds, err := s.Store.DeclarationsByID(ctx, []string{r.Declaration})
	if err != nil {
		return fmt.Errorf("look at declaration %s: %w", r.Declaration, err)
	}
	if len(ds) != 1 || ds[0].Pay != model.Reversed || ds[0].Payment != r.Payment {
		return fmt.Errorf("refund %s has moved money, but declaration %s is not paid by payment %s", r.Refund, r.Declaration, r.Payment)
	}
	return nil
}

// reversedDue checks the same of the due: it carries the refund, or has gone on since.
func (s *Service) reversedDue(ctx context.Context, r Reversal) error {
	dues, err := s.Store.DuesByID(ctx, []string{r.Due})
	if err != nil {
		return fmt.Errorf("look at due %s: %w", r.Due, err)
	}
	if len(dues) != 1 || dues[0].Refund != r.Refund && dues[0].Declaration == r.Declaration {
		return fmt.Errorf("refund %s has moved money, but due %s is not paid by declaration %s", r.Refund, r.Due, r.Declaration)
	}
	return nil
}
