package refund

import (
	"context"
	"errors"
	"net/url"
	"time"

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

// apply shows the payment and the reasons that may be given. At the address of the second
// step it shows what will happen, while the answers are kept.
func (d Deps) apply(ctx context.Context, r *web.Request) (page.RefundApply, error) {
	typed, err := d.kept(ctx, r)
	if err != nil {
		return page.RefundApply{}, err
	}
	s, v, err := d.form(ctx, r, typed)
	if err != nil || s.Live != "" || s.Refusal != "" || r.Query.Get(page.RefundFieldStep) != page.RefundStepConfirm {
		return s, err
	}
	if application(r, s, v).Check(v.Declaration.Scheme) == nil {
		s.Confirm, s.Edit, s.Will = true, applyPath(v.Declaration.ID), will(s, v)
	}
	return s, nil
}

// form is the payment and the reasons that may be given, with what was typed.
func (d Deps) form(ctx context.Context, r *web.Request, typed url.Values) (page.RefundApply, rules.Standing, error) {
	v, err := d.Rules.Look(ctx, r.Person, r.Query.Get(page.RefundFieldRecord))
	if err != nil {
		return page.RefundApply{}, v, asked(err)
	}
	x := v.Declaration
	s := page.RefundApply{
		Title: contribution.YearTitle(x.Scheme, x.Year, x.Kind), Amount: x.Amount, Back: recordPath(x.Scheme, x.ID),
		Reason: typed.Get(page.RefundFieldReason), Says: typed.Get(page.RefundFieldSays),
	}
	insured, err := d.insured(ctx, x.Insured)
	if err != nil {
		return s, v, err
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
	return s, v, nil
}

func application(r *web.Request, s page.RefundApply, v rules.Standing) rules.Application {
	return rules.Application{Person: r.Person, Declaration: v.Declaration.ID, Reason: model.Reason(s.Reason), Says: s.Says}
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

// actOnApply keeps the answers and goes on to the second step, or asks for the refund there:
// for what that page showed, whatever has been typed elsewhere since.
func (d Deps) actOnApply(ctx context.Context, r *web.Request) (web.Answer[page.RefundApply], error) {
	none := web.Answer[page.RefundApply]{}
	s, v, err := d.form(ctx, r, r.Form)
	if err != nil {
		return none, err
	}
	if s.Live != "" || s.Refusal != "" {
		return web.Stay(s), nil
	}
	a := application(r, s, v)
	if r.Form.Get(page.RefundFieldStep) == page.RefundStepConfirm {
		return d.ask(ctx, r, s, a)
	}
	if refusal := a.Check(v.Declaration.Scheme); refusal != nil {
		return refused(s, refusal), nil
	}
	return web.Go[page.RefundApply](confirmPath(a.Declaration)), d.keep(ctx, r, a)
}

// ask asks for the refund.
func (d Deps) ask(ctx context.Context, r *web.Request, s page.RefundApply, a rules.Application) (web.Answer[page.RefundApply], error) {
	x, err := d.Rules.Apply(ctx, a)
	var refusal *rules.Refusal
	switch {
	case errors.As(err, &refusal):
		return refused(s, refusal), nil
	case err != nil:
		return web.Answer[page.RefundApply]{}, err
	}
	return web.GoSaying[page.RefundApply](path(x.ID), "退费申请已提交"), d.Records.ForgetDraft(ctx, r.Session, draft(a.Declaration))
}

// refused shows the form again with what was wrong.
func refused(s page.RefundApply, refusal *rules.Refusal) web.Answer[page.RefundApply] {
	s.Problems = []page.Problem{{Field: fieldOf(refusal), Message: refusal.Message}}
	return web.Stay(s)
}

// keptFor is how long the answers are kept between the two steps. What a person says of
// themselves stands in no address: it is kept sealed, for their session alone.
const keptFor = time.Hour

func draft(declaration string) string { return "refund:" + declaration }

func (d Deps) keep(ctx context.Context, r *web.Request, a rules.Application) error {
	typed := url.Values{page.RefundFieldReason: {string(a.Reason)}, page.RefundFieldSays: {a.Says}}
	return d.Records.SetDraft(ctx, r.Session, draft(a.Declaration), typed.Encode(), r.Now.Add(keptFor))
}

func (d Deps) kept(ctx context.Context, r *web.Request) (url.Values, error) {
	text, err := d.Records.Draft(ctx, r.Session, draft(r.Query.Get(page.RefundFieldRecord)), r.Now)
	if err != nil {
		return nil, err
	}
	return url.ParseQuery(text)
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
