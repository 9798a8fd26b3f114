package account

import (
	"context"
	"fmt"

	"shebao/shared/api"
	"shebao/shared/page"
)

// SecondFactor checks the one-time codes (动态口令) of officers.
type SecondFactor interface {
	// Verify tells whether the code is the officer's and uses it up.
	Verify(ctx context.Context, officer, code string) (bool, error)
}

// OfficerLogin is what an officer types at /admin/login.
type OfficerLogin struct {
	User     string // 用户名
	Password string // 密码
	Code     string // 动态口令, or a recovery code
	Address  string
}

// ErrOfficerLogin says that user name, password and one-time code don't go together.
var ErrOfficerLogin = api.Refuse("login_refused", "用户名、密码或动态口令不正确，请重新输入；动态口令每个只能用一次。")

// LoginOfficer checks all three and starts a session. The lock counts wrong passwords and
// wrong codes together. Errors: api.Invalid for an empty field, ErrOfficerLogin (the same
// whatever is wrong), ErrLocked, api.TooMany, ErrBusy.
func (s *Service) LoginOfficer(ctx context.Context, in OfficerLogin, factor SecondFactor) (string, Session, error) {
	var wrong []page.Problem
	for _, f := range []struct{ name, value, message string }{
		{"user", in.User, "请输入用户名"}, {"password", in.Password, "请输入密码"}, {"code", in.Code, "请输入动态口令"},
	} {
		if f.value == "" {
			wrong = append(wrong, api.Field(f.name, f.message))
		}
	}
	if len(wrong) > 0 {
		return "", Session{}, api.Invalid(wrong...)
	}
	a, err := s.compare(ctx, Officer, in.User, in.Password, in.Address)
	if err != nil {
		if api.CodeOf(err) == ErrLogin.Code {
			err = ErrOfficerLogin
		}
		return "", Session{}, err
	}
	right, err := factor.Verify(ctx, a.Subject, in.Code)
	if err != nil {
		return "", Session{}, fmt.Errorf("log in officer %s: %w", a.Subject, err)
	}
	if !right {
		s.note(ctx, Event{Officer, a.Subject, "login", "refused", in.Address})
		return "", Session{}, ErrOfficerLogin
	}
	if err := s.passed(ctx, a, in.Password, in.Address); err != nil {
		return "", Session{}, err
	}
	return s.start(ctx, a)
}

func officerAccount(id string) string { return string(Officer) + ":" + id }

// ProvideOfficer opens an officer's account; false when the user name has one.
func (s *Service) ProvideOfficer(ctx context.Context, id, user, name, password string) (bool, error) {
	hash, err := s.newHash(ctx, password)
	if err != nil {
		return false, err
	}
	added, err := s.Accounts.AddAccount(ctx, Account{
		ID: officerAccount(id), Kind: Officer, Subject: id, Login: user, Name: name, Hash: hash, Created: s.Now(),
	})
	if err != nil {
		return false, fmt.Errorf("provide account for officer %s: %w", id, err)
	}
	return added, nil
}

// ResetOfficer replaces an officer's password and ends all their sessions.
func (s *Service) ResetOfficer(ctx context.Context, id, user, password string) error {
	a, known, err := s.Accounts.AccountByLogin(ctx, Officer, user)
	if err != nil {
		return fmt.Errorf("reset officer %s: %w", id, err)
	}
	if !known || a.Subject != id {
		return api.NotFound("")
	}
	hash, err := s.newHash(ctx, password)
	if err != nil {
		return err
	}
	return s.replace(ctx, a, hash)
}

// EndOfficer ends all sessions of an officer.
func (s *Service) EndOfficer(ctx context.Context, id string) error {
	if err := s.Sessions.EndSessions(ctx, officerAccount(id), ""); err != nil {
		return fmt.Errorf("end sessions of officer %s: %w", id, err)
	}
	return nil
}
