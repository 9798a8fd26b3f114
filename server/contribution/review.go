package contribution

import (
	"context"
	"errors"

	model "shebao/shared/contribution"
	"shebao/shared/money"
)

// Review is what a payer is about to pay, as it stands now.
type Review struct {
	Declarations []model.Declaration // in the order asked for
	Amount       money.Fen           // fen, their sum
	Authority    string              // tax authority code of the first
	Refusal      *Refusal            // why they can't be paid now, nil when they can
	Held         *model.Payment      // the payer's own payment that holds or has paid one of them
}

// Review looks at declarations before they are paid. It returns a *Refusal when one of
// them is not the person's or there are none.
func (s *Service) Review(ctx context.Context, payer string, ids []string) (Review, error) {
	req := PayRequest{Payer: payer, Declarations: ids}
	ds, err := s.payable(ctx, req)
	if len(ds) == 0 {
		return Review{}, err
	}
	v := Review{Declarations: ds, Authority: ds[0].Authority}
	for _, d := range ds {
		v.Amount += d.Amount
	}
	if err == nil {
		return v, nil
	}
	held, err := s.heldBy(ctx, ds, err)
	if !errors.As(err, &v.Refusal) {
		return Review{}, err
	}
	if held.ID != "" && held.Payer == payer {
		v.Held = &held
	}
	return v, nil
}
