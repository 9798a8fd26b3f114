package certificate

import (
	"context"
	"fmt"

	model "shebao/shared/certificate"
)

// PageSize is how many certificates a list shows at a time.
const PageSize = 20

// Own returns the person's certificate with its facts. Anybody else's is ErrUnknown.
func (s *Service) Own(ctx context.Context, person, id string) (model.Record, error) {
	c, ok, err := s.Store.Certificate(ctx, id)
	if err != nil {
		return c, fmt.Errorf("load certificate %s: %w", id, err)
	}
	if !ok || person == "" || c.Person != person {
		return model.Record{}, ErrUnknown
	}
	return c, nil
}

// List lists the person's certificates without their facts, newest first.
func (s *Service) List(ctx context.Context, f Filter) ([]model.Record, error) {
	list, err := s.Store.CertificatesBetween(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list certificates of %s: %w", f.Person, err)
	}
	return list, nil
}

// Status is whether a certificate may be relied on.
type Status string

// The statuses.
const (
	Valid     Status = "valid"
	Withdrawn Status = "withdrawn"
	Reissued  Status = "reissued" // a later edition was issued and replaces it
	Unmade    Status = "unmade"   // it was never issued
)

// Status says whether the certificate may be relied on now. One that states a
// contribution that is no longer paid is withdrawn by it.
func (s *Service) Status(ctx context.Context, c model.Record) (Status, error) {
	switch c.State {
	case model.Withdrawn:
		return Withdrawn, nil
	case model.Ready:
	case model.Making, model.Failed:
		return Unmade, nil
	}
	latest, ok, err := s.Store.LatestEdition(ctx, c.Number)
	if err != nil {
		return Unmade, fmt.Errorf("latest edition of certificate %s: %w", c.ID, err)
	}
	if ok && latest.Edition > c.Edition {
		return Reissued, nil
	}
	stands, err := s.stands(ctx, c)
	if err != nil || stands {
		return Valid, err
	}
	return Withdrawn, s.withdraw(ctx, c, reversal(reasonReversed))
}

// Document returns the signed document of a person's certificate. ErrUnknown when it is
// not made, withdrawn or not theirs.
func (s *Service) Document(ctx context.Context, person, id string) (model.Record, []byte, error) {
	c, err := s.Own(ctx, person, id)
	if err != nil {
		return c, nil, err
	}
	if c.State != model.Ready {
		return c, nil, ErrUnknown
	}
	document, ok, err := s.Store.CertificateFile(ctx, id)
	if err != nil {
		return c, nil, fmt.Errorf("document of certificate %s: %w", id, err)
	}
	if !ok {
		return c, nil, ErrUnknown
	}
	return c, document, nil
}
