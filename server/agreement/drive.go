package agreement

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/period"
	"shebao/shared/words"
)

// drive takes an open agreement from the state it is in as far as it can go now. Every
// step may be repeated: the process can end anywhere and another one goes on.
func (s *Service) drive(ctx context.Context, a model.Agreement) error {
	switch a.State {
	case model.Signing, model.Confirming: // whoever asked the bank is gone
		return s.query(ctx, a)
	case model.Verifying: // its time is over
		return s.lapse(ctx, a, words.SignLapsed)
	case model.Revoking:
		return s.release(ctx, a)
	case model.Verified, model.Failed, model.Revoked, model.Ended:
		return s.finish(ctx, a)
	default:
		return fmt.Errorf("agreement %s is in no known state %q", a.ID, a.State)
	}
}

// signed applies the answer to a signing, or to a query about one.
func (s *Service) signed(ctx context.Context, a model.Agreement, r bankapi.Result) error {
	switch verdictOf(r) {
	case accepted:
		return s.verify(ctx, a, r)
	case challenged:
		return s.step(ctx, a, model.Challenge, bankapi.Result{})
	case vanished:
		return s.step(ctx, a, model.Vanish, bankapi.Result{Message: words.SignVanished})
	case refused:
		return s.refuse(ctx, a, r)
	case codeOver: // the code was used up before we knew of it
		a.Tries = model.MaxTries
		return s.step(ctx, a, model.Challenge, bankapi.Result{})
	case codeWrong, busy, unknown:
	}
	return s.wait(ctx, a)
}

// query asks what became of the signing and applies what is certain.
func (s *Service) query(ctx context.Context, a model.Agreement) error {
	r, err := s.ask(ctx, a, a.Ref)
	if err != nil {
		return s.wait(ctx, a)
	}
	if a.State == model.Signing {
		return s.signed(ctx, a, r)
	}
	switch verdictOf(r) {
	case accepted:
		return s.verify(ctx, a, r)
	case refused:
		return s.refuse(ctx, a, r)
	case codeOver, vanished:
		a.Tries = model.MaxTries
		return s.step(ctx, a, model.Retry, bankapi.Result{Message: words.SignCodeOver})
	case challenged: // the code may still be on its way: not at the first answer
		if a.Waits >= 2 {
			a.Doubt = s.Now().Add(doubtFor)
			return s.step(ctx, a, model.Retry, bankapi.Result{Message: words.SignCodeWrong})
		}
	case codeWrong, busy, unknown:
	}
	return s.wait(ctx, a)
}

// ask queries one signing instruction of the agreement.
func (s *Service) ask(ctx context.Context, a model.Agreement, ref bankapi.Ref) (bankapi.Result, error) {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	r, err := s.Bank.Query(within, bankapi.Query{Ref: ref, Bank: a.Bank, Sent: a.Sent})
	if err != nil {
		s.Log.WarnContext(ctx, "bank query failed", "agreement", a.ID, "error", err)
	}
	return r, err
}

// mandate looks for a mandate that the bank made under any reference of the agreement.
// found is false only when every reference is certain to have none for now.
func (s *Service) mandate(ctx context.Context, a model.Agreement) (model.Agreement, bankapi.Result, bool, error) {
	for _, ref := range append([]bankapi.Ref{a.Ref}, a.Earlier...) {
		r, err := s.ask(ctx, a, ref)
		if err != nil {
			return a, r, false, err
		}
		switch verdictOf(r) {
		case accepted:
			a.Ref = ref
			return a, r, true, nil
		case busy, unknown:
			return a, r, false, fmt.Errorf("agreement %s: bank does not tell: code %s", a.ID, r.Code)
		case challenged, codeWrong, codeOver, refused, vanished:
		}
	}
	return a, bankapi.Result{}, false, nil
}

// refuse ends the signing with the bank's reason. Before it believes that the bank has
// a mandate of somebody else's making, it looks whether that is our own.
func (s *Service) refuse(ctx context.Context, a model.Agreement, r bankapi.Result) error {
	if r.Code == bankapi.MandateExists {
		ours, found, ok, err := s.mandate(ctx, a)
		if err != nil {
			return errors.Join(s.wait(ctx, a), err)
		}
		if ok {
			return s.verify(ctx, ours, found)
		}
		r.Message = words.SignAtBank
	}
	return s.step(ctx, a, model.Refuse, r)
}

// lapse ends a signing that the payer did not finish, unless the bank has its mandate.
func (s *Service) lapse(ctx context.Context, a model.Agreement, why string) error {
	found, r, ok, err := s.mandate(ctx, a)
	switch {
	case err != nil:
		return errors.Join(s.wait(ctx, a), err)
	case ok:
		return s.verify(ctx, found, r)
	default:
		return s.step(ctx, a, model.Lapse, bankapi.Result{Message: why})
	}
}

// verify records the mandate. It can be used from the day after the bank made it.
func (s *Service) verify(ctx context.Context, a model.Agreement, r bankapi.Result) error {
	made := s.Now()
	if !r.At.Before(a.Applied) && r.At.Before(made) { // we may hear of it days later
		made = r.At
	}
	a.Mandate, a.Effective = r.Mandate, period.DateOf(made).AddDays(1)
	return s.step(ctx, a, model.Verify, bankapi.Result{Code: r.Code})
}

// step does one legal transition as a compare-and-set and, when the new state is one
// to tell about, tells. When another process was quicker it changes nothing.
func (s *Service) step(ctx context.Context, a model.Agreement, e model.Event, r bankapi.Result) error {
	to, err := model.States.Next(a.State, e)
	if err != nil {
		s.Log.ErrorContext(ctx, "illegal edge", "agreement", a.ID, "error", err)
		return fmt.Errorf("agreement %s: %w", a.ID, err)
	}
	now, next := s.Now(), a
	next.State, next.Waits, next.Open, next.Next = to, 0, true, now.Add(s.Lease)
	next.Code, next.Reason = r.Code, r.Message
	if next.Reason == "" && e == model.Refuse {
		next.Reason = r.Code.Words()
	}
	switch to {
	case model.Verifying:
		next.Next = a.Applied.Add(SignWithin)
		if soonest := now.Add(CodeLife); next.Next.Before(soonest) {
			next.Next = soonest
		}
	case model.Revoked, model.Ended:
		next.Ended = now
	case model.Signing, model.Confirming, model.Verified, model.Failed, model.Revoking:
	}
	swapped, err := s.Store.SwapAgreement(ctx, a.State, next)
	if err != nil {
		return fmt.Errorf("move agreement %s to %s: %w", a.ID, to, err)
	}
	if !swapped {
		return s.overtaken(ctx, a, e, r)
	}
	next.Rev++
	s.watchers.wake(a.ID)
	s.record(ctx, next, e)
	switch to {
	case model.Verified, model.Failed, model.Revoked, model.Ended:
		return s.finish(ctx, next)
	case model.Signing, model.Verifying, model.Confirming, model.Revoking:
	}
	return nil
}

// overtaken keeps a mandate that became known while somebody else moved the agreement.
func (s *Service) overtaken(ctx context.Context, a model.Agreement, e model.Event, r bankapi.Result) error {
	if e != model.Verify {
		return nil
	}
	now, err := s.stored(ctx, a)
	if err != nil {
		return err
	}
	if now.Mandate == a.Mandate {
		return nil
	}
	if !now.State.InProgress() {
		return fmt.Errorf("agreement %s: the bank made a mandate, but it is %s", a.ID, now.State)
	}
	now.Mandate, now.Effective, now.Ref = a.Mandate, a.Effective, a.Ref
	return s.step(ctx, now, e, r)
}

// wait sets the time of the next question to the bank.
func (s *Service) wait(ctx context.Context, a model.Agreement) error {
	next := a
	next.Waits++
	next.Open, next.Next = true, s.Now().Add(askAfter(a.Waits))
	if _, err := s.Store.SwapAgreement(ctx, a.State, next); err != nil {
		return fmt.Errorf("postpone agreement %s: %w", a.ID, err)
	}
	return nil
}

// askAfter is the pause before the next question: quick at first, since somebody is
// looking at the screen, then slower up to ten minutes.
func askAfter(waits int) time.Duration {
	steps := []time.Duration{1, 2, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600}
	return steps[min(waits, len(steps)-1)] * time.Second
}
