package contribution

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/money"
	"shebao/shared/page"
)

// Amounts is 批量扣款缴费金额设置.
func Amounts(s page.AmountForm) node.Node {
	if s.Done != nil {
		return amountDone(s.Done)
	}
	if len(s.Cards) == 0 {
		return nothingFound(s.Ask)
	}
	body := node.Group{widget.ErrorSummary(s.Problems), widget.Title("缴费信息")}
	for _, c := range s.Cards {
		body = append(body, amountCard(c, len(s.Cards)))
	}
	if s.Open != nil {
		body = append(body, amountForm(s.Open, s.Problems))
	}
	for _, c := range s.Cards {
		if len(c.History) > 0 && (c.Ticked || len(s.Cards) == 1) {
			body = append(body, history(c.History))
		}
	}
	return body
}

func amountCard(c page.AmountCard, of int) node.Node {
	tag := node.Node(nil)
	if c.Year != "" {
		tag = widget.Tag(widget.Plain, c.Year)
	}
	rows := []widget.Row{
		widget.Fact("参保类别", c.Category), widget.Fact("税务机关", c.Authority), widget.Figure("当前缴费金额", c.Current),
	}
	if c.Valid != "" {
		rows = append(rows, widget.Figure("有效期起止", c.Valid))
	}
	card := widget.Card(widget.Between(widget.Heading(c.Scheme), tag), widget.Rows(rows...))
	if c.Note != "" {
		card = card.With(widget.Muted(c.Note))
	}
	if c.Refusal != "" {
		return card.With(widget.Para(c.Refusal))
	}
	if of > 1 && !c.Ticked {
		card = card.With(widget.Link("选择", c.Path, node.Aria("label", "选择 "+c.Scheme+" "+c.Authority)))
	}
	return card
}

func amountForm(o *page.AmountOpen, problems []page.Problem) node.Node {
	tiers := make([]widget.Option, 0, len(o.Tiers)+1)
	rows := make([][]node.Node, len(o.Tiers))
	for i, t := range o.Tiers {
		label := yuan(t.Tier) + " 元（政府补贴 " + yuan(t.Adds) + " 元）"
		tiers = append(tiers, widget.Option{Value: fen(t.Tier), Label: label})
		rows[i] = []node.Node{node.Text(t.Tier.Display()), node.Text(t.Pays.Display()), node.Text(t.Adds.Display())}
	}
	tiers = append(tiers, widget.Option{Value: page.AmountOther, Label: "其他金额"})
	hint := "政府缴费补贴随所选金额计入个人账户，无需您支付。"
	if o.Note != "" {
		hint += "（" + o.Note + "）"
	}
	form := widget.Card(
		widget.Select(widget.Pick{
			Label: "缴费金额", Name: page.FieldAmountTier, Value: o.Value, Blank: "请选择", Options: tiers, Hint: hint, Problems: problems,
		}),
		widget.Input(widget.Field{
			Label: "其他金额（元）", Name: page.FieldAmountOther, Value: o.Other, InputMode: "numeric", MaxLength: 12,
			Hint: "只在选择「其他金额」时填写，" + o.Range + "，整元。", Problems: problems,
			Attrs: []node.Item{node.Data("of", page.FieldAmountTier), node.Data("answer", page.AmountOther)},
		}))
	if o.Subsidy > 0 {
		form = form.With(widget.Rows(widget.Money("政府代缴（每年）", o.Subsidy)),
			widget.Muted("个人应缴 = 缴费金额 − 政府代缴。"))
	}
	form = form.With(widget.Disclosure("各档次个人应缴与政府补贴", widget.DataTable(widget.TableData{
		Caption: "各档次个人应缴与政府补贴", Rows: rows,
		Columns: []widget.Column{
			{Head: "缴费金额", Class: widget.Figures}, {Head: "个人应缴", Class: widget.Figures}, {Head: "政府补贴", Class: widget.Figures},
		},
	})))
	return widget.Form("", widget.Hidden(page.FieldAmountEnrolment, o.Mark), form,
		widget.Note(widget.Plain, "提交后立即生效，替换原来的设置；本年度缴费前可以更改，缴费后不能更改。"),
		widget.StickyAction(widget.Primary("提交")))
}

func history(list []page.AmountPast) node.Node {
	rows := make([][]node.Node, len(list))
	for i, p := range list {
		rows[i] = []node.Node{node.Text(p.Set), node.Text(p.Amount.Display()), node.Text(p.End)}
	}
	return widget.Card(widget.Disclosure("历史设置", widget.DataTable(widget.TableData{
		Caption: "历史设置", Rows: rows,
		Columns: []widget.Column{{Head: "设置日期"}, {Head: "缴费金额", Class: widget.Figures}, {Head: "说明"}},
	})))
}

func amountDone(d *page.AmountDone) node.Node {
	return widget.Card(node.Class("dialog"), node.Role("dialog"), node.Aria("labelledby", "question"),
		node.H2(node.ID("question"), node.Class("h2"), node.Text("设置成功")),
		node.Div(node.Class("dialog-body"), pairs(d.Facts), widget.Para(d.Note)),
		widget.Form("", widget.Primary("确定")))
}

// AmountsVoid is 批量扣款缴费金额作废.
func AmountsVoid(s page.AmountVoid) node.Node {
	if len(s.Confirm) > 0 {
		body := []node.Item{widget.Para("作废后，以下缴费金额在有效期内不再用于批量扣款：")}
		for _, r := range s.Confirm {
			body = append(body, settingRows(r))
		}
		return node.Group{widget.ErrorSummary(s.Problems), widget.Confirm(widget.Question{
			Title: "确定作废？", Body: body, Back: page.PatternAmountsVoid, Tone: widget.Bad,
		})}
	}
	if len(s.Rows) == 0 {
		return node.Group{widget.ErrorSummary(s.Problems), laterNotes(s.Later), widget.Empty("没有有效的缴费金额设置", "设置缴费金额后，可在这里作废。",
			widget.GhostLink("去设置缴费金额", page.PatternAmounts))}
	}
	return node.Group{
		widget.ErrorSummary(s.Problems), laterNotes(s.Later),
		widget.Form("", widget.NeedTick, widget.Choices("选择要作废的缴费金额", node.Map(s.Rows, func(r page.AmountSetting) node.Node {
			return widget.CheckCard(widget.Choice{
				Kind: widget.Checkbox, Name: page.FieldAmountSetting, Value: r.ID, Label: r.Scheme,
				Spoken: r.Scheme + " " + r.Authority + " " + r.Tier.Display(), Body: []node.Item{settingRows(r)},
			})
		})),
			widget.StickyAction(widget.Danger("作废"))),
	}
}

// laterNotes say what a batch debit still takes after a void.
func laterNotes(list []string) node.Node {
	return node.Map(list, func(text string) node.Node { return widget.Note(widget.Plain, text) })
}

func settingRows(r page.AmountSetting) node.Node {
	rows := []widget.Row{widget.Fact("税务机关", r.Authority), widget.Money("缴费金额", r.Tier)}
	if r.Amount != r.Tier {
		rows = append(rows, widget.Money("个人应缴", r.Amount))
	}
	rows = append(rows, widget.Figure("有效期起止", r.Valid), widget.Figure("下次计划扣款", r.Next))
	if r.CutOff != "" {
		rows = append(rows, widget.Figure("变更截止", r.CutOff))
	}
	g := node.Group{widget.Rows(rows...)}
	if r.Note != "" {
		g = append(g, widget.Muted(r.Note))
	}
	return g
}

// yuan is a whole-yuan amount for an option: 3,000.
func yuan(f money.Fen) string {
	s := f.Plain()
	if len(s) > 3 && s[len(s)-3:] == ".00" {
		return s[:len(s)-3]
	}
	return s
}
