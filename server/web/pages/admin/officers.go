package admin

import (
	"context"
	"errors"

	"github.com/skip2/go-qrcode"

	rules "shebao/server/officer"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// What buttons on the page of officers do.
const (
	doAdd     = "add"
	doReset   = "reset"
	doDisable = "disable"
	doEnable  = "enable"
)

func (d Deps) officersPage() web.Route {
	return route(d, screen[page.AdminOfficers]{
		pattern: page.PathAdminOfficers, title: "操作员", see: model.ManageOffice, load: d.officerList, act: d.changeOfficer,
	})
}

func (d Deps) officerList(ctx context.Context, v visit) (page.AdminOfficers, error) {
	var s page.AdminOfficers
	for _, r := range model.Roles() {
		s.Roles = append(s.Roles, page.Fact{Label: r.Label(), Value: string(r)})
	}
	list, err := d.Officers.List(ctx)
	s.List = page.Table{
		Title: "操作员", Note: "同一笔资金变动不能由同一角色既经办又复核。新增或重设后，本人须先换成自己的密码和动态口令才能办理业务。",
		Columns: columns("用户名", "姓名", "角色", "状态", "加入时间", "重设登录凭据", "停用或启用"),
	}
	for _, o := range list {
		named := o.User + "（" + o.Name + "，" + o.Role.Label() + "）"
		state, change := page.Cell{Text: "在用", Tone: "ok"}, page.Cell{
			Text: "停用", Do: doDisable, ID: o.ID, Spoken: "确认停用 " + o.User, Ask: "停用 " + named + "？其全部登录立即结束，启用前不能再登录。",
		}
		if o.Initial {
			state = page.Cell{Text: "未设本人凭据", Tone: "warn"}
		}
		if o.Disabled {
			state, change = page.Cell{Text: "已停用", Tone: "off"}, page.Cell{Text: "启用", Do: doEnable, ID: o.ID, Spoken: "启用 " + o.User}
		}
		if o.ID == v.Officer.ID {
			change = text("本人")
		}
		s.List.Rows = append(s.List.Rows, []page.Cell{
			text(o.User), text(o.Name), text(o.Role.Label()), state, text(o.Created.In(period.Zone).Format("2006-01-02")),
			{
				Text: "重设", Do: doReset, ID: o.ID, Spoken: "确认重设 " + o.User + " 的登录凭据",
				Ask: "重设 " + named + " 的登录凭据？现有密码、动态口令和恢复码立即作废，其全部登录结束。",
			},
			change,
		})
	}
	return s, err
}

func (d Deps) changeOfficer(ctx context.Context, v visit) (web.Answer[page.AdminOfficers], error) {
	none := web.Answer[page.AdminOfficers]{}
	what := v.Form.Get(page.AdminFieldDo)
	who, fresh, err := d.setOfficer(ctx, v, what)
	if errors.Is(err, errNoSuchButton) {
		return none, api.NotFound("")
	}
	result := "ok"
	if err != nil {
		result = "refused"
	}
	if noted := d.note(ctx, v, "officer_"+what, who.ID, result, "role", string(who.Role), "by", v.Officer.ID); noted != nil {
		return none, noted
	}
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return none, err
		}
		s, err := d.officerList(ctx, v)
		s.Problems = wrong
		s.User, s.Name, s.Role = v.Form.Get(page.AdminFieldUser), v.Form.Get(page.AdminFieldName), v.Form.Get(page.AdminFieldRole)
		return web.Stay(s), err
	}
	if fresh == nil {
		return web.GoSaying[page.AdminOfficers](page.PathAdminOfficers, "已保存"), nil
	}
	s, err := d.officerList(ctx, v)
	if err != nil {
		return none, err
	}
	code, err := qr(fresh.URI)
	if err != nil {
		return none, err
	}
	s.Fresh = &page.FreshOfficer{
		User: fresh.Officer.User, Role: fresh.Officer.Role.Label(), Password: fresh.Password, Secret: fresh.Secret, Recovery: fresh.Recovery, QR: code,
	}
	return web.Show(s), nil
}

var errNoSuchButton = errors.New("no such button")

// setOfficer does what a button says. It returns whom it was done to, as far as that is known,
// and what to hand over to them, nil for nothing.
func (d Deps) setOfficer(ctx context.Context, v visit, what string) (model.Officer, *rules.Fresh, error) {
	if what == doAdd {
		in := rules.Addition{
			User: v.Form.Get(page.AdminFieldUser), Name: v.Form.Get(page.AdminFieldName), Role: model.Role(v.Form.Get(page.AdminFieldRole)), By: v.Officer.ID,
		}
		f, err := d.Officers.Add(ctx, in)
		if err != nil {
			return model.Officer{Role: in.Role}, nil, err
		}
		return f.Officer, &f, nil
	}
	id := v.Form.Get(page.AdminFieldID)
	o, _, err := d.Officers.Officer(ctx, id) // the rules refuse whom there is not
	if err != nil {
		return o, nil, err
	}
	o.ID = id
	switch what {
	case doReset:
		f, err := d.Officers.Reset(ctx, id)
		return o, &f, err
	case doDisable:
		return o, nil, d.Officers.Set(ctx, v.Officer.ID, id, rules.Disabled)
	case doEnable:
		return o, nil, d.Officers.Set(ctx, v.Officer.ID, id, rules.Active)
	default:
		return o, nil, errNoSuchButton
	}
}

// qr is the text as a QR code.
func qr(text string) (page.QR, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	var out page.QR
	for _, row := range code.Bitmap() {
		line := make([]byte, len(row))
		for i, dark := range row {
			line[i] = '0'
			if dark {
				line[i] = '1'
			}
		}
		out = append(out, string(line))
	}
	return out, nil
}
