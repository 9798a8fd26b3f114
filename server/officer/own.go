package officer

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"shebao/server/account"
	"shebao/shared/api"
	"shebao/shared/page"
)

// Owning is what an officer sends to replace credentials that somebody else has seen by
// their own: a password they thought up and the secret that Offer showed them alone.
type Owning struct {
	Officer  string
	Session  string // its id: the one that stays
	Password string
	Again    string // Password, typed once more
	Secret   string // base32
	Code     string // the secret's one-time code, which shows that the authenticator has it
	Address  string
}

// ErrOwned says that the credentials are the officer's own already.
var ErrOwned = api.Refuse("officer_owned", "您已经设置过自己的登录凭据。")

// Offer is a secret for the officer to take over, a new one when secret is "" or none.
func (s *Service) Offer(user, secret string) (Fresh, error) {
	raw, err := ParseSecret(secret)
	if err != nil || len(raw) != secretSize {
		raw = nil
	}
	return s.fresh(user, "", raw)
}

// Own makes the credentials the officer's own and returns the recovery codes, once. What they
// were given is good for nothing any more. Errors: api.Invalid, ErrOwned, api.NotFound, api.Conflict.
func (s *Service) Own(ctx context.Context, in Owning) ([]string, error) {
	o, ok, err := s.Store.Officer(ctx, in.Officer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("own credentials of %s: %w", in.Officer, err)
	case !ok:
		return nil, api.NotFound("")
	case !o.Initial:
		return nil, ErrOwned
	}
	secret, step, err := s.confirm(ctx, in)
	if err != nil {
		return nil, err
	}
	f, err := s.fresh(o.User, in.Password, secret)
	if err != nil {
		return nil, err
	}
	// The password first: after a crash in between the officer is asked again.
	err = s.Accounts.OwnOfficer(ctx, account.OwnPassword{Officer: o.ID, User: o.User, Password: in.Password, Session: in.Session, Address: in.Address})
	if err != nil {
		return nil, err
	}
	if ok, err = s.Store.OwnKeys(ctx, o.ID, Keys{secret, f.Recovery}, step); err != nil {
		return nil, fmt.Errorf("own credentials of %s: %w", o.ID, err)
	}
	if !ok {
		return nil, ErrOwned
	}
	return f.Recovery, nil
}

// confirm finds out that the officer's authenticator has a secret that is not the one they were given.
func (s *Service) confirm(ctx context.Context, in Owning) ([]byte, int64, error) {
	var wrong []page.Problem
	if in.Password != in.Again {
		wrong = append(wrong, api.Field(page.PasswordFieldAgain, "两次输入的新密码不一致，请重新输入"))
	}
	given, err := s.Store.OfficerSecret(ctx, in.Officer)
	if err != nil {
		return nil, 0, err
	}
	secret, err := ParseSecret(in.Secret)
	if err != nil || len(secret) != secretSize || bytes.Equal(secret, given) {
		return nil, 0, api.Invalid(append(wrong, api.Field(page.AdminFieldCode, "请扫描本页的二维码，再输入新的动态口令"))...)
	}
	step, right := match(secret, strings.Join(strings.Fields(in.Code), ""), s.Now())
	if !right {
		wrong = append(wrong, api.Field(page.AdminFieldCode, "动态口令不正确，请扫描本页的二维码，输入新增条目当前显示的 6 位数字"))
	}
	if len(wrong) > 0 {
		return nil, 0, api.Invalid(wrong...)
	}
	return secret, step, nil
}
