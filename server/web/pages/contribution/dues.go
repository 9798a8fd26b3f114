package contribution

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	rules "shebao/server/contribution"
	"shebao/server/web"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
)

// dues is step 3: 缴费信息提交 with its tabs.
func (f *flow) dues(ctx context.Context, r *web.Request) (page.Pay, error) {
	who, err := f.about(ctx, r)
	if err != nil {
		return page.Pay{}, err
	}
	views, err := f.Rules.Dues(ctx, who.insured, f.scheme)
	if err != nil {
		return page.Pay{}, err
	}
	kind := model.Regular
	if f.scheme == model.Pension && r.Query.Get(page.FieldPayKind) == string(model.Assessed) {
		kind = model.Assessed
	}
	p := page.Pay{
		Scheme: string(f.scheme), Step: page.StepDues, For: who.name, Dues: &page.PayDues{Kind: string(kind)},
		Back: f.to(page.StepEnrolments, keep(r, page.FieldPayFor, page.FieldPayEnrolment)),
	}
	f.tabs(p.Dues, r)
	shown := within(views, r.Query[page.FieldPayEnrolment])
	waiting, soonest := 0, period.Date{}
	for _, v := range shown {
		switch {
		case v.Due.Kind != kind:
			if v.Refusal == nil {
				waiting++
				if soonest.IsZero() || v.Due.Deadline.Before(soonest) {
					soonest = v.Due.Deadline
				}
			}
		case (v.Due.State == model.DuePaid || v.Due.State == model.DueClosed) && v.Due.Year < r.Today().Year-1:
		default:
			p.Dues.Cards = append(p.Dues.Cards, f.dueCard(v, r))
		}
	}
	if waiting > 0 && f.scheme == model.Pension {
		p.Dues.Hint = waitingWords(kind, waiting, soonest)
	}
	tick(p.Dues, r.Form)
	return p, nil
}

// tick marks what was ticked when the form was sent.
func tick(d *page.PayDues, form url.Values) {
	for i := range d.Cards {
		c := &d.Cards[i]
		if c.Refusal != "" {
			continue
		}
		m, _, _ := strings.Cut(c.Value, ".")
		c.Ticked = slices.ContainsFunc(form[page.FieldPayDue], func(v string) bool { return strings.HasPrefix(v, m+".") })
		if c.Ticked {
			d.Picked++
			d.Sum += c.Amount
		}
	}
}

func (f *flow) tabs(d *page.PayDues, r *web.Request) {
	q := keep(r, page.FieldPayFor, page.FieldPayEnrolment)
	d.Regular = f.to(page.StepDues, q)
	if f.scheme == model.Pension {
		q.Set(page.FieldPayKind, string(model.Assessed))
		d.Assessed = f.to(page.StepDues, q)
	}
}

func waitingWords(kind model.Kind, n int, until period.Date) string {
	if kind == model.Regular {
		return "有 " + strconv.Itoa(n) + " 笔人社核定的补缴数据在「特殊缴费」中，截止 " + until.String() + "。"
	}
	return "有 " + strconv.Itoa(n) + " 笔年度费款在「正常缴费」中，截止 " + until.String() + "。"
}

// within keeps the dues of the chosen enrolments; all of them when none is named.
func within(views []rules.View, marks []string) []rules.View {
	if len(marks) == 0 {
		return views
	}
	var kept []rules.View
	for _, v := range views {
		if slices.Contains(marks, mark(v.Due.Enrolment)) {
			kept = append(kept, v)
		}
	}
	return kept
}

// yearTitle is what a due or record is called: 2026 年度 城乡居民养老.
func yearTitle(scheme model.Scheme, year int, kind model.Kind) string {
	return model.YearTitle(scheme, year, kind)
}

func (f *flow) dueCard(v rules.View, r *web.Request) page.DueCard {
	d := v.Due
	c := page.DueCard{
		Value: dueValue(d.ID, v.Amount), Title: yearTitle(d.Scheme, d.Year, model.Regular), Amount: v.Amount, Tag: "正常",
		Note: f.City.Short(d.Authority) + " · " + d.Period.String(), Deadline: d.Deadline.String(),
	}
	switch {
	case d.Kind == model.Assessed:
		c.Tag, c.Basis, c.Reason = "特殊", "应缴费额（人社核定）", d.Reason
	case v.Setting != nil:
		c.Basis = "应缴费额（" + plainYuan(v.Setting.Tier) + " 元档）"
		c.Adds = v.Rate.GovernmentAdds(v.Setting.Tier)
		if v.Setting.Subsidy > 0 && v.Amount == v.Setting.Amount() {
			c.Basis, c.Tier, c.Subsidy = "个人应缴费额", v.Setting.Tier, v.Setting.Subsidy
		}
		c.Link, c.LinkLabel = base(f.scheme)+"/amounts", "更改缴费金额"
	case d.Scheme == model.Pension:
		c.Link, c.LinkLabel = base(f.scheme)+"/amounts", "去设置缴费金额"
	default:
		c.Basis = "应缴费额（" + v.Rate.CategoryName + "缴费标准）"
		if v.Rate.Note != "" {
			c.Basis = "应缴费额（" + v.Rate.CategoryName + "缴费标准，" + v.Rate.Note + "）"
		}
	}
	if v.Refusal != nil {
		f.refuseDue(&c, v, r)
	}
	return c
}

// refuseDue says why a due can't be ticked and where to go.
func (f *flow) refuseDue(c *page.DueCard, v rules.View, r *web.Request) {
	c.Tag, c.Refusal = v.Refusal.Label, v.Refusal.Message
	switch {
	case v.Refusal == rules.RefuseNoSetting || v.Refusal == rules.RefuseNothingToPay: // another amount helps
	case v.Refusal == rules.RefusePaid && v.Live != nil:
		c.Refusal = paidWords(*v.Live)
		c.Link, c.LinkLabel = "", ""
	case v.Refusal == rules.RefuseDeclared && v.Live != nil:
		f.declared(c, *v.Live, r)
	case v.Refusal == rules.RefuseDebiting && v.Live != nil && v.Live.Payer == r.Person:
		c.Link, c.LinkLabel = paymentPath(v.Live.Payment), "查看扣款结果"
	default:
		c.Link, c.LinkLabel = "", ""
	}
}

func paidWords(d model.Declaration) string {
	day := period.DateOf(d.Settled.At).String()
	return day + " " + d.Settled.Channel.Label() + "缴费 " + d.Amount.Display()
}

// plainYuan is a whole-yuan amount without decimals: 3,000.
func plainYuan(f money.Fen) string { return strings.TrimSuffix(f.Plain(), ".00") }

// dueValue names a due and the amount that is shown for it.
func dueValue(due string, amount money.Fen) string {
	return mark(due) + "." + strconv.FormatInt(int64(amount), 10)
}

// declare is 【提交】: declares what was ticked and leads to the payment methods.
func (f *flow) declare(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	who, err := f.about(ctx, r)
	if err != nil {
		return web.Answer[page.Pay]{}, err
	}
	choices, err := f.choices(ctx, who.insured, r.Form[page.FieldPayDue])
	if err != nil {
		return web.Answer[page.Pay]{}, err
	}
	ds, err := f.Rules.Declare(ctx, rules.DeclareRequest{
		Payer: r.Person, Insured: who.insured, Scheme: f.scheme, Choices: choices, Channel: model.ChannelMobile,
	})
	var refused *rules.Refusal
	switch {
	case errors.As(err, &refused):
		p, err := f.dues(ctx, r)
		if err != nil {
			return web.Answer[page.Pay]{}, err
		}
		p.Problems = problem(refused.Message)
		return web.Stay(p), nil
	case err != nil:
		return web.Answer[page.Pay]{}, err
	}
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID
	}
	return web.Go[page.Pay](f.to(page.StepMethod, declarationQuery(ids))), nil
}

// choices finds the dues behind the ticked values. A value that is none of the
// person's becomes a choice that the rules refuse.
func (f *flow) choices(ctx context.Context, insured string, values []string) ([]rules.Choice, error) {
	views, err := f.Rules.Dues(ctx, insured, f.scheme)
	if err != nil {
		return nil, err
	}
	byMark := map[string]string{}
	for _, v := range views {
		byMark[mark(v.Due.ID)] = v.Due.ID
	}
	choices := make([]rules.Choice, 0, len(values))
	for _, value := range values {
		m, seen, _ := strings.Cut(value, ".")
		amount, err := strconv.ParseInt(seen, 10, 64)
		if err != nil {
			amount = -1 // no due has it
		}
		choices = append(choices, rules.Choice{Due: byMark[m], Amount: money.Fen(amount)})
	}
	return choices, nil
}

// chooseMethod is the first 【确认缴费】: to the tip for medical, else to the agreements.
func (f *flow) chooseMethod(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	q := keep(r, page.FieldPayDeclaration)
	switch {
	case r.Form.Get(page.FieldPayMethod) != methodAgreement:
		p, err := f.bill(ctx, r, page.StepMethod)
		if err != nil {
			return web.Answer[page.Pay]{}, err
		}
		p.Problems = problem("请选择支付方式")
		return web.Stay(p), nil
	case f.scheme == model.Medical:
		return web.Go[page.Pay](f.to(page.StepTip, q)), nil
	default:
		return web.Go[page.Pay](f.to(page.StepAgreements, q)), nil
	}
}

// methodAgreement is 协议支付.
const methodAgreement = "agreement"

func queryOf(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}
