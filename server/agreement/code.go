package agreement

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/page"
	"shebao/shared/words"
)

// Confirm sends the SMS code that the payer typed to the bank. The answer is the
// agreement as far as it came: Verified, Verifying with its Reason when the bank wants
// another try, Failed, or Confirming when the bank has not answered; recovery then
// goes on. Repeating it after the end returns the end. Errors are api.Invalid with the
// code's field, ErrCodeOver, ErrWaiting, ErrUnknown.
func (s *Service) Confirm(ctx context.Context, payer, id, code string) (model.Agreement, error) {
	a, err := s.Own(ctx, payer, id)
	if err != nil {
		return a, err
	}
	switch a.State {
	case model.Verifying:
	case model.Signing:
		return a, ErrWaiting
	case model.Confirming, model.Verified, model.Failed, model.Revoking, model.Revoked, model.Ended:
		return a, nil
	}
	code, ok := normaliseCode(code)
	if !ok {
		return a, api.Invalid(page.Problem{Field: page.SignFieldSMS, Message: words.SignCodeForm})
	}
	if a.Tries >= model.MaxTries {
		return a, ErrCodeOver
	}
	claimed, won, err := s.claim(ctx, a, model.Submit)
	if err != nil || !won {
		return claimed, err
	}
	return s.work(ctx, claimed, func(ctx context.Context) error { return s.confirm(ctx, claimed, code) })
}

// normaliseCode reads a code of 4 to 8 digits as a person types or pastes it.
func normaliseCode(s string) (string, bool) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '\u3000' || r == '\u00a0' || r == '\t':
			return -1
		}
		return r
	}, s)
	digits := !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	return s, digits && len(s) >= 4 && len(s) <= 8
}

// claim takes the agreement for one instruction to the bank; only one caller gets it.
// The others get what is stored.
func (s *Service) claim(ctx context.Context, a model.Agreement, e model.Event) (model.Agreement, bool, error) {
	to, err := model.States.Next(a.State, e)
	if err != nil {
		return a, false, fmt.Errorf("agreement %s: %w", a.ID, err)
	}
	from := a.State
	a.State, a.Waits, a.Open, a.Next = to, 0, true, s.Now().Add(s.Lease)
	won, err := s.Store.SwapAgreement(context.WithoutCancel(ctx), from, a)
	if err != nil {
		return a, false, fmt.Errorf("move agreement %s to %s: %w", a.ID, to, err)
	}
	if !won {
		a, err = s.stored(ctx, a)
		return a, false, err
	}
	a.Rev++
	s.watchers.wake(a.ID)
	s.record(ctx, a, e)
	return a, true, nil
}

// confirm sends the code and applies the answer.
func (s *Service) confirm(ctx context.Context, a model.Agreement, code string) error {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	r, err := s.Bank.Confirm(within, bankapi.Confirm{Ref: a.Ref, Bank: a.Bank, SMS: code})
	switch {
	case errors.Is(err, bankapi.ErrNotSent):
		return s.step(ctx, a, model.Retry, bankapi.Result{Message: words.SignBankBusy})
	case err != nil:
		s.Log.WarnContext(ctx, "bank answer to a code lost", "agreement", a.ID, "error", err)
		return s.wait(ctx, a)
	}
	if r.Code == bankapi.DayEnd || r.Code == bankapi.SystemError { // the code was not looked at
		return s.step(ctx, a, model.Retry, bankapi.Result{Code: r.Code, Message: words.SignBankBusy})
	}
	switch verdictOf(r) {
	case accepted:
		return s.verify(ctx, a, r)
	case refused:
		return s.refuse(ctx, a, r)
	case codeWrong:
		a.Tries++
		if r.Tries > 0 {
			a.Tries = max(a.Tries, model.MaxTries-r.Tries)
		}
		return s.step(ctx, a, model.Retry, bankapi.Result{Code: r.Code, Message: words.SignCodeWrong})
	case codeOver, vanished:
		a.Tries = model.MaxTries
		return s.step(ctx, a, model.Retry, bankapi.Result{Code: r.Code, Message: words.SignCodeOver})
	case challenged, busy, unknown:
	}
	return s.wait(ctx, a)
}

// Resend asks the bank for another SMS code, under a new reference. Errors are
// api.TooMany within ResendAfter of the last one, ErrCodesOver, ErrWaiting,
// ErrNotWaiting, ErrUnknown.
func (s *Service) Resend(ctx context.Context, payer, id string) (model.Agreement, error) {
	a, err := s.verifying(ctx, payer, id)
	if err != nil {
		return a, err
	}
	now := s.Now()
	if left := max(a.Sent.Add(ResendAfter).Sub(now), a.Doubt.Sub(now)); left > 0 {
		return a, tooSoon(left)
	}
	if a.Codes() >= model.MaxCodes {
		return a, ErrCodesOver
	}
	p, err := s.person(ctx, a.Payer)
	if err != nil {
		return a, err
	}
	n, err := s.Store.Numbers(ctx, id)
	if err != nil {
		return a, fmt.Errorf("numbers of agreement %s: %w", id, err)
	}
	a.Earlier = append(slices.Clone(a.Earlier), a.Ref)
	a.Ref = s.refer(a, "s", a.Codes())
	a.Sent, a.Tries, a.Reason, a.Code = now, 0, "", ""
	claimed, won, err := s.claim(ctx, a, model.Resend)
	if err != nil || !won {
		return claimed, err
	}
	return s.work(ctx, claimed, func(ctx context.Context) error { return s.sign(ctx, claimed, p, n) })
}

// Abandon gives up a signing that waits for its code, so that the payer can fill in
// another application. When the bank turns out to have the mandate, it is Verified.
func (s *Service) Abandon(ctx context.Context, payer, id string) (model.Agreement, error) {
	a, err := s.verifying(ctx, payer, id)
	if err != nil {
		return a, err
	}
	if left := a.Doubt.Sub(s.Now()); left > 0 {
		return a, tooSoon(left)
	}
	return s.work(ctx, a, func(ctx context.Context) error { return s.lapse(ctx, a, words.SignGivenUp) })
}

// verifying loads the payer's agreement and refuses one that does not wait for a code.
func (s *Service) verifying(ctx context.Context, payer, id string) (model.Agreement, error) {
	a, err := s.Own(ctx, payer, id)
	switch {
	case err != nil:
		return a, err
	case a.State == model.Verifying:
		return a, nil
	case a.State.InProgress():
		return a, ErrWaiting
	default:
		return a, ErrNotWaiting
	}
}
