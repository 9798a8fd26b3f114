package admin

import (
	"context"

	"shebao/server/account"
	rules "shebao/server/officer"
	"shebao/server/web"
	"shebao/shared/page"
)

// credentialsPage is where officers make the credentials that were handed to them their own,
// and later change the password. It is the one page that opens before they have.
func (d Deps) credentialsPage() web.Route {
	return web.Page[page.AdminCredentials]{
		Pattern: page.PathAdminCredentials, Access: web.Officer,
		Frame: page.Frame{Title: "登录凭据", Back: page.PathAdmin, Layout: page.LayoutConsole},
		Load: func(ctx context.Context, r *web.Request) (page.AdminCredentials, error) {
			v, err := d.here(ctx, r)
			if err != nil {
				return page.AdminCredentials{}, err
			}
			return d.credentials(v)
		},
		Act: d.changeCredentials,
	}.Route()
}

// credentials offers a secret to whom has none of their own: another one each time, unless it
// comes back with the form.
func (d Deps) credentials(v visit) (page.AdminCredentials, error) {
	s := page.AdminCredentials{Initial: v.Officer.Initial}
	if !s.Initial {
		return s, nil
	}
	offer, err := d.Officers.Offer(v.Officer.User, v.Form.Get(page.AdminFieldSecret))
	if err != nil {
		return s, err
	}
	s.Secret = offer.Secret
	s.QR, err = qr(offer.URI)
	return s, err
}

func (d Deps) changeCredentials(ctx context.Context, r *web.Request) (web.Answer[page.AdminCredentials], error) {
	none := web.Answer[page.AdminCredentials]{}
	v, err := d.here(ctx, r)
	if err != nil {
		return none, err
	}
	if !v.Officer.Initial {
		return d.changePassword(ctx, v)
	}
	recovery, err := d.Officers.Own(ctx, rules.Owning{
		Officer: v.Officer.ID, Session: v.Session, Password: v.Form.Get(page.LoginFieldPassword), Again: v.Form.Get(page.PasswordFieldAgain),
		Secret: v.Form.Get(page.AdminFieldSecret), Code: v.Form.Get(page.AdminFieldCode), Address: v.Address,
	})
	if err != nil {
		return d.notChanged(v, err)
	}
	if err := d.note(ctx, v, "officer_own", v.Officer.ID, "ok"); err != nil {
		return none, err
	}
	return web.Show(page.AdminCredentials{Recovery: recovery}), nil
}

func (d Deps) changePassword(ctx context.Context, v visit) (web.Answer[page.AdminCredentials], error) {
	err := d.Accounts.ChangeOfficer(ctx, account.PasswordChange{
		Session: v.Session, Person: v.Officer.ID, Number: v.Officer.User, Old: v.Form.Get(page.PasswordFieldOld),
		Fresh: v.Form.Get(page.LoginFieldPassword), Again: v.Form.Get(page.PasswordFieldAgain), Address: v.Address,
	})
	if err != nil {
		return d.notChanged(v, err)
	}
	return web.GoSaying[page.AdminCredentials](page.PathAdmin, "密码已修改，其他设备上的登录已退出"), nil
}

// notChanged shows the form again with what was wrong.
func (d Deps) notChanged(v visit, err error) (web.Answer[page.AdminCredentials], error) {
	wrong, ok := problems(err)
	if !ok {
		return web.Answer[page.AdminCredentials]{}, err
	}
	s, err := d.credentials(v)
	s.Problems = wrong
	return web.Stay(s), err
}
