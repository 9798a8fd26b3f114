package admin

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// runSteps are the steps of a debit run.
var runSteps = []string{"试算", "提交", "复核", "执行", "完成"}

// Runs lists debit runs and makes a new one.
func Runs(s page.AdminRuns) node.Node {
	body := node.Group{widget.ErrorSummary(s.Problems), widget.Card(table(s.List))}
	if !s.May {
		return body
	}
	return append(body, widget.Card(widget.Heading("新建批次"), widget.Form("",
		node.Div(node.Class("filters"),
			widget.Select(widget.Pick{Label: "险种", Name: page.RunFieldScheme, Value: s.Scheme, Options: options(s.Schemes), Problems: s.Problems}),
			widget.Select(widget.Pick{Label: "年度", Name: page.RunFieldYear, Value: s.Year, Options: options(s.Years), Problems: s.Problems}),
			widget.Input(widget.Field{Label: "扣款日期", Name: page.RunFieldDate, Type: "date", Value: s.Date, Min: s.First, Problems: s.Problems})),
		authorityTicks(s.Authorities, s.Problems),
		widget.Actions(widget.Primary("新建并试算", widget.Press(page.AdminFieldDo, "create"))),
		widget.Muted("试算只查看不扣款：列出可扣人员和未纳入原因。提交后须由另一位复核人员批准。城乡居民医疗没有批量扣款缴费金额设置，协议不授权按未经缴费人确认或设置的金额扣款，不做批量扣款。"))))
}

// authorityTicks are the tax authorities that a run may take.
func authorityTicks(list []page.RunChoice, problems []page.Problem) *node.Element {
	ticks := node.Map(list, func(a page.RunChoice) node.Node {
		id := page.RunFieldAuthority + "-" + a.Code
		return node.Div(node.Class("consent-in"),
			node.Input(node.Type("checkbox"), node.Class("box"), node.ID(id), node.Name(page.RunFieldAuthority), node.Value(a.Code), node.If(a.On, node.Checked)),
			node.Label(node.For(id), node.Text(a.Label)))
	})
	set := node.Fieldset(node.Class("ticks"), node.ID(page.RunFieldAuthority), node.TabIndex(-1), node.Legend(node.Class("weui-label"), node.Text("税务机关")))
	if msg := widget.ErrorFor(problems, page.RunFieldAuthority); msg != "" {
		set = set.With(node.Aria("describedby", page.RunFieldAuthority+"-error"), node.P(node.Class("error"), node.ID(page.RunFieldAuthority+"-error"), node.Text(msg)))
	}
	return set.With(ticks)
}

// Run draws one debit run: where it stands, what can be done, its results.
func Run(s page.AdminRun) node.Node {
	facts := make([]widget.Row, len(s.Facts))
	for i, f := range s.Facts {
		facts[i] = widget.Fact(f.Label, f.Value)
	}
	head := widget.Card(widget.Between(widget.Heading("办理进度"), widget.Tag(widget.Tone(s.Tone), s.State)), widget.Steps(runSteps, s.Steps))
	if s.Progress {
		round := ""
		if s.Round > 0 {
			round = "第 " + strconv.Itoa(s.Round) + " 轮"
		}
		head = head.With(widget.Muted(round+"已处理 "+grouped(s.Done)+" / "+grouped(s.Of)), widget.ProgressBar("批次进度", s.Done, s.Of))
	}
	if s.Waits != "" {
		head = head.With(widget.Muted(s.Waits))
	}
	body := node.Group{
		widget.ErrorSummary(s.Problems), head.With(node.Div(node.Class("acts"), actions(s.Actions, s.Problems))), stats(s.Stats),
	}
	for _, t := range s.Tables {
		body = append(body, widget.Card(table(t)))
	}
	return append(body, widget.Card(widget.Heading("批次信息"), widget.Rows(facts...)))
}

func actions(list []page.RunAction, problems []page.Problem) node.Node {
	return node.Map(list, func(a page.RunAction) node.Node {
		press := widget.Primary
		switch a.Weight {
		case "ghost":
			press = widget.Ghost
		case "danger":
			press = widget.Danger
		}
		form := widget.Form("", widget.Hidden(page.AdminFieldDo, a.Do),
			node.Map(a.Sends, func(f page.Fact) node.Node { return widget.Hidden(f.Label, f.Value) }))
		if a.Reason != "" { // one reason field a form, each with its own id
			name := page.RunFieldReason + "-" + a.Do
			question := widget.Disclosure(a.Label, form.With(widget.Para(a.Says), node.Div(node.Class("filters"), widget.Input(widget.Field{
				Label: a.Reason, Name: name, Value: a.Typed, MaxLength: 200, AutoComplete: "off", Problems: problems,
			}), press("确认"+a.Label))))
			return act(a.Weight, question.With(node.If(widget.ErrorFor(problems, name) != "", node.Open)))
		}
		if a.Says != "" {
			form = form.With(widget.Muted(a.Says))
		}
		if a.Ask != "" {
			return act(a.Weight, widget.Disclosure(a.Label, form.With(widget.Para(a.Ask), widget.Actions(press("确认"+a.Label)))))
		}
		return form.With(widget.Actions(press(a.Label)))
	})
}

// act is a button that opens the question behind it: what can't be undone is pressed twice.
func act(weight string, question *node.Element) *node.Element {
	return node.Div(node.Class("act", weight), question)
}

// Case draws one thing to decide: what it is about, what can be done, what was done.
func Case(s page.AdminCase) node.Node {
	facts := make([]widget.Row, len(s.Facts))
	for i, f := range s.Facts {
		facts[i] = widget.Fact(f.Label, f.Value)
	}
	head := widget.Card(widget.Between(widget.Heading(s.Title), widget.Tag(widget.Tone(s.Tone), s.State)), widget.Rows(facts...))
	if s.Waits != "" {
		head = head.With(widget.Muted(s.Waits))
	}
	if len(s.Links) > 0 {
		head = head.With(node.Div(node.Class("acts"), node.Map(s.Links, func(f page.Fact) node.Node { return widget.GoLink(f.Label, f.Value) })))
	}
	body := node.Group{widget.ErrorSummary(s.Problems), head}
	if len(s.Rules) > 0 {
		body = append(body, widget.Card(widget.Heading("办理规则"), node.Ul(node.Class("bullets"), node.Map(s.Rules, func(r string) node.Node { return node.Li(node.Text(r)) }))))
	}
	for _, t := range s.Tables {
		body = append(body, widget.Card(table(t)))
	}
	return append(body, decisions(s), widget.Card(table(s.History)))
}

// decisions are the ways to decide a case.
func decisions(s page.AdminCase) node.Node {
	return node.Map(s.Actions, func(a page.CaseAction) node.Node {
		press := widget.Primary
		switch a.Weight {
		case "danger":
			press = widget.Danger
		case "ghost":
			press = widget.Ghost
		}
		form := widget.Form("", widget.Hidden(page.AdminFieldDo, a.Do))
		if s.Seen != "" {
			form = form.With(widget.Hidden(page.AdminFieldSeen, s.Seen))
		}
		if len(a.Fields) > 0 {
			form = form.With(node.Div(node.Class("filters"), node.Map(a.Fields, func(f page.Ask) node.Node { return ask(f, s.Problems) })))
		}
		if a.Says != "" {
			form = form.With(widget.Muted(a.Says))
		}
		if a.Ask != "" {
			return widget.Card(act(a.Weight, widget.Disclosure(a.Label, form.With(widget.Para(a.Ask), widget.Actions(press("确认"+a.Label))))))
		}
		return widget.Card(form.With(widget.Actions(press(a.Label))))
	})
}
