package contribution

import (
	"context"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankcard"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/refund"
	"shebao/shared/words"
)

// maxTotalled bounds the records that the totals by year add up.
const maxTotalled = 1000

func paymentsPage(scheme model.Scheme, d Deps) web.Route {
	return web.Page[page.PaidRecords]{
		Pattern: base(scheme) + "/payments",
		Frame:   page.Frame{Title: "缴费记录查询", Back: base(scheme)},
		Load: func(ctx context.Context, r *web.Request) (page.PaidRecords, error) {
			return d.paid(ctx, r, scheme)
		},
	}.Route()
}

// paid lists what the person paid and what was paid for them.
func (d Deps) paid(ctx context.Context, r *web.Request, scheme model.Scheme) (page.PaidRecords, error) {
	path := base(scheme) + "/payments"
	months, span, problems := monthRange(r)
	s := page.PaidRecords{Scheme: scheme.Label(), Path: path, Span: span, Problems: problems, Apply: applyPath(scheme, months), Pay: base(scheme) + "/pay"}
	if problems != nil {
		return s, nil
	}
	f := rules.PaidFilter{Person: r.Person, Scheme: scheme, Months: months, After: begin(r), Limit: rules.PageSize + 1}
	if f.After == "" { // the first page's query finds what is added up too
		f.Limit = maxTotalled
	}
	rows, err := d.Records.PaidIn(ctx, f)
	if err != nil {
		return s, err
	}
	if f.After == "" {
		totals(&s, rows)
		if err := d.refunded(ctx, r, f, &s); err != nil {
			return s, err
		}
	}
	next := ""
	if len(rows) > rules.PageSize {
		rows = rows[:rules.PageSize]
		next = d.Records.PaidCursor(rows[len(rows)-1])
	}
	s.Turn = turn(r, path, next)
	s.Theirs = forOthers(rows, r.Person)
	if len(rows) > 0 && len(ownOf(rows, r.Person)) == 0 {
		s.Apply = ""
	}
	for _, v := range rows {
		e, err := d.paidEntry(ctx, v, r)
		if err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, e)
	}
	return s, nil
}

// refunded adds the records whose money went back: they stand apart and in no total.
func (d Deps) refunded(ctx context.Context, r *web.Request, f rules.PaidFilter, s *page.PaidRecords) error {
	f.Show = rules.ShowRefunded
	back, err := d.Records.PaidIn(ctx, f)
	if err != nil {
		return err
	}
	for _, v := range back {
		e, err := d.paidEntry(ctx, v, r)
		if err != nil {
			return err
		}
		s.Refunded = append(s.Refunded, e)
	}
	return nil
}

// totals adds up what was paid, by year and together.
func totals(s *page.PaidRecords, all []model.Declaration) {
	for _, y := range rules.TotalsByYear(all) {
		s.Years = append(s.Years, page.YearPaid{Year: y.Year, Count: y.Count, Amount: y.Amount})
		s.Total += y.Amount
		s.Count += y.Count
	}
}

func (d Deps) paidEntry(ctx context.Context, v model.Declaration, r *web.Request) (page.PaidEntry, error) {
	e := page.PaidEntry{
		Path: base(v.Scheme) + "/payments/" + v.ID, Title: yearTitle(v.Scheme, v.Year, v.Kind), Amount: v.Amount,
		Note: v.Period.String() + " · " + period.DateOf(v.Settled.At).String(),
	}
	switch {
	case v.Insured != r.Person:
		name, err := d.maskedName(ctx, v.Insured)
		if err != nil {
			return e, err
		}
		e.Tag = "为 " + name + " 缴"
	case v.Payer != r.Person:
		name, err := d.maskedName(ctx, v.Payer)
		if err != nil {
			return e, err
		}
		e.Tag = name + " 代缴"
	}
	return e, nil
}

func recordPage(scheme model.Scheme, d Deps) web.Route {
	return web.Page[page.PaidRecord]{
		Pattern: base(scheme) + "/payments/{id}",
		Frame:   page.Frame{Title: "缴费记录明细", Back: base(scheme) + "/payments"},
		Load: func(ctx context.Context, r *web.Request) (page.PaidRecord, error) {
			v, err := d.one(ctx, r, scheme)
			if err != nil {
				return page.PaidRecord{}, err
			}
			if v.Pay != model.Paid && v.Pay != model.Reversed {
				return page.PaidRecord{}, api.NotFound("")
			}
			return d.record(ctx, v, r)
		},
	}.Route()
}

// one loads the declaration in the path, which must be the person's and of the scheme.
func (d Deps) one(ctx context.Context, r *web.Request, scheme model.Scheme) (model.Declaration, error) {
	ds, err := d.Records.DeclarationsByID(ctx, []string{r.Query.Get("id")})
	if err != nil {
		return model.Declaration{}, err
	}
	if len(ds) != 1 || ds[0].Scheme != scheme || ds[0].Payer != r.Person && ds[0].Insured != r.Person {
		return model.Declaration{}, api.NotFound("")
	}
	return ds[0], nil
}

func (d Deps) record(ctx context.Context, v model.Declaration, r *web.Request) (page.PaidRecord, error) {
	facts := []page.PayPair{{Label: "电子税票号", Value: v.Settled.Ticket, Figure: true}}
	people, err := d.peopleFacts(ctx, v, r)
	if err != nil {
		return page.PaidRecord{}, err
	}
	levy := v.Scheme.Levy()
	facts = append(facts, people...)
	facts = append(facts,
		page.PayPair{Label: "征收项目", Value: levy.Name},
		page.PayPair{Label: "费款所属期", Value: v.Period.String(), Figure: true},
		page.PayPair{Label: "缴款日期", Value: clockTime(v.Settled.At), Figure: true},
		page.PayPair{Label: "入库日期", Value: booked(v.Settled), Figure: true},
		page.PayPair{Label: "缴费渠道", Value: v.Settled.Channel.Label()},
	)
	if v.Settled.Bank != "" {
		name := v.Settled.Bank
		if b, ok := bankcard.Lookup(v.Settled.Bank); ok {
			name = b.Name
		}
		facts = append(facts, page.PayPair{Label: "开户银行", Value: name})
		if v.Payer == r.Person { // whoever was paid for does not see the payer's account
			facts = append(facts, page.PayPair{Label: "扣款账户", Value: v.Settled.Account, Figure: true})
		}
	}
	facts = append(facts, page.PayPair{Label: "税务机关", Value: d.City.FullName(v.Authority)})
	if v.Pay == model.Reversed {
		facts = append(facts, page.PayPair{Label: "缴费状态", Value: v.Pay.Label()})
	}
	s := page.PaidRecord{Title: yearTitle(v.Scheme, v.Year, v.Kind), Amount: v.Amount, Facts: facts}
	switch {
	case v.Pay != model.Paid:
	case v.Insured == r.Person:
		s.Apply = applyPath(v.Scheme, v.Period)
	default:
		s.Theirs = words.CertificateByInsured
	}
	if v.Payer != r.Person { // only who paid may ask for the money, or know that it was asked for
		return s, nil
	}
	err = d.refundOf(ctx, v, &s)
	return s, err
}

// refundOf adds the way to ask for the money back, or to the refund there is.
func (d Deps) refundOf(ctx context.Context, v model.Declaration, s *page.PaidRecord) error {
	list, err := d.Records.RefundsOfDeclaration(ctx, v.ID)
	if err != nil {
		return err
	}
	if len(list) > 0 && (!list[0].State.Final() || list[0].State == refund.Refunded) {
		s.Back, s.State, s.Tone = page.PatternRefunds+"/"+list[0].ID, list[0].State.Label(), "warn"
		if list[0].State == refund.Refunded {
			s.Tone = "ok"
		}
		return nil
	}
	if v.Pay == model.Paid {
		s.Refund = address(page.PatternRefundApply, queryOf(page.RefundFieldRecord, v.ID))
	}
	return nil
}

// peopleFacts say who is insured and, when that differs, who paid, masked.
func (d Deps) peopleFacts(ctx context.Context, v model.Declaration, r *web.Request) ([]page.PayPair, error) {
	insured, err := d.maskedName(ctx, v.Insured)
	if err != nil {
		return nil, err
	}
	facts := []page.PayPair{{Label: "参保人", Value: insured}}
	if v.Payer == v.Insured {
		return facts, nil
	}
	payer, err := d.maskedName(ctx, v.Payer)
	if err != nil {
		return nil, err
	}
	if v.Payer == r.Person {
		payer += "（本人）"
	}
	return append(facts, page.PayPair{Label: "缴费人", Value: payer}), nil
}

func booked(s model.Settlement) string {
	if s.Booked.IsZero() {
		return "待入库"
	}
	return s.Booked.String()
}
