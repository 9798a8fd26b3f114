package contribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/period"
	"shebao/shared/words"
)

// drive takes a payment from the state it is in as far as it can go now. Every step
// may be repeated: the process can end anywhere and another one goes on.
func (s *Service) drive(ctx context.Context, p model.Payment) (model.Payment, error) {
	if p.Channel == model.ChannelDebitRun && (p.State == model.Pending || p.State == model.Sending) {
		return p, nil // its run sends it, in a file
	}
	var err error
	switch p.State {
	case model.Pending:
		p, err = s.send(ctx, p)
	case model.Sending: // its one sender is gone: what it sent is not known
		p, err = s.apply(ctx, p, model.Lost, bankapi.Result{Code: bankapi.Timeout})
	case model.InDoubt:
		p, err = s.query(ctx, p)
	case model.Succeeded, model.Failed, model.Cancelled:
	default:
		return p, fmt.Errorf("payment %s is in no known state %q", p.ID, p.State)
	}
	if err != nil {
		return p, err
	}
	if p.State.Final() && p.Open {
		return s.follow(ctx, p)
	}
	return p, nil
}

// send takes the declarations and, as the only process to get past the swap into
// Sending, debits.
func (s *Service) send(ctx context.Context, p model.Payment) (model.Payment, error) {
	if s.Now().Sub(p.Created) > payDeadline {
		return s.apply(ctx, p, model.Cancel, bankapi.Result{Message: words.DebitGivenUp})
	}
	held := false
	var hindered *Refusal
	err := together(
		func() (err error) { held, err = s.claimDeclarations(ctx, p); return err },
		func() (err error) { hindered, err = s.hindered(ctx, p); return err },
		func() error { return s.record(ctx, entry(p, "pay", "started")) })
	if err != nil {
		return p, err
	}
	s.Checkpoint("pay.claimed")
	switch {
	case !held:
		return s.apply(ctx, p, model.Cancel, bankapi.Result{Message: words.DueDebiting})
	case hindered != nil:
		return s.apply(ctx, p, model.Cancel, bankapi.Result{Message: hindered.Message})
	}
	account, err := s.Agreements.AccountNumber(ctx, p.Agreement)
	if err != nil {
		return p, fmt.Errorf("account of agreement %s: %w", p.Agreement, err)
	}
	p.Sent = s.Now()
	sending, won, err := s.step(ctx, p, model.Send, bankapi.Result{})
	if err != nil || !won {
		return sending, err
	}
	s.Checkpoint("pay.sending")
	res, err := s.debit(ctx, sending, account)
	s.Checkpoint("pay.answered")
	switch {
	case errors.Is(err, bankapi.ErrNotSent):
		return s.apply(ctx, sending, model.Refused, bankapi.Result{Code: bankapi.SystemError, Message: words.DebitNotSent})
	case err != nil:
		s.Log.WarnContext(ctx, "bank answer lost", "payment", p.ID, "error", err)
		return s.apply(ctx, sending, model.Lost, bankapi.Result{Code: bankapi.Timeout})
	}
	return s.apply(ctx, sending, debitEvent(res), res)
}

// hindered is why a payment that Pay took can't be sent any more: minutes may have passed, in which
// its agreement was revoked or the last day to pay ended.
func (s *Service) hindered(ctx context.Context, p model.Payment) (*Refusal, error) {
	a, ok, err := s.Agreements.Agreement(ctx, p.Agreement)
	if err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("agreement %s of payment %s, found %t", p.Agreement, p.ID, ok), err)
	}
	today := s.today()
	if refused := AgreementRefusal(a.ObstacleOn(today, p.Authority)); refused != nil {
		return refused, nil
	}
	if today == period.DateOf(p.Created) {
		return nil, nil
	}
	ds, err := s.declarations(ctx, declarationIDs(p))
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		if today.After(d.Deadline) {
			return RefuseDeadline, nil
		}
	}
	return nil, nil
}

func (s *Service) debit(ctx context.Context, p model.Payment, account string) (bankapi.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	return s.Bank.Debit(ctx, bankapi.Debit{
		Ref: p.Ref, Bank: p.Bank, Mandate: p.Mandate, Account: account, Amount: p.Amount, Purpose: "社会保险费",
	})
}

// debitEvent is what the answer to a debit means for the payment.
func debitEvent(r bankapi.Result) model.Event {
	switch r.Code.Outcome() {
	case bankapi.Moved:
		return model.Moved
	case bankapi.Refused:
		return model.Refused
	case bankapi.Unknown:
		return model.Lost
	default:
		return model.Lost
	}
}

// claimDeclarations takes every declaration for the payment; false, with nothing
// taken, when one can't be had.
func (s *Service) claimDeclarations(ctx context.Context, p model.Payment) (bool, error) {
	n, err := s.Store.SwapDeclarations(ctx, s.itemSwaps(p, model.Unpaid, model.Debiting, "", p.ID))
	if err != nil {
		return false, fmt.Errorf("claim declarations of %s: %w", p.ID, err)
	}
	if n == len(p.Items) {
		return true, nil
	}
	ds, err := s.Store.DeclarationsByID(ctx, declarationIDs(p)) // an earlier try may have taken some
	if err != nil {
		return false, fmt.Errorf("look at declarations of %s: %w", p.ID, err)
	}
	held := 0
	for _, d := range ds {
		if d.Payment == p.ID && d.Pay == model.Debiting {
			held++
		}
	}
	return held == len(p.Items), nil
}

func declarationIDs(p model.Payment) []string {
	ids := make([]string, len(p.Items))
	for i, it := range p.Items {
		ids[i] = it.Declaration
	}
	return ids
}

func (s *Service) itemSwaps(p model.Payment, from, to model.PayState, holder, next string) []DeclarationSwap {
	now := s.Now()
	swaps := make([]DeclarationSwap, len(p.Items))
	for i, it := range p.Items {
		swaps[i] = DeclarationSwap{
			ID: it.Declaration, FromState: model.Declared, ToState: model.Declared,
			FromPay: from, ToPay: to, Holder: holder, Next: next, At: now, Unsettled: to == model.Debiting,
		}
	}
	return swaps
}

// query asks the bank what became of the debit and applies the answer if there is one.
func (s *Service) query(ctx context.Context, p model.Payment) (model.Payment, error) {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	res, err := s.Bank.Query(within, bankapi.Query{Ref: p.Ref, Bank: p.Bank, Sent: p.Sent})
	s.Checkpoint("pay.queried")
	if err != nil {
		s.Log.WarnContext(ctx, "bank query failed", "payment", p.ID, "error", err)
		res = bankapi.Result{Code: bankapi.Timeout}
	}
	return s.apply(ctx, p, queryEvent(res), res)
}

// queryEvent is what the answer to a query means. Codes that may be about the query
// itself say nothing about the debit.
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
	return debitEvent(r)
}

// apply moves the payment by the event and then follows a final state to its end.
func (s *Service) apply(ctx context.Context, p model.Payment, e model.Event, r bankapi.Result) (model.Payment, error) {
	if e == model.Lost && p.State == model.InDoubt {
		return s.wait(ctx, p, r)
	}
	next, _, err := s.step(ctx, p, e, r)
	if err != nil {
		return next, err
	}
	s.Checkpoint("pay.recorded")
	return next, nil
}

// step does one legal transition as a compare-and-set. When another process was
// quicker it returns what that process stored and false.
func (s *Service) step(ctx context.Context, p model.Payment, e model.Event, r bankapi.Result) (model.Payment, bool, error) {
	to, err := model.PaymentStates.Next(p.State, e)
	if err != nil {
		s.Log.ErrorContext(ctx, "illegal edge", "payment", p.ID, "error", err)
		return p, false, fmt.Errorf("payment %s: %w", p.ID, err)
	}
	from, next := p.State, p
	next.State = to
	if r.Code != "" {
		next.Code = r.Code
	}
	next.Reason, next.Trace = reason(e, r), r.Trace
	if to.Final() {
		next.Ended = s.Now()
		if e == model.Moved && !r.At.IsZero() {
			next.Ended = r.At
		}
	}
	if to == model.InDoubt {
		next.Next = s.Now().Add(queryAfter(0))
	}
	swapped, err := s.Store.SwapPayment(ctx, from, next)
	if err != nil {
		return p, false, fmt.Errorf("move payment %s to %s: %w", p.ID, to, err)
	}
	if !swapped {
		now, ok, err := s.Store.Payment(ctx, p.ID)
		if err != nil || !ok {
			return p, false, errors.Join(fmt.Errorf("reload payment %s, found %t", p.ID, ok), err)
		}
		return s.overtaken(ctx, now, e, r)
	}
	s.watchers.wake(p.ID)
	if to == model.InDoubt { // final states are recorded when they are followed
		return next, true, s.record(ctx, entry(next, string(to), string(next.Code)))
	}
	return next, true, nil
}

// overtaken applies a bank's answer to a payment that recovery has moved meanwhile.
func (s *Service) overtaken(ctx context.Context, now model.Payment, e model.Event, r bankapi.Result) (model.Payment, bool, error) {
	if now.State == model.InDoubt && (e == model.Moved || e == model.Refused) {
		return s.step(ctx, now, e, r)
	}
	return now, false, nil
}

// reason is what people read about the state.
func reason(e model.Event, r bankapi.Result) string {
	if e == model.Vanished {
		return words.DebitVanished
	}
	if r.Message != "" {
		return r.Message
	}
	return r.Code.Words()
}

// wait keeps the payment in doubt and sets the time of the next query.
func (s *Service) wait(ctx context.Context, p model.Payment, r bankapi.Result) (model.Payment, error) {
	next := p
	next.Tries++
	next.Code = r.Code
	next.Next = s.Now().Add(queryAfter(next.Tries))
	if _, err := s.Store.SwapPayment(ctx, model.InDoubt, next); err != nil {
		return p, fmt.Errorf("postpone payment %s: %w", p.ID, err)
	}
	return next, nil
}

// queryAfter is the pause before the next query: quick at first, since somebody
// is looking at the screen, then slower up to ten minutes.
func queryAfter(tries int) time.Duration {
	steps := []time.Duration{1, 2, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600}
	return steps[min(tries, len(steps)-1)] * time.Second
}
