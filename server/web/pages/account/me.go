package account

import (
	"context"
	"fmt"

	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/person"
)

func (d Deps) mePage() web.Route {
	return web.Page[page.Me]{
		Pattern: page.PathMe, Frame: page.Frame{Title: "我的", Tab: page.PathMe}, Load: d.me,
	}.Route()
}

func (d Deps) me(ctx context.Context, r *web.Request) (page.Me, error) {
	p, known, err := d.People.Person(ctx, r.Person)
	if err != nil {
		return page.Me{}, fmt.Errorf("load person %s: %w", r.Person, err)
	}
	if !known {
		return page.Me{}, api.NotFound("")
	}
	agreements, err := d.Agreements.AgreementStates(ctx, r.Person)
	if err != nil {
		return page.Me{}, fmt.Errorf("list agreements of %s: %w", r.Person, err)
	}
	unread, err := d.Notices.Unread(ctx, r.Person)
	if err != nil {
		return page.Me{}, err
	}
	s := page.Me{
		Name: person.MaskName(p.Name), DocumentType: p.Document.Type.Label(), Document: p.Document.Masked(),
		Phone: person.MaskPhone(p.Phone), Unread: unread, Care: page.CareHere{On: r.Care, Here: page.PathMe},
	}
	for _, a := range agreements {
		if a.ObstacleOn(r.Today(), a.Authority) == agreement.None {
			s.Agreements++
		}
	}
	return s, nil
}

func (d Deps) carePage() web.Route {
	return web.Page[page.CareSwitch]{
		Pattern: page.PathCare, Access: web.Public,
		Frame: page.Frame{Title: "关怀模式", Back: page.PathMe, Layout: page.LayoutPlain},
		Load: func(_ context.Context, r *web.Request) (page.CareSwitch, error) {
			return page.CareSwitch{Care: page.CareHere{On: r.Care, Here: page.PathCare}}, nil
		},
		Act: d.prefer,
	}.Route()
}

// prefer keeps the choice in the browser, so that it holds before login, and with the
// person, so that it follows them to another phone.
func (d Deps) prefer(ctx context.Context, r *web.Request) (web.Answer[page.CareSwitch], error) {
	display, notice := person.Standard, "已退出关怀模式"
	if r.Form.Get(page.FieldCare) == page.CareOn {
		display, notice = person.Care, "已开启关怀模式"
	}
	if r.Person != "" {
		if err := d.Displays.SetDisplay(ctx, r.Person, display); err != nil {
			return web.Answer[page.CareSwitch]{}, fmt.Errorf("keep display of %s: %w", r.Person, err)
		}
	}
	if display == person.Care {
		r.Prefer(web.Care, "1")
	} else {
		r.Forget(web.Care)
	}
	return web.GoSaying[page.CareSwitch](web.Local(r.Form.Get(page.FieldHere)), notice), nil
}
