package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/person"
)

// PasswordLogin is what someone types at 【密码登录】.
type PasswordLogin struct {
	Number   string // 证件号码, as typed
	Password string
	Address  string // where the request came from
}

// Login checks number and password and starts a session. The token goes into the
// cookie and nowhere else. Errors: api.Invalid for an empty field, ErrLogin,
// ErrLocked, api.TooMany, ErrBusy; the same whether the number is known or not,
// and after the same work.
func (s *Service) Login(ctx context.Context, in PasswordLogin) (token string, ses Session, err error) {
	number := idcard.Normalise(in.Number)
	var fields []page.Problem
	if number == "" {
		fields = append(fields, api.Field("number", idcard.ErrEmpty.Error()))
	}
	if in.Password == "" {
		fields = append(fields, api.Field("password", "请输入密码"))
	}
	if len(fields) > 0 {
		return "", Session{}, api.Invalid(fields...)
	}
	a, err := s.authenticate(ctx, Resident, number, in.Password, in.Address)
	if err != nil {
		return "", Session{}, err
	}
	return s.start(ctx, a)
}

// authenticate compares the password and keeps count of failures.
func (s *Service) authenticate(ctx context.Context, kind Kind, login, password, address string) (Account, error) {
	a, err := s.compare(ctx, kind, login, password, address)
	if err != nil {
		return Account{}, err
	}
	return a, s.passed(ctx, a, password, address)
}

// compare compares the password. An attempt is counted before it is made, so that many
// at once get no more than the few; passed forgets them.
func (s *Service) compare(ctx context.Context, kind Kind, login, password, address string) (Account, error) {
	if err := s.fromAddress(ctx, address); err != nil {
		return Account{}, err
	}
	key, now := triesKey(kind, login), s.Now()
	allowed, err := s.Tries.Try(ctx, key, now, now.Add(-s.Lock), s.Failures)
	if err != nil {
		return Account{}, fmt.Errorf("log in: %w", err)
	}
	a, known, err := s.Accounts.AccountByLogin(ctx, kind, login)
	if err != nil {
		return Account{}, fmt.Errorf("log in: %w", err)
	}
	if !allowed {
		s.note(ctx, Event{kind, a.Subject, "login", "locked", address})
		return Account{}, ErrLocked
	}
	hash := s.dummy
	if known && a.Hash != "" {
		hash = a.Hash
	}
	right, err := s.verify(ctx, hash, clip(password))
	if err != nil {
		return Account{}, err
	}
	if !right || !known {
		s.note(ctx, Event{kind, a.Subject, "login", "refused", address})
		return Account{}, ErrLogin
	}
	return a, nil
}

// passed notes that someone has proved who they are.
func (s *Service) passed(ctx context.Context, a Account, password, address string) error {
	if err := s.Tries.ForgetTries(ctx, triesKey(a.Kind, a.Login)); err != nil {
		return fmt.Errorf("log in: %w", err)
	}
	s.rehash(ctx, a, password)
	s.note(ctx, Event{a.Kind, a.Subject, "login", "ok", address})
	return nil
}

// clip bounds the work for a password that no account can have.
func clip(password string) string { return password[:min(len(password), 1024)] }

func triesKey(kind Kind, login string) string { return "login:" + string(kind) + ":" + login }

// rehash keeps up with a changed Cost. It is a service to the next login only.
func (s *Service) rehash(ctx context.Context, a Account, password string) {
	if strings.HasPrefix(a.Hash, s.Cost.prefix()) {
		return
	}
	hash, err := s.newHash(ctx, password)
	if err == nil {
		_, err = s.Accounts.SwapHash(ctx, a.ID, a.Hash, hash)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "password not hashed again", "account", a.ID, "error", err)
	}
}

// SMSLogin is what someone types at 【短信登录】.
type SMSLogin struct {
	Phone   string // 手机号, as typed
	Code    string // 短信验证码, as typed
	Address string
}

// LoginBySMS checks the code and starts a session. Errors: api.Invalid for a
// field that can't be right, ErrCode, api.TooMany.
func (s *Service) LoginBySMS(ctx context.Context, in SMSLogin) (token string, ses Session, err error) {
	phone, code := person.NormalisePhone(in.Phone), idcard.Normalise(in.Code)
	fields := append(phoneProblem(phone), codeProblem(code)...)
	if len(fields) > 0 {
		return "", Session{}, api.Invalid(fields...)
	}
	if err := s.fromAddress(ctx, in.Address); err != nil {
		return "", Session{}, err
	}
	c, err := s.checkCode(ctx, ForLogin, phone, code)
	if err == nil {
		err = s.take(ctx, c)
	}
	if errors.Is(err, ErrCode) {
		s.note(ctx, Event{Resident, "", "login_sms", "refused", in.Address})
	}
	if err != nil {
		return "", Session{}, err
	}
	a, known, err := s.Accounts.AccountByPhone(ctx, Resident, phone)
	if err != nil {
		return "", Session{}, fmt.Errorf("log in by code: %w", err)
	}
	if !known {
		return "", Session{}, ErrCode
	}
	// Who holds the phone is the person: the lock of the password ends too.
	if err := s.Tries.ForgetTries(ctx, triesKey(Resident, a.Login)); err != nil {
		return "", Session{}, fmt.Errorf("log in by code: %w", err)
	}
	s.note(ctx, Event{Resident, a.Subject, "login_sms", "ok", in.Address})
	return s.start(ctx, a)
}

func phoneProblem(phone string) []page.Problem {
	if err := person.CheckPhone(phone); err != nil {
		return []page.Problem{api.Field("phone", err.Error())}
	}
	return nil
}

func codeProblem(code string) []page.Problem {
	if len(code) != codeDigits {
		return []page.Problem{api.Field("code", "请输入6位短信验证码")}
	}
	return nil
}
