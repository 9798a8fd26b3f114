package account

import (
	"context"
	"fmt"
	"strconv"

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
		Phone: person.MaskPhone(p.Phone), Unread: unread, Care: page.CareHere{On: r.Care, Here: page.PathMe, Size: r.Display.Size()},
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
			return page.CareSwitch{Care: page.CareHere{On: r.Care, Here: page.PathCare, Size: r.Display.Size()}}, nil
		},
		Act: d.prefer,
	}.Route()
}

// prefer keeps the choice in the browser, so that it holds before login, and with the
// person, so that it follows them to another phone.
func (d Deps) prefer(ctx context.Context, r *web.Request) (web.Answer[page.CareSwitch], error) {
	display, notice := chosen(r)
	if r.Person != "" {
		if err := d.Displays.SetDisplay(ctx, r.Person, display); err != nil {
			return web.Answer[page.CareSwitch]{}, fmt.Errorf("keep display of %s: %w", r.Person, err)
		}
	}
	look(r, display)
	return web.GoSaying[page.CareSwitch](web.Local(r.Form.Get(page.FieldHere)), notice), nil
}

// look makes the screens of this browser look so.
func look(r *web.Request, d person.Display) {
	if d.Careful() {
		r.Prefer(web.Care, string(d))
	} else {
		r.Forget(web.Care)
	}
}

// chosen is the display that the form asks for, and what is said about it.
func chosen(r *web.Request) (person.Display, string) {
	if r.Form.Get(page.FieldCare) != page.CareOn {
		return person.Standard, "已退出关怀模式"
	}
	if size, err := strconv.Atoi(r.Form.Get(page.FieldSize)); err == nil {
		return person.CareOf(size), "字号已保存"
	}
	return person.Care, "已开启关怀模式"
}
