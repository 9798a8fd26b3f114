// Package captcha asks people for digits that programs find hard to read, as a picture
// or as speech. An answer counts once; several servers share the questions.
package captcha

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/dchest/captcha"

	"shebao/shared/idcard"
)

// Store keeps the digits of questions.
type Store interface {
	// HoldCaptcha stores the digits unless the id has some that expire after now, and
	// returns those that are stored.
	HoldCaptcha(ctx context.Context, id string, digits []byte, now, expires time.Time) ([]byte, error)
	// TakeCaptcha removes the id and returns its digits, to one caller only; none when
	// there are none or they expired before now.
	TakeCaptcha(ctx context.Context, id string, now time.Time) ([]byte, error)
}

// The questions.
const (
	Digits = 6
	Lasts  = 10 * time.Minute
	Width  = 240 // pixels of the picture
	Height = 80
)

// ErrID is for an id that New did not make.
var ErrID = errors.New("not the id of a captcha")

// Service asks and checks. Safe for concurrent use.
type Service struct {
	Store Store
	Now   func() time.Time
	NewID func(prefix string) string // a fresh id that can't be guessed
}

const prefix = "k"

// New names a new question. Its digits are drawn when somebody looks at it.
func (s *Service) New() string { return s.NewID(prefix) }

// Image is the question as a PNG picture.
func (s *Service) Image(ctx context.Context, id string) ([]byte, error) {
	digits, err := s.digits(ctx, id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := captcha.NewImage(id, digits, Width, Height).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("draw captcha: %w", err)
	}
	return b.Bytes(), nil
}

// Audio is the question read out in Chinese, as a WAV file.
func (s *Service) Audio(ctx context.Context, id string) ([]byte, error) {
	digits, err := s.digits(ctx, id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := captcha.NewAudio(id, digits, "zh").WriteTo(&b); err != nil {
		return nil, fmt.Errorf("speak captcha: %w", err)
	}
	return b.Bytes(), nil
}

func (s *Service) digits(ctx context.Context, id string) ([]byte, error) {
	if !valid(id) {
		return nil, ErrID
	}
	now := s.Now()
	digits, err := s.Store.HoldCaptcha(ctx, id, captcha.RandomDigits(Digits), now, now.Add(Lasts))
	if err != nil {
		return nil, fmt.Errorf("digits of a captcha: %w", err)
	}
	return digits, nil
}

func valid(id string) bool {
	if len(id) < 20 || len(id) > 40 || id[:1] != prefix {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// Check uses the question up and tells whether the answer was right. Spaces and full
// width are forgiven.
func (s *Service) Check(ctx context.Context, id, answer string) (bool, error) {
	if !valid(id) {
		return false, nil
	}
	digits, err := s.Store.TakeCaptcha(ctx, id, s.Now())
	if err != nil {
		return false, fmt.Errorf("check captcha: %w", err)
	}
	typed := []byte(idcard.Normalise(answer))
	for i := range typed {
		typed[i] -= '0'
	}
	return len(digits) == Digits && subtle.ConstantTimeCompare(typed, digits) == 1, nil
}
