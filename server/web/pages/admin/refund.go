package admin

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	rules "shebao/server/refund"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/refund"
)

// What buttons on the page of a refund do.
const (
	refundCheck  = "check"
	refundRefuse = "refuse"
	refundRetry  = "retry"
)

func (d Deps) refundPage() web.Route {
	return route(d, screen[page.AdminRefund]{
		pattern: page.PathAdminRefund, title: "退费", tab: page.PathAdminRefunds, back: page.PathAdminRefunds, see: model.SeeResidents,
		load: d.refund, act: d.actOnRefund,
	})
}

func (d Deps) refund(ctx context.Context, v visit) (page.AdminRefund, error) {
	e, err := d.Refunds.Evidence(ctx, v.Query.Get("id"))
	if errors.Is(err, rules.RefuseUnknown) {
		return page.AdminRefund{}, api.NotFound(rules.RefuseUnknown.Message)
	}
	if err != nil {
		return page.AdminRefund{}, err
	}
	x := e.Refund
	if err := d.note(ctx, v, "refund_view", x.ID, "ok"); err != nil {
		return page.AdminRefund{}, err
	}
	s := page.AdminRefund{
		Case: page.AdminCase{
			Title: "退费 " + x.Title(), State: x.State.Label(), Tone: refundTone(x.State), Seen: strconv.Itoa(x.Seen()),
		},
		Step: refundStep(x.State),
	}
	if s.Case.Facts, err = d.refundFacts(ctx, x); err != nil {
		return s, err
	}
	if s.Tables, err = d.evidence(ctx, v, e); err != nil {
		return s, err
	}
	s.Case.Actions, s.Case.Waits = refundActions(v.Officer, x)
	s.Case.History = d.refundHistory(ctx, x)
	if !x.State.Final() || x.Open {
		s.Live = "/admin/live/refunds/" + url.PathEscape(x.ID) + "?shown=" + url.QueryEscape(x.Shown())
	}
	return s, nil
}

// refundStep is the index of the step; -1 for refunds that ended without money.
func refundStep(s refund.State) int {
	switch s {
	case refund.Applied:
		return 1
	case refund.Checked:
		return 2
	case refund.Approved, refund.Sending, refund.InDoubt, refund.Failed:
		return 3
	case refund.Refunded:
		return 4
	case refund.Refused, refund.Withdrawn:
		return -1
	default:
		return -1
	}
}

func (d Deps) refundFacts(ctx context.Context, x refund.Refund) ([]page.Fact, error) {
	payer, err := d.personName(ctx, x.Person)
	if err != nil {
		return nil, err
	}
	insured, err := d.personName(ctx, x.Insured)
	if err != nil {
		return nil, err
	}
	facts := []page.Fact{
		{Label: "退费金额", Value: x.Amount.Display()},
		{Label: "退费原因", Value: x.Reason.Label()},
		{Label: "情况说明", Value: dash(x.Says)},
		{Label: "缴费人（收款人）", Value: payer},
		{Label: "参保人", Value: insured},
		{Label: "退回账户", Value: bankName(x.Bank) + " " + x.Account},
		{Label: "税务机关", Value: d.City.Short(x.Authority)},
		{Label: "申请时间", Value: clockTime(x.Applied)},
		{Label: "申请编号", Value: x.ID},
		{Label: "原扣款流水", Value: x.Original.Serial},
	}
	if x.Refused != "" {
		facts = append(facts, page.Fact{Label: "不予退费原因", Value: x.Refused})
	}
	if x.Attempt > 0 {
		facts = append(facts, page.Fact{Label: "退款流水", Value: x.Ref.Serial}, page.Fact{Label: "银行流水号", Value: dash(x.Trace)},
			page.Fact{Label: "银行答复", Value: dash(strings.TrimSpace(string(x.Code) + " " + x.Answer))})
	}
	return facts, nil
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// evidence is what the refund is decided by: the payment, its due, what else was paid for
// the same period, and the certificates that will end.
func (d Deps) evidence(ctx context.Context, v visit, e rules.Evidence) ([]page.Table, error) {
	x, due := e.Refund, dueState(e.Due, v.Today())
	if x.Reason == refund.Surplus {
		return []page.Table{d.takenByBank(e)}, nil
	}
	paid := page.Table{Title: "原缴费", Columns: columns("电子税票号", "缴款时间", "渠道", "本笔（元）>", "扣款合计（元）>", "缴费状态", "费款状态", "缴费期止")}
	paid.Rows = [][]page.Cell{{
		text(x.Ticket), text(clockTime(e.Declaration.Settled.At)), text(e.Declaration.Settled.Channel.Label()),
		text(x.Amount.Plain()), text(e.Payment.Amount.Plain()), text(e.Declaration.Pay.Label()), due, text(e.Due.Deadline.String()),
	}}
	last, ends := x.Reason.LastDay(e.Declaration)
	paid.Note = "该原因随时可以申请。"
	if ends {
		paid.Note = "该原因最迟 " + last.String() + " 申请，以申请日为准。"
	}
	others := page.Table{
		Title: "同一参保人、同一险种、同一期间的其他缴费", Columns: columns("电子税票号", "所属期", "缴款时间", "渠道", "金额（元）>", "缴费人"),
		Empty: "系统中没有其他缴费。以重复缴费申请的，请按情况说明向有关渠道核实凭证。",
	}
	for _, o := range e.Others {
		who, err := d.personName(ctx, o.Payer)
		if err != nil {
			return nil, err
		}
		others.Rows = append(others.Rows, []page.Cell{
			text(o.Settled.Ticket), text(o.Period.String()), text(clockTime(o.Settled.At)), text(o.Settled.Channel.Label()), text(o.Amount.Plain()), text(who),
		})
	}
	papers := page.Table{Title: "受影响的缴费证明", Columns: columns("证明编号", "申请时间", "状态", "查看"), Empty: "没有证明列有这笔缴费。"}
	if x.State != refund.Refunded {
		papers.Note = "退费成功后，列有这笔缴费的证明自动失效，并通知持有人。"
	}
	for _, c := range e.Certificates {
		papers.Rows = append(papers.Rows, []page.Cell{
			text(dash(c.Number)), text(clockTime(c.Applied)), text(c.State),
			{Text: "查看", Href: page.PathAdminCertificates + "/" + c.ID, Spoken: "查看证明 " + c.Number},
		})
	}
	return []page.Table{paid, others, papers}, nil
}

// takenByBank is the debit that reconciliation found and that no contribution stands for.
func (d Deps) takenByBank(e rules.Evidence) page.Table {
	t := page.Table{
		Title: "银行多扣的款项", Note: "由对账发现，已经两人核定，没有对应的费款。", Columns: columns("原扣款流水", "原扣款日期", "我方缴费", "缴费状态", "退回（元）>"),
	}
	state := text("我方无此缴费")
	if e.Payment.ID != "" {
		state = text(e.Payment.State.Label())
	}
	t.Rows = [][]page.Cell{{
		text(e.Refund.Original.Serial), text(e.Refund.Original.Date), text(dash(brief(e.Payment.ID))), state, text(e.Refund.Amount.Plain()),
	}}
	return t
}

func (d Deps) refundHistory(ctx context.Context, x refund.Refund) page.Table {
	t := page.Table{Title: "办理经过", Columns: columns("时间", "办理人", "操作", "说明")}
	for _, h := range x.History {
		by := "系统"
		switch {
		case h.By != "":
			by = d.officerName(ctx, h.By)
		case h.Event == refund.Apply || h.Event == refund.Withdraw:
			by = "缴费人"
		}
		t.Rows = append(t.Rows, []page.Cell{text(clockTime(h.At)), text(by), text(h.Event.Label()), text(h.Note)})
	}
	return t
}

// refundActions is what this officer can do now, or why nothing.
func refundActions(o model.Officer, x refund.Refund) ([]page.CaseAction, string) {
	note := func(do, label, hint string) []page.Ask {
		return []page.Ask{{Label: label, Name: refundNote(do), Hint: hint}}
	}
	refuse := page.CaseAction{
		Do: refundRefuse, Label: "不予退费", Weight: "danger", Fields: note(refundRefuse, "不予退费原因", "居民会看到，请写明依据和下一步"),
		Says: "办结申请并通知缴费人，原缴费仍然有效。",
	}
	if x.Reason == refund.Surplus {
		refuse.Says = "办结并通知居民：银行多扣的款项不由本平台退回，须另行退还。"
	}
	switch x.State {
	case refund.Applied:
		if !o.May(model.CheckRefunds) {
			return nil, "等待业务经办审核。"
		}
		return []page.CaseAction{
			{
				Do: refundCheck, Label: "审核通过", Weight: "primary", Fields: note(refundCheck, "核对情况", "核对了什么、凭证在哪里"),
				Says: "提交后由另一位复核人员批准，批准后银行才退款。",
			}, refuse,
		}, ""
	case refund.Checked:
		if !o.MayApprove(model.ApproveRefunds, x.Maker) {
			return nil, "等待另一位复核人员批准，审核人不能复核自己审核的退费。"
		}
		return []page.CaseAction{
			{Do: doApprove, Label: "批准退费", Weight: "primary", Says: x.Amount.Display() + " 将由" + bankName(x.Bank) + "退回 " + x.Account + "，批准后不能撤回。"},
			refuse,
		}, ""
	case refund.Failed:
		if !o.May(model.CheckRefunds) {
			return nil, "银行没有退款。等待业务经办核实后重新办理。"
		}
		return []page.CaseAction{
			{
				Do: refundRetry, Label: "重新办理", Weight: "primary", Fields: note(refundRetry, "核实情况", "银行为什么没有退成、现在怎样"),
				Says: "以新的流水重新退款，仍须另一位复核人员批准。", // the bank has said that the last one moved nothing
			}, refuse,
		}, "银行答复：" + x.Answer
	case refund.InDoubt:
		if !o.May(model.QueryPayments) {
			return nil, "银行没有给出明确结果，系统按间隔自动查询。"
		}
		return []page.CaseAction{{Do: doQuery, Label: "立即查询", Weight: "primary", Says: "只查询，不重新退款。"}}, "银行没有给出明确结果，系统按间隔自动查询。"
	case refund.Approved, refund.Sending:
		return nil, "已批准，等待银行退款。"
	case refund.Refunded, refund.Refused, refund.Withdrawn:
		return nil, ""
	default:
		return nil, ""
	}
}

// refundNote is the field of an action's note: each form has one of its own.
func refundNote(do string) string { return page.AdminFieldNote + "-" + do }

func (d Deps) actOnRefund(ctx context.Context, v visit) (web.Answer[page.AdminRefund], error) {
	none := web.Answer[page.AdminRefund]{}
	id, by, do := v.Query.Get("id"), v.Officer.ID, v.Form.Get(page.AdminFieldDo)
	said := v.Form.Get(refundNote(do))
	steps := map[string]struct {
		right model.Right
		said  string
		run   func() error
	}{
		refundCheck:  {model.CheckRefunds, "审核通过，等待复核", func() error { _, err := d.Refunds.Check(ctx, by, id, said); return err }},
		refundRetry:  {model.CheckRefunds, "已重新办理，等待复核", func() error { _, err := d.Refunds.Retry(ctx, by, id, said); return err }},
		doApprove:    {model.ApproveRefunds, "已批准，银行退款", func() error { _, err := d.Refunds.Approve(ctx, by, id, v.seen()); return err }},
		refundRefuse: {d.mayRefuse(ctx, id), "已办结，不予退费", func() error { _, err := d.Refunds.Refuse(ctx, by, id, v.seen(), said); return err }},
		doQuery:      {model.QueryPayments, "已安排查询，结果稍后显示", func() error { return d.Refunds.Hasten(ctx, by, id) }},
	}
	step, ok := steps[do]
	if !ok {
		return none, api.NotFound("")
	}
	if err := v.must(step.right); err != nil {
		if noted := d.note(ctx, v, "refund_"+do, id, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	err := step.run()
	if err == nil {
		if do == doQuery { // the others stand in the refund's own history, which is audited
			err = d.note(ctx, v, "refund_query", id, "ok")
		}
		return web.GoSaying[page.AdminRefund](refundPath(id), step.said), err
	}
	var why *rules.Refusal
	if !errors.As(err, &why) {
		return none, err
	}
	if err := d.note(ctx, v, "refund_"+do, id, "refused", "why", why.Code); err != nil {
		return none, err
	}
	s, err := d.refund(ctx, v)
	v.keep(s.Case.Actions)
	field := ""
	if errors.Is(why, rules.RefuseNote) {
		field = refundNote(do)
	}
	s.Case.Problems = []page.Problem{{Field: field, Message: why.Message}}
	return web.Stay(s), err
}

// mayRefuse is the right that refusing takes in the refund's state.
func (d Deps) mayRefuse(ctx context.Context, id string) model.Right {
	e, err := d.Refunds.Evidence(ctx, id)
	if err == nil && e.Refund.State == refund.Checked {
		return model.ApproveRefunds
	}
	return model.CheckRefunds
}
