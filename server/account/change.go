package account

import (
	"context"
	"errors"

	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/words"
)

// PasswordChange is what a resident who is logged in types at 【修改密码】.
type PasswordChange struct {
	Session string // its id: the one that stays
	Person  string
	Number  string // 证件号码, as registered
	Phone   string // as registered
	Old     string
	Fresh   string
	Again   string // Fresh, typed once more
	Address string
}

// Change gives a resident who knows their password another one, by the rules of registration,
// as ChangePassword does. Errors: api.Invalid for old, password and again; ErrLocked once the
// old one was wrong too often, which counts as logging in does; api.TooMany, api.Conflict, ErrBusy.
func (s *Service) Change(ctx context.Context, in PasswordChange) error {
	if wrong := in.check(); len(wrong) > 0 {
		return api.Invalid(wrong...)
	}
	ses := Session{ID: in.Session, Kind: Resident, Subject: in.Person, Account: string(Resident) + ":" + in.Person}
	err := s.ChangePassword(ctx, ses, in.Number, in.Old, in.Fresh, in.Address)
	if errors.Is(err, ErrLogin) {
		return api.Invalid(api.Field(page.PasswordFieldOld, words.PasswordOld))
	}
	return err
}

// check lists all that is wrong with the form.
func (in PasswordChange) check() []page.Problem {
	var wrong []page.Problem
	if in.Old == "" {
		wrong = append(wrong, api.Field(page.PasswordFieldOld, "请输入原密码"))
	}
	bad := CheckPassword(in.Fresh, in.Number, in.Phone)
	switch {
	case bad != nil:
		wrong = append(wrong, api.From(bad).Fields...)
	case in.Fresh == in.Old:
		wrong = append(wrong, api.Field(page.LoginFieldPassword, words.PasswordSame))
	case in.Fresh != in.Again:
		wrong = append(wrong, api.Field(page.PasswordFieldAgain, words.PasswordAgain))
	}
	return wrong
}
