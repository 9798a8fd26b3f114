// Package agreement draws the screens of debit agreements (缴费协议): the list, signing
// step by step, one agreement, revoking it. Pure functions of the states in shared/page.
package agreement

import (
	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens lists the screens.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PatternAgreements, list),
		view.Of(page.PatternAgreementNew, apply),
		view.Of(page.PatternAgreementCode, code),
		view.Of(page.PatternAgreementResult, result),
		view.Of(page.PatternAgreement, detail),
		view.Of(page.PatternAgreementRevoke, revoke),
	}
}

// signSteps are the steps of signing.
var signSteps = []string{"填写信息", "短信验证", "完成"}

func tone(t page.AgreementTone) widget.Tone { return widget.Tone(t) }

func name(f page.AgreementFacts) string { return f.Bank + "（" + f.Tail + "）" }

func list(s page.Agreements) node.Node {
	add := node.Group{widget.StickyAction(widget.LinkButton("新增协议", s.New))}
	if len(s.Cards) == 0 {
		return node.Group{
			widget.Empty("还没有缴费协议", "签订后，社会保险费可从您本人的银行卡扣款。请准备好银行卡和银行预留手机号。"),
			add,
		}
	}
	return node.Group{
		node.Ul(node.Map(s.Cards, func(f page.AgreementFacts) node.Node { return node.Li(card(f)) })),
		add,
	}
}

// card is an agreement in the list; all of it leads on.
func card(f page.AgreementFacts) *node.Element {
	id := "agreement-" + f.ID
	c := widget.Card(
		widget.Between(
			node.A(node.Class("h2 cover"), node.ID(id), node.Href(f.Open), node.Text(name(f))),
			widget.Tag(tone(f.Tone), f.State)),
		widget.Muted(f.Short+" · "+f.Account))
	if f.Note != "" {
		c = c.With(widget.Muted(f.Note))
	}
	if f.Effective == "" && f.Revoke == "" {
		return c
	}
	return c.With(widget.Between(
		node.When(f.Effective != "", func() node.Node {
			return node.P(node.Class("small"), node.Text("生效日期 "), node.Span(node.Class("num"), node.Text(f.Effective)))
		}),
		node.When(f.Revoke != "", func() node.Node {
			return node.Span(node.Class("above"), widget.SmallLink("撤销", f.Revoke, node.Aria("describedby", id)))
		})))
}

// facts are the rows of an agreement.
func facts(f page.AgreementFacts) *node.Element {
	rows := []widget.Row{
		widget.Fact("税务机关", f.Authority),
		widget.Fact("开户银行", f.Bank),
		widget.Figure("银行账号", f.Account),
		widget.Fact("持卡人姓名", f.Holder),
		widget.Figure("预留手机号", f.Phone),
		widget.Figure("申请时间", f.Applied),
	}
	if f.Effective != "" {
		rows = append(rows, widget.Figure("生效日期", f.Effective))
	}
	if f.Ended != "" {
		rows = append(rows, widget.Figure("终止时间", f.Ended))
	}
	return widget.Rows(rows...)
}

func detail(s page.AgreementDetail) node.Node {
	body := node.Group{widget.Card(
		widget.Between(widget.Heading(name(s.Card)), widget.Tag(tone(s.Card.Tone), s.Card.State)), facts(s.Card))}
	if s.Card.Note != "" {
		t := tone(s.Card.Tone)
		if t == widget.OK { // nothing is wrong, there is something to know
			t = widget.Plain
		}
		body = append(body, widget.Note(t, s.Card.Note))
	}
	switch {
	case s.Card.Revoke != "":
		body = append(body, widget.Actions(widget.GhostLink("撤销", s.Card.Revoke)),
			widget.Muted("撤销后，该协议不能再用于缴费和批量扣款；正在处理的扣款以银行结果为准。"))
	case s.Go != "":
		body = append(body, widget.Actions(widget.LinkButton("继续签约", s.Go)))
	case s.Again != "":
		body = append(body, widget.Actions(widget.LinkButton("重新签订", s.Again)))
	}
	return body
}

func revoke(s page.AgreementRevoke) node.Node {
	if len(s.Problems) > 0 {
		return node.Group{
			widget.ErrorSummary(s.Problems),
			widget.Card(widget.Between(widget.Heading(name(s.Card)), widget.Tag(tone(s.Card.Tone), s.Card.State)), facts(s.Card)),
			widget.Actions(widget.LinkButton("返回协议", s.Back)),
		}
	}
	return widget.Confirm(widget.Question{
		Title: "确认撤销该协议？",
		Body: []node.Item{
			widget.Rows(widget.Fact("扣款账户", name(s.Card)), widget.Fact("税务机关", s.Card.Short)),
			widget.Muted("撤销后，该协议不能再用于缴费和批量扣款，且不能恢复；需要时请重新签订，次日生效。正在处理的扣款以银行结果为准。"),
		},
		Back: s.Back, Tone: widget.Bad,
	})
}
