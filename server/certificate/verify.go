package certificate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/server/caller"
	"shebao/shared/api"
	model "shebao/shared/certificate"
	"shebao/shared/idcard"
)

// Limits of guessing.
const (
	perAddress       = 60 // checks in 10 minutes
	perTaxpayer      = 30 // checks of one taxpayer in an hour
	uploadsByAddress = 30 // files in 10 minutes
)

// Finding is what the register says about a certificate somebody presents.
type Finding struct {
	Record  model.Record
	Intact  bool // 内容完整: the register's facts are those that were signed
	Genuine bool // 真实签发: the register's facts carry our signature
	Status  Status
}

// MayCheck refuses with api.TooMany when the address's network or somebody on the taxpayer
// has checked too often. Who asks learns nothing about the certificate by it.
func (s *Service) MayCheck(ctx context.Context, address, taxpayer string) error {
	return errors.Join(
		s.Limiter.Allow(ctx, "verify-address:"+caller.Network(address), perAddress, 10*time.Minute),
		s.Limiter.Allow(ctx, "verify-taxpayer:"+idcard.Normalise(taxpayer), perTaxpayer, time.Hour))
}

// MayUpload refuses with api.TooMany when the address's network has sent too many files.
func (s *Service) MayUpload(ctx context.Context, address string) error {
	return s.Limiter.Allow(ctx, "verify-upload:"+caller.Network(address), uploadsByAddress, 10*time.Minute)
}

// Verify finds the certificate with this taxpayer id and check code, as people type them.
// False when there is none, whatever was wrong: the look-up is by one keyed hash of both,
// so it does the same for an unknown code, another person's code and a mistyped one.
func (s *Service) Verify(ctx context.Context, taxpayer, typed string) (Finding, bool, error) {
	code, err := model.ParseCheckCode(typed)
	if err != nil {
		code = model.CheckCode(typed) // no certificate has it; look all the same
	}
	c, ok, err := s.Store.CertificateByCheck(ctx, idcard.Normalise(taxpayer), string(code))
	if err != nil {
		return Finding{}, false, fmt.Errorf("look up a check code: %w", err)
	}
	if !ok {
		return Finding{}, false, nil
	}
	if c.Made.IsZero() { // nobody can have it yet
		return Finding{}, false, nil
	}
	status, err := s.Status(ctx, c)
	if err != nil {
		return Finding{}, false, err
	}
	if status == Withdrawn && c.State != model.Withdrawn { // just now: say why
		if c, ok, err = s.Store.Certificate(ctx, c.ID); err != nil || !ok {
			return Finding{}, false, fmt.Errorf("load certificate %s again: %w", c.ID, err)
		}
	}
	f := Finding{Record: c, Status: status}
	canonical, err := c.Facts.Canonical()
	f.Intact = err == nil && c.Facts.CheckCode == code
	f.Genuine = f.Intact && s.Attester.Attested(canonical, c.Proof)
	return f, true, nil
}

// Lookup says what the register knows of a certificate number: the latest edition that was
// issued with its state and code, withdrawn by now if it has to be; false when none was.
func (s *Service) Lookup(ctx context.Context, number string) (model.Record, bool, error) {
	latest, ok, err := s.Store.LatestEdition(ctx, number)
	if err != nil || !ok {
		return latest, false, err
	}
	c, ok, err := s.Store.Certificate(ctx, latest.ID)
	if err != nil || !ok {
		return c, false, err
	}
	status, err := s.Status(ctx, c)
	if err != nil {
		return c, false, err
	}
	if status == Withdrawn && c.State != model.Withdrawn { // just now
		c.State, c.Cause = model.Withdrawn, model.Reversed
	}
	return c, true, nil
}

// TooOften tells whether the error is a limit's.
func TooOften(err error) bool { return errors.Is(err, api.TooMany(0)) }
