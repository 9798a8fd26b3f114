package contribution

import (
	"context"
	"errors"
	"fmt"
	"sync"

	model "shebao/shared/contribution"
)

// record puts a money event into the audit trail and returns when it is there. A step
// that is repeated after a crash may be recorded twice, never not at all.
func (s *Service) record(ctx context.Context, e Entry) error {
	if s.Trail == nil {
		return nil
	}
	if err := s.Trail.Record(ctx, e); err != nil {
		return fmt.Errorf("record %s of %s: %w", e.Action, e.Subject, err)
	}
	return nil
}

// recordDone records what has been done and can't be undone: a failure is reported, not returned.
func (s *Service) recordDone(ctx context.Context, e Entry) {
	if err := s.record(ctx, e); err != nil {
		s.Log.ErrorContext(ctx, "audit record lost", "action", e.Action, "subject", e.Subject, "error", err)
	}
}

func entry(p model.Payment, action, result string) Entry {
	return Entry{Person: p.Payer, Action: action, Subject: p.ID, Result: result, Amount: p.Amount}
}

// together runs the steps at the same time and returns when all have ended.
func together(steps ...func() error) error {
	errs := make([]error, len(steps))
	var all sync.WaitGroup
	for i, step := range steps {
		all.Go(func() { errs[i] = step() })
	}
	all.Wait()
	return errors.Join(errs...)
}
