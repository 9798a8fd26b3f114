package contribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/contribution"
)

// Run takes up payments and declarations that were left half-way, by this process or
// another, and queries those in doubt, until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Recover(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "recovery", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// TakeOver makes every interrupted payment due at once and finishes declarations left
// between two states. Call it at start, before anybody is served, when this process
// alone has the store.
func (s *Service) TakeOver(ctx context.Context) error {
	now := s.Now()
	return errors.Join(s.Store.ReleaseLeases(ctx, now), s.sweep(ctx, now.Add(time.Second)))
}

// recoverTogether bounds how many payments one process works on at a time.
const recoverTogether = 16

// Recover takes up everything that is due now, once.
func (s *Service) Recover(ctx context.Context) error {
	slots := make(chan struct{}, recoverTogether)
	var failed error
	for ctx.Err() == nil {
		now := s.Now()
		p, ok, err := s.Store.LeasePayment(ctx, now, now.Add(s.Lease))
		if err != nil {
			failed = fmt.Errorf("lease payment: %w", err)
			break
		}
		if !ok {
			break
		}
		slots <- struct{}{}
		s.background.Go(func() {
			defer func() { <-slots }()
			work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
			defer cancel()
			if _, err := s.drive(work, p); err != nil {
				s.Log.ErrorContext(work, "recover payment", "payment", p.ID, "error", err)
			}
		})
	}
	for range recoverTogether { // all of this round have ended
		slots <- struct{}{}
	}
	return errors.Join(failed, s.sweep(ctx, s.Now().Add(-sweepAfter)))
}

// sweepAfter is when a declaration in passage counts as left behind. It exceeds every
// bound on the work that puts declarations in passage.
const sweepAfter = time.Minute

// sweep finishes declarations that have been between two states since before the time.
func (s *Service) sweep(ctx context.Context, before time.Time) error {
	ds, err := s.Store.UnsettledDeclarations(ctx, before, 100)
	if err != nil {
		return fmt.Errorf("list unsettled declarations: %w", err)
	}
	var failed error
	var ids []string
	for _, d := range ds {
		ids = append(ids, d.ID)
		if err := s.finish(ctx, d); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	if len(ids) > 0 {
		failed = errors.Join(failed, s.Store.TouchDeclarations(ctx, ids, s.Now()))
	}
	return failed
}

// finish rolls one declaration forward.
func (s *Service) finish(ctx context.Context, d model.Declaration) error {
	switch {
	case d.State == model.Processing:
		return s.finishDeclare(ctx, d)
	case d.State == model.Voided:
		return s.releaseDue(ctx, d)
	case d.Pay == model.Debiting:
		return s.finishDebit(ctx, d)
	default:
		return nil
	}
}

// finishDeclare claims the due for a declaration whose declarer is gone, or voids it
// when the due is somebody else's.
func (s *Service) finishDeclare(ctx context.Context, d model.Declaration) error {
	if _, err := s.Store.SwapDues(ctx, []DueSwap{{ID: d.Due, From: model.DueOpen, To: model.DueDeclared, Next: d.ID}}); err != nil {
		return fmt.Errorf("claim due of %s: %w", d.ID, err)
	}
	dues, err := s.Store.DuesByID(ctx, []string{d.Due})
	if err != nil {
		return fmt.Errorf("look at due of %s: %w", d.ID, err)
	}
	if len(dues) == 1 && dues[0].State == model.DueDeclared && dues[0].Declaration == d.ID {
		_, err := s.Store.SwapDeclarations(ctx, []DeclarationSwap{s.swap(d, model.Accept)})
		return err
	}
	return s.undoDeclare(ctx, d)
}

// finishDebit frees a declaration whose payment ended without it.
func (s *Service) finishDebit(ctx context.Context, d model.Declaration) error {
	p, ok, err := s.Store.Payment(ctx, d.Payment)
	if err != nil {
		return fmt.Errorf("payment %s of %s: %w", d.Payment, d.ID, err)
	}
	if !ok {
		return fmt.Errorf("declaration %s is held by payment %s, which does not exist", d.ID, d.Payment)
	}
	if p.Open || !p.State.Final() { // its own recovery or its run is at work
		return nil
	}
	p, err = s.hold(ctx, p)
	switch {
	case errors.Is(err, ErrBusy):
		return nil
	case err != nil:
		return err
	}
	_, err = s.follow(ctx, p)
	return err
}
