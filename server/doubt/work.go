package doubt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
)

// watched is how long the bank is asked on after a decision.
const watched = 30 * 24 * time.Hour

// Run lets approved decisions take effect that were left half-way, and goes on asking the
// bank about decided payments, until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.Recover(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "decisions about payments", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Recover takes up everything that is due now, once.
func (s *Service) Recover(ctx context.Context) error {
	var failed error
	for ctx.Err() == nil {
		now := s.Now()
		c, ok, err := s.Store.LeaseCase(ctx, now, now.Add(s.Lease))
		if err != nil {
			return errors.Join(failed, fmt.Errorf("lease decision: %w", err))
		}
		if !ok {
			break
		}
		if c.State == Approved {
			_, err = s.apply(ctx, c)
		} else {
			err = s.watch(ctx, c)
		}
		failed = errors.Join(failed, err) // its lease runs out and somebody goes on
	}
	return failed
}

// outcome is the decision as the payment core takes it. 已扣款 counts for the day of sending.
func (c Case) outcome() contribution.Outcome {
	r := bankapi.Result{Ref: c.Ref, Code: bankapi.Judged}
	if c.Verdict == Taken {
		r = bankapi.Result{Ref: c.Ref, Code: bankapi.OK, Message: "经税务机关核实，银行已扣款", Trace: c.Trace, Amount: c.Amount, At: c.Sent}
	}
	return contribution.Outcome{Payment: c.ID, Result: r}
}

// agrees tells whether the payment ended as decided.
func (c Case) agrees(p shared.Payment) bool {
	if c.Verdict == Taken {
		return p.State == shared.Succeeded
	}
	return p.State == shared.Failed
}

// apply lets an approved decision take effect. It may be repeated: a payment leaves 待核实
// once, by the decision or by the bank's answer, whichever is first.
func (s *Service) apply(ctx context.Context, c Case) (Case, error) {
	if _, err := s.Payments.ResolveBatch(ctx, []contribution.Outcome{c.outcome()}); err != nil {
		return c, fmt.Errorf("apply decision about payment %s: %w", c.ID, err)
	}
	s.Checkpoint("decide.applied")
	p, ok, err := s.Store.Payment(ctx, c.ID)
	if err != nil || !ok {
		return c, errors.Join(fmt.Errorf("reload payment %s, found %t", c.ID, ok), err)
	}
	e := Apply
	if !c.agrees(p) {
		e = Tell
	}
	next, err := s.step(c, e, "", "")
	if err != nil {
		return c, err
	}
	next.Ended = s.Now()
	if e == Apply {
		next.Open, next.Next = true, next.Ended.Add(watchAfter(0))
	}
	if err := s.note(ctx, next, "", e, ""); err != nil { // before the write: after a crash it may stand twice, never not at all
		return c, err
	}
	next, done, err := s.swap(ctx, next)
	if err == nil && !done {
		next, _, err = s.Load(ctx, c.ID) // another server has applied it
	}
	return next, err
}

// watch asks the bank about a payment that was decided. An answer against the decision goes
// to reconciliation.
func (s *Service) watch(ctx context.Context, c Case) error {
	p, ok, err := s.Store.Payment(ctx, c.ID)
	if err != nil || !ok {
		return errors.Join(fmt.Errorf("reload payment %s, found %t", c.ID, ok), err)
	}
	c.Tries++
	c.Next = s.Now().Add(watchAfter(c.Tries))
	res, err := s.ask(ctx, p)
	told := Proof{Code: res.Code, Final: res.Code == bankapi.NotFound && res.Final}.Told()
	switch {
	case err != nil || !told:
		c.Open = s.Now().Before(c.Ended.Add(watched))
	case (res.Code.Outcome() == bankapi.Moved) == (p.State == shared.Succeeded):
		c.Open = false // the bank agrees at last
	default:
		if err := s.Differences.Contradict(ctx, p, res); err != nil {
			return fmt.Errorf("payment %s against its decision: %w", c.ID, err)
		}
		if c, err = s.step(c, Contradict, "", string(res.Code)+" "+res.Message); err != nil {
			return err
		}
		if err := s.note(ctx, c, "", Contradict, string(res.Code)); err != nil {
			return err
		}
		c.Open = false
	}
	_, _, err = s.swap(ctx, c) // another server's write counts as well
	return err
}

// watchAfter is the pause before the bank is asked again after a decision.
func watchAfter(tries int) time.Duration {
	steps := []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour}
	if tries < len(steps) {
		return steps[tries]
	}
	return 24 * time.Hour
}
