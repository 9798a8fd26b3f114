package contribution

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
)

// SendBatch moves claimed payments into Sending and returns those that are, in the order of the
// ids. The caller alone may send them, once, and must have made sure of that durably.
func (s *Service) SendBatch(ctx context.Context, ids []string, at time.Time) ([]model.Payment, error) {
	ps, err := s.PaymentsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var swaps []PaymentSwap
	for i, p := range ps {
		if p.State != model.Pending {
			continue
		}
		ps[i].State, ps[i].Sent = model.Sending, at
		swaps = append(swaps, PaymentSwap{From: model.Pending, Next: ps[i]})
	}
	n, err := s.Store.SwapPayments(ctx, swaps)
	if err != nil {
		return nil, fmt.Errorf("send payments of a batch: %w", err)
	}
	if n < len(swaps) {
		return nil, errors.New("send payments of a batch: another server is at it")
	}
	ps = slices.DeleteFunc(ps, func(p model.Payment) bool { return p.State != model.Sending })
	return inOrder(ps, ids), nil
}

// ResolveBatch applies the bank's results to payments that were sent. Final ones are followed
// to their end at once, those in doubt are left to recovery, which queries the bank. A result
// that came before changes nothing.
func (s *Service) ResolveBatch(ctx context.Context, outcomes []Outcome) error {
	ids := make([]string, len(outcomes))
	results := map[string]bankapi.Result{}
	for i, o := range outcomes {
		ids[i] = o.Payment
		results[o.Payment] = o.Result
	}
	ps, err := s.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	var swaps []PaymentSwap
	var ended []model.Payment
	for _, p := range ps {
		next, moved, err := s.outcome(p, results[p.ID])
		if err != nil {
			return err
		}
		if moved {
			swaps = append(swaps, PaymentSwap{From: p.State, Next: next})
		}
		if next.State.Final() && next.Open {
			ended = append(ended, next)
		}
	}
	n, err := s.Store.SwapPayments(ctx, swaps)
	if err != nil {
		return fmt.Errorf("record results of a batch: %w", err)
	}
	s.Checkpoint("batch.recorded")
	if n < len(swaps) { // recovery was quicker with some: do the rest one by one
		return s.resolveEach(ctx, ps, results)
	}
	return errors.Join(s.recordBatch(ctx, doubtful(swaps)), s.followBatch(ctx, ended))
}

// doubtful are the payments that the swaps have put in doubt.
func doubtful(swaps []PaymentSwap) []model.Payment {
	var ps []model.Payment
	for _, w := range swaps {
		if w.Next.State == model.InDoubt {
			ps = append(ps, w.Next)
		}
	}
	return ps
}

// outcome is the payment after the bank's result; false when it tells nothing new.
func (s *Service) outcome(p model.Payment, r bankapi.Result) (model.Payment, bool, error) {
	e := queryEvent(r)
	if r.Code == bankapi.DayEnd || r.Code == bankapi.SystemError {
		e = model.Refused // in a result file these are about the debit itself
	}
	if e == model.Lost && r.Code.FileLevel() {
		e = model.Refused
	}
	if p.State.Final() || p.State == model.Pending || p.State == model.InDoubt && e == model.Lost {
		return p, false, nil
	}
	state := p.State
	if e == model.Vanished && state == model.Sending { // by way of 待核实
		state = model.InDoubt
	}
	to, err := model.PaymentStates.Next(state, e)
	if err != nil {
		return p, false, fmt.Errorf("payment %s: %w", p.ID, err)
	}
	now := s.Now()
	p.State, p.Code, p.Reason, p.Trace, p.Open, p.Next = to, r.Code, reason(e, r), r.Trace, true, now.Add(s.Lease)
	if to == model.InDoubt {
		p.Next = now.Add(queryAfter(0))
	}
	if to.Final() {
		p.Ended = now
		if e == model.Moved && !r.At.IsZero() {
			p.Ended = r.At
		}
	}
	return p, true, nil
}

func (s *Service) resolveEach(ctx context.Context, ps []model.Payment, results map[string]bankapi.Result) error {
	for _, old := range ps {
		p, ok, err := s.Store.Payment(ctx, old.ID)
		if err != nil || !ok {
			return errors.Join(fmt.Errorf("reload payment %s, found %t", old.ID, ok), err)
		}
		next, moved, err := s.outcome(p, results[p.ID])
		if err != nil {
			return err
		}
		if moved {
			if _, err := s.Store.SwapPayments(ctx, []PaymentSwap{{From: p.State, Next: next}}); err != nil {
				return fmt.Errorf("record result of payment %s: %w", p.ID, err)
			}
			if err := s.recordBatch(ctx, doubtful([]PaymentSwap{{From: p.State, Next: next}})); err != nil {
				return err
			}
		}
		if next.State.Final() && next.Open {
			if _, err := s.follow(ctx, next); err != nil {
				return err
			}
		}
	}
	return nil
}

// GiveUpBatch cancels payments that were never sent and gives their dues back. It may be repeated.
func (s *Service) GiveUpBatch(ctx context.Context, ids []string, why string) error {
	return s.cancelBatch(ctx, ids, why)
}

func (s *Service) cancelBatch(ctx context.Context, ids []string, why string) error {
	if len(ids) == 0 {
		return nil
	}
	ps, err := s.PaymentsByID(ctx, ids)
	if err != nil {
		return err
	}
	var swaps []PaymentSwap
	var ended []model.Payment
	for _, p := range ps {
		if p.State == model.Pending {
			from := p.State
			p.State, p.Reason, p.Ended, p.Open, p.Next = model.Cancelled, why, s.Now(), true, s.Now().Add(s.Lease)
			swaps = append(swaps, PaymentSwap{From: from, Next: p})
		}
		if p.State == model.Cancelled && p.Open {
			ended = append(ended, p)
		}
	}
	n, err := s.Store.SwapPayments(ctx, swaps)
	if err != nil {
		return fmt.Errorf("cancel payments of a batch: %w", err)
	}
	if n < len(swaps) {
		return errors.New("cancel payments of a batch: another server is at it")
	}
	return s.followBatch(ctx, ended)
}

// recordBatch writes the audit entries of payments, all at once.
func (s *Service) recordBatch(ctx context.Context, ps []model.Payment) error {
	if s.Trail == nil {
		return nil
	}
	steps := make([]func() error, len(ps))
	for i, p := range ps {
		steps[i] = func() error { return s.record(ctx, entry(p, string(p.State), string(p.Code))) }
	}
	return together(steps...)
}
