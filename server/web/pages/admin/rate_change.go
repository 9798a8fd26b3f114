package admin

import (
	"context"
	"net/url"
	"strings"

	rules "shebao/server/rates"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/money"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func (d Deps) rateChangePage() web.Route {
	return route(d, screen[page.AdminCase]{
		pattern: page.PathAdminRateChange, title: "缴费标准调整", tab: page.PathAdminRates, back: page.PathAdminRates, load: d.rateChange,
		act: d.actOnRateChange,
	})
}

func rateChangePath(id string) string { return page.PathAdminRates + "/changes/" + url.PathEscape(id) }

func rateTone(s rules.State) string {
	switch s {
	case rules.Proposed:
		return "warn"
	case rules.Approved:
		return "ok"
	case rules.Rejected:
		return "bad"
	case rules.Withdrawn:
		return "off"
	default:
		return ""
	}
}

// changedField is one value of a rate that a change changes.
type changedField struct{ label, was, is string }

// rateFields are the values that the change changes, in the order of the form. Changes from
// before their old rate was kept are held against the one in force.
func (d Deps) rateFields(c rules.Change) []changedField {
	was := c.Was
	if was.Scheme == "" {
		was, _ = contribution.Rates(d.Rates.Rates()).Find(c.Rate.Scheme, c.Rate.Category, c.Rate.Year)
	}
	old := map[string]string{}
	for _, f := range rateForm(was).Fields {
		old[f.Name] = f.Value
	}
	var out []changedField
	for _, f := range rateForm(c.Rate).Fields {
		if f.Value != old[f.Name] {
			out = append(out, changedField{f.Label, grouped(old[f.Name]), grouped(f.Value)})
		}
	}
	return out
}

// grouped is a value of the form as it is read: amounts as 1,200.00, nothing as a dash.
func grouped(value string) string {
	if f, err := money.Parse(value); err == nil && strings.Contains(value, ".") {
		return f.Plain()
	}
	return dash(value)
}

// rateBrief is what the change changes, on a line.
func (d Deps) rateBrief(c rules.Change) string {
	var parts []string
	for _, f := range d.rateFields(c) {
		parts = append(parts, f.label+" "+f.was+" → "+f.is)
	}
	return strings.Join(parts, "；")
}

// rateChange is the page of one change. Its address is what the officer decides about: a
// proposal never changes, another one is another page.
func (d Deps) rateChange(ctx context.Context, v visit) (page.AdminCase, error) {
	c, err := d.Rates.Load(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminCase{}, err
	}
	n, err := d.names(ctx)
	if err != nil {
		return page.AdminCase{}, err
	}
	t := page.Table{Title: "调整内容", Columns: columns("项目", "调整前", "调整后"), Note: "没有列出的项目不变。", Empty: "与现行标准相同。"}
	for _, f := range d.rateFields(c) {
		t.Rows = append(t.Rows, []page.Cell{text(f.label), text(f.was), text(f.is)})
	}
	s := page.AdminCase{
		Title: rateName(c.Rate), State: c.State.Label(), Tone: rateTone(c.State), Tables: []page.Table{t},
		Facts: []page.Fact{
			{Label: "险种", Value: c.Rate.Scheme.Label()},
			{Label: "人员类别", Value: c.Rate.CategoryName},
			{Label: "待遇期", Value: c.Rate.Benefit.String()},
			{Label: "操作员", Value: n.of(c.By)},
			{Label: "提交时间", Value: clockTime(c.Proposed)},
		},
		History: rateHistory(c, n),
	}
	s.Actions, s.Waits = d.rateActions(v.Officer, c)
	return s, nil
}

func rateHistory(c rules.Change, n names) page.Table {
	t := page.Table{Title: "办理经过", Columns: columns("时间", "操作员", "操作", "说明")}
	t.Rows = append(t.Rows, []page.Cell{text(clockTime(c.Proposed)), text(n.of(c.By)), text("提交调整"), text("")})
	did := map[rules.State]string{rules.Approved: "批准", rules.Rejected: "退回", rules.Withdrawn: "撤回"}[c.State]
	if did != "" {
		t.Rows = append(t.Rows, []page.Cell{text(clockTime(c.Decided)), text(n.of(c.Decider)), text(did), text(c.Reason)})
	}
	return t
}

// rateActions is what this officer can do now, or why nothing.
func (d Deps) rateActions(o model.Officer, c rules.Change) ([]page.CaseAction, string) {
	switch {
	case c.State != rules.Proposed:
		return nil, ""
	case o.MayApprove(model.ApproveRates, c.By):
		var will []string
		for _, f := range d.rateFields(c) {
			will = append(will, f.label+"由 "+f.was+" 改为 "+f.is)
		}
		return []page.CaseAction{
			{Do: doApprove, Label: "批准", Weight: "primary", Ask: "批准 " + rateName(c.Rate) + " 的调整：" + strings.Join(will, "；") + "。立即生效，不追溯已申报的费款。"},
			{Do: doReject, Label: "退回", Weight: "danger", Fields: []page.Ask{{Label: "退回原因", Name: page.AdminFieldNote, Hint: "提交人会看到"}}},
		}, ""
	case o.ID == c.By:
		return []page.CaseAction{{Do: doWithdraw, Label: "撤回", Weight: "ghost", Says: "复核之前可以撤回自己的调整，重新提交。"}}, "等待另一位复核人员批准。"
	default:
		return nil, "等待复核人员批准。"
	}
}

func (d Deps) actOnRateChange(ctx context.Context, v visit) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	id, by, do := v.Query.Get("id"), v.Officer.ID, v.Form.Get(page.AdminFieldDo)
	steps := map[string]struct {
		right model.Right
		to    rules.State
		said  string
		run   func() (rules.Change, error)
	}{
		doApprove:  {model.ApproveRates, rules.Approved, "已批准，新标准已生效", func() (rules.Change, error) { return d.Rates.Approve(ctx, by, id) }},
		doReject:   {model.ApproveRates, rules.Rejected, "已退回", func() (rules.Change, error) { return d.Rates.Reject(ctx, by, id, v.Form.Get(page.AdminFieldNote)) }},
		doWithdraw: {model.ProposeRates, rules.Withdrawn, "已撤回", func() (rules.Change, error) { return d.Rates.Withdraw(ctx, by, id) }},
	}
	step, ok := steps[do]
	if !ok {
		return none, api.NotFound("")
	}
	if err := v.must(step.right); err != nil {
		if noted := d.note(ctx, v, "rate_decide", id, "forbidden", "do", do); noted != nil {
			return none, noted
		}
		return none, err
	}
	c, err := step.run()
	if err != nil {
		return d.rateRefused(ctx, v, err)
	}
	if err := d.note(ctx, v, "rate_decide", id, string(step.to), "rate", rules.Key(c.Rate), "what", d.rateBrief(c), "reason", v.Form.Get(page.AdminFieldNote)); err != nil {
		return none, err
	}
	return web.GoSaying[page.AdminCase](page.PathAdminRates, step.said), nil
}

// rateRefused shows the change as it is now, with what was typed and why it was refused.
func (d Deps) rateRefused(ctx context.Context, v visit, err error) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	wrong, ok := problems(err)
	if !ok {
		return none, err
	}
	if err := d.note(ctx, v, "rate_decide", v.Query.Get("id"), "refused", "do", v.Form.Get(page.AdminFieldDo), "why", string(api.CodeOf(err))); err != nil {
		return none, err
	}
	s, err := d.rateChange(ctx, v)
	v.keep(s.Actions)
	s.Problems = wrong
	return web.Stay(s), err
}
