package refund

import (
	"context"
	"fmt"
	"sync"
	"time"
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
