package admin

import (
	"context"
	"strings"

	"shebao/server/account"
	"shebao/server/web"
	"shebao/shared/page"
)

func (d Deps) loginPage() web.Route {
	return web.Page[page.AdminLogin]{
		Pattern: page.PathAdminLogin, Access: web.Public,
		Frame: page.Frame{Title: "经办登录", Layout: page.LayoutPlain},
		Load:  func(_ context.Context, r *web.Request) (page.AdminLogin, error) { return d.login(r), nil },
		Act:   d.enter,
	}.Route()
}

func (d Deps) login(r *web.Request) page.AdminLogin {
	s := page.AdminLogin{Service: d.Service}
	if d.Demo != nil {
		s.Demo = d.Demo(r.Now)
	}
	return s
}

func (d Deps) enter(ctx context.Context, r *web.Request) (web.Answer[page.AdminLogin], error) {
	s := d.login(r)
	s.User = r.Form.Get(page.AdminFieldUser)
	token, ses, err := d.Accounts.LoginOfficer(ctx, account.OfficerLogin{
		User: strings.ToLower(strings.TrimSpace(s.User)), Password: r.Form.Get(page.AdminFieldPassword),
		Code: strings.TrimSpace(r.Form.Get(page.AdminFieldCode)), Address: r.Address,
	}, d.Officers)
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return web.Answer[page.AdminLogin]{}, err
		}
		s.Problems = wrong
		return web.Stay(s), nil
	}
	if r.Session != "" { // somebody else was logged in here: theirs ends
		if err := d.Accounts.Logout(ctx, account.Session{ID: r.Session, Kind: account.Officer, Subject: r.Person}, r.Address); err != nil {
			return web.Answer[page.AdminLogin]{}, err
		}
	}
	r.SignIn(token)
	o, _, err := d.Officers.Officer(ctx, ses.Subject)
	if err != nil {
		return web.Answer[page.AdminLogin]{}, err
	}
	if o.Initial {
		return web.Go[page.AdminLogin](page.PathAdminCredentials), nil
	}
	to := web.Local(r.Query.Get(page.AdminFieldNext))
	if to != page.PathAdmin && !strings.HasPrefix(to, page.PathAdmin+"/") || strings.HasPrefix(to, page.PathAdminLogout) {
		to = page.PathAdmin
	}
	return web.Go[page.AdminLogin](to), nil
}

func (d Deps) logoutPage() web.Route {
	return web.Page[page.Logout]{
		Pattern: page.PathAdminLogout, Access: web.Public,
		Frame: page.Frame{Title: "退出登录", Back: page.PathAdmin, Layout: page.LayoutPlain},
		Load: func(_ context.Context, r *web.Request) (page.Logout, error) {
			return page.Logout{SignedIn: r.Session != ""}, nil
		},
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.Logout], error) {
			if r.Session != "" {
				ses := account.Session{ID: r.Session, Kind: account.Officer, Subject: r.Person}
				if err := d.Accounts.Logout(ctx, ses, r.Address); err != nil {
					return web.Answer[page.Logout]{}, err
				}
			}
			r.SignOut()
			return web.GoSaying[page.Logout](page.PathAdminLogin, "已退出登录"), nil
		},
	}.Route()
}
