package contribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/contribution"
	"shebao/shared/money"
)

// MaxChosen is how many dues or declarations one step takes.
const MaxChosen = 20

// declareWithin bounds the time between a declaration's first write and its last, so
// that recovery, which starts later, never meets a living declarer.
const declareWithin = 15 * time.Second

// Choice is a due that the payer ticked and the amount they saw.
type Choice struct {
	Due    string
	Amount money.Fen // fen, as shown
}

// DeclareRequest asks to declare dues of one person (申报).
type DeclareRequest struct {
	Payer   string // who declares and will pay
	Insured string // whose dues they are
	Scheme  model.Scheme
	Choices []Choice
	Channel model.Channel
}

// Declare declares the chosen dues, each under a declaration of its own. A due that the
// payer has declared already and not paid is answered with that declaration. It
// returns a *Refusal when a choice can't be declared; then nothing is.
func (s *Service) Declare(ctx context.Context, r DeclareRequest) ([]model.Declaration, error) {
	if len(r.Choices) == 0 {
		return nil, RefuseNothing
	}
	if len(r.Choices) > MaxChosen {
		return nil, RefuseTooMany
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), declareWithin)
	defer cancel()
	views, err := s.Dues(ctx, r.Insured, r.Scheme)
	if err != nil {
		return nil, err
	}
	fresh, standing, err := s.choose(r, views)
	if err != nil || len(fresh) == 0 {
		return standing, err
	}
	if err := s.Store.AddDeclarations(ctx, fresh); err != nil {
		return nil, fmt.Errorf("add declarations of %s: %w", r.Payer, err)
	}
	s.Checkpoint("declare.added")
	if err := s.claimDues(ctx, fresh); err != nil {
		return nil, err
	}
	s.Checkpoint("declare.claimed")
	// What holds its due is accepted, by recovery if not here: it can be on record at the same time.
	steps := []func() error{func() error {
		n, err := s.Store.SwapDeclarations(ctx, s.swapAll(fresh, model.Accept))
		if err == nil && n < len(fresh) {
			err = errors.New("somebody else has changed them")
		}
		return err
	}}
	for _, d := range fresh {
		steps = append(steps, func() error {
			s.recordDone(ctx, Entry{Person: r.Payer, Action: "declare", Subject: d.ID, Result: "ok", Amount: d.Amount})
			return nil
		})
	}
	if err := together(steps...); err != nil {
		return nil, fmt.Errorf("accept declarations of %s: %w", r.Payer, err)
	}
	for i := range fresh {
		fresh[i].State = model.Declared
	}
	return append(standing, fresh...), nil
}

// choose turns the choices into new declarations and finds those that stand already.
func (s *Service) choose(r DeclareRequest, views []View) (fresh, standing []model.Declaration, err error) {
	byID := map[string]View{}
	for _, v := range views {
		byID[v.Due.ID] = v
	}
	seen := map[string]bool{}
	authority := byID[r.Choices[0].Due].Due.Authority
	for _, c := range r.Choices {
		v, ok := byID[c.Due]
		switch {
		case !ok:
			return nil, nil, RefuseUnknown
		case seen[c.Due]:
			continue
		case v.Due.Authority != authority:
			return nil, nil, RefuseMixed
		case v.Live != nil && v.Refusal == RefuseDeclared && v.Live.Payer == r.Payer && v.Live.State == model.Declared:
			standing = append(standing, *v.Live)
		case v.Refusal != nil:
			return nil, nil, v.Refusal
		case v.Amount != c.Amount:
			return nil, nil, RefuseAmount
		default:
			fresh = append(fresh, s.declaration(r, v))
		}
		seen[c.Due] = true
	}
	return fresh, standing, nil
}

func (s *Service) declaration(r DeclareRequest, v View) model.Declaration {
	d := v.Due
	return model.Declaration{
		ID: s.NewID("d"), Due: d.ID, Kind: d.Kind, Insured: r.Insured, Payer: r.Payer, Scheme: d.Scheme, Enrolment: d.Enrolment,
		Authority: d.Authority, Year: d.Year, Period: d.Period, Amount: v.Amount, Deadline: d.Deadline,
		Channel: r.Channel, Declared: s.Now(), State: model.Processing, Pay: model.Unpaid,
	}
}

// claimDues takes every due for its declaration, or none and voids the declarations.
func (s *Service) claimDues(ctx context.Context, ds []model.Declaration) error {
	swaps := make([]DueSwap, len(ds))
	for i, d := range ds {
		swaps[i] = DueSwap{ID: d.Due, From: model.DueOpen, To: model.DueDeclared, Next: d.ID}
	}
	n, err := s.Store.SwapDues(ctx, swaps)
	if err != nil {
		return fmt.Errorf("claim dues: %w", err) // recovery finds the declarations in processing
	}
	if n == len(ds) {
		return nil
	}
	for _, d := range ds { // somebody else was quicker with at least one of them
		if err := s.undoDeclare(ctx, d); err != nil {
			return err
		}
	}
	return RefuseDeclared
}

// undoDeclare voids a declaration that was never accepted and releases its due.
func (s *Service) undoDeclare(ctx context.Context, d model.Declaration) error {
	if _, err := s.Store.SwapDeclarations(ctx, []DeclarationSwap{s.swap(d, model.Void)}); err != nil {
		return fmt.Errorf("void declaration %s: %w", d.ID, err)
	}
	return s.releaseDue(ctx, d)
}

// releaseDue gives a voided declaration's due back and notes that nothing is left to do.
func (s *Service) releaseDue(ctx context.Context, d model.Declaration) error {
	if _, err := s.Store.SwapDues(ctx, []DueSwap{{ID: d.Due, From: model.DueDeclared, To: model.DueOpen, Holder: d.ID}}); err != nil {
		return fmt.Errorf("release due %s: %w", d.Due, err)
	}
	s.Checkpoint("void.released")
	done := DeclarationSwap{
		ID: d.ID, FromState: model.Voided, ToState: model.Voided, FromPay: model.Unpaid, ToPay: model.Unpaid, At: s.Now(),
	}
	if _, err := s.Store.SwapDeclarations(ctx, []DeclarationSwap{done}); err != nil {
		return fmt.Errorf("settle voided declaration %s: %w", d.ID, err)
	}
	return nil
}

func (s *Service) swapAll(ds []model.Declaration, event model.Event) []DeclarationSwap {
	swaps := make([]DeclarationSwap, len(ds))
	for i, d := range ds {
		swaps[i] = s.swap(d, event)
	}
	return swaps
}

// swap is the declaration's step for Accept or Void, from the state it is in.
func (s *Service) swap(d model.Declaration, event model.Event) DeclarationSwap {
	to, err := model.DeclarationStates.Next(d.State, event)
	if err != nil {
		s.Log.Error("illegal edge", "declaration", d.ID, "error", err)
		to = d.State
	}
	return DeclarationSwap{
		ID: d.ID, FromState: d.State, ToState: to, FromPay: model.Unpaid, ToPay: model.Unpaid,
		At: s.Now(), Unsettled: to == model.Voided,
	}
}
