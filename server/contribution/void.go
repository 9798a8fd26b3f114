package contribution

import (
	"context"
	"fmt"

	model "shebao/shared/contribution"
)

// VoidRequest asks to void declarations (作废申报).
type VoidRequest struct {
	Person       string // payer or insured
	Declarations []string
	Reason       string // in the person's words, may be empty
}

// Void voids declared, unpaid declarations and opens their dues again. It refuses, with
// a *Refusal, what is being debited, paid or voided; those before it in the list stay voided.
func (s *Service) Void(ctx context.Context, r VoidRequest) error {
	if len(r.Declarations) == 0 {
		return RefuseNothing
	}
	if len(r.Declarations) > MaxChosen {
		return RefuseTooMany
	}
	ds, err := s.own(ctx, r.Person, r.Declarations)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if refused := UnpaidRefusal(d); refused != nil {
			return refused
		}
	}
	ctx = context.WithoutCancel(ctx)
	for _, d := range ds {
		sw := s.swap(d, model.Void)
		sw.VoidedFor = r.Reason
		n, err := s.Store.SwapDeclarations(ctx, []DeclarationSwap{sw})
		if err != nil {
			return fmt.Errorf("void declaration %s: %w", d.ID, err)
		}
		if n == 0 {
			return RefuseDebiting // a payment took it between our look and our write
		}
		s.Checkpoint("void.voided")
		if err := s.releaseDue(ctx, d); err != nil {
			return err
		}
		s.recordDone(ctx, Entry{Person: r.Person, Action: "void", Subject: d.ID, Result: "ok", Amount: d.Amount})
	}
	return nil
}

// own loads declarations that belong to the person, in the order asked for.
func (s *Service) own(ctx context.Context, person string, ids []string) ([]model.Declaration, error) {
	found, err := s.Store.DeclarationsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load declarations: %w", err)
	}
	byID := map[string]model.Declaration{}
	for _, d := range found {
		byID[d.ID] = d
	}
	out := make([]model.Declaration, 0, len(ids))
	seen := map[string]bool{}
	for _, id := range ids {
		d, ok := byID[id]
		if !ok || (d.Payer != person && d.Insured != person) {
			return nil, RefuseUnknown
		}
		if !seen[id] {
			out = append(out, d)
		}
		seen[id] = true
	}
	return out, nil
}
