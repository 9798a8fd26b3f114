package admin

import (
	"context"
	"errors"
	"net/url"

	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// reconDay is an authority's day, looked at or not.
type reconDay struct {
	authority string
	date      period.Date
}

// dayActions puts on the page what the officer can do with the day it shows. The buttons name
// the day and send it: another one in the fields above counts only once it is shown.
func (d Deps) dayActions(s *page.AdminList, o officer.Officer, at reconDay, day reconcile.Day) {
	if day.Closed || !o.May(officer.Reconcile) && !o.May(officer.ApproveRecon) {
		return
	}
	which := d.City.Short(at.authority) + " " + at.date.String()
	s.Acts, s.ActsNote = which, "以下只办理这一天。要办理别的税务机关或日期，请先在上面选择，再按【查看】。"
	sends := []page.Fact{{Label: page.RunFieldAuthority, Value: at.authority}, {Label: page.AdminFieldDay, Value: at.date.String()}}
	s.Actions = append(s.Actions, page.RunAction{Do: doLook, Label: "核对 " + which, Weight: "primary", Sends: sends})
	if day.ID != "" && o.May(officer.ApproveRecon) {
		s.Actions = append(s.Actions, page.RunAction{
			Do: doClose, Label: "关账 " + which, Weight: "ghost", Ask: "关账 " + which + "？关账后这一天不能再核对和调整。",
			Sends: append(sends, page.Fact{Label: page.AdminFieldSeen, Value: day.Seen()}),
		})
	}
}

// dayPressed is the day whose button was pressed, as the form names it, and the visit that
// shows that day again.
func (d Deps) dayPressed(v visit) (visit, reconDay, error) {
	code := v.Form.Get(page.RunFieldAuthority)
	_, known := d.City.Authority(code)
	on, err := period.ParseDate(v.Form.Get(page.AdminFieldDay))
	if !known || err != nil {
		return v, reconDay{}, api.NotFound("")
	}
	r := *v.Request
	r.Query = url.Values{page.RunFieldAuthority: {code}, page.AdminFieldDay: {on.String()}}
	v.Request = &r
	return v, reconDay{code, on}, nil
}

func (d Deps) actOnDay(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	do := v.Form.Get(page.AdminFieldDo)
	if do != doLook && do != doClose {
		return none, api.NotFound("")
	}
	right := officer.ApproveRecon
	if do == doLook && v.Officer.May(officer.Reconcile) {
		right = officer.Reconcile
	}
	if err := v.must(right); err != nil {
		return none, err
	}
	v, at, err := d.dayPressed(v)
	if err != nil {
		return none, err
	}
	said := "已核对 "
	if do == doLook {
		_, err = d.Recon.Look(ctx, v.Officer.ID, at.authority, at.date)
	} else {
		said = "已关账 "
		_, err = d.Recon.Close(ctx, v.Officer.ID, at.authority, at.date, v.Form.Get(page.AdminFieldSeen))
	}
	if err == nil {
		return web.GoSaying[page.AdminList](reconPath(at.authority, at.date), said+d.City.Short(at.authority)+" "+at.date.String()), nil
	}
	return d.dayRefused(ctx, v, reconcile.DayID(at.authority, at.date), err)
}

// dayRefused shows the day as it is now and why it was refused.
func (d Deps) dayRefused(ctx context.Context, v visit, id string, err error) (web.Answer[page.AdminList], error) {
	var why *reconcile.Refusal
	if !errors.As(err, &why) {
		return web.Answer[page.AdminList]{}, err
	}
	if err := d.note(ctx, v, "day_"+v.Form.Get(page.AdminFieldDo), id, "refused", "why", why.Code, "cause", err.Error()); err != nil {
		return web.Answer[page.AdminList]{}, err
	}
	s, err := d.recon(ctx, v)
	s.Problems = []page.Problem{{Message: why.Message}}
	return web.Stay(s), err
}
