package admin

import (
	"context"
	"strconv"

	"shebao/server/doubt"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

const doQuery = "query"

// decidedShown is how many decisions of one state the list shows.
const decidedShown = 20

func (d Deps) paymentsPage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminPayments, title: "待核实缴费", see: model.SeeResidents, load: d.doubtList, act: d.queryPayment,
	})
}

func (d Deps) doubtList(ctx context.Context, v visit) (page.AdminList, error) {
	s := page.AdminList{
		Intro: "银行没有给出明确结果的扣款。系统会按间隔自动查询，绝不重新发送扣款；也可以现在就查询一次。" +
			"查询和对账文件都不能核实的，由一人提出认定、另一人复核。",
		Again: 10,
	}
	list, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, 200)
	if err != nil {
		return s, err
	}
	n, err := d.names(ctx)
	if err != nil {
		return s, err
	}
	proposed, err := d.Doubts.In(ctx, doubt.Proposed, 200)
	if err != nil {
		return s, err
	}
	by := map[string]doubt.Case{}
	for _, c := range proposed {
		by[c.ID] = c
	}
	t := page.Table{
		Title: "待核实", Columns: columns("缴费编号", "时间", "银行", "尾号", "金额（元）>", "已查询>", "下次查询", "认定", "办理", "查询"),
		Empty: "没有待核实的扣款。",
	}
	for _, p := range list {
		said := text("未提出")
		if c, ok := by[p.ID]; ok {
			said = page.Cell{Text: c.Verdict.Label() + " 待复核", Tone: "warn"}
		}
		ask := text("")
		if v.Officer.May(model.QueryPayments) {
			ask = page.Cell{Text: "立即查询", Do: doQuery, ID: p.ID, Spoken: "立即查询 " + brief(p.ID)}
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: brief(p.ID), Href: page.PathAdminResidents + "/" + p.Payer, Spoken: "缴费 " + p.ID + " 的居民"},
			text(clock(p.Created, v.Now)),
			text(bankName(p.Bank)), text(p.Account[max(0, len(p.Account)-4):]), text(p.Amount.Plain()), text(strconv.Itoa(p.Tries) + " 次"),
			text(clock(p.Next, v.Now)), said,
			{Text: "办理", Href: doubtPath(p.ID), Spoken: "办理 " + brief(p.ID)},
			ask,
		})
	}
	decided, err := d.decidedTable(ctx, v, n)
	s.Tables = []page.Table{t, decided}
	return s, err
}

// decidedTable is what officers have decided last.
func (d Deps) decidedTable(ctx context.Context, v visit, n names) (page.Table, error) {
	t := page.Table{
		Title: "近期认定", Columns: columns("缴费编号", "认定", "金额（元）>", "提出", "复核", "生效时间", "状态", "查看"), Empty: "还没有认定过。",
	}
	for _, state := range []doubt.State{doubt.Approved, doubt.Decided, doubt.Overtaken} {
		list, err := d.Doubts.Recent(ctx, state, decidedShown)
		if err != nil {
			return t, err
		}
		for _, c := range list {
			at := text("—")
			if !c.Ended.IsZero() {
				at = text(clock(c.Ended, v.Now))
			}
			t.Rows = append(t.Rows, []page.Cell{
				text(brief(c.ID)), text(c.Verdict.Label()), text(c.Amount.Plain()), text(n.of(c.Maker)), text(n.of(c.Checker)), at,
				{Text: c.State.Label(), Tone: doubtTone(c.State)},
				{Text: "查看", Href: doubtPath(c.ID), Spoken: "查看认定 " + brief(c.ID)},
			})
		}
	}
	return t, nil
}

func (d Deps) queryPayment(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	if err := v.must(model.QueryPayments); err != nil {
		return none, err
	}
	if v.Form.Get(page.AdminFieldDo) != doQuery {
		return none, api.NotFound("")
	}
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
