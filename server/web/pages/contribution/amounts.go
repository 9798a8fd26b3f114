package contribution

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

func amountsPage(d Deps) web.Route {
	return web.Page[page.AmountForm]{
		Pattern: page.PatternAmounts,
		Frame:   page.Frame{Title: "批量扣款缴费金额设置", Back: page.PatternPension},
		Load:    d.amounts,
		Act:     d.setAmount,
	}.Route()
}

// amounts is 1.4: the enrolments and, for the chosen one, the tiers.
func (d Deps) amounts(ctx context.Context, r *web.Request) (page.AmountForm, error) {
	views, err := d.Amounts.List(ctx, r.Person)
	if err != nil {
		return page.AmountForm{}, err
	}
	if id := r.Query.Get(page.FieldAmountSet); id != "" {
		return d.amountSet(views, id)
	}
	s := page.AmountForm{}
	if len(views) == 0 {
		s.Ask = d.Ask
	}
	chosen := r.Query.Get(page.FieldAmountEnrolment)
	if len(views) == 1 {
		chosen = mark(views[0].Enrolment.ID)
	}
	for _, v := range views {
		c := d.amountCard(v)
		c.Ticked = c.Mark == chosen
		if c.Ticked && v.Refusal == nil {
			s.Open = amountOpen(v, r)
		}
		s.Cards = append(s.Cards, c)
	}
	return s, nil
}

func (d Deps) amountCard(v rules.AmountView) page.AmountCard {
	e := v.Enrolment
	c := page.AmountCard{
		Mark: mark(e.ID), Scheme: e.Scheme.Label(), Category: d.Rates().CategoryName(e.Scheme, e.Category),
		Authority: d.City.FullName(e.Authority), Current: words.AmountUnset,
		Path: address(page.PatternAmounts, queryOf(page.FieldAmountEnrolment, mark(e.ID))),
	}
	if v.Rate.Year > 0 {
		c.Year = strconv.Itoa(v.Rate.Year) + " 年度"
	}
	if v.Setting != nil {
		c.Current, c.Valid = v.Setting.Tier.Display(), validity(*v.Setting)
	}
	if v.Refusal != nil {
		c.Refusal = v.Refusal.Message
	}
	c.Note = counts(v)
	for _, past := range v.History {
		c.History = append(c.History, amountPast(past))
	}
	return c
}

// counts says from when a change counts, and what the run before takes; "" when it counts at
// once.
func counts(v rules.AmountView) string {
	switch {
	case v.Plan.Held:
		return words.RunHolds
	case !v.Late:
		return ""
	}
	over := v.Plan.Next.String() + " 的批量扣款已过变更截止时间（" + clockOf(v.Plan.CutOff) + "），此后的变更和作废从下一批次起生效"
	takes := v.Planned
	if takes == nil {
		takes = v.Setting
	}
	if takes == nil || takes.Set.After(v.Plan.CutOff) {
		return over + "，该次不扣款。"
	}
	return over + "，该次仍按 " + takes.Amount().Display() + " 扣款。"
}

func clockOf(t time.Time) string { return t.In(period.Zone).Format("2006-01-02 15:04") }

func validity(s model.Setting) string { return s.From.String() + " 至 " + s.To.String() }

func amountPast(s model.Setting) page.AmountPast {
	past := page.AmountPast{Set: period.DateOf(s.Set).String(), Amount: s.Tier, End: "有效期至 " + s.To.String()}
	switch {
	case s.Void:
		past.End = period.DateOf(s.Ended).String() + " 作废"
	case !s.Ended.IsZero():
		past.End = period.DateOf(s.Ended).String() + " 更改"
	}
	return past
}

func amountOpen(v rules.AmountView, r *web.Request) *page.AmountOpen {
	o := &page.AmountOpen{
		Mark: mark(v.Enrolment.ID), Range: plainYuan(v.Rate.Min) + " 元至 " + plainYuan(v.Rate.Max) + " 元",
		Subsidy: v.Enrolment.Subsidy, Note: v.Rate.Note,
		Value: chosenTier(r), Other: r.Form.Get(page.FieldAmountOther),
	}
	for _, t := range v.Rate.Tiers {
		pays := model.Setting{Tier: t, Subsidy: min(v.Enrolment.Subsidy, t)}.Amount()
		o.Tiers = append(o.Tiers, page.AmountTier{Tier: t, Pays: pays, Adds: v.Rate.GovernmentAdds(t)})
	}
	if len(r.Form) == 0 && v.Setting != nil {
		o.Value, o.Other = page.AmountOther, plainYuan(v.Setting.Tier)
		for _, t := range v.Rate.Tiers {
			if t == v.Setting.Tier {
				o.Value, o.Other = fenText(t), ""
			}
		}
	}
	return o
}

func fenText(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }

// amountSet is the dialog 设置成功.
func (d Deps) amountSet(views []rules.AmountView, id string) (page.AmountForm, error) {
	for _, v := range views {
		if v.Setting == nil || v.Setting.ID != id {
			continue
		}
		facts := []page.PayPair{
			{Label: "参保信息", Value: v.Enrolment.Scheme.Label()},
			{Label: "税务机关", Value: d.City.FullName(v.Enrolment.Authority)},
			{Label: "缴费金额", Value: v.Setting.Tier.Display(), Figure: true},
		}
		if v.Setting.Subsidy > 0 {
			facts = append(facts,
				page.PayPair{Label: "政府代缴", Value: v.Setting.Subsidy.Display(), Figure: true},
				page.PayPair{Label: "个人应缴", Value: v.Setting.Amount().Display(), Figure: true})
		}
		facts = append(facts,
			page.PayPair{Label: "政府缴费补贴", Value: v.Rate.GovernmentAdds(v.Setting.Tier).Display(), Figure: true},
			page.PayPair{Label: "有效期起止", Value: validity(*v.Setting), Figure: true})
		note := "「缴费办理」已按新金额计算应缴费额，批量扣款也按此金额进行。"
		if later := counts(v); later != "" {
			note = later
		}
		return page.AmountForm{Done: &page.AmountDone{Facts: facts, Note: note}}, nil
	}
	return page.AmountForm{}, api.NotFound(words.SettingUnknown)
}

// setAmount is 【提交】, and 【确定】 of the dialog.
func (d Deps) setAmount(ctx context.Context, r *web.Request) (web.Answer[page.AmountForm], error) {
	if r.Query.Get(page.FieldAmountSet) != "" {
		return web.Go[page.AmountForm](page.PatternPension), nil
	}
	views, err := d.Amounts.List(ctx, r.Person)
	if err != nil {
		return web.Answer[page.AmountForm]{}, err
	}
	enrolment, offered := "", ""
	for _, v := range views {
		if mark(v.Enrolment.ID) != r.Form.Get(page.FieldAmountEnrolment) {
			continue
		}
		enrolment = v.Enrolment.ID
		if v.Setting != nil {
			offered = plainYuan(v.Setting.Tier)
		}
	}
	tier, problems := readTier(r, offered)
	if problems == nil {
		set, err := d.Amounts.Set(ctx, rules.AmountRequest{Person: r.Person, Enrolment: enrolment, Tier: tier})
		if err == nil {
			return web.Go[page.AmountForm](address(page.PatternAmounts, queryOf(page.FieldAmountSet, set.ID))), nil
		}
		var ok bool
		if problems, ok = problemsOf(err); !ok {
			return web.Answer[page.AmountForm]{}, err
		}
		if errors.Is(err, rules.RefuseTierRange) || errors.Is(err, rules.RefuseTierYuan) {
			problems[0].Field = tierField(r)
		}
	}
	r.Query.Set(page.FieldAmountEnrolment, r.Form.Get(page.FieldAmountEnrolment))
	s, err := d.amounts(ctx, r)
	if err != nil {
		return web.Answer[page.AmountForm]{}, err
	}
	s.Problems = problems
	return web.Stay(s), nil
}

func tierField(r *web.Request) string {
	if chosenTier(r) == page.AmountOther {
		return page.FieldAmountOther
	}
	return page.FieldAmountTier
}

// chosenTier is what was chosen: who only typed an amount has chosen 其他金额.
func chosenTier(r *web.Request) string {
	chosen := r.Form.Get(page.FieldAmountTier)
	if chosen == "" && typedAmount(r) != "" {
		return page.AmountOther
	}
	return chosen
}

func typedAmount(r *web.Request) string { return strings.TrimSpace(r.Form.Get(page.FieldAmountOther)) }

// readTier reads the chosen tier or the other amount. Offered is what stood in the field for the
// latter from the start: it was not typed.
func readTier(r *web.Request, offered string) (money.Fen, []page.Problem) {
	chosen, typed := chosenTier(r), typedAmount(r)
	other, err := money.Parse(typed)
	if chosen == page.AmountOther {
		if err != nil {
			return 0, []page.Problem{{Field: page.FieldAmountOther, Message: "请输入金额，如 3500"}}
		}
		return other, nil
	}
	n, bad := strconv.ParseInt(chosen, 10, 64)
	if bad != nil {
		return 0, []page.Problem{{Field: page.FieldAmountTier, Message: "请选择缴费金额"}}
	}
	tier := money.Fen(n)
	if typed != "" && typed != offered && (err != nil || other != tier) {
		return 0, []page.Problem{{
			Field:   page.FieldAmountOther,
			Message: "您选择了 " + plainYuan(tier) + " 元，又填写了其他金额。请清空其他金额，或在「缴费金额」中改选「其他金额」。",
		}}
	}
	return tier, nil
}
