package contribution

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankcard"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/words"
)

// bill is step 4 in its three parts: method, tip (medical) and agreements. When the
// declarations are held by a payment of the payer already, that payment is shown.
func (f *flow) bill(ctx context.Context, r *web.Request, step page.PayStep) (page.Pay, error) {
	ids := r.Query[page.FieldPayDeclaration]
	review, err := f.Rules.Review(ctx, r.Person, ids)
	if err != nil {
		return page.Pay{}, notTheirs(err)
	}
	if review.Declarations[0].Scheme != f.scheme {
		return page.Pay{}, api.NotFound("")
	}
	if review.Held != nil {
		return f.done(ctx, r, review.Held.ID)
	}
	p := page.Pay{Scheme: string(f.scheme), Step: step, Back: f.to(page.StepDues, nil)}
	if p.Bill, err = f.billOf(ctx, review); err != nil {
		return page.Pay{}, err
	}
	if r.Care {
		p.Bill.Spoken = "应付金额 " + plainYuan(review.Amount) + " 元，" + p.Bill.What + "。"
	}
	q := keep(r, page.FieldPayDeclaration)
	if step != page.StepMethod {
		p.Back = f.to(page.StepMethod, q)
	}
	if review.Refusal != nil {
		f.refuseBill(p.Bill, review)
		p.Step = page.StepMethod
		return p, nil
	}
	switch step { //nolint:exhaustive // the other steps are no part of the bill
	case page.StepTip:
		p.Bill.Notes = f.tip(review.Declarations)
	case page.StepAgreements:
		p.Agreements, err = f.agreements(ctx, r, review.Authority)
		if f.scheme == model.Medical {
			p.Back = f.to(page.StepTip, q)
		}
	default:
		p.Bill.Closed = []string{"银行卡快捷支付", "第三方支付"}
	}
	return p, err
}

// notTheirs hides from the person what is none of theirs.
func notTheirs(err error) error {
	if errors.Is(err, rules.RefuseUnknown) || errors.Is(err, rules.RefuseNothing) {
		return api.NotFound(words.DueUnknown)
	}
	return err
}

func (f *flow) billOf(ctx context.Context, review rules.Review) (*page.PayBill, error) {
	b := &page.PayBill{Amount: review.Amount}
	names := map[string]string{}
	for _, d := range review.Declarations {
		if _, ok := names[d.Insured]; !ok {
			name, err := f.maskedName(ctx, d.Insured)
			if err != nil {
				return nil, err
			}
			names[d.Insured] = name
		}
		line := page.PayLine{
			Title: yearTitle(d.Scheme, d.Year, model.Regular), Amount: d.Amount,
			Note: names[d.Insured] + " · " + f.City.Short(d.Authority) + " · " + d.Period.String(),
		}
		if d.Kind == model.Assessed {
			line.Note = d.Kind.Label() + " · " + line.Note
		}
		b.Lines = append(b.Lines, line)
	}
	first := review.Declarations[0]
	b.What = yearTitle(first.Scheme, first.Year, first.Kind) + " · " + names[first.Insured]
	if n := len(review.Declarations); n > 1 {
		b.What = first.Scheme.Label() + " 共 " + strconv.Itoa(n) + " 笔"
	}
	return b, nil
}

func (d Deps) maskedName(ctx context.Context, id string) (string, error) {
	p, ok, err := d.People.Person(ctx, id)
	if err != nil || !ok {
		return "", err
	}
	return person.MaskName(p.Name), nil
}

// refuseBill says why nothing can be paid and where to go.
func (f *flow) refuseBill(b *page.PayBill, review rules.Review) {
	b.Refusal = review.Refusal.Message
	b.Link, b.Label = base(f.scheme)+"/declarations", declarationsName(f.scheme)
	if review.Refusal == rules.RefuseVoided {
		b.Link, b.Label = f.to(page.StepDues, nil), "重新办理缴费"
	}
}

// declarationsName is what a scheme's list of declarations is called in its menu.
func declarationsName(s model.Scheme) string {
	if s == model.Medical {
		return "已申报作废"
	}
	return "申报记录查询"
}

// tip is what to know before medical dues are paid.
func (f *flow) tip(ds []model.Declaration) []string {
	notes := []string{"请核对缴费金额、参保人和缴费年度，确认无误后再缴费。"}
	for _, d := range ds {
		from := d.Period.From.First()
		note := strconv.Itoa(d.Year) + " 年度待遇享受期自 " + from.String() + " 开始。"
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return append(notes, words.NotRefundable+"。")
}

// agreements lists the payer's agreements, usable ones first, with what is wrong with the others.
func (f *flow) agreements(ctx context.Context, r *web.Request, authority string) (*page.PayAgreements, error) {
	list, err := f.Records.Agreements(ctx, r.Person)
	if err != nil {
		return nil, err
	}
	a := &page.PayAgreements{
		Key: f.NewID("k"), Need: f.City.Short(authority), List: declarationsName(f.scheme),
		Add: address("/agreements/new", url.Values{"next": {r.URL}, "authority": {authority}}),
	}
	var unusable []page.AgreementCard
	for _, agr := range list {
		card := f.agreementCard(agr, r.Today(), authority)
		if card.Refusal != "" {
			unusable = append(unusable, card)
			continue
		}
		a.Cards = append(a.Cards, card)
	}
	a.Usable = len(a.Cards)
	chosen := r.Form.Get(page.FieldPayAgreement)
	for i := range a.Cards {
		a.Cards[i].Ticked = a.Cards[i].ID == chosen || chosen == "" && a.Usable == 1
	}
	a.Cards = append(a.Cards, unusable...)
	return a, nil
}

func (f *flow) agreementCard(a agreement.Agreement, today period.Date, authority string) page.AgreementCard {
	c := page.AgreementCard{
		ID: a.ID, Label: bankLabel(a.Bank, a.Account), Account: a.Account, Tag: a.State.Label(),
		Note: f.City.Short(a.Authority) + " · " + a.Account,
	}
	obstacle := a.ObstacleOn(today, authority)
	refused := rules.AgreementRefusal(obstacle)
	if refused == nil {
		return c
	}
	c.Refusal = refused.Message
	switch obstacle {
	case agreement.WrongAuthority:
		c.Tag = obstacle.Label()
		c.Refusal += "（" + f.City.Short(a.Authority) + "签订）"
	case agreement.NotYet:
		c.Tag = obstacle.Label()
		c.Refusal += "（" + a.Effective.String() + " 起可用）"
	case agreement.None, agreement.WasRevoked, agreement.NotVerified, agreement.HasEnded:
	}
	return c
}

// bankLabel is a bank and the last digits of a masked account: 北京银行（0012）.
func bankLabel(bank, account string) string {
	b, ok := bankcard.Lookup(bank)
	if !ok {
		b.Name = "银行"
	}
	return b.Name + "（" + bankcard.Tail(account) + "）"
}

// pay is the second 【确认缴费】: one debit, however often it is pressed.
func (f *flow) pay(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	p, err := f.Rules.Pay(ctx, rules.PayRequest{
		Payer: r.Person, Declarations: r.Query[page.FieldPayDeclaration], Agreement: r.Form.Get(page.FieldPayAgreement),
		Key: r.Form.Get(page.FieldPayKey), Channel: model.ChannelMobile,
	})
	if err == nil || p.ID != "" && p.Payer == r.Person {
		return web.Go[page.Pay](f.to(page.StepDone, queryOf(page.FieldPayPayment, p.ID))), nil
	}
	var refused *rules.Refusal
	if !errors.As(err, &refused) || refused == rules.RefuseUnknown || refused == rules.RefuseNothing {
		return web.Answer[page.Pay]{}, notTheirs(err)
	}
	again, err := f.bill(ctx, r, page.StepAgreements)
	if err != nil {
		return web.Answer[page.Pay]{}, err
	}
	if again.Done != nil { // paid or being debited meanwhile
		return web.Go[page.Pay](r.URL), nil
	}
	again.Problems = problem(refused.Message)
	return web.Stay(again), nil
}
