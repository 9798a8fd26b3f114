package certificate

import (
	"context"
	"errors"
	"fmt"

	"shebao/shared/api"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
)

// reasonReversed is why a certificate ends when money went back.
const reasonReversed = "所列缴费记录已发生退费，请重新申请证明"

// Withdraw ends the certificate for the officer's reason, which its holder and those who
// verify it see. Refusals: ErrUnknown, ErrNotValid.
func (s *Service) Withdraw(ctx context.Context, officer, id, reason string) error {
	c, ok, err := s.Store.Certificate(ctx, id)
	if err != nil {
		return fmt.Errorf("load certificate %s: %w", id, err)
	}
	if !ok {
		return ErrUnknown
	}
	if c.State == model.Withdrawn {
		return ErrNotValid
	}
	return s.withdraw(ctx, c, Entry{Officer: officer}, reason)
}

// WithdrawReversed ends every certificate that states the declaration. It may be repeated.
func (s *Service) WithdrawReversed(ctx context.Context, declaration string) error {
	list, err := s.Store.CertificatesStating(ctx, declaration)
	if err != nil {
		return fmt.Errorf("certificates that state %s: %w", declaration, err)
	}
	var failed error
	for _, c := range list {
		if c.State != model.Withdrawn {
			failed = errors.Join(failed, s.withdraw(ctx, c, Entry{}, reasonReversed))
		}
	}
	return failed
}

func (s *Service) withdraw(ctx context.Context, c model.Record, by Entry, reason string) error {
	c.Reason, c.Ended = reason, s.Now()
	swapped, err := s.swap(ctx, c.State, model.Withdraw, withoutFacts(c))
	if err != nil {
		return err
	}
	if !swapped {
		return api.Conflict("")
	}
	by.Person, by.Action, by.Subject, by.Result = c.Person, "withdraw", c.ID, "ok"
	s.note(ctx, by)
	return nil
}

// withoutFacts leaves the stored facts as they are.
func withoutFacts(c model.Record) model.Record {
	c.Facts = model.Facts{}
	return c
}

// stands tells whether everything that the certificate states is still paid.
func (s *Service) stands(ctx context.Context, c model.Record) (bool, error) {
	ds, err := s.Payments.DeclarationsByID(ctx, c.Declarations)
	if err != nil {
		return false, fmt.Errorf("contributions on certificate %s: %w", c.ID, err)
	}
	paid := 0
	for _, d := range ds {
		if d.Pay == contributions.Paid {
			paid++
		}
	}
	return paid == len(c.Declarations), nil
}
