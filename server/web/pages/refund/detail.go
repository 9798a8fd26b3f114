package refund

import (
	"context"
	"errors"

	rules "shebao/server/refund"
	"shebao/server/web"
	"shebao/shared/contribution"
	"shebao/shared/page"
	model "shebao/shared/refund"
)

// refreshAfter is how often a page without scripts asks for a refund again, in seconds.
const refreshAfter = 10

func (d Deps) detailPage() web.Route {
	return web.Page[page.RefundDetail]{
		Pattern: page.PatternRefund, Frame: page.Frame{Title: "退费进度", Back: page.PatternRefunds}, Load: d.detail, Act: d.actOnDetail,
	}.Route()
}

func (d Deps) detail(ctx context.Context, r *web.Request) (page.RefundDetail, error) {
	x, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
	if err != nil {
		return page.RefundDetail{}, asked(err)
	}
	s, err := d.state(ctx, r, x)
	if r.Query.Get(page.RefundFieldStep) != page.RefundStepWithdraw {
		return s, err
	}
	if s.Ask = s.Withdraw != ""; !s.Ask && !x.State.Final() {
		s.Problems = []page.Problem{{Message: rules.RefuseNoWithdraw.Message}}
	}
	return s, err
}

func (d Deps) state(ctx context.Context, r *web.Request, x model.Refund) (page.RefundDetail, error) {
	s := page.RefundDetail{
		Title: x.Title(), Amount: x.Amount, State: x.State.Label(), Tone: tone(x.State),
		Outcome: page.RefundWaiting, Here: path(x.ID), Record: recordPath(x.Scheme, x.Declaration),
	}
	if x.State == model.Applied {
		s.Withdraw = withdrawPath(x.ID)
	}
	insured, err := d.insured(ctx, x.Insured)
	if err != nil {
		return s, err
	}
	s.Facts = []page.PayPair{
		{Label: "缴费项目", Value: s.Title},
		{Label: "参保人", Value: insured},
		{Label: "电子税票号", Value: x.Ticket, Figure: true},
		{Label: "退费原因", Value: x.Reason.Label()},
	}
	if x.Reason == model.Surplus { // the bureau found it: there is no payment record to lead to
		s.Record = ""
		s.Facts = []page.PayPair{{Label: "退费项目", Value: s.Title}, {Label: "退费原因", Value: x.Reason.Label()}}
	}
	if x.Says != "" {
		s.Facts = append(s.Facts, page.PayPair{Label: "情况说明", Value: x.Says})
	}
	s.Facts = append(s.Facts,
		page.PayPair{Label: "退回账户", Value: account(x.Bank, x.Account), Figure: true},
		page.PayPair{Label: "税务机关", Value: d.City.FullName(x.Authority)},
		page.PayPair{Label: "申请编号", Value: x.ID, Figure: true})
	for _, h := range x.History {
		s.History = append(s.History, page.PayPair{Label: clock(h.At), Value: h.Event.Label()})
	}
	if !x.State.Final() || x.Open {
		s.Live, s.Refresh = web.Live("refunds", x.ID, x.Shown()), refreshAfter
	}
	if err := d.words(ctx, r, x, &s); err != nil {
		return s, err
	}
	if r.Care {
		s.Spoken = "退费" + s.State + "，金额 " + s.Amount.Display() + "。" + s.Next
	}
	return s, nil
}

// surplus says where money stands that the bank had taken too much.
func surplus(x model.Refund, s *page.RefundDetail) {
	s.Next = "对账发现银行多扣了这笔款项，您无需申请。款项退回原扣款账户，结果会在「消息」中通知您。"
	switch x.State { //nolint:exhaustive // the others wait for officers or the bank
	case model.Refunded:
		s.Outcome, s.Note = page.RefundDone, "已退回 "+account(x.Bank, x.Account)
		s.Next = "银行入账可能略有延迟，请以账户明细为准。您的缴费记录不受影响。"
		s.Facts = append(s.Facts,
			page.PayPair{Label: "退款时间", Value: clock(x.Ended), Figure: true}, page.PayPair{Label: "银行流水号", Value: x.Trace, Figure: true})
	case model.Refused:
		s.Outcome, s.Note, s.Next = page.RefundRefused, "原因："+x.Refused, "该款项未由本平台退回，如有疑问请拨打 12366。"
	case model.Checked:
		s.Step, s.Note = 2, "等待复核。"
	default:
		s.Step, s.Note = 3, "银行正在退款。"
		if x.State == model.Failed {
			s.Note = "银行未退款，原因：" + x.Answer
		}
	}
}

// words says where the refund stands and what happens next.
func (d Deps) words(ctx context.Context, r *web.Request, x model.Refund, s *page.RefundDetail) error {
	if x.Reason == model.Surplus {
		surplus(x, s)
		return nil
	}
	switch x.State {
	case model.Applied:
		s.Step, s.Note = 1, "税务机关正在审核您的申请。"
		s.Next = "接下来：审核通过后由另一名工作人员复核，再由银行退款。审核开始前可以撤回。"
	case model.Checked:
		s.Step, s.Note = 2, "审核已通过，等待复核。"
		s.Next = "接下来：复核批准后由原扣款银行退款，结果会在「消息」中通知您。"
	case model.Approved, model.Sending:
		s.Step, s.Note = 3, "复核已批准，银行正在退款。"
		s.Next = "接下来：款项退回原扣款账户，结果会在「消息」中通知您。您可以离开本页。"
	case model.InDoubt:
		s.Step, s.Note = 3, "银行尚未返回退款结果，正在核实。"
		s.Next = "系统会自动向银行查询，不会重复退款，您无需重复申请。结果会在「消息」中通知您。"
	case model.Failed:
		s.Step, s.Note = 3, "银行未退款，原因："+x.Answer
		s.Next = "接下来：税务机关核实后继续办理，您无需重复申请。如账户已销户或更换，请携带本人身份证件到办税服务厅。"
	case model.Refused:
		s.Outcome, s.Note = page.RefundRefused, "原因："+x.Refused
		s.Next, s.Again = "原缴费仍然有效。如有新的凭证可以重新申请，如有疑问请拨打 12366。", applyPath(x.Declaration)
	case model.Withdrawn:
		s.Outcome, s.Next, s.Again = page.RefundGoneBack, "申请已撤回，原缴费仍然有效。需要时可以重新申请。", applyPath(x.Declaration)
	case model.Refunded:
		return d.refunded(ctx, r, x, s)
	}
	return nil
}

func (d Deps) refunded(ctx context.Context, r *web.Request, x model.Refund, s *page.RefundDetail) error {
	s.Outcome, s.Note = page.RefundDone, "已退回 "+account(x.Bank, x.Account)
	s.Facts = append(s.Facts,
		page.PayPair{Label: "退款时间", Value: clock(x.Ended), Figure: true}, page.PayPair{Label: "银行流水号", Value: x.Trace, Figure: true})
	dues, err := d.Records.DuesByID(ctx, []string{x.Due})
	if err != nil {
		return err
	}
	s.Next = "银行入账可能略有延迟，请以账户明细为准。已开具的、列有该笔缴费的证明已失效。"
	switch {
	case x.Reason.After() == contribution.Close:
		s.Next = "该费款由另一笔缴费结清，无需再缴。" + s.Next
	case len(dues) == 1 && rules.Payable(x, dues[0], r.Today()):
		s.Next = "该费款已恢复为未缴；仍需参保的，请在 " + dues[0].Deadline.String() + " 前重新缴费。" + s.Next
		if x.Insured == r.Person { // for others one names them first
			s.Pay = "/" + string(x.Scheme) + "/pay"
		}
	}
	return nil
}

// actOnDetail takes the refund back, never without the question.
func (d Deps) actOnDetail(ctx context.Context, r *web.Request) (web.Answer[page.RefundDetail], error) {
	none := web.Answer[page.RefundDetail]{}
	id := r.Query.Get("id")
	if r.Form.Get(page.RefundFieldStep) != page.RefundStepGone {
		return web.Go[page.RefundDetail](withdrawPath(id)), nil
	}
	_, err := d.Rules.Withdraw(ctx, r.Person, id)
	var refusal *rules.Refusal
	switch {
	case err == nil:
		return web.GoSaying[page.RefundDetail](path(id), "申请已撤回"), nil
	case errors.Is(err, rules.RefuseUnknown) || !errors.As(err, &refusal):
		return none, asked(err)
	}
	s, err := d.detail(ctx, r)
	s.Ask, s.Problems = false, []page.Problem{{Message: refusal.Message}}
	return web.Stay(s), err
}
