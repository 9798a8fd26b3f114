package refund

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/shared/bankapi"
	model "shebao/shared/refund"
	"shebao/shared/words"
)

// start works on a refund in the background and waits for it a little.
func (s *Service) start(ctx context.Context, r model.Refund) model.Refund {
	done := make(chan model.Refund, 1)
	s.background.Go(func() {
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
		defer cancel()
		now, err := s.drive(work, r)
		if err != nil {
			s.Log.ErrorContext(work, "refund interrupted; recovery will go on", "refund", r.ID, "error", err)
		}
		done <- now
	})
	patience := time.NewTimer(s.Patience)
	defer patience.Stop()
	select {
	case now := <-done:
		return now
	case <-patience.C:
	case <-ctx.Done():
	}
	return r
}

// drive takes a refund from the state it is in as far as it can go now. Every step may be
// repeated: the process can end anywhere and another one goes on.
func (s *Service) drive(ctx context.Context, r model.Refund) (model.Refund, error) {
	r, err := s.audit(ctx, r)
	if err != nil {
		return r, err
	}
	switch r.State {
	case model.Approved:
		r, err = s.send(ctx, r)
	case model.Sending: // its one sender is gone: what it sent is not known
		r, err = s.apply(ctx, r, model.Lost, bankapi.Result{Code: bankapi.Timeout})
	case model.InDoubt:
		r, err = s.query(ctx, r)
	case model.Refunded, model.Failed, model.Refused:
		if r.Open {
			return s.follow(ctx, r)
		}
		return r, nil
	case model.Applied, model.Checked, model.Withdrawn:
		return s.rest(ctx, r)
	default:
		return r, fmt.Errorf("refund %s is in no known state %q", r.ID, r.State)
	}
	if err != nil {
		return r, err
	}
	if r.State == model.Refunded || r.State == model.Failed {
		return s.drive(ctx, r)
	}
	return s.doubt(ctx, r)
}

// doubt leaves a refund that waits for the bank with its history in the audit trail.
func (s *Service) doubt(ctx context.Context, r model.Refund) (model.Refund, error) {
	before := r.Audited
	r, err := s.audit(ctx, r)
	if err != nil || r.Audited == before {
		return r, err
	}
	now, _, err := s.swap(ctx, r)
	return now, err
}

// send, as the only process to get past the swap into Sending, asks the bank.
func (s *Service) send(ctx context.Context, r model.Refund) (model.Refund, error) {
	s.Checkpoint("send.before")
	r.Sent = s.Now()
	sending, won, err := s.step(ctx, r, model.Send, "", "")
	if err != nil || !won {
		return sending, err
	}
	s.Checkpoint("send.sending")
	res, err := s.giveBack(ctx, sending)
	s.Checkpoint("send.answered")
	switch {
	case errors.Is(err, bankapi.ErrNotSent):
		return s.apply(ctx, sending, model.Declined, bankapi.Result{Code: bankapi.SystemError, Message: words.RefundNotSent})
	case err != nil:
		s.Log.WarnContext(ctx, "bank answer lost", "refund", r.ID, "error", err)
		return s.apply(ctx, sending, model.Lost, bankapi.Result{Code: bankapi.Timeout})
	}
	return s.apply(ctx, sending, eventOf(res), res)
}

func (s *Service) giveBack(ctx context.Context, r model.Refund) (bankapi.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	return s.Bank.Refund(ctx, bankapi.Refund{Ref: r.Ref, Bank: r.Bank, Original: r.Original, Amount: r.Amount, Purpose: "社会保险费退费"})
}

// eventOf is what the answer to a refund means.
func eventOf(r bankapi.Result) model.Event {
	switch r.Code.Outcome() {
	case bankapi.Moved:
		return model.Moved
	case bankapi.Refused:
		return model.Declined
	case bankapi.Unknown:
		return model.Lost
	default:
		return model.Lost
	}
}

// query asks the bank what became of the refund and applies the answer if there is one.
func (s *Service) query(ctx context.Context, r model.Refund) (model.Refund, error) {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	res, err := s.Bank.Query(within, bankapi.Query{Ref: r.Ref, Bank: r.Bank, Sent: r.Sent})
	s.Checkpoint("query.answered")
	if err != nil {
		s.Log.WarnContext(ctx, "bank query failed", "refund", r.ID, "error", err)
		res = bankapi.Result{Code: bankapi.Timeout}
	}
	return s.apply(ctx, r, queryEvent(res), res)
}

// queryEvent is what the answer to a query means. Codes that may be about the query
// itself say nothing about the refund.
func queryEvent(r bankapi.Result) model.Event {
	switch r.Code { //nolint:exhaustive // every other code is judged by its outcome
	case bankapi.DayEnd, bankapi.SystemError:
		return model.Lost
	case bankapi.NotFound:
		if r.Final {
			return model.Vanished
		}
		return model.Lost
	}
	return eventOf(r)
}

// apply moves the refund by what the bank said.
func (s *Service) apply(ctx context.Context, r model.Refund, e model.Event, res bankapi.Result) (model.Refund, error) {
	if e == model.Lost && r.State == model.InDoubt {
		r.Tries++
		return s.wait(ctx, r)
	}
	for {
		next := withAnswer(r, e, res)
		if e == model.Moved && !res.At.IsZero() {
			next.Ended = res.At
		}
		moved, won, err := s.step(ctx, next, e, "", next.Answer)
		if err != nil {
			return moved, err
		}
		s.Checkpoint("send.recorded")
		if won || moved.State != model.InDoubt || e == model.Lost || moved.Attempt != r.Attempt {
			return moved, nil
		}
		r = moved // recovery has put it in doubt meanwhile; the bank's answer ends that
	}
}

func withAnswer(r model.Refund, e model.Event, res bankapi.Result) model.Refund {
	if res.Code != "" {
		r.Code = res.Code
	}
	r.Trace = res.Trace
	switch {
	case e == model.Vanished:
		r.Answer = words.RefundVanished
	case e == model.Lost:
		r.Answer = "银行尚未返回退款结果"
	case res.Message != "":
		r.Answer = res.Message
	default:
		r.Answer = r.Code.Words()
	}
	return r
}

// step does one legal transition as a compare-and-set and notes it in the refund's
// history. When another process was quicker it returns what that process stored and false.
func (s *Service) step(ctx context.Context, r model.Refund, e model.Event, by, note string) (model.Refund, bool, error) {
	to, err := model.Table.Next(r.State, e)
	if err != nil {
		s.Log.ErrorContext(ctx, "illegal edge", "refund", r.ID, "error", err)
		return r, false, fmt.Errorf("refund %s: %w", r.ID, err)
	}
	now := s.Now()
	next := r
	next.State, next.Open, next.Next = to, true, now.Add(s.Lease)
	next.History = append(r.History[:len(r.History):len(r.History)], model.Step{At: now, By: by, Event: e, State: to, Note: note})
	switch {
	case to == model.InDoubt:
		next.Next = now.Add(queryAfter(0))
	case (to.Final() || to == model.Failed) && next.Ended.IsZero():
		next.Ended = now
	case !to.Final() && to != model.Failed:
		next.Ended = time.Time{}
	}
	return s.swap(ctx, next)
}

// swap stores the refund, or returns what another process stored and false.
func (s *Service) swap(ctx context.Context, next model.Refund) (model.Refund, bool, error) {
	swapped, err := s.Store.SwapRefund(ctx, next)
	if err != nil {
		return next, false, fmt.Errorf("write refund %s: %w", next.ID, err)
	}
	if !swapped {
		now, err := s.Load(ctx, next.ID)
		return now, false, err
	}
	next.Rev++
	s.Wake(next.ID)
	return next, true, nil
}

// wait keeps the refund in doubt and sets the time of the next query.
func (s *Service) wait(ctx context.Context, r model.Refund) (model.Refund, error) {
	r.Next = s.Now().Add(queryAfter(r.Tries))
	now, _, err := s.swap(ctx, r)
	return now, err
}

// queryAfter is the pause before the next query: quick at first, then slower up to ten minutes.
func queryAfter(tries int) time.Duration {
	steps := []time.Duration{1, 2, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600}
	return steps[min(tries, len(steps)-1)] * time.Second
}
