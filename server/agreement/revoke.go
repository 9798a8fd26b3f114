package agreement

import (
	"context"
	"errors"
	"fmt"

	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
)

// Revoke ends the payer's agreement (撤销). From the moment this returns without an
// error neither a payment nor a debit run can use it; the bank is told at once and,
// when its answer is lost, again until it has confirmed (Revoking until then). A
// payment that was already on its way is settled by the bank's answer to it. Errors
// are ErrRevoked, with the agreement, for one that is revoked already,
// ErrNotRevocable, ErrUnknown.
func (s *Service) Revoke(ctx context.Context, payer, id string) (model.Agreement, error) {
	a, err := s.Own(ctx, payer, id)
	if err != nil {
		return a, err
	}
	switch a.State {
	case model.Verified:
	case model.Revoking, model.Revoked:
		return a, ErrRevoked
	case model.Signing, model.Verifying, model.Confirming, model.Failed, model.Ended:
		return a, ErrNotRevocable
	}
	a.Ending = s.refer(a, "v", 1)
	a.Reason, a.Code = "", ""
	claimed, won, err := s.claim(ctx, a, model.Revoke)
	switch {
	case err != nil:
		return a, err
	case won:
		return s.work(ctx, claimed, func(ctx context.Context) error { return s.release(ctx, claimed) })
	case claimed.State == model.Verified: // only its notice was noted meanwhile
		return s.Revoke(ctx, payer, id)
	case claimed.State == model.Revoking, claimed.State == model.Revoked:
		return claimed, ErrRevoked
	default:
		return claimed, ErrNotRevocable
	}
}

// release tells the bank; the same reference until it answers, so telling again is safe.
func (s *Service) release(ctx context.Context, a model.Agreement) error {
	within, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	r, err := s.Bank.Revoke(within, bankapi.Revoke{Ref: a.Ending, Bank: a.Bank, Mandate: a.Mandate})
	if err != nil {
		if !errors.Is(err, bankapi.ErrNotSent) {
			s.Log.WarnContext(ctx, "bank answer to a revocation lost", "agreement", a.ID, "error", err)
		}
		return s.wait(ctx, a)
	}
	switch {
	case r.Code == bankapi.OK, r.Code.EndsMandate(): // it has none any more
		return s.step(ctx, a, model.Release, bankapi.Result{Code: r.Code})
	case r.Code.Outcome() == bankapi.Refused, r.Outcome() == bankapi.Refused: // for good under this reference
		a.Ending = s.refer(a, "v", a.Waits+2)
	}
	if a.Waits >= 3 {
		s.Log.ErrorContext(ctx, "bank does not revoke", "agreement", a.ID, "code", string(r.Code), "tries", a.Waits)
	}
	return s.wait(ctx, a)
}

// EndByBank marks that the bank no longer debits under the agreement (失效) and tells
// the payer. Doing it again changes nothing, nor does it for one that is revoked.
func (s *Service) EndByBank(ctx context.Context, id string, code bankapi.Code, reason string) error {
	for range 5 { // a notice or a lease may be noted meanwhile
		a, ok, err := s.Store.Agreement(ctx, id)
		if err != nil {
			return fmt.Errorf("load agreement %s: %w", id, err)
		}
		if !ok {
			return fmt.Errorf("end agreement %s: %w", id, errGone)
		}
		switch a.State {
		case model.Verified:
			if err := s.step(ctx, a, model.End, bankapi.Result{Code: code, Message: reason}); err != nil {
				return err
			}
		case model.Ended:
			if a.Open {
				return s.finish(ctx, a)
			}
			return nil
		case model.Revoking, model.Revoked:
			return nil
		case model.Signing, model.Verifying, model.Confirming, model.Failed:
			s.Log.ErrorContext(ctx, "the bank ended a mandate of an agreement without one", "agreement", id, "state", string(a.State))
			return nil
		}
	}
	return fmt.Errorf("end agreement %s: it changes all the time", id)
}
