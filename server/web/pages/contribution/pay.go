package contribution

import (
	"context"
	"net/url"
	"slices"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/page"
)

// flow is the way of paying for one scheme. Each step has its own address and is
// answered from what is stored, so that reload and back show the truth.
type flow struct {
	Deps
	scheme model.Scheme
	path   string
}

func payPage(f *flow) web.Route {
	return web.Page[page.Pay]{
		Pattern: f.path,
		Frame:   page.Frame{Back: base(f.scheme)},
		Load:    f.load,
		Act:     f.act,
	}.Route()
}

func (f *flow) load(ctx context.Context, r *web.Request) (page.Pay, error) {
	step := page.PayStep(r.Query.Get(page.FieldPayStep))
	switch step {
	case "", page.StepIdentity, page.StepReveal:
		return f.identity(ctx, r)
	case page.StepOther:
		return f.other(ctx, r)
	case page.StepEnrolments:
		return f.enrolments(ctx, r)
	case page.StepDues:
		return f.dues(ctx, r)
	case page.StepMethod, page.StepTip, page.StepAgreements:
		return f.bill(ctx, r, step)
	case page.StepDone:
		return f.done(ctx, r, r.Query.Get(page.FieldPayPayment))
	default:
		return page.Pay{}, api.NotFound("")
	}
}

func (f *flow) act(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	switch page.PayStep(r.Query.Get(page.FieldPayStep)) {
	case "", page.StepIdentity:
		return web.Go[page.Pay](f.to(page.StepEnrolments, keep(r, page.FieldPayFor))), nil
	case page.StepReveal:
		return f.reveal(r)
	case page.StepOther:
		return f.nameOther(ctx, r)
	case page.StepEnrolments:
		return f.chooseEnrolments(ctx, r)
	case page.StepDues:
		return f.declare(ctx, r)
	case page.StepMethod:
		return f.chooseMethod(ctx, r)
	case page.StepTip:
		return web.Go[page.Pay](f.to(page.StepAgreements, keep(r, page.FieldPayDeclaration))), nil
	case page.StepAgreements:
		return f.pay(ctx, r)
	case page.StepDone:
		return web.Go[page.Pay](r.URL), nil
	default:
		return web.Answer[page.Pay]{}, api.NotFound("")
	}
}

// to is the address of a step.
func (f *flow) to(step page.PayStep, query url.Values) string {
	q := url.Values{}
	for name, values := range query {
		q[name] = values
	}
	if step != page.StepIdentity {
		q.Set(page.FieldPayStep, string(step))
	}
	return address(f.path, q)
}

// keep takes the named fields of the request's query along.
func keep(r *web.Request, names ...string) url.Values {
	q := url.Values{}
	for _, n := range names {
		if vs := r.Query[n]; len(vs) > 0 {
			q[n] = vs
		}
	}
	return q
}

// about is who is insured: the person, or the principal of the grant in the address.
type about struct {
	insured string // person id
	grant   string // "" for oneself
	name    string // masked name of the principal, "" for oneself
}

func (f *flow) about(ctx context.Context, r *web.Request) (about, error) {
	grant := r.Query.Get(page.FieldPayFor)
	if grant == "" || f.Principals == nil || f.scheme != model.Medical {
		return about{insured: r.Person}, nil
	}
	g, ok, err := f.Principals.Grant(ctx, r.Person, grant)
	if err != nil {
		return about{}, err
	}
	if !ok {
		return about{}, api.NotFound("委托人信息已超过有效时间，请返回「缴费办理」重新填写。")
	}
	return about{insured: g.Principal, grant: grant, name: g.Name}, nil
}

// enrolments is step 2: 参保信息选择.
func (f *flow) enrolments(ctx context.Context, r *web.Request) (page.Pay, error) {
	who, err := f.about(ctx, r)
	if err != nil {
		return page.Pay{}, err
	}
	p := page.Pay{
		Scheme: string(f.scheme), Step: page.StepEnrolments, Back: f.to(page.StepIdentity, keep(r, page.FieldPayFor)), For: who.name,
		Enrolments: &page.PayEnrolments{},
	}
	list, err := f.Records.Enrolments(ctx, who.insured, f.scheme)
	if err != nil {
		return page.Pay{}, err
	}
	views, err := f.Rules.Dues(ctx, who.insured, f.scheme)
	if err != nil {
		return page.Pay{}, err
	}
	ticked := r.Query[page.FieldPayEnrolment]
	for _, e := range list {
		card := f.enrolmentCard(e, views, r)
		card.Ticked = card.Refusal == "" && slices.Contains(ticked, card.Mark)
		p.Enrolments.Cards = append(p.Enrolments.Cards, card)
	}
	if len(list) == 0 {
		p.Enrolments.Ask = f.Ask
	}
	return p, nil
}

func (f *flow) chooseEnrolments(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	marks := r.Form[page.FieldPayEnrolment]
	if len(marks) > 0 {
		q := keep(r, page.FieldPayFor)
		q[page.FieldPayEnrolment] = marks
		return web.Go[page.Pay](f.to(page.StepDues, q)), nil
	}
	p, err := f.enrolments(ctx, r)
	if err != nil {
		return web.Answer[page.Pay]{}, err
	}
	p.Problems = problem("请至少勾选一条参保信息")
	return web.Stay(p), nil
}

func (f *flow) enrolmentCard(e model.Enrolment, views []rules.View, r *web.Request) page.EnrolmentCard {
	levy := e.Scheme.Levy()
	c := page.EnrolmentCard{
		Mark: mark(e.ID), Scheme: e.Scheme.Label(), Category: f.Rates().CategoryName(e.Scheme, e.Category),
		Authority: f.City.FullName(e.Authority), Agency: e.Agency, Status: "正常参保",
		Levy: levy.Name + "（" + levy.Code + "）", Item: levy.SubName + "（" + levy.SubCode + "）",
		Number: e.Number, Valid: e.From.String() + " 至 长期", Subsidy: e.Subsidy,
	}
	if !e.To.IsZero() {
		c.Valid = e.From.String() + " 至 " + e.To.String()
	}
	if !e.ActiveOn(r.Today()) {
		c.Status, c.Refusal = "终止参保", rules.RefuseEnrolment.Message
	}
	for _, v := range views {
		if v.Due.Enrolment != e.ID || v.Due.Kind != model.Regular || v.Rate.Year == 0 {
			continue
		}
		c.Period, c.Tier = v.Due.Period.String(), tierWords(v)
		break
	}
	return c
}

// tierWords is the chosen tier or the fixed rate, in words.
func tierWords(v rules.View) string {
	switch {
	case v.Rate.Amount > 0:
		return v.Rate.Amount.Display() + "（缴费标准）"
	case v.Setting != nil:
		return v.Setting.Tier.Display()
	default:
		return "未设置缴费金额"
	}
}
