package account

import (
	"context"
	"fmt"
	"time"

	"shebao/shared/person"
)

// Standing is where somebody stands with the newest code of a phone. It is the same whether
// the phone is known: for an unknown one a code is kept too.
type Standing struct {
	Left int           // guesses that are left at it; 0 when no code is good
	Wait time.Duration // until the next one can be asked for
}

// Standing tells how many guesses and how much waiting are left for the phone, as typed.
func (s *Service) Standing(ctx context.Context, p Purpose, phone string) (Standing, error) {
	c, tries, ok, err := s.Codes.LookCode(ctx, p, person.NormalisePhone(phone))
	if err != nil {
		return Standing{}, fmt.Errorf("look at code: %w", err)
	}
	if !ok {
		return Standing{}, nil
	}
	now := s.Now()
	at := Standing{Wait: max(0, c.Sent.Add(s.CodeEvery).Sub(now))}
	if c.Expires.After(now) {
		at.Left = max(0, s.CodeTries-tries)
	}
	return at, nil
}
