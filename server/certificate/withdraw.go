package certificate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shebao/shared/api"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
	"shebao/shared/notice"
	"shebao/shared/words"
)

// reasonReversed is what the holder reads when money went back and nobody said why.
const reasonReversed = "所列缴费记录已发生变化"

// maxReason is the longest reason of an officer, characters.
const maxReason = 200

// Withdrawal says who ends a certificate and why.
type Withdrawal struct {
	Officer string      // "" for the program
	Cause   model.Cause // what everybody sees who verifies the certificate
	Reason  string      // what its holder reads besides, at most 200 characters
}

func reversal(reason string) Withdrawal {
	return Withdrawal{Cause: model.Reversed, Reason: reason}
}

// Withdraw ends an issued certificate, which its holder is told and everybody who verifies
// it. Refusals: ErrUnknown, ErrCause, ErrNotIssued, ErrNotValid.
func (s *Service) Withdraw(ctx context.Context, id string, w Withdrawal) error {
	w.Reason = strings.TrimSpace(w.Reason)
	if n := utf8.RuneCountInString(w.Reason); w.Officer == "" || n == 0 || n > maxReason || !slices.Contains(model.Causes(), w.Cause) {
		return ErrCause
	}
	c, ok, err := s.Store.Certificate(ctx, id)
	switch {
	case err != nil:
		return fmt.Errorf("load certificate %s: %w", id, err)
	case !ok:
		return ErrUnknown
	case c.State == model.Withdrawn:
		return ErrNotValid
	case c.State != model.Ready:
		return ErrNotIssued
	}
	return s.withdraw(ctx, c, w)
}

// Reversed ends every certificate, made or being made, that states one of the
// declarations, because their money went back; reason is what the holders read, "" for no
// more than that. Call it after the declarations are no longer Paid: what is applied for
// from then on does not state them. It may be repeated and then changes nothing; after an
// error it has to be.
func (s *Service) Reversed(ctx context.Context, declarations []string, reason string) error {
	w := reversal(strings.TrimSpace(reason))
	if w.Reason == "" {
		w.Reason = reasonReversed
	}
	var failed error
	for _, d := range declarations {
		failed = errors.Join(failed, s.withdrawStating(ctx, d, w))
	}
	return failed
}

func (s *Service) withdrawStating(ctx context.Context, declaration string, w Withdrawal) error {
	var failed error
	for after := ""; ; {
		list, err := s.Store.CertificatesStating(ctx, declaration, after, listAtOnce)
		if err != nil {
			return errors.Join(failed, fmt.Errorf("certificates that state %s: %w", declaration, err))
		}
		for _, c := range list {
			after = c.ID
			if err := s.withdraw(ctx, c, w); err != nil {
				failed = errors.Join(failed, err)
			}
		}
		if len(list) < listAtOnce {
			return failed
		}
	}
}

// withdraw ends a certificate that may still change meanwhile. That it is to be audited
// and told is stored with its end, so a crash can't lose either.
func (s *Service) withdraw(ctx context.Context, c model.Record, w Withdrawal) error {
	for range swapRounds {
		if _, err := model.States.Next(c.State, model.Withdraw); err != nil {
			return nil //nolint:nilerr // it has ended, or was never issued
		}
		next := withoutFacts(c)
		next.Cause, next.Reason, next.EndedBy, next.Ended = w.Cause, w.Reason, w.Officer, s.Now()
		next.Untold, next.Next = true, s.Now().Add(s.Lease)
		swapped, err := s.swap(ctx, c.State, model.Withdraw, next)
		if err != nil {
			return err
		}
		if swapped {
			next.State, next.Rev = model.Withdrawn, next.Rev+1
			if err := s.announce(ctx, next); err != nil { // Work does it when the lease ends
				s.Log.ErrorContext(ctx, "tell of a withdrawn certificate", "certificate", c.ID, "error", err)
			}
			return nil
		}
		var ok bool
		if c, ok, err = s.Store.Certificate(ctx, c.ID); err != nil || !ok {
			return fmt.Errorf("load certificate %s: %w", next.ID, err)
		}
	}
	return api.Conflict("")
}

// announce puts the end of a certificate into the trail and tells its holder. It may be
// repeated.
func (s *Service) announce(ctx context.Context, c model.Record) error {
	if s.Trail != nil {
		e := Entry{
			Officer: c.EndedBy, Person: c.Person, Action: "withdraw", Subject: c.ID, Result: "ok",
			Details: map[string]string{"number": c.Number, "cause": string(c.Cause), "reason": c.Reason},
		}
		if err := s.Trail.Record(ctx, e); err != nil {
			return fmt.Errorf("audit of certificate %s: %w", c.ID, err)
		}
	}
	if s.Notices != nil {
		if err := s.Notices.Tell(ctx, ended(c)); err != nil {
			return fmt.Errorf("notice of certificate %s: %w", c.ID, err)
		}
	}
	told := withoutFacts(c)
	told.Untold = false
	if _, err := s.Store.SwapCertificate(ctx, model.Withdrawn, told); err != nil {
		return fmt.Errorf("close certificate %s: %w", c.ID, err)
	}
	return nil
}

// ended is what the holder reads.
func ended(c model.Record) notice.Notice {
	why := c.Cause.Label()
	if c.Reason != "" && c.Reason != reasonReversed {
		why += "（" + c.Reason + "）"
	}
	return notice.Notice{
		ID: "n:" + c.ID + ":" + string(model.Withdrawn), Person: c.Person, Kind: notice.Voided, Title: words.NoticeCertificateTitle,
		Text: "您的社会保险费缴费证明（编号 " + c.Number + "，费款所属期 " + c.Range.Months.String() + "）已由税务机关作废，原因：" + why +
			"。请勿再使用；已交给用证单位的，请告知其以记录查验的结果为准。仍需证明的，可重新申请。",
		Link: "/certificates/" + c.ID,
	}
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
