package contribution

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

func enrolments(p page.Pay) node.Node {
	e := p.Enrolments
	if len(e.Cards) == 0 {
		return node.Group{payingFor(p.For), nothingFound(e.Ask), widget.Actions(widget.GhostLink("返回", p.Back))}
	}
	return node.Group{
		payingFor(p.For),
		widget.Form("", widget.NeedTick,
			widget.Choices("请选择参保信息", node.Map(e.Cards, enrolmentCard)),
			widget.StickyAction(widget.Primary("下一步"))),
	}
}

func nothingFound(ask []page.PayAsk) *node.Element {
	empty := widget.Empty("未查询到有效参保缴费信息",
		"参保登记由人社、医保部门负责，登记后次日同步到税务部门。请核实参保地和参保状态，或咨询：")
	rows := make([]widget.Row, len(ask))
	for i, a := range ask {
		rows[i] = widget.Row{Label: a.Who, Value: node.A(node.Class("link"), node.Href("tel:"+a.Phone), node.Text(a.Phone))}
	}
	return empty.With(widget.Rows(rows...))
}

func enrolmentCard(c page.EnrolmentCard) node.Node {
	state, tone := widget.Open, widget.OK
	switch {
	case c.Refusal != "":
		state, tone = widget.Blocked, widget.Off
	case c.Ticked:
		state = widget.Ticked
	}
	rows := []widget.Row{widget.Fact("参保类别", c.Category), widget.Fact("税务机关", c.Authority), widget.Fact("社保经办机构", c.Agency)}
	if c.Period != "" {
		rows = append(rows, widget.Figure("费款所属期", c.Period))
	}
	detail := []widget.Row{
		widget.Fact("征收项目", c.Levy), widget.Fact("征收品目", c.Item), widget.Figure("个人编号", c.Number), widget.Figure("有效期起止", c.Valid),
	}
	if c.Tier != "" {
		detail = append(detail, widget.Figure("缴费档次", c.Tier))
	}
	detail = append(detail, widget.Money("政府代缴", c.Subsidy))
	return widget.CheckCard(widget.Choice{
		Kind: widget.Checkbox, Name: page.FieldPayEnrolment, Value: c.Mark, Label: c.Scheme, Spoken: c.Scheme + " " + c.Authority,
		State: state, Reason: c.Refusal, Tag: widget.Tag(tone, c.Status),
		Body: []node.Item{widget.Rows(rows...), widget.Disclosure("展开", widget.Rows(detail...))},
	})
}

func dues(p page.Pay) node.Node {
	d := p.Dues
	body := node.Group{payingFor(p.For)}
	if d.Assessed != "" {
		current := d.Regular
		if d.Kind == page.PayKindAssessed {
			current = d.Assessed
		}
		body = append(body, widget.Tabs("缴费类型", current,
			widget.Tab{Label: "正常缴费", Href: d.Regular}, widget.Tab{Label: "特殊缴费", Href: d.Assessed}))
	}
	hint := node.Node(nil)
	if d.Hint != "" {
		hint = widget.Note(widget.Plain, d.Hint)
	}
	if len(d.Cards) == 0 {
		return append(body, noDues(d.Kind), hint)
	}
	return append(body, widget.Form("", widget.NeedTick,
		widget.Choices("请选择要缴纳的费款", node.Map(d.Cards, dueCard)),
		hint,
		widget.StickySum(d.Picked, d.Sum, widget.Primary("提交"))))
}

func noDues(kind string) *node.Element {
	if kind == page.PayKindAssessed {
		return widget.Empty("没有特殊缴费数据", "补缴等特殊缴费由人社部门核定后推送到税务部门。已核定但未显示的，请向人社部门（12333）核实。")
	}
	return widget.Empty("当前没有应缴费款", "可能不在缴费期内，或该缴费年度不存在有效险种。参保信息由人社、医保部门维护。")
}

func dueCard(c page.DueCard) node.Node {
	state, tone := widget.Open, widget.Plain
	switch {
	case c.Refusal != "":
		state, tone = widget.Blocked, widget.Off
	case c.Ticked:
		state = widget.Ticked
	}
	if c.Refusal != "" && c.Link != "" {
		tone = widget.Warn
	}
	spoken := c.Title
	if c.Amount > 0 {
		spoken += " " + c.Amount.Display()
	}
	choice := widget.Choice{
		Kind: widget.Checkbox, Name: page.FieldPayDue, Value: c.Value, Label: c.Title, Spoken: spoken, State: state, Reason: c.Refusal,
		Tag: widget.Tag(tone, c.Tag), Note: c.Note, Fen: c.Amount,
	}
	if c.Refusal != "" {
		choice.Body = append(choice.Body, widget.Muted(c.Note))
	}
	if c.Subsidy > 0 { // what it comes to stands below what it comes from
		choice.Body = append(choice.Body, widget.Rows(
			widget.Money("缴费金额", c.Tier), widget.Figure("政府代缴", "− "+c.Subsidy.Display())))
	}
	if c.Basis != "" && (c.Amount > 0 || c.Subsidy > 0) {
		choice.Body = append(choice.Body, widget.Between(node.Span(node.Class("small"), node.Text(c.Basis)), widget.Amount(c.Amount)))
	}
	var rows []widget.Row
	if c.Reason != "" {
		rows = append(rows, widget.Fact("核定原因", c.Reason))
	}
	if c.Adds > 0 {
		rows = append(rows, widget.Figure("政府缴费补贴", "+ "+c.Adds.Display()))
	}
	if c.Deadline != "" && c.Refusal == "" || c.Reason != "" {
		rows = append(rows, widget.Figure("缴款期限", c.Deadline))
	}
	if len(rows) > 0 {
		choice.Body = append(choice.Body, widget.Rows(rows...))
	}
	if c.Link != "" {
		choice.Body = append(choice.Body, widget.Link(c.LinkLabel+" ›", c.Link, node.Aria("label", c.LinkLabel)))
	}
	return widget.CheckCard(choice)
}
