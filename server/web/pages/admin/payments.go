package admin

import (
	"context"
	"strconv"

	"shebao/server/web"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

const doQuery = "query"

func (d Deps) paymentsPage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminPayments, title: "待核实缴费", see: model.QueryPayments, load: d.doubtList, act: d.queryPayment,
	})
}

func (d Deps) doubtList(ctx context.Context, v visit) (page.AdminList, error) {
	s := page.AdminList{
		Intro: "银行没有给出明确结果的扣款。系统会按间隔自动查询，绝不重新发送扣款；也可以现在就查询一次。",
		Again: 10,
	}
	list, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, 200)
	t := page.Table{
		Title: "待核实", Columns: columns("缴费编号", "时间", "银行", "账户", "银行流水", "金额（元）>", "已查询>", "下次查询", "办理"),
		Empty: "没有待核实的扣款。",
	}
	for _, p := range list {
		t.Rows = append(t.Rows, []page.Cell{
			{Text: brief(p.ID), Href: page.PathAdminResidents + "/" + p.Payer, Spoken: "缴费 " + p.ID + " 的居民"},
			text(clock(p.Created, v.Now)),
			text(bankName(p.Bank)), text(p.Account), text(p.Ref.Serial), text(p.Amount.Plain()), text(strconv.Itoa(p.Tries) + " 次"), text(clock(p.Next, v.Now)),
			{Text: "立即查询", Do: doQuery, ID: p.ID, Spoken: "立即查询 " + brief(p.ID)},
		})
	}
	s.Tables = []page.Table{t}
	return s, err
}

func (d Deps) queryPayment(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	id := v.Form.Get(page.AdminFieldID)
	ok, err := d.Records.HastenPayment(ctx, id, v.Now)
	if err != nil {
		return none, err
	}
	said, result := "已安排查询，结果稍后显示", "ok"
	if !ok {
		said, result = "这笔扣款已有结果", "settled"
	}
	if err := d.note(ctx, v, "payment_query", id, result); err != nil {
		return none, err
	}
	return web.GoSaying[page.AdminList](page.PathAdminPayments, said), nil
}
