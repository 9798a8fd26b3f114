package certificate

import (
	"context"
	"fmt"

	model "shebao/shared/certificate"
)

// maxEditions is the most editions of one number that are shown.
const maxEditions = 50

// Look returns anybody's certificate with its facts, for officers. Refusal: ErrUnknown.
func (s *Service) Look(ctx context.Context, id string) (model.Record, error) {
	c, ok, err := s.Store.Certificate(ctx, id)
	if err != nil {
		return c, fmt.Errorf("load certificate %s: %w", id, err)
	}
	if !ok {
		return model.Record{}, ErrUnknown
	}
	return c, nil
}

// Editions lists the editions of a certificate number without their facts, newest first.
func (s *Service) Editions(ctx context.Context, number string) ([]model.Record, error) {
	list, err := s.Store.Editions(ctx, number, maxEditions)
	if err != nil {
		return nil, fmt.Errorf("editions of a certificate: %w", err)
	}
	return list, nil
}
