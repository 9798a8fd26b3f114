package account

import (
	"context"
	"fmt"
	"strconv"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

func (d Deps) passwordPage() web.Route {
	return web.Page[page.Password]{
		Pattern: page.PathPassword, Frame: page.Frame{Title: "修改密码", Back: page.PathMe},
		Load: func(context.Context, *web.Request) (page.Password, error) { return page.Password{}, nil },
		Act:  d.changePassword,
	}.Route()
}

// changePassword ends the person's other sessions and tells them, wherever they are.
func (d Deps) changePassword(ctx context.Context, r *web.Request) (web.Answer[page.Password], error) {
	none := web.Answer[page.Password]{}
	p, known, err := d.People.Person(ctx, r.Person)
	if err != nil {
		return none, fmt.Errorf("load person %s: %w", r.Person, err)
	}
	if !known {
		return none, api.NotFound("")
	}
	err = d.Accounts.Change(ctx, rules.PasswordChange{
		Session: r.Session, Person: r.Person, Number: p.Document.Number, Phone: p.Phone, Address: r.Address,
		Old: r.Form.Get(page.PasswordFieldOld), Fresh: r.Form.Get(page.LoginFieldPassword), Again: r.Form.Get(page.PasswordFieldAgain),
	})
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return none, err
		}
		return web.Stay(page.Password{Problems: wrong}), nil
	}
	return web.GoSaying[page.Password](page.PathMe, "密码已修改，其他设备已退出登录"), d.Notices.Tell(ctx, notice.Notice{
		ID: "n:password:" + r.Person + ":" + strconv.FormatInt(r.Now.UnixMilli(), 36), Person: r.Person, Kind: notice.Password,
		Title: words.NoticePasswordTitle, Text: fmt.Sprintf(words.NoticePassword, r.Now.In(period.Zone).Format("2006-01-02 15:04")),
		Link: page.PathPassword,
	})
}
