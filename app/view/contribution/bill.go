package contribution

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

func method(p page.Pay) node.Node {
	b := p.Bill
	if b.Refusal != "" {
		return node.Group{billTop(b), widget.Note(widget.Warn, b.Refusal), widget.Actions(widget.LinkButton(b.Label, b.Link))}
	}
	cards := node.Group{widget.CheckCard(widget.Choice{
		Kind: widget.Radio, Name: page.FieldPayMethod, Value: "agreement", Label: "协议支付", State: widget.Ticked,
		Note: "从已签订缴费协议的银行账户扣款",
	})}
	for i, name := range b.Closed {
		cards = append(cards, widget.CheckCard(widget.Choice{
			Kind: widget.Radio, Name: page.FieldPayMethod, Value: "closed" + string(rune('1'+i)), Label: name, State: widget.Blocked,
			Reason: "暂未开通",
		}))
	}
	return node.Group{
		billTop(b), billLines(b),
		widget.Form("", widget.Choices("请选择支付方式", cards),
			widget.StickyBar("应付金额", b.Amount, widget.Primary("确认缴费"))),
	}
}

func billTop(b *page.PayBill) node.Node {
	return widget.Total("应付金额", b.Amount, widget.Muted(b.What), aloud(b.Spoken))
}

func aloud(sentence string) node.Item {
	if sentence == "" {
		return nil
	}
	return node.Div(node.Class("say"), widget.Aloud(sentence))
}

func billLines(b *page.PayBill) node.Node {
	return widget.Card(widget.Heading("缴费明细"), node.Map(b.Lines, func(l page.PayLine) node.Node {
		return node.Div(widget.Between(widget.Para(l.Title), node.Span(node.Class("num"), node.Text(l.Amount.Display()))), widget.Muted(l.Note))
	}))
}

func tip(p page.Pay) node.Node {
	b := p.Bill
	body := []node.Item{widget.Rows(widget.Money("缴费金额", b.Amount))}
	for _, l := range b.Lines {
		body = append(body, widget.Between(widget.Para(l.Title), node.Span(node.Class("num"), node.Text(l.Amount.Display()))), widget.Muted(l.Note))
	}
	for _, n := range b.Notes {
		body = append(body, widget.Para(n))
	}
	return widget.Confirm(widget.Question{Title: "缴费提示", Body: body, Back: p.Back})
}

func agreements(p page.Pay) node.Node {
	a, b := p.Agreements, p.Bill
	if len(a.Cards) == 0 {
		return node.Group{
			billTop(b),
			widget.Empty("还没有缴费协议", "协议支付需要先与"+a.Need+"和开户银行签订缴费协议。新协议次日生效，届时可在「"+a.List+"」继续缴费，本次申报会保留。"),
			widget.Actions(widget.LinkButton("新增协议", a.Add)),
		}
	}
	cards := node.Map(a.Cards, func(c page.AgreementCard) node.Node {
		choice := widget.Choice{
			Kind: widget.Radio, Name: page.FieldPayAgreement, Value: c.ID, Label: c.Label, Spoken: c.Label + " " + c.Account,
			Note: c.Note, Tag: widget.Tag(widget.OK, c.Tag),
		}
		switch {
		case c.Refusal != "":
			choice.State, choice.Reason, choice.Tag = widget.Blocked, c.Refusal, widget.Tag(widget.Off, c.Tag)
			choice.Body = []node.Item{widget.Muted(c.Note)}
		case c.Ticked:
			choice.State = widget.Ticked
		}
		return widget.CheckCard(choice)
	})
	add := widget.Link("新增协议", a.Add)
	if a.Usable == 0 {
		return node.Group{
			billTop(b),
			widget.Note(widget.Warn, "以下协议都不能用于本次缴费。请与"+a.Need+"签订新的缴费协议；新协议次日生效，本次申报会保留。"),
			widget.Choices("缴费协议", cards),
			widget.Actions(widget.LinkButton("新增协议", a.Add)),
		}
	}
	return node.Group{
		billTop(b),
		widget.Form("", widget.NeedTick, widget.Hidden(page.FieldPayKey, a.Key),
			widget.Choices("用哪份协议扣款", cards), add,
			widget.StickyBar("应付金额", b.Amount, widget.Primary("确认缴费"))),
	}
}

func done(d *page.PayDone) node.Node {
	body := node.Group{
		widget.ResultTop(widget.Result{Outcome: widget.Outcome(d.Outcome), Title: d.Title, Amount: d.Amount, Note: d.Note}).
			With(aloud(d.Spoken)),
		widget.Card(pairs(d.Rows)),
	}
	if d.Next != "" {
		next := widget.Callout(widget.Off, widget.Para(d.Next))
		if d.Theirs != "" {
			next = next.With(widget.Para(d.Theirs))
		}
		body = append(body, next)
	}
	actions := widget.Actions()
	switch {
	case d.Outcome == page.PaySucceeded && d.Apply == "":
		actions = actions.With(widget.LinkButton("查看缴费记录", d.Records))
	case d.Outcome == page.PaySucceeded:
		actions = actions.With(widget.LinkButton("证明申请", d.Apply), widget.GhostLink("查看缴费记录", d.Records))
	case d.Outcome == page.PayProcessing:
		actions = actions.With(widget.GhostLink("刷新扣款结果", ""), widget.GhostLink(d.DeclareName, d.Declared))
	case d.Outcome == page.PayFailed:
		actions = actions.With(widget.LinkButton("继续缴费", d.Again), widget.GhostLink(d.DeclareName, d.Declared))
	}
	body = append(body, actions.With(widget.Link(d.HomeName, d.Home)))
	if d.Outcome == page.PaySucceeded {
		body = append(body, widget.Install(widget.InstallOffer))
	}
	return body
}
