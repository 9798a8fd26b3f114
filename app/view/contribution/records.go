package contribution

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Payments is 缴费记录查询.
func Payments(s page.PaidRecords) node.Node {
	body := node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Search(s.Path, widget.Card(
			widget.MonthRange(widget.Range{
				Legend: "费款所属期", FromName: page.FieldFrom, ToName: page.FieldTo, From: s.Span.From, To: s.Span.To, Problems: s.Problems,
			}),
			widget.Primary("查询"))),
	}
	if len(s.Problems) > 0 {
		return body
	}
	if len(s.Rows) == 0 {
		return append(body, widget.Empty("没有缴费记录", "该费款所属期内没有已缴费款。刚缴费成功的，请稍后再查；在其他渠道缴费的，入库后显示。",
			widget.GhostLink("去缴费", s.Pay)), refunded(s.Refunded))
	}
	body = append(body, yearly(s), widget.Title("缴费明细"))
	entries := make([]widget.Entry, len(s.Rows))
	for i, e := range s.Rows {
		note := e.Note
		if e.Tag != "" {
			note = e.Tag + " · " + note
		}
		entries[i] = widget.Entry{Label: e.Title, Note: note, Href: e.Path, End: node.Text(e.Amount.Display())}
	}
	return append(body, widget.EntryList(entries...), pager(s.Turn), refunded(s.Refunded),
		moreActions(s),
		widget.Keep(widget.Kept{Title: "缴费记录 " + s.Scheme + " " + s.Span.From + " 至 " + s.Span.To}))
}

// moreActions are the way to a certificate, and whose certificate it can be.
func moreActions(s page.PaidRecords) node.Node {
	var body node.Group
	if s.Apply != "" {
		body = append(body, widget.Para("可将查询到的缴费记录开具为「社会保险费缴费证明」。"))
	}
	if s.Theirs != "" {
		body = append(body, widget.Para(s.Theirs))
	}
	if s.Apply != "" {
		body = append(body, widget.GhostLink("证明申请", s.Apply))
	}
	return widget.Card(widget.Disclosure("更多相关操作", body))
}

// refunded are the records whose money went back.
func refunded(list []page.PaidEntry) node.Node {
	if len(list) == 0 {
		return nil
	}
	entries := make([]widget.Entry, len(list))
	for i, e := range list {
		entries[i] = widget.Entry{Label: e.Title, Note: e.Note + " · " + e.Amount.Display(), Href: e.Path, End: widget.Tag(widget.Off, "已退费")}
	}
	return node.Group{widget.Title("已退费（不计入合计）"), widget.EntryList(entries...)}
}

// yearly are the totals, which only the first page has.
func yearly(s page.PaidRecords) node.Node {
	if s.Count == 0 {
		return nil
	}
	years := make([][]node.Node, len(s.Years))
	for i, y := range s.Years {
		years[i] = []node.Node{
			node.Text(strconv.Itoa(y.Year) + " 年度"), node.Text(strconv.Itoa(y.Count)), node.Text(y.Amount.Display()),
		}
	}
	return node.Group{
		widget.Total("合计 "+strconv.Itoa(s.Count)+" 笔", s.Total),
		widget.Card(node.Class("spare"), widget.Heading("按年度合计"), widget.DataTable(widget.TableData{
			Caption: "按年度合计",
			Columns: []widget.Column{{Head: "缴费年度"}, {Head: "笔数", Class: widget.Figures}, {Head: "金额", Class: widget.Figures}},
			Rows:    years,
		})),
	}
}

func pager(t page.Turn) node.Node {
	return widget.Pager(widget.Pages{Page: t.Page, Prev: t.Prev, Next: t.Next})
}

// Record is one payment record.
func Record(s page.PaidRecord) node.Node {
	body := node.Group{widget.Total("实缴金额", s.Amount, widget.Muted(s.Title))}
	if s.Back != "" {
		body = append(body, widget.EntryList(widget.Entry{Label: "退费进度", Href: s.Back, End: widget.Tag(widget.Tone(s.Tone), s.State)}))
	}
	actions := widget.Actions()
	if s.Apply != "" {
		actions = actions.With(widget.GhostLink("证明申请", s.Apply))
	}
	if s.Refund != "" {
		actions = actions.With(widget.GhostLink("申请退费", s.Refund))
	}
	body = append(body, widget.Card(pairs(s.Facts)))
	if s.Theirs != "" {
		body = append(body, widget.Muted(s.Theirs))
	}
	return append(body, actions, widget.Keep(widget.Kept{Title: s.Title + " " + s.Amount.Display()}))
}

// Declarations is 申报记录查询 and 已申报作废.
func Declarations(s page.Declarations) node.Node {
	if s.Void != nil {
		return node.Group{widget.ErrorSummary(s.Problems), voidQuestion(s.Void)}
	}
	body := node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Search(s.Path, widget.Card(
			widget.DateRange(widget.Range{
				Legend: "申报日期", FromName: page.FieldFrom, ToName: page.FieldTo, From: s.Span.From, To: s.Span.To, Max: s.Span.Max,
				Problems: s.Problems,
			}),
			widget.Primary("查询"))),
	}
	if len(s.Problems) > 0 {
		return body
	}
	if len(s.Rows) == 0 {
		return append(body, widget.Empty("没有申报记录", "该申报日期内没有记录。可调整日期后重新查询。", widget.GhostLink("去缴费", s.Pay)))
	}
	cards := node.Map(s.Rows, func(r page.DeclarationRow) node.Node { return declarationCard(r, s) })
	form := widget.Form("", cards)
	if s.Payable {
		form = widget.Form("", widget.NeedTick, cards, widget.StickySum(0, 0, widget.Primary("缴费")))
	}
	return append(body, form, pager(s.Turn))
}

func declarationCard(r page.DeclarationRow, s page.Declarations) node.Node {
	rows := []widget.Row{
		widget.Figure("申报日期", r.Date), widget.Fact("申报渠道", r.Channel), widget.Fact("缴费类型", r.Kind),
		widget.Figure("费款所属期", r.Period),
	}
	if r.Insured != "" {
		rows = append(rows, widget.Fact("参保人", r.Insured))
	}
	if r.Pay != "" {
		rows = append(rows, widget.Fact("缴费状态", r.Pay))
	}
	body := []node.Item{widget.Rows(rows...), widget.Between(node.Span(node.Class("small"), node.Text("金额")), widget.Amount(r.Amount))}
	if r.Note != "" {
		body = append(body, widget.Muted(r.Note))
	}
	line := node.Div(node.Class("line above"))
	what := r.Title + " " + r.Kind + " " + r.Period
	if r.CanVoid {
		line = line.With(widget.Small("作废", widget.Press(page.FieldVoid, r.ID), free))
	}
	if r.CanPay {
		line = line.With(widget.Small("继续缴费", widget.Press(page.FieldGoPay, r.ID), free))
	}
	if r.Result != "" {
		line = line.With(widget.SmallLink("查看扣款结果", r.Result))
	}
	if s.Detail != "" {
		line = line.With(widget.SmallLink(">", s.Detail+r.ID, node.Aria("label", "查看明细")))
	}
	body = append(body, line)
	tag := widget.Tag(widget.Tone(r.Tone), r.State)
	if !r.CanPay {
		return widget.Card(widget.Between(widget.Heading(r.Title), tag)).With(body...)
	}
	return widget.CheckCard(widget.Choice{
		Kind: widget.Checkbox, Name: page.FieldPayDeclaration, Value: r.ID, Label: r.Title, Spoken: what + " " + r.Amount.Display(),
		Tag: tag, Fen: r.Amount, Body: body,
	})
}

// free marks a button that needs no tick.
var free = node.Data("free", "")

func voidQuestion(q *page.VoidQuestion) node.Node {
	facts := widget.Rows(
		widget.Fact("申报内容", q.Row.Title), widget.Figure("费款所属期", q.Row.Period), widget.Money("金额", q.Row.Amount),
		widget.Fact("申报渠道", q.Row.Channel))
	if q.Refusal != "" {
		return node.Group{
			widget.Card(widget.Heading("不能作废"), facts, widget.Para(q.Refusal)),
			widget.Actions(widget.LinkButton("返回", q.Back)),
		}
	}
	return widget.Card(node.Class("dialog"), node.Aria("labelledby", "question"),
		node.H2(node.ID("question"), node.Class("h2"), node.Text("确定作废该申报？")),
		widget.Form("",
			node.Div(node.Class("dialog-body"), facts,
				widget.Para("作废后不会扣款，费款恢复为未申报，可以重新办理缴费。作废不能撤回。"),
				widget.TextArea(widget.Field{Label: "作废原因（选填）", Name: page.FieldReason, MaxLength: 100})),
			node.Div(node.Class("pair"), widget.GhostLink("取消", q.Back), widget.Danger("确定"))))
}

// Declaration is one declaration's page.
func Declaration(s page.DeclarationDetail) node.Node {
	r := s.Row
	state := r.State
	if r.Pay != "" {
		state += " · " + r.Pay
	}
	body := node.Group{widget.Total(r.Title, r.Amount, widget.Muted(state))}
	if r.Note != "" {
		body = append(body, widget.Note(widget.Warn, r.Note))
	}
	body = append(body, widget.Card(pairs(s.Facts)))
	actions := widget.Actions()
	if r.CanPay {
		actions = actions.With(widget.Form(s.Action, widget.Primary("继续缴费", widget.Press(page.FieldGoPay, r.ID))))
	}
	if r.CanVoid {
		actions = actions.With(widget.Form(s.Action, widget.Ghost("作废", widget.Press(page.FieldVoid, r.ID))))
	}
	if r.Result != "" {
		actions = actions.With(widget.GhostLink("查看扣款结果", r.Result))
	}
	return append(body, actions)
}
