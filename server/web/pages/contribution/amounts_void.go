package contribution

import (
	"context"
	"slices"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/page"
	"shebao/shared/words"
)

func amountsVoidPage(d Deps) web.Route {
	return web.Page[page.AmountVoid]{
		Pattern: page.PatternAmountsVoid,
		Frame:   page.Frame{Title: "批量扣款缴费金额作废", Back: page.PatternPension},
		Load:    d.amountsInForce,
		Act:     d.voidAmounts,
	}.Route()
}

// amountsInForce is 1.5: the settings in force, or the question before some are voided.
func (d Deps) amountsInForce(ctx context.Context, r *web.Request) (page.AmountVoid, error) {
	views, err := d.Amounts.List(ctx, r.Person)
	if err != nil {
		return page.AmountVoid{}, err
	}
	asked := r.Query[page.FieldAmountSetting]
	var s page.AmountVoid
	for _, v := range views {
		if v.Setting == nil {
			if v.Planned != nil || v.Plan.Held {
				s.Later = append(s.Later, d.City.FullName(v.Enrolment.Authority)+"："+counts(v))
			}
			continue
		}
		row := d.amountSetting(v)
		if slices.Contains(asked, row.ID) {
			s.Confirm = append(s.Confirm, row)
		}
		s.Rows = append(s.Rows, row)
	}
	if len(asked) > 0 && len(s.Confirm) == 0 {
		s.Problems = problem(words.SettingUnknown)
	}
	return s, nil
}

func (d Deps) amountSetting(v rules.AmountView) page.AmountSetting {
	row := page.AmountSetting{
		ID: v.Setting.ID, Scheme: v.Enrolment.Scheme.Label(), Authority: d.City.FullName(v.Enrolment.Authority),
		Tier: v.Setting.Tier, Amount: v.Setting.Amount(), Valid: validity(*v.Setting), Next: "暂无计划",
	}
	if !v.Plan.Next.IsZero() {
		row.Next = v.Plan.Next.String()
		row.CutOff = clockOf(v.Plan.CutOff)
	}
	row.Note = counts(v)
	return row
}

// voidAmounts is 【作废】, which asks, and 【确定】 of the question.
func (d Deps) voidAmounts(ctx context.Context, r *web.Request) (web.Answer[page.AmountVoid], error) {
	asked := r.Query[page.FieldAmountSetting]
	if len(asked) == 0 {
		return d.askVoid(ctx, r)
	}
	later, err := d.Amounts.Void(ctx, rules.VoidAmountRequest{Person: r.Person, Settings: asked})
	if err == nil {
		notice := "作废成功，有效期内不再批量扣款"
		if len(later) > 0 {
			notice = "作废成功。" + counts(later[0])
		}
		return web.GoSaying[page.AmountVoid](page.PatternAmountsVoid, notice), nil
	}
	problems, ok := problemsOf(err)
	if !ok {
		return web.Answer[page.AmountVoid]{}, err
	}
	r.Query.Del(page.FieldAmountSetting)
	s, err := d.amountsInForce(ctx, r)
	if err != nil {
		return web.Answer[page.AmountVoid]{}, err
	}
	s.Problems = problems
	return web.Stay(s), nil
}

func (d Deps) askVoid(ctx context.Context, r *web.Request) (web.Answer[page.AmountVoid], error) {
	ids := r.Form[page.FieldAmountSetting]
	if len(ids) > 0 {
		q := queryOf()
		q[page.FieldAmountSetting] = ids
		return web.Go[page.AmountVoid](address(page.PatternAmountsVoid, q)), nil
	}
	s, err := d.amountsInForce(ctx, r)
	if err != nil {
		return web.Answer[page.AmountVoid]{}, err
	}
	s.Problems = problem("请至少勾选一项缴费金额设置")
	return web.Stay(s), nil
}
