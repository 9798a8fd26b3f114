package account

import (
	"context"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/page"
)

func (d Deps) logoutPage() web.Route {
	return web.Page[page.Logout]{
		Pattern: page.PathLogout, Access: web.Public,
		Frame: page.Frame{Title: "退出登录", Back: page.PathMe, Layout: page.LayoutPlain},
		Load: func(_ context.Context, r *web.Request) (page.Logout, error) {
			return page.Logout{SignedIn: r.Session != ""}, nil
		},
		Act: d.logout,
	}.Route()
}

func (d Deps) logout(ctx context.Context, r *web.Request) (web.Answer[page.Logout], error) {
	if r.Session != "" {
		ses := rules.Session{ID: r.Session, Kind: rules.Resident, Subject: r.Person}
		if err := d.Accounts.Logout(ctx, ses, r.Address); err != nil {
			return web.Answer[page.Logout]{}, err
		}
		if err := d.Push.Leave(ctx, r.Person, r.Session, r.Form.Get(page.PushFieldDevice)); err != nil {
			return web.Answer[page.Logout]{}, err
		}
	}
	r.SignOut()
	return web.GoSaying[page.Logout](page.PathLogin, "已退出登录"), nil
}
