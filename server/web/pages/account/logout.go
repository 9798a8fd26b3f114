package account

import (
	"context"
	"fmt"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/page"
	"shebao/shared/person"
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
		if err := d.leaveLook(ctx, r); err != nil {
			return web.Answer[page.Logout]{}, err
		}
		if err := d.Push.Leave(ctx, r.Person, r.Session, r.Form.Get(page.PushFieldDevice)); err != nil {
			return web.Answer[page.Logout]{}, err
		}
	}
	r.SignOut()
	return web.GoSaying[page.Logout](page.PathLogin, "已退出登录"), nil
}

// leaveLook leaves no choice of the person's to whoever uses this browser next.
func (d Deps) leaveLook(ctx context.Context, r *web.Request) error {
	_, chosen, err := d.Displays.Display(ctx, r.Person)
	if err != nil {
		return fmt.Errorf("load display of %s: %w", r.Person, err)
	}
	if chosen {
		look(r, person.Standard)
	}
	return nil
}
