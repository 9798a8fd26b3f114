package contribution

import (
	"context"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

// refreshAfter is how often a page without scripts asks for a payment again, in seconds.
const refreshAfter = 5

// paymentPath is the address of a payment's result, as in notices.
func paymentPath(id string) string { return "/payments/" + id }

// paymentPage shows the last step of a payment of any scheme: the link in notices.
func paymentPage(d Deps) web.Route {
	return web.Page[page.Pay]{
		Pattern: page.PatternPayment,
		Load: func(ctx context.Context, r *web.Request) (page.Pay, error) {
			return d.result(ctx, r, r.Query.Get("id"), "")
		},
	}.Route()
}

// done is step 5: 缴费完成.
func (f *flow) done(ctx context.Context, r *web.Request, id string) (page.Pay, error) {
	return f.result(ctx, r, id, f.scheme)
}

// result shows how far a payment of the person is. A scheme, when given, must be the payment's.
func (d Deps) result(ctx context.Context, r *web.Request, id string, scheme model.Scheme) (page.Pay, error) {
	p, ok, err := d.Records.Payment(ctx, id)
	if err != nil {
		return page.Pay{}, err
	}
	if !ok || p.Payer != r.Person || len(p.Items) == 0 {
		return page.Pay{}, api.NotFound("")
	}
	ids := make([]string, len(p.Items))
	for i, it := range p.Items {
		ids[i] = it.Declaration
	}
	ds, err := d.Records.DeclarationsByID(ctx, ids)
	if err != nil {
		return page.Pay{}, err
	}
	if len(ds) == 0 || scheme != "" && ds[0].Scheme != scheme {
		return page.Pay{}, api.NotFound("")
	}
	scheme = ds[0].Scheme
	done := outcome(p)
	if r.Care {
		done.Spoken = done.Title + "，金额 " + plainYuan(p.Amount) + " 元。" + done.Note
	}
	done.Home, done.HomeName = base(scheme), "返回"+scheme.Label()
	if done.Rows, err = d.doneRows(ctx, p, ds); err != nil {
		return page.Pay{}, err
	}
	switch done.Outcome {
	case page.PaySucceeded:
		done.Records = paymentsPath(scheme, spanOf(ds), r.Today())
		if own := ownOf(ds, r.Person); len(own) > 0 {
			done.Apply = applyPath(scheme, spanOf(own))
		}
		done.Theirs = forOthers(ds, r.Person)
		done.Next = nextWords(scheme)
	case page.PayProcessing:
		done.Live, done.Refresh = web.LivePayment(p.ID, p.State), refreshAfter
		done.Next = "结果以银行返回为准，扣款成功或失败都会在「我的消息」中通知您。您可以离开本页，不影响扣款。"
		done.Declared, done.DeclareName = base(scheme)+"/declarations", declarationsName(scheme)
	case page.PayFailed:
		again := declarationQuery(ids)
		again.Set(page.FieldPayStep, string(goOn(scheme)))
		done.Again = address(base(scheme)+"/pay", again)
		done.Next = "没有扣款，申报仍然有效。您可以更换其他缴费协议继续缴费，或在「" + declarationsName(scheme) + "」中作废申报。"
		done.Declared, done.DeclareName = base(scheme)+"/declarations", declarationsName(scheme)
	}
	return page.Pay{Scheme: string(scheme), Step: page.StepDone, Back: base(scheme), Done: done}, nil
}

// outcome puts a payment's state into words.
func outcome(p model.Payment) *page.PayDone {
	done := &page.PayDone{Amount: p.Amount, Title: p.State.Label(), Outcome: page.PayProcessing}
	switch p.State {
	case model.Succeeded:
		done.Outcome = page.PaySucceeded
	case model.Failed:
		done.Outcome, done.Note = page.PayFailed, words.DebitFailed+p.Reason
	case model.Cancelled:
		done.Outcome, done.Note = page.PayFailed, p.Reason
	case model.InDoubt:
		done.Note = words.BankUnknown + "。"
	case model.Pending, model.Sending:
		done.Note = "银行正在处理本次扣款，请勿重复缴费。"
	}
	return done
}

func (d Deps) doneRows(ctx context.Context, p model.Payment, ds []model.Declaration) ([]page.PayPair, error) {
	byID := map[string]model.Declaration{}
	for _, v := range ds {
		byID[v.ID] = v
	}
	var rows []page.PayPair
	for _, it := range p.Items {
		v := byID[it.Declaration]
		name, err := d.maskedName(ctx, v.Insured)
		if err != nil {
			return nil, err
		}
		rows = append(rows,
			page.PayPair{Label: "缴费项目", Value: yearTitle(v.Scheme, v.Year, v.Kind)},
			page.PayPair{Label: "参保人", Value: name})
		if len(p.Items) > 1 {
			rows = append(rows, page.PayPair{Label: "金额", Value: it.Amount.Display(), Figure: true})
		}
		if p.State == model.Succeeded {
			rows = append(rows, page.PayPair{Label: "电子税票号", Value: it.Ticket, Figure: true})
		}
	}
	rows = append(rows,
		page.PayPair{Label: "税务机关", Value: d.City.FullName(p.Authority)},
		page.PayPair{Label: "扣款银行", Value: bankLabel(p.Bank, p.Account)})
	switch {
	case p.State == model.Succeeded:
		rows = append(rows, page.PayPair{Label: "缴款时间", Value: clockTime(p.Ended), Figure: true})
	case p.State.Final():
		rows = append(rows, page.PayPair{Label: "结束时间", Value: clockTime(p.Ended), Figure: true})
	default:
		rows = append(rows, page.PayPair{Label: "发起时间", Value: clockTime(p.Created), Figure: true})
	}
	return rows, nil
}

// clockTime is an instant on the business clock: 2026-11-23 10:32:07.
func clockTime(t time.Time) string { return t.In(period.Zone).Format("2006-01-02 15:04:05") }

// spanOf is the period from the first to the last month of the declarations.
func spanOf(ds []model.Declaration) period.Period {
	span := ds[0].Period
	for _, v := range ds[1:] {
		if v.Period.From.Compare(span.From) < 0 {
			span.From = v.Period.From
		}
		if v.Period.To.Compare(span.To) > 0 {
			span.To = v.Period.To
		}
	}
	return span
}

// ownOf are those of the person's own insurance: what a certificate of theirs can state.
func ownOf(ds []model.Declaration, person string) []model.Declaration {
	var own []model.Declaration
	for _, v := range ds {
		if v.Insured == person {
			own = append(own, v)
		}
	}
	return own
}

// forOthers says who has a certificate made of what the person paid for others; "" when there is none.
func forOthers(ds []model.Declaration, person string) string {
	if len(ownOf(ds, person)) == len(ds) {
		return ""
	}
	return words.CertificateByInsured
}

// paymentsPath is the list of payments, asked for so that the months are in it.
func paymentsPath(s model.Scheme, months period.Period, today period.Date) string {
	path, usual := base(s)+"/payments", rules.PaidMonths(today)
	from, to := months.From.Compare(usual.From) < 0, months.To.Compare(usual.To) > 0
	if !from && !to {
		return path
	}
	if !from {
		months.From = usual.From
	}
	if !to {
		months.To = usual.To
	}
	return address(path, queryOf(page.FieldFrom, months.From.String(), page.FieldTo, months.To.String()))
}

// applyPath is where a certificate is applied for, with the range filled in.
func applyPath(s model.Scheme, months period.Period) string {
	return address("/certificates/apply", queryOf("from", months.From.String(), "to", months.To.String(), "scheme", string(s)))
}

func nextWords(s model.Scheme) string {
	if s == model.Medical {
		return "接下来：税款入库后由医保部门办理待遇，可在「缴费记录查询」查看入库日期。" + words.NotRefundable + "。"
	}
	return "接下来：税款入库后由人社部门记入个人账户，政府缴费补贴随后计入。可在「缴费记录查询」查看入库日期。"
}
