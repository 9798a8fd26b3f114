package refund

import (
	"context"
	"fmt"
	"sync"
	"time"

	"shebao/shared/bankapi"
	model "shebao/shared/refund"
)

// together bounds how many refunds one process works on at a time.
const together = 8

// Run takes up refunds that were left half-way, by this process or another, and queries
// those in doubt, until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Recover(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "recovery of refunds", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// TakeOver makes every interrupted refund due at once. Call it at start, when this
// process alone has the store.
func (s *Service) TakeOver(ctx context.Context) error { return s.Store.ReleaseRefunds(ctx, s.Now()) }

// Resolve ends a refund in 待核实 by what the bank says about its last instruction, as the
// day file does. It changes nothing in any other state or about another instruction.
func (s *Service) Resolve(ctx context.Context, id string, res bankapi.Result) error {
	r, err := s.Load(ctx, id)
	if err != nil {
		return err
	}
	if r.State != model.InDoubt || r.Ref != res.Ref {
		return nil
	}
	if r, err = s.apply(ctx, r, queryEvent(res), res); err != nil {
		return err
	}
	_, err = s.drive(ctx, r)
	return err
}

// Recover takes up everything that is due now, once, and returns when it is done.
func (s *Service) Recover(ctx context.Context) error {
	slots := make(chan struct{}, together)
	var all sync.WaitGroup
	defer all.Wait()
	for ctx.Err() == nil {
		now := s.Now()
		r, ok, err := s.Store.LeaseRefund(ctx, now, now.Add(s.Lease))
		if err != nil {
			return fmt.Errorf("lease refund: %w", err)
		}
		if !ok {
			return nil
		}
		slots <- struct{}{}
		all.Add(1)
		s.background.Go(func() {
			defer all.Done()
			defer func() { <-slots }()
			work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
			defer cancel()
			if _, err := s.drive(work, r); err != nil {
				s.Log.ErrorContext(work, "recover refund", "refund", r.ID, "error", err)
			}
		})
	}
	return nil
}
