package admin

import (
	"context"

	"github.com/skip2/go-qrcode"

	rules "shebao/server/officer"
	"shebao/server/web"
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
		Title: "操作员", Note: "同一笔资金变动不能由同一角色既经办又复核。重设会更换密码和动态口令，并结束其全部登录。",
		Columns: columns("用户名", "姓名", "角色", "状态", "加入时间", "重设登录凭据", "停用或启用"),
	}
	for _, o := range list {
		state, change := page.Cell{Text: "在用", Tone: "ok"}, page.Cell{Text: "停用", Do: doDisable, ID: o.ID, Spoken: "停用 " + o.User}
		if o.Disabled {
			state, change = page.Cell{Text: "已停用", Tone: "off"}, page.Cell{Text: "启用", Do: doEnable, ID: o.ID, Spoken: "启用 " + o.User}
		}
		if o.ID == v.Officer.ID {
			change = text("本人")
		}
		s.List.Rows = append(s.List.Rows, []page.Cell{
			text(o.User), text(o.Name), text(o.Role.Label()), state, text(o.Created.In(period.Zone).Format("2006-01-02")),
			{Text: "重设", Do: doReset, ID: o.ID, Spoken: "重设 " + o.User + " 的登录凭据"},
			change,
		})
	}
	return s, err
}

func (d Deps) changeOfficer(ctx context.Context, v visit) (web.Answer[page.AdminOfficers], error) {
	none := web.Answer[page.AdminOfficers]{}
	what, id := v.Form.Get(page.AdminFieldDo), v.Form.Get(page.AdminFieldID)
	var fresh *rules.Fresh
	var err error
	switch what {
	case doAdd:
		var f rules.Fresh
		f, err = d.Officers.Add(ctx, rules.Addition{
			User: v.Form.Get(page.AdminFieldUser), Name: v.Form.Get(page.AdminFieldName), Role: model.Role(v.Form.Get(page.AdminFieldRole)), By: v.Officer.ID,
		})
		fresh, id = &f, f.Officer.ID
	case doReset:
		var f rules.Fresh
		f, err = d.Officers.Reset(ctx, id)
		fresh = &f
	case doDisable:
		err = d.Officers.Set(ctx, v.Officer.ID, id, rules.Disabled)
	default:
		what = doEnable
		err = d.Officers.Set(ctx, v.Officer.ID, id, rules.Active)
	}
	result := "ok"
	if err != nil {
		result = "refused"
	}
	if noted := d.note(ctx, v, "officer_"+what, id, result); noted != nil {
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
