package admin

import (
	"context"
	"slices"
	"strconv"
	"strings"

	rules "shebao/server/rates"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/money"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// What buttons on the page of a change do.
const (
	doApprove = "approve"
	doReject  = "reject"
)

func (d Deps) ratesPage() web.Route {
	return route(d, screen[page.AdminList]{pattern: page.PathAdminRates, title: "缴费标准", load: d.ratesList})
}

func rateName(r contribution.Rate) string {
	return r.Scheme.Label() + " " + r.CategoryName + " " + strconv.Itoa(r.Year) + " 年"
}

func rateAmount(r contribution.Rate) string {
	if r.Max > 0 {
		return r.Min.Plain() + " 至 " + r.Max.Plain()
	}
	return r.Amount.Plain()
}

// myChanges is how many of an officer's own proposals are listed.
const myChanges = 20

func (d Deps) ratesList(ctx context.Context, v visit) (page.AdminList, error) {
	s := page.AdminList{Intro: "按年度生效。调整由业务经办提交、另一位复核人员批准后生效，不追溯已申报的费款；一项标准同时只能有一项待复核的调整。"}
	n, err := d.names(ctx)
	if err != nil {
		return s, err
	}
	wait, err := d.waitingRates(ctx, v, n)
	if err != nil {
		return s, err
	}
	s.Tables = append(s.Tables, wait)
	if v.Officer.May(model.ProposeRates) {
		mine, err := d.myRates(ctx, v, n)
		if err != nil {
			return s, err
		}
		s.Tables = append(s.Tables, mine)
	}
	s.Tables = append(s.Tables, d.ratesInForce(v))
	return s, nil
}

// waitingRates are the changes that wait for approval, in the order in which they were proposed.
func (d Deps) waitingRates(ctx context.Context, v visit, n names) (page.Table, error) {
	t := page.Table{Title: "待复核的调整", Columns: columns("标准", "调整内容", "操作员", "提交时间", "办理"), Empty: "没有待复核的调整。"}
	pending, err := d.Rates.Pending(ctx)
	for _, c := range pending {
		do := "查看"
		if v.Officer.MayApprove(model.ApproveRates, c.By) {
			do = "复核"
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(rateName(c.Rate)), text(d.rateBrief(c)), text(n.of(c.By)), text(clockTime(c.Proposed)),
			{Text: do, Href: rateChangePath(c.ID), Spoken: do + " " + rateName(c.Rate)},
		})
	}
	return t, err
}

// myRates are the officer's own proposals that were decided, newest first.
func (d Deps) myRates(ctx context.Context, v visit, n names) (page.Table, error) {
	t := page.Table{
		Title: "我提交的调整", Note: "近期已办理的，最新的在前。", Columns: columns("标准", "调整内容", "提交时间", "结果", "办理人", "退回原因", "办理"),
		Empty: "没有已办理的调整。",
	}
	list, err := d.Rates.Of(ctx, v.Officer.ID, myChanges)
	for _, c := range list {
		if c.State == rules.Proposed {
			continue
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(rateName(c.Rate)), text(d.rateBrief(c)), text(clockTime(c.Proposed)),
			{Text: c.State.Label(), Tone: rateTone(c.State)},
			text(n.of(c.Decider)), text(c.Reason),
			{Text: "查看", Href: rateChangePath(c.ID), Spoken: "查看 " + rateName(c.Rate) + " " + c.State.Label()},
		})
	}
	return t, err
}

func (d Deps) ratesInForce(v visit) page.Table {
	all := slices.Clone(d.Rates.Rates())
	slices.SortStableFunc(all, func(a, b contribution.Rate) int { return b.Year - a.Year })
	t := page.Table{Title: "各年度标准", Columns: columns("年度", "险种", "人员类别", "标准或档次（元）>", "缴费期", "待遇期", "备注", "办理")}
	for _, r := range all {
		row := []page.Cell{
			text(strconv.Itoa(r.Year)), text(r.Scheme.Label()), text(r.CategoryName), text(rateAmount(r)),
			text(window(r)), text(r.Benefit.String()), text(r.Note), text(""),
		}
		if v.Officer.May(model.ProposeRates) {
			row[7] = page.Cell{Text: "调整", Href: page.PathAdminRates + "/" + rules.Key(r), Spoken: "调整 " + rateName(r)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// window is the rate's payment window; the year is said once when it is the same.
func window(r contribution.Rate) string {
	to := r.Closes.String()
	if r.Opens.Year == r.Closes.Year {
		to = to[len("2026-"):]
	}
	return r.Opens.String() + " 至 " + to
}

func (d Deps) ratePage() web.Route {
	return route(d, screen[page.AdminRate]{
		pattern: page.PathAdminRate, title: "调整缴费标准", tab: page.PathAdminRates, back: page.PathAdminRates, see: model.ProposeRates,
		load: func(_ context.Context, v visit) (page.AdminRate, error) {
			r, err := d.rate(v)
			return rateForm(r), err
		},
		act: d.proposeRate,
	})
}

// rate is the rate the address names.
func (d Deps) rate(v visit) (contribution.Rate, error) {
	for _, r := range d.Rates.Rates() {
		if rules.Key(r) == v.Query.Get("id") {
			return r, nil
		}
	}
	return contribution.Rate{}, api.NotFound("")
}

func rateForm(r contribution.Rate) page.AdminRate {
	s := page.AdminRate{Title: rateName(r), May: true}
	if r.Max > 0 {
		tiers := make([]string, len(r.Tiers))
		for i, t := range r.Tiers {
			tiers[i] = strings.TrimSuffix(t.String(), ".00")
		}
		s.Fields = []page.Ask{
			{Label: "最低档次（元）", Name: "min", Value: r.Min.String()},
			{Label: "最高档次（元）", Name: "max", Value: r.Max.String()},
			{Label: "可选档次（元）", Name: "tiers", Value: strings.Join(tiers, " "), Hint: "用空格分开"},
		}
	} else {
		s.Fields = []page.Ask{{Label: "缴费标准（元）", Name: "amount", Value: r.Amount.String()}}
	}
	s.Fields = append(s.Fields,
		page.Ask{Label: "缴费开始日", Name: "opens", Value: r.Opens.String(), Type: "date"},
		page.Ask{Label: "缴费截止日", Name: "closes", Value: r.Closes.String(), Type: "date"},
		page.Ask{Label: "备注", Name: page.AdminFieldNote, Value: r.Note})
	return s
}

func (d Deps) proposeRate(ctx context.Context, v visit) (web.Answer[page.AdminRate], error) {
	none := web.Answer[page.AdminRate]{}
	was, err := d.rate(v)
	if err != nil {
		return none, err
	}
	next, wrong := readRate(was, v.Form.Get)
	if len(wrong) == 0 {
		var c rules.Change
		if c, err = d.Rates.Propose(ctx, v.Officer.ID, next); err == nil {
			if err := d.note(ctx, v, "rate_propose", c.ID, "ok", "rate", rules.Key(next), "what", d.rateBrief(c)); err != nil {
				return none, err
			}
			return web.GoSaying[page.AdminRate](page.PathAdminRates, "已提交，等待复核"), nil
		}
		var ok bool
		if wrong, ok = problems(err); !ok {
			return none, err
		}
	}
	s := rateForm(was)
	for i := range s.Fields {
		s.Fields[i].Value = v.Form.Get(s.Fields[i].Name)
	}
	s.Problems = wrong
	return web.Stay(s), nil
}

// readRate changes the rate as the form says.
func readRate(r contribution.Rate, form func(string) string) (contribution.Rate, []page.Problem) {
	var wrong []page.Problem
	amount := func(name string) money.Fen {
		f, err := money.Parse(form(name))
		if err != nil {
			wrong = append(wrong, api.Field(name, "请输入金额，如 795.00"))
		}
		return f
	}
	day := func(name string) period.Date {
		d, err := period.ParseDate(form(name))
		if err != nil {
			wrong = append(wrong, api.Field(name, "请输入日期"))
		}
		return d
	}
	if r.Max > 0 {
		r.Min, r.Max, r.Tiers = amount("min"), amount("max"), nil
		for _, t := range strings.Fields(form("tiers")) {
			f, err := money.Parse(t)
			if err != nil || r.CheckTier(f) != nil {
				wrong = append(wrong, api.Field("tiers", "档次应为整元，且在最低与最高之间"))
				break
			}
			r.Tiers = append(r.Tiers, f)
		}
	} else {
		r.Amount = amount("amount")
	}
	r.Opens, r.Closes, r.Note = day("opens"), day("closes"), strings.TrimSpace(form(page.AdminFieldNote))
	return r, wrong
}
