package account

import (
	"context"
	"errors"
	"fmt"

	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/words"
)

// OwnPassword is the password that an officer has thought up in place of the one that they
// were given.
type OwnPassword struct {
	Officer  string
	User     string // 用户名
	Password string
	Session  string // its id: the one that stays
	Address  string
}

// OwnOfficer replaces the password that the officer was given and ends all their sessions but
// the one: whoever else knows it is out. Errors: api.Invalid for password, api.NotFound,
// api.Conflict, ErrBusy.
func (s *Service) OwnOfficer(ctx context.Context, p OwnPassword) error {
	if err := CheckPassword(p.Password, p.User); err != nil {
		return err
	}
	a, known, err := s.Accounts.AccountByLogin(ctx, Officer, p.User)
	if err != nil {
		return fmt.Errorf("own password of officer %s: %w", p.Officer, err)
	}
	if !known || a.Subject != p.Officer {
		return api.NotFound("")
	}
	same, err := s.verify(ctx, a.Hash, p.Password)
	if err != nil {
		return err
	}
	if same {
		return api.Invalid(api.Field(page.LoginFieldPassword, words.PasswordSame))
	}
	hash, err := s.newHash(ctx, p.Password)
	if err != nil {
		return err
	}
	swapped, err := s.Accounts.SwapHash(ctx, a.ID, a.Hash, hash)
	if err != nil {
		return fmt.Errorf("own password of officer %s: %w", p.Officer, err)
	}
	if !swapped {
		return api.Conflict("")
	}
	if err := s.Sessions.EndSessions(ctx, a.ID, p.Session); err != nil {
		return fmt.Errorf("own password of officer %s: %w", p.Officer, err)
	}
	s.note(ctx, Event{Officer, p.Officer, "password", "ok", p.Address})
	return nil
}

// ChangeOfficer gives an officer who knows their password another one, as Change does for
// residents; Person is the officer's id and Number the user name.
func (s *Service) ChangeOfficer(ctx context.Context, in PasswordChange) error {
	if wrong := in.check(); len(wrong) > 0 {
		return api.Invalid(wrong...)
	}
	ses := Session{ID: in.Session, Kind: Officer, Subject: in.Person, Account: officerAccount(in.Person)}
	err := s.ChangePassword(ctx, ses, in.Number, in.Old, in.Fresh, in.Address)
	if errors.Is(err, ErrLogin) {
		return api.Invalid(api.Field(page.PasswordFieldOld, "原密码不正确。连续输错5次将锁定15分钟，忘记密码的，请联系系统管理员重设"))
	}
	return err
}
