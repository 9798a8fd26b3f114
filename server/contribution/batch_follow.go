package contribution

import (
	"context"
	"fmt"
	"slices"

	model "shebao/shared/contribution"
)

// followBatch makes declarations and dues agree with many final payments and closes them, in
// the same steps as follow does with one. It may be repeated at any point.
func (s *Service) followBatch(ctx context.Context, ps []model.Payment) error {
	if len(ps) == 0 {
		return nil
	}
	var paid, back, all []model.Payment
	for _, p := range ps {
		if p.Channel != model.ChannelDebitRun { // its declarations stand when it fails
			if _, err := s.follow(ctx, p); err != nil {
				return err
			}
			continue
		}
		all = append(all, p)
		if p.State == model.Succeeded {
			paid = append(paid, p)
		} else {
			back = append(back, p)
		}
	}
	// Declarations come last: one that is still being debited shows that something is left to do.
	err := together(
		func() error { return s.tellBatch(ctx, all) },
		func() error { return s.recordBatch(ctx, all) },
		func() error { return s.payDues(ctx, paid) },
	)
	if err != nil {
		return err
	}
	s.Checkpoint("batch.told")
	err = together(
		func() error { return s.settleBatch(ctx, paid) },
		func() error { return s.releaseBatch(ctx, back) },
	)
	if err != nil {
		return err
	}
	return s.closeBatch(ctx, all)
}

// closeBatch closes those payments that were left open.
func (s *Service) closeBatch(ctx context.Context, ps []model.Payment) error {
	var swaps []PaymentSwap
	for _, p := range ps {
		if p.Open {
			p.Open = false
			swaps = append(swaps, PaymentSwap{From: p.State, Next: p})
		}
	}
	if _, err := s.Store.SwapPayments(ctx, swaps); err != nil {
		return fmt.Errorf("close payments of a batch: %w", err)
	}
	for _, p := range ps {
		s.watchers.wake(p.ID)
	}
	return nil
}

// payDues marks the dues of paid payments as paid.
func (s *Service) payDues(ctx context.Context, ps []model.Payment) error {
	var dues []DueSwap
	for _, p := range ps {
		dues = append(dues, duesPaid(p)...)
	}
	if _, err := s.Store.SwapDues(ctx, dues); err != nil {
		return fmt.Errorf("settle dues of a batch: %w", err)
	}
	s.Checkpoint("batch.paid")
	return nil
}

// settleBatch marks declarations as paid.
func (s *Service) settleBatch(ctx context.Context, ps []model.Payment) error {
	var swaps []DeclarationSwap
	for _, p := range ps {
		swaps = append(swaps, s.settlements(p)...)
	}
	n, err := s.Store.SwapDeclarations(ctx, swaps)
	if err != nil {
		return fmt.Errorf("settle declarations of a batch: %w", err)
	}
	if n < len(swaps) {
		for _, p := range ps {
			if err := s.allPaidBy(ctx, p); err != nil {
				return err
			}
		}
	}
	s.Checkpoint("batch.settled")
	return nil
}

// releaseBatch voids the declarations of a run's payments that moved nothing and opens their
// dues again: the resident can pay by other means, and a retry round declares anew.
func (s *Service) releaseBatch(ctx context.Context, ps []model.Payment) error {
	if len(ps) == 0 {
		return nil
	}
	now := s.Now()
	var swaps []DeclarationSwap
	var ids []string
	for _, p := range ps {
		for _, it := range p.Items {
			ids = append(ids, it.Declaration)
			swaps = append(swaps, DeclarationSwap{
				ID: it.Declaration, FromState: model.Declared, ToState: model.Voided, FromPay: model.Debiting, ToPay: model.Unpaid,
				Holder: p.ID, At: now, Unsettled: true, Failure: p.Reason, VoidedFor: p.Reason,
			})
		}
	}
	n, err := s.Store.SwapDeclarations(ctx, swaps)
	if err != nil {
		return fmt.Errorf("release declarations of a batch: %w", err)
	}
	s.Checkpoint("batch.released")
	if n < len(swaps) {
		if ids, err = s.voided(ctx, ids); err != nil {
			return err
		}
	}
	if err := s.openDues(ctx, ps, ids); err != nil {
		return err
	}
	for _, p := range ps {
		if p.State == model.Failed && p.Code.EndsMandate() {
			if err := s.Agreements.EndByBank(ctx, p.Agreement, p.Code, p.Reason); err != nil {
				return fmt.Errorf("end agreement %s: %w", p.Agreement, err)
			}
		}
	}
	return nil
}

// voided are those of the declarations that are voided: nobody else may have their due opened.
func (s *Service) voided(ctx context.Context, ids []string) ([]string, error) {
	ds, err := s.declarations(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(ids, func(id string) bool { return ds[id].State != model.Voided }), nil
}

// openDues opens the dues of the voided declarations and notes that nothing is left to do.
func (s *Service) openDues(ctx context.Context, ps []model.Payment, voided []string) error {
	is := map[string]bool{}
	for _, id := range voided {
		is[id] = true
	}
	var dues []DueSwap
	var done []DeclarationSwap
	for _, p := range ps {
		for _, it := range p.Items {
			if !is[it.Declaration] {
				continue
			}
			dues = append(dues, DueSwap{ID: it.Due, From: model.DueDeclared, To: model.DueOpen, Holder: it.Declaration})
			done = append(done, DeclarationSwap{
				ID: it.Declaration, FromState: model.Voided, ToState: model.Voided, FromPay: model.Unpaid, ToPay: model.Unpaid, At: s.Now(),
			})
		}
	}
	if _, err := s.Store.SwapDues(ctx, dues); err != nil {
		return fmt.Errorf("release dues of a batch: %w", err)
	}
	s.Checkpoint("batch.opened")
	if _, err := s.Store.SwapDeclarations(ctx, done); err != nil {
		return fmt.Errorf("settle voided declarations of a batch: %w", err)
	}
	return nil
}

// NoticesTogether are Notices that can tell many people at once.
type NoticesTogether interface {
	TellAll(ctx context.Context, ns []Notice) error
}

func (s *Service) tellBatch(ctx context.Context, ps []model.Payment) error {
	if s.Notices == nil {
		return nil
	}
	var ids []string
	for _, p := range ps {
		ids = append(ids, declarationIDs(p)...)
	}
	ds, err := s.declarations(ctx, ids)
	if err != nil {
		return err
	}
	var ns []Notice
	for _, p := range ps {
		if p.State != model.Cancelled {
			ns = append(ns, paymentNotice(p, ds))
		}
	}
	return TellAll(ctx, s.Notices, ns)
}

// TellAll tells many people, together when the port can.
func TellAll(ctx context.Context, port Notices, ns []Notice) error {
	if many, ok := port.(NoticesTogether); ok {
		if err := many.TellAll(ctx, ns); err != nil {
			return fmt.Errorf("tell %d people: %w", len(ns), err)
		}
		return nil
	}
	for _, n := range ns {
		if err := port.Tell(ctx, n); err != nil {
			return fmt.Errorf("tell %s: %w", n.ID, err)
		}
	}
	return nil
}
