package admin

import (
	"context"

	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankcard"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

func (d Deps) residentsPage() web.Route {
	return route(d, screen[page.AdminResidents]{
		pattern: page.PathAdminResidents, title: "居民查询", see: model.SeeResidents,
		load: func(context.Context, visit) (page.AdminResidents, error) {
			return page.AdminResidents{By: "number"}, nil
		},
		act: d.findResidents,
	})
}

// mostFound bounds what a search shows.
const mostFound = 50

// findResidents answers a search by post: what is asked may not stand in an address.
func (d Deps) findResidents(ctx context.Context, v visit) (web.Answer[page.AdminResidents], error) {
	s := page.AdminResidents{Find: v.Form.Get(page.AdminFieldFind), By: v.Form.Get(page.AdminFieldBy)}
	list, err := d.findPeople(ctx, s.By, s.Find)
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return web.Answer[page.AdminResidents]{}, err
		}
		s.Problems = wrong
		return web.Stay(s), nil
	}
	if err := d.note(ctx, v, "resident_search", "", "ok", "by", s.By, "found", count(len(list))); err != nil {
		return web.Answer[page.AdminResidents]{}, err
	}
	t := page.Table{Title: "查询结果", Columns: columns("姓名", "证件类型", "证件号码", "手机号", "办理"), Empty: "没有查到相符的居民，请核对后重新输入。"}
	for _, p := range list {
		t.Rows = append(t.Rows, []page.Cell{
			text(person.MaskName(p.Name)), text(p.Document.Type.Label()), text(p.Document.Masked()), text(person.MaskPhone(p.Phone)),
			{Text: "查看", Href: page.PathAdminResidents + "/" + p.ID, Spoken: "查看 " + p.Document.Masked()},
		})
	}
	s.Found = &t
	return web.Show(s), nil
}

// findPeople finds people by whole number of any document type, or by whole name.
func (d Deps) findPeople(ctx context.Context, by, what string) ([]person.Person, error) {
	if by == "name" {
		name := person.NormaliseName(what)
		if name == "" {
			return nil, api.Invalid(api.Field(page.AdminFieldFind, "请输入完整姓名"))
		}
		return d.Records.PeopleByName(ctx, name, mostFound)
	}
	number := idcard.Normalise(what)
	if number == "" {
		return nil, api.Invalid(api.Field(page.AdminFieldFind, "请输入完整证件号码"))
	}
	var out []person.Person
	for _, t := range idcard.Types() {
		p, ok, err := d.Records.PersonByDocument(ctx, idcard.Document{Type: t, Number: number})
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

func (d Deps) residentPage() web.Route {
	return route(d, screen[page.AdminResident]{
		pattern: page.PathAdminResident, title: "居民", tab: page.PathAdminResidents, back: page.PathAdminResidents, see: model.SeeResidents,
		load: d.resident,
	})
}

func (d Deps) resident(ctx context.Context, v visit) (page.AdminResident, error) {
	id := v.Query.Get("id")
	p, ok, err := d.Records.Person(ctx, id)
	if err != nil {
		return page.AdminResident{}, err
	}
	if !ok {
		return page.AdminResident{}, api.NotFound("")
	}
	if err := d.note(ctx, v, "resident_view", p.ID, "ok"); err != nil {
		return page.AdminResident{}, err
	}
	s := page.AdminResident{Name: person.MaskName(p.Name), Facts: []page.Fact{
		{Label: "证件类型", Value: p.Document.Type.Label()},
		{Label: "证件号码", Value: p.Document.Masked()},
		{Label: "国籍（地区）", Value: countryName(p.Nationality)},
		{Label: "手机号", Value: person.MaskPhone(p.Phone)},
	}}
	for _, load := range []func(context.Context, string) (page.Table, error){d.enrolmentTable, d.dueTable(v), d.paymentTable, d.agreementTable, d.noticeTable} {
		t, err := load(ctx, p.ID)
		if err != nil {
			return s, err
		}
		s.Tables = append(s.Tables, t)
	}
	return s, nil
}

func (d Deps) enrolmentTable(ctx context.Context, who string) (page.Table, error) {
	list, err := d.Records.AllEnrolments(ctx, who)
	t := page.Table{Title: "参保登记", Columns: columns("险种", "人员类别", "税务机关", "社保经办机构", "个人编号", "有效期", "政府代缴（元）>"), Empty: "没有参保登记。"}
	for _, e := range list {
		until := "长期"
		if !e.To.IsZero() {
			until = e.To.String()
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(e.Scheme.Label()), text(d.Rates.Rates().CategoryName(e.Scheme, e.Category)), text(d.City.Short(e.Authority)), text(e.Agency),
			text(e.Number), text(e.From.String() + " 至 " + until), text(e.Subsidy.Plain()),
		})
	}
	return t, err
}

func countryName(alpha3 string) string {
	if c, ok := idcard.CountryOf(alpha3); ok {
		return c.Name
	}
	return alpha3
}

func (d Deps) dueTable(v visit) func(ctx context.Context, who string) (page.Table, error) {
	return func(ctx context.Context, who string) (page.Table, error) { return d.dues(ctx, who, v.Today()) }
}

func (d Deps) dues(ctx context.Context, who string, today period.Date) (page.Table, error) {
	t := page.Table{Title: "应缴费款", Columns: columns("险种", "类型", "费款所属期", "截止日期", "金额（元）>", "状态"), Empty: "没有应缴费款。"}
	for _, scheme := range []contribution.Scheme{contribution.Pension, contribution.Medical} {
		list, err := d.Records.Dues(ctx, who, scheme)
		if err != nil {
			return t, err
		}
		for _, due := range list {
			amount := due.Amount.Plain()
			if due.Amount == 0 {
				amount = "按缴费金额设置"
			}
			kind := due.Kind.Label()
			if due.Reason != "" {
				kind += "（" + due.Reason + "）"
			}
			t.Rows = append(t.Rows, []page.Cell{
				text(scheme.Label()), text(kind), text(due.Period.String()), text(due.Deadline.String()), text(amount), dueState(due, today),
			})
		}
	}
	return t, nil
}

// dueState is a due's state, or that it can't be declared any more.
func dueState(due contribution.Due, today period.Date) page.Cell {
	switch due.State {
	case contribution.DueOpen:
		if due.Deadline.Before(today) {
			return page.Cell{Text: "已过截止日期", Tone: "off"}
		}
		return page.Cell{Text: "待申报", Tone: "warn"}
	case contribution.DueDeclared:
		return page.Cell{Text: "已申报", Tone: "warn"}
	case contribution.DuePaid:
		return page.Cell{Text: "已缴费", Tone: "ok"}
	case contribution.DueClosed:
		return page.Cell{Text: "已结清（重复缴费已退）", Tone: "off"}
	default:
		return text(string(due.State))
	}
}

func (d Deps) paymentTable(ctx context.Context, who string) (page.Table, error) {
	list, err := d.Records.PaymentsOf(ctx, who, 30)
	t := page.Table{Title: "扣款", Columns: columns("编号", "时间", "银行", "账户", "金额（元）>", "状态", "银行说明"), Empty: "没有扣款。"}
	for _, p := range list {
		t.Rows = append(t.Rows, []page.Cell{
			text(brief(p.ID)), text(p.Created.In(period.Zone).Format("2006-01-02 15:04")), text(bankName(p.Bank)), text(p.Account),
			text(p.Amount.Plain()), paymentState(p.State), text(p.Reason),
		})
	}
	return t, err
}

func paymentState(s contribution.PaymentState) page.Cell {
	switch s {
	case contribution.Succeeded:
		return page.Cell{Text: s.Label(), Tone: "ok"}
	case contribution.Failed:
		return page.Cell{Text: s.Label(), Tone: "bad"}
	case contribution.InDoubt:
		return page.Cell{Text: "待核实", Tone: "warn"}
	case contribution.Pending, contribution.Sending:
		return page.Cell{Text: s.Label(), Tone: "warn"}
	case contribution.Cancelled:
		return page.Cell{Text: s.Label(), Tone: "off"}
	default:
		return text(string(s))
	}
}

func (d Deps) agreementTable(ctx context.Context, who string) (page.Table, error) {
	list, err := d.Records.Agreements(ctx, who)
	return d.agreements("缴费协议", list), err
}

func (d Deps) agreements(title string, list []agreement.Agreement) page.Table {
	t := page.Table{Title: title, Columns: columns("协议", "申请时间", "银行", "账户", "户名", "税务机关", "生效日期", "状态"), Empty: "没有缴费协议。"}
	for _, a := range list {
		tone := "off"
		switch a.State {
		case agreement.Verified:
			tone = "ok"
		case agreement.Signing, agreement.Verifying, agreement.Confirming, agreement.Revoking:
			tone = "warn"
		case agreement.Failed:
			tone = "bad"
		case agreement.Revoked, agreement.Ended:
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: brief(a.ID), Href: page.PathAdminResidents + "/" + a.Payer, Spoken: "查看协议 " + a.ID + " 的居民"},
			text(a.Applied.In(period.Zone).Format("2006-01-02 15:04")), text(bankName(a.Bank)), text(a.Account), text(a.Holder),
			text(d.City.Short(a.Authority)), text(a.Effective.String()),
			{Text: a.State.Label(), Tone: tone},
		})
	}
	return t
}

func (d Deps) noticeTable(ctx context.Context, who string) (page.Table, error) {
	list, err := d.Records.Notices(ctx, who, "", 20)
	t := page.Table{Title: "消息", Columns: columns("时间", "标题", "已读"), Empty: "没有消息。"}
	for _, n := range list {
		read := "是"
		if n.Unread {
			read = "否"
		}
		t.Rows = append(t.Rows, []page.Cell{text(n.At.In(period.Zone).Format("2006-01-02 15:04")), text(n.Title), text(read)})
	}
	return t, err
}

func bankName(code string) string {
	if b, ok := bankcard.Lookup(code); ok {
		return b.Name
	}
	return code
}
