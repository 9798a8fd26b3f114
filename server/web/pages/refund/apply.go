package refund

import (
	"context"
	"errors"

	rules "shebao/server/refund"
	"shebao/server/web"
	"shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	model "shebao/shared/refund"
)

func (d Deps) applyPage() web.Route {
	return web.Page[page.RefundApply]{
		Pattern: page.PatternRefundApply, Frame: page.Frame{Title: "申请退费"}, Load: d.apply, Act: d.actOnApply,
	}.Route()
}

// apply shows the payment and the reasons that may be given.
func (d Deps) apply(ctx context.Context, r *web.Request) (page.RefundApply, error) {
	v, err := d.Rules.Look(ctx, r.Person, r.Query.Get(page.RefundFieldRecord))
	if err != nil {
		return page.RefundApply{}, asked(err)
	}
	x := v.Declaration
	s := page.RefundApply{
		Title: contribution.YearTitle(x.Scheme, x.Year, x.Kind), Amount: x.Amount, Back: recordPath(x.Scheme, x.ID),
		Reason: r.Form.Get(page.RefundFieldReason), Says: r.Form.Get(page.RefundFieldSays),
	}
	insured, err := d.insured(ctx, x.Insured)
	if err != nil {
		return s, err
	}
	s.Facts = []page.PayPair{
		{Label: "参保人", Value: insured},
		{Label: "费款所属期", Value: x.Period.String(), Figure: true},
		{Label: "电子税票号", Value: x.Settled.Ticket, Figure: true},
		{Label: "缴款时间", Value: clock(x.Settled.At), Figure: true},
		{Label: "税务机关", Value: d.City.FullName(x.Authority)},
	}
	if x.Payer == r.Person && v.Payment.ID != "" {
		s.Facts = append(s.Facts, page.PayPair{Label: "退回账户", Value: account(v.Payment.Bank, v.Payment.Account), Figure: true})
	}
	switch {
	case v.Last != nil && !v.Last.State.Final():
		s.Live = path(v.Last.ID)
	case v.Refusal != nil:
		s.Refusal = v.Refusal.Message
	default:
		reasons(&s, v, r.Today())
	}
	return s, nil
}

// reasons lists what may be chosen today, and until when the others could have been.
func reasons(s *page.RefundApply, v rules.Standing, today period.Date) {
	for _, reason := range model.Reasons(v.Declaration.Scheme) {
		last, ends := reason.LastDay(v.Declaration)
		if ends && today.After(last) {
			s.Over = append(s.Over, "「"+reason.Label()+"」最迟可在 "+last.String()+" 申请，已过期限。")
			continue
		}
		c := page.RefundReason{Value: string(reason), Label: reason.Label(), Note: reason.Hint(), On: s.Reason == string(reason)}
		if ends {
			c.Note += "。最迟 " + last.String() + " 申请"
		}
		s.Reasons = append(s.Reasons, c)
	}
}

// will says what happens after the application.
func will(s page.RefundApply, v rules.Standing) []string {
	out := []string{
		"税务机关审核，再由另一名工作人员复核。审核开始前可以撤回。",
		"通过后，" + s.Amount.Display() + " 由原扣款银行退回原扣款账户 " + account(v.Payment.Bank, v.Payment.Account) + "，不能退到其他账户。",
	}
	if model.Reason(s.Reason).After() == contribution.Close {
		out = append(out, "该费款由另一笔缴费结清，不再需要缴纳。")
	} else {
		out = append(out, "该费款恢复为未缴。仍需参保的，请在 "+v.Declaration.Deadline.String()+" 前重新缴费；批量扣款不会再扣该年度。")
	}
	return append(out, "已开具的、列有该笔缴费的证明将失效。", "办理结果在「消息」中通知您。")
}

func (d Deps) actOnApply(ctx context.Context, r *web.Request) (web.Answer[page.RefundApply], error) {
	none := web.Answer[page.RefundApply]{}
	s, err := d.apply(ctx, r)
	if err != nil {
		return none, err
	}
	if s.Live != "" || s.Refusal != "" {
		return web.Stay(s), nil
	}
	step := r.Form.Get(page.RefundFieldStep)
	if step == page.RefundStepEdit {
		return web.Show(s), nil
	}
	v, err := d.Rules.Look(ctx, r.Person, r.Query.Get(page.RefundFieldRecord))
	if err != nil {
		return none, asked(err)
	}
	a := rules.Application{Person: r.Person, Declaration: v.Declaration.ID, Reason: model.Reason(s.Reason), Says: s.Says}
	var refusal *rules.Refusal
	if step != page.RefundStepConfirm {
		if refusal = a.Check(v.Declaration.Scheme); refusal == nil {
			s.Confirm, s.Will = true, will(s, v)
			return web.Show(s), nil
		}
	} else {
		x, err := d.Rules.Apply(ctx, a)
		if err == nil {
			return web.GoSaying[page.RefundApply](path(x.ID), "退费申请已提交"), nil
		}
		if !errors.As(err, &refusal) {
			return none, err
		}
	}
	s.Problems = []page.Problem{{Field: fieldOf(refusal), Message: refusal.Message}}
	return web.Stay(s), nil
}

// fieldOf is the field that a refusal is about.
func fieldOf(r *rules.Refusal) string {
	switch r {
	case rules.RefuseReason:
		return page.RefundFieldReason
	case rules.RefuseSays, rules.RefuseSaysLong:
		return page.RefundFieldSays
	default:
		return ""
	}
}
