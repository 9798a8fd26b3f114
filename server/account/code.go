package account

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"

	"shebao/server/caller"
	"shebao/shared/api"
	"shebao/shared/lang"
	"shebao/shared/person"
)

// Purpose is what a code is for; a code for one purpose is worth nothing for another.
type Purpose string

// The purposes.
const (
	ForLogin    Purpose = "login"
	ForRegister Purpose = "register"
)

const (
	codeDigits = 6
	sendWithin = 20 * time.Second
)

// CodeRequest asks for a code.
type CodeRequest struct {
	For     Purpose
	Phone   string   // as typed
	Address string   // the caller's
	Lang    lang.Tag // of the page on which it is asked for: the text is in it too
}

// SendCode sends a code of 6 digits to the phone (获取验证码). Who asks learns
// nothing of whether the phone is known: for an unknown one everything happens
// but the sending, and the sending is not waited for (Flush waits). Errors:
// api.Invalid for what is no phone, ErrCodeTooSoon, ErrCodeTooMany.
func (s *Service) SendCode(ctx context.Context, r CodeRequest) error {
	p, phone := r.For, person.NormalisePhone(r.Phone)
	if err := person.CheckPhone(phone); err != nil {
		return api.Invalid(api.Field("phone", err.Error()))
	}
	known, err := s.reachable(ctx, p, phone)
	if err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	code, err := s.newCode()
	if err != nil {
		return err
	}
	now := s.Now()
	if err := s.mayHave(ctx, r, phone, now); err != nil {
		return err
	}
	c := Code{Purpose: p, Phone: phone, Hash: s.codeHash(p, phone, code), Sent: now, Expires: now.Add(s.CodeLife)}
	stored, err := s.Codes.PutCode(ctx, c, now.Add(-s.CodeEvery))
	if err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	if !stored {
		return ErrCodeTooSoon
	}
	if known {
		s.send(ctx, phone, "【"+s.Service+"】"+s.say(r.Lang, "验证码："+code+"，5分钟内有效。请勿告诉他人，工作人员不会向您索要验证码。"))
	}
	return nil
}

// mayHave refuses with ErrCodeTooSoon or ErrCodeTooMany. It stands before the code is stored:
// what is stored can be guessed at, and replaces the code before it. The phone's minute comes
// before its day, so that asking too soon does not use up the day's codes.
func (s *Service) mayHave(ctx context.Context, r CodeRequest, phone string, now time.Time) error {
	if err := s.daily(ctx, "code-address:"+caller.Network(r.Address), s.AddressDaily); err != nil {
		return err
	}
	first, err := s.Tries.Try(ctx, minuteKey(r.For, phone), now, now.Add(-s.CodeEvery), 1)
	if err != nil {
		return fmt.Errorf("send code: %w", err)
	}
	if !first {
		return ErrCodeTooSoon
	}
	return s.daily(ctx, "code-phone:"+phone, s.PhoneDaily)
}

// minuteKey is under which a phone's minute is kept: until the next code, or until the code
// that was sent is used.
func minuteKey(p Purpose, phone string) string { return "code:" + string(p) + ":" + phone }

// say is a text in the language. The head of a text is the name under which the gateway
// knows the sender, so it is never translated.
func (s *Service) say(t lang.Tag, zh string) string {
	if s.Say == nil {
		return zh
	}
	return s.Say(t, zh)
}

func (s *Service) daily(ctx context.Context, key string, limit int) error {
	err := s.Allow(ctx, key, limit, 24*time.Hour)
	if errors.Is(err, api.TooMany(0)) {
		return ErrCodeTooMany
	}
	return err
}

func (s *Service) reachable(ctx context.Context, p Purpose, phone string) (bool, error) {
	if p == ForLogin {
		_, ok, err := s.Accounts.AccountByPhone(ctx, Resident, phone)
		return ok, err
	}
	return s.Population.KnowsPhone(ctx, phone)
}

func (s *Service) send(ctx context.Context, phone, text string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	s.sending.Go(func() {
		defer cancel()
		if err := s.SMS.Send(ctx, phone, text); err != nil {
			s.Log.ErrorContext(ctx, "text message not sent", "error", err)
		}
	})
}

func (s *Service) newCode() (string, error) {
	n, err := random(s.Random, 1_000_000)
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	return fmt.Sprintf("%0*d", codeDigits, n), nil
}

// random is a number from 0 to below n, each as likely as the others.
func random(r io.Reader, n int64) (int64, error) {
	const size = 8
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		return 0, err
	}
	// 64 bits for a million values: the bias is below one in 10¹³.
	return new(big.Int).Mod(new(big.Int).SetBytes(b), big.NewInt(n)).Int64(), nil
}

func (s *Service) codeHash(p Purpose, phone, code string) string {
	return hex.EncodeToString(s.keyed("code\x00"+string(p)+"\x00"+phone+"\x00"+code, 16))
}

// checkCode counts a try. The code stays good until use takes it.
func (s *Service) checkCode(ctx context.Context, p Purpose, phone, code string) (Code, error) {
	c, ok, err := s.Codes.TryCode(ctx, p, phone, s.Now(), s.CodeTries)
	if err != nil {
		return Code{}, fmt.Errorf("check code: %w", err)
	}
	if !ok || subtle.ConstantTimeCompare([]byte(c.Hash), []byte(s.codeHash(p, phone, code))) != 1 {
		return Code{}, ErrCode
	}
	return c, nil
}

// take uses a code up: of two who bring the same one, the second gets ErrCode.
func (s *Service) take(ctx context.Context, c Code) error {
	ok, err := s.Codes.TakeCode(ctx, c.Purpose, c.Phone, c.Hash)
	if err != nil {
		return fmt.Errorf("use code: %w", err)
	}
	if !ok {
		return ErrCode
	}
	if err := s.Tries.ForgetTries(ctx, minuteKey(c.Purpose, c.Phone)); err != nil {
		return fmt.Errorf("use code: %w", err)
	}
	return nil
}
