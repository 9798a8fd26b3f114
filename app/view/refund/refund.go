// Package refund draws the screens of refunds (退费): asking for one step by step, how far
// one is, the person's own. Pure functions of the states in shared/page.
package refund

import (
	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens lists the screens.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PatternRefunds, list),
		view.Of(page.PatternRefundApply, apply),
		view.Of(page.PatternRefund, detail),
	}
}

// steps are the steps of a refund.
var steps = []string{"提交申请", "审核", "复核", "银行退款", "完成"}

func pairs(list []page.PayPair) *node.Element {
	rows := make([]widget.Row, len(list))
	for i, p := range list {
		rows[i] = widget.Fact(p.Label, p.Value)
		if p.Figure {
			rows[i] = widget.Figure(p.Label, p.Value)
		}
	}
	return widget.Rows(rows...)
}

func list(s page.Refunds) node.Node {
	how := widget.Card(widget.Heading("如何申请退费"),
		widget.Para("在「缴费记录查询」打开一笔缴费，点「申请退费」。重复缴费的可以申请；医疗费款在待遇享受期开始前可以申请，养老费款在该年度缴费期内误缴的可以申请。"),
		widget.Actions(widget.GhostLink("养老缴费记录", page.PatternPensionPayments), widget.GhostLink("医疗缴费记录", page.PatternMedicalPayments)))
	if len(s.Rows) == 0 && s.Turn.Prev == "" {
		return node.Group{widget.Empty("没有退费申请", "您还没有申请过退费。"), how}
	}
	entries := make([]widget.Entry, len(s.Rows))
	for i, r := range s.Rows {
		entries[i] = widget.Entry{
			Label: r.Title, Note: r.Note + " · " + r.Amount.Display(), Href: r.Path, End: widget.Tag(widget.Tone(r.Tone), r.State),
		}
	}
	return node.Group{widget.EntryList(entries...), widget.Pager(widget.Pages{Page: s.Turn.Page, Prev: s.Turn.Prev, Next: s.Turn.Next}), how}
}

func apply(s page.RefundApply) node.Node {
	record := node.Group{widget.Total("实缴金额", s.Amount, widget.Muted(s.Title)), widget.Card(pairs(s.Facts))}
	switch {
	case s.Live != "":
		return node.Group{
			record, widget.Note(widget.Warn, "该笔缴费的退费申请正在办理，无需重复申请。"), widget.Actions(widget.LinkButton("查看退费进度", s.Live)),
		}
	case s.Refusal != "":
		return node.Group{
			widget.ErrorSummary(s.Problems), record, widget.Card(widget.Heading("不能申请退费"), widget.Para(s.Refusal)),
			widget.Actions(widget.LinkButton("返回缴费记录", s.Back)),
		}
	case s.Confirm:
		return confirm(s, record)
	}
	form := widget.Form("",
		reasons(s),
		node.Map(s.Over, func(over string) node.Node { return widget.Muted(over) }),
		widget.Card(widget.TextArea(widget.Field{
			Label: "情况说明", Name: page.RefundFieldSays, Value: s.Says, MaxLength: 100, Problems: s.Problems,
			Hint: "重复缴费请填写另一笔缴费的渠道和凭证号，其他原因可不填",
		})),
		widget.StickyAction(widget.Primary("下一步", widget.Press(page.RefundFieldStep, page.RefundStepNext))))
	return node.Group{widget.ErrorSummary(s.Problems), record, form}
}

// reasons are what may be chosen; what is wrong with the choice stands above them.
func reasons(s page.RefundApply) *node.Element {
	group := widget.Choices("退费原因", node.ID(page.RefundFieldReason))
	if message := widget.ErrorFor(s.Problems, page.RefundFieldReason); message != "" {
		const id = page.RefundFieldReason + "-error"
		group = group.With(node.Aria("describedby", id), node.P(node.Class("error"), node.ID(id), node.Text(message)))
	}
	return group.With(node.Map(s.Reasons, func(r page.RefundReason) node.Node {
		state := widget.Open
		if r.On {
			state = widget.Ticked
		}
		return widget.CheckCard(widget.Choice{
			Kind: widget.Radio, Name: page.RefundFieldReason, Value: r.Value, Label: r.Label, Note: r.Note, State: state,
		})
	}))
}

// confirm says what will happen before the refund is asked for.
func confirm(s page.RefundApply, record node.Group) node.Node {
	reason := ""
	for _, r := range s.Reasons {
		if r.On {
			reason = r.Label
		}
	}
	answers := []widget.Row{widget.Fact("退费原因", reason)}
	if s.Says != "" {
		answers = append(answers, widget.Fact("情况说明", s.Says))
	}
	return node.Group{
		widget.ErrorSummary(s.Problems), record,
		widget.Card(widget.Heading("您的申请"), widget.Rows(answers...)),
		widget.Card(widget.Heading("提交后会怎样"), node.Ol(node.Class("points"), node.Map(s.Will, func(w string) node.Node { return node.Li(node.Text(w)) }))),
		widget.Form("",
			widget.Hidden(page.RefundFieldReason, s.Reason), widget.Hidden(page.RefundFieldSays, s.Says),
			node.Div(node.Class("pair"),
				widget.GhostLink("返回修改", s.Edit),
				widget.Primary("确认申请", widget.Press(page.RefundFieldStep, page.RefundStepConfirm)))),
	}
}

func detail(s page.RefundDetail) node.Node {
	if s.Ask {
		return node.Group{widget.ErrorSummary(s.Problems), widget.Confirm(widget.Question{
			Title: "确定撤回该退费申请？",
			Body: []node.Item{
				widget.Rows(widget.Fact("缴费项目", s.Title), widget.Money("退费金额", s.Amount)),
				widget.Muted("撤回后原缴费仍然有效，不会退款；符合条件时可以重新申请。"),
			},
			Hidden: []node.Item{widget.Hidden(page.RefundFieldStep, page.RefundStepGone)}, Yes: "撤回申请", No: "不撤回", Back: s.Here, Tone: widget.Bad,
		})}
	}
	body := node.Group{widget.ErrorSummary(s.Problems)}
	switch s.Outcome {
	case page.RefundDone:
		body = append(body, widget.ResultTop(widget.Result{Outcome: widget.Success, Title: s.State, Amount: s.Amount, Note: s.Note}).With(aloud(s.Spoken)))
	case page.RefundRefused:
		body = append(body, widget.ResultTop(widget.Result{Outcome: widget.Failed, Title: s.State, Amount: s.Amount, Note: s.Note}).With(aloud(s.Spoken)))
	case page.RefundGoneBack:
		body = append(body, widget.Total("已撤回的退费申请", s.Amount, widget.Muted(s.Title), aloud(s.Spoken)))
	case page.RefundWaiting:
		body = append(body, widget.Steps(steps, s.Step),
			widget.ResultTop(widget.Result{Outcome: widget.Processing, Title: s.State, Amount: s.Amount, Note: s.Note}).With(aloud(s.Spoken)))
	}
	body = append(body, widget.Note(widget.Plain, s.Next), widget.Card(pairs(s.Facts)),
		widget.Card(widget.Heading("办理经过"), pairs(s.History)))
	return append(body, actions(s))
}

// aloud reads the important sentence to people who asked for 关怀模式.
func aloud(text string) node.Item {
	if text == "" {
		return nil
	}
	return node.Div(node.Class("say"), widget.Aloud(text))
}

func actions(s page.RefundDetail) node.Node {
	out := widget.Actions()
	switch {
	case s.Pay != "":
		out = out.With(widget.LinkButton("重新缴费", s.Pay))
	case s.Again != "":
		out = out.With(widget.LinkButton("重新申请", s.Again))
	case s.Withdraw != "":
		out = out.With(widget.GhostLink("撤回申请", s.Withdraw))
	}
	if s.Record != "" {
		out = out.With(widget.GhostLink("查看缴费记录", s.Record))
	}
	return out.With(widget.GoLink("我的退费", page.PatternRefunds))
}
