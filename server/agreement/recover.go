package agreement

import (
	"context"
	"fmt"
	"time"
)

// Run takes up agreements that were left half-way, by this process or another, asks
// the bank about those in doubt and lets unfinished ones lapse, until ctx ends.
// Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Recover(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "recovery of agreements", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// recoverTogether bounds how many agreements one process works on at a time.
const recoverTogether = 8

// Recover takes up everything that is due now, once, and returns when it is done.
func (s *Service) Recover(ctx context.Context) error {
	slots := make(chan struct{}, recoverTogether)
	var failed error
	for ctx.Err() == nil {
		now := s.Now()
		a, ok, err := s.Store.LeaseAgreement(ctx, now, now.Add(s.Lease))
		if err != nil {
			failed = fmt.Errorf("lease agreement: %w", err)
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
			if err := s.drive(work, a); err != nil {
				s.Log.ErrorContext(work, "recover agreement", "agreement", a.ID, "error", err)
			}
		})
	}
	for range recoverTogether { // all of this round have ended
		slots <- struct{}{}
	}
	return failed
}
