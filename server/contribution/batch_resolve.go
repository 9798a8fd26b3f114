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

// SendBatch moves claimed payments, as they were loaded or claimed, into Sending and returns
// those that are, in their order. The caller alone may send them, once, and must have made sure
// of that durably.
func (s *Service) SendBatch(ctx context.Context, ps []model.Payment, at time.Time) ([]model.Payment, error) {
	var pending []string
	var sent []model.Payment
	for _, p := range ps {
		switch p.State { //nolint:exhaustive // the others have their end, or are in doubt
		case model.Pending:
			pending = append(pending, p.ID)
			p.State, p.Sent = model.Sending, at
			sent = append(sent, p)
		case model.Sending:
			sent = append(sent, p)
		}
	}
	n, err := s.Store.SendPayments(ctx, pending, at)
	if err != nil {
		return nil, fmt.Errorf("send payments of a batch: %w", err)
	}
	if n < len(pending) {
		return nil, errors.New("send payments of a batch: another server is at it")
	}
	return sent, nil
}

// ResolveBatch applies the bank's results to payments that were sent and returns them as they
// are now, in no order. Final ones are followed to their end at once, those in doubt are left to
// recovery, which queries the bank. A result that came before changes nothing.
func (s *Service) ResolveBatch(ctx context.Context, outcomes []Outcome) ([]model.Payment, error) {
	ids := make([]string, len(outcomes))
	results := make(map[string]bankapi.Result, len(outcomes))
	for i, o := range outcomes {
		ids[i] = o.Payment
		results[o.Payment] = o.Result
	}
	ps, err := s.PaymentsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var swaps []PaymentSwap
	var ended, before []model.Payment
	now := make([]model.Payment, len(ps))
	for i, p := range ps {
		next, moved, err := s.outcome(p, results[p.ID])
		if err != nil {
			return nil, err
		}
		now[i] = next
		switch {
		case moved:
			swaps = append(swaps, PaymentSwap{From: p.State, Next: next})
			if next.State.Final() {
				ended = append(ended, next)
			}
		case next.State.Final():
			before = append(before, next)
		}
	}
	n, err := s.Store.SwapPayments(ctx, swaps)
	if err != nil {
		return nil, fmt.Errorf("record results of a batch: %w", err)
	}
	s.Checkpoint("batch.recorded")
	if n < len(swaps) { // recovery was quicker with some: do the rest one by one
		if err := s.resolveEach(ctx, ps, results); err != nil {
			return nil, err
		}
		return s.PaymentsByID(ctx, ids)
	}
	before, err = s.unfollowed(ctx, before)
	if err != nil {
		return nil, err
	}
	err = errors.Join(s.recordBatch(ctx, doubtful(swaps)), s.followBatch(ctx, append(ended, before...)))
	for i := range now {
		now[i].Open = now[i].Open && !now[i].State.Final()
	}
	return now, err
}

// unfollowed takes those of the final payments that the caller must follow to their end: nobody else
// is at work on them, and they are open, or a declaration of theirs is still being debited, or
// voided and holds its due.
func (s *Service) unfollowed(ctx context.Context, ps []model.Payment) ([]model.Payment, error) {
	if len(ps) == 0 {
		return nil, nil
	}
	var ids, dueIDs []string
	for _, p := range ps {
		for _, it := range p.Items {
			ids, dueIDs = append(ids, it.Declaration), append(dueIDs, it.Due)
		}
	}
	ds, err := s.declarations(ctx, ids)
	if err != nil {
		return nil, err
	}
	holders, err := s.holders(ctx, dueIDs)
	if err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(ps, func(p model.Payment) bool {
		return !p.Open && !slices.ContainsFunc(p.Items, func(it model.Item) bool {
			d := ds[it.Declaration]
			return d.Payment == p.ID && d.Pay == model.Debiting || d.State == model.Voided && holders[it.Due] == d.ID
		})
	})
	return s.holdAll(ctx, left)
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
	answered := p.State == model.Sending && p.Channel == model.ChannelDebitRun
	p.State, p.Code, p.Reason, p.Trace, p.Open, p.Next = to, r.Code, reason(e, r), r.Trace, true, now.Add(s.Lease)
	if to == model.InDoubt {
		p.Next = now.Add(queryAfter(0))
	}
	if to.Final() {
		// Until a run's declaration is settled or voided, its file and the sweep of declarations
		// see to it: another write to close the payment is saved.
		p.Open = !answered
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
		if !next.State.Final() {
			continue
		}
		open, err := s.unfollowed(ctx, []model.Payment{next})
		if err != nil {
			return err
		}
		if err := s.followBatch(ctx, open); err != nil {
			return err
		}
	}
	return nil
}

// GiveUpBatch cancels payments that were never sent and gives their dues back. Those that have ended
// without moving anything stay as they are; any other is an error. It may be repeated.
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
		if p.State == model.Sending || p.State == model.InDoubt || p.State == model.Succeeded {
			return fmt.Errorf("give up payment %s: it is %s", p.ID, p.State)
		}
		if p.State == model.Pending {
			from := p.State
			p.State, p.Reason, p.Ended, p.Open, p.Next = model.Cancelled, why, s.Now(), true, s.Now().Add(s.Lease)
			swaps = append(swaps, PaymentSwap{From: from, Next: p})
		}
		if p.State == model.Cancelled {
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
