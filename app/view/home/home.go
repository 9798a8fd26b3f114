// Package home draws the first screens: home, the way to the four businesses, help,
// and the page that stands in for one that can't be shown.
package home

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens are this package's screens.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PathHome, Home),
		view.Of(page.PathServices, Services),
		view.Of(page.PathSocial, Social),
		view.Of(page.PathShebao, Shebao),
		view.Of(page.PathHelp, Help),
		view.Of(page.PatternError, Error),
	}
}

// Paths of the four businesses and of what home leads to.
const (
	pathPension      = "/pension"
	pathMedical      = "/medical"
	pathAgreements   = "/agreements"
	pathCertificates = "/certificates"
	pathVerify       = "/verify"
	pathAmounts      = "/pension/amounts"
)

// Home is the first screen: what is to be paid, the four businesses, what was paid last.
func Home(s page.Home) node.Node {
	return node.Group{
		node.Div(node.Class("hero"),
			node.Div(node.P(node.Class("hero-small"), node.Text(s.Service)),
				node.P(node.Class("hero-big"), node.Text(s.Name+"，"+s.Greeting))),
			view.CareSwitch(s.Care, "pill")),
		owed(s),
		widget.Grid(
			widget.EntryTile(widget.Tile{Icon: "pension", Label: "城乡居民养老", Note: "缴费 · 金额设置 · 查询", Href: pathPension}),
			widget.EntryTile(widget.Tile{Icon: "medical", Label: "城乡居民医疗", Note: "本人 · 为他人缴费", Href: pathMedical}),
			widget.EntryTile(widget.Tile{Icon: "card", Label: "缴费协议办理", Note: agreementsNote(s.Agreements), Href: pathAgreements}),
			widget.EntryTile(widget.Tile{Icon: "paper", Label: "开具社保缴费记录", Note: "打印 · 下载 · 查验", Href: pathCertificates})),
		recent(s),
	}
}

func agreementsNote(n int) string {
	if n == 0 {
		return "签订后可用银行卡缴费"
	}
	return strconv.Itoa(n) + " 份有效"
}

func owed(s page.Home) node.Node {
	card := widget.Card(node.Class("lift"))
	switch s.Owed.Kind {
	case page.OwedSome:
		card = card.With(owedSome(s.Owed))
	case page.OwedUnset:
		card = card.With(owedUnset(s.Owed))
	case page.OwedUnknown:
		card = card.With(widget.Heading("未查询到有效参保缴费信息"),
			widget.Muted("参保登记由人社、医保部门负责，请向参保地社保经办机构（养老，12333）或医保经办机构（医疗，12393）核实；已登记的，请次日再查询。"),
			node.P(widget.Link("查看各部门职责", page.PathHelp)))
	case page.OwedDeclared:
		card = card.With(owedDeclared(s.Owed))
	case page.OwedNone:
		heading := "本年度没有待缴费款"
		if len(s.Owed.Declared) > 0 {
			heading = "目前没有需要您缴费的款项"
		}
		card = card.With(widget.Heading(heading), widget.Muted("新的应缴费款到缴费期后会显示在这里。"))
	}
	card = card.With(declared(s.Owed.Declared))
	if s.Spoken != "" {
		card = card.With(widget.Aloud(s.Spoken))
	}
	return card
}

func owedSome(o page.HomeOwed) node.Node {
	return node.Group{sum(o), unset(o.Unset), node.Div(node.Class("home-pay"), widget.LinkButton("去缴费", o.Pay))}
}

// owedDeclared is for what is declared already; when it is of several kinds, each has its own line.
func owedDeclared(o page.HomeOwed) node.Node {
	if o.Pay == "" {
		return sum(o)
	}
	return node.Group{sum(o), node.Div(node.Class("home-pay"), widget.LinkButton("继续缴费", o.Pay))}
}

// sum says how much there is to pay, and until when.
func sum(o page.HomeOwed) node.Node {
	tone := widget.Warn
	if o.Urgent {
		tone = widget.Bad
	}
	return node.Group{
		widget.Between(node.H2(node.Class("small"), node.Text(o.Title)), widget.Tag(tone, o.Deadline)),
		widget.Between(widget.Amount(o.Amount), node.Span(node.Class("small"), node.Text(strconv.Itoa(o.Count)+" 笔 · "+o.Schemes))),
	}
}

func owedUnset(o page.HomeOwed) node.Node {
	return node.Group{
		widget.Between(node.H2(node.Class("small"), node.Text(o.Title)), widget.Tag(widget.Warn, o.Deadline)),
		node.P(node.Class("amount"), node.Text("未设置缴费金额")),
		widget.Muted("选择本年度缴费金额后即可缴费。"),
		node.Div(node.Class("home-pay"), widget.LinkButton("设置缴费金额", pathAmounts)),
	}
}

// unset names the dues that can't be in the sum because nobody has chosen an amount.
func unset(labels []string) node.Node {
	return node.Map(labels, func(label string) node.Node {
		return widget.Between(node.Class("home-line"), node.Span(node.Class("small"), node.Text(label+"：未设置缴费金额")),
			widget.Link("去设置", pathAmounts, widget.VisuallyHidden("："+label)))
	})
}

func declared(ps []page.HomePending) node.Node {
	return node.Map(ps, func(p page.HomePending) node.Node {
		do := "查看"
		if p.Pay {
			do = "继续缴费"
		}
		return widget.Between(node.Class("home-line"),
			node.Div(widget.Muted(p.Label), node.P(node.Class("num"), node.Text(p.Amount.Display()))),
			widget.Link(do, p.Href, widget.VisuallyHidden("："+p.Label)))
	})
}

func recent(s page.Home) node.Node {
	if len(s.Recent) == 0 {
		return widget.Card(widget.Heading("最近缴费"), widget.Muted("暂无缴费记录"))
	}
	rows := make([]widget.Row, len(s.Recent))
	for i, p := range s.Recent {
		rows[i] = widget.Money(p.Label, p.Amount)
	}
	return widget.Card(node.Class("recent spare"), widget.Heading("最近缴费"), widget.Rows(rows...), node.Div(node.Class("line"),
		widget.GoLink("养老缴费记录", pathPension+"/payments"), widget.GoLink("医疗缴费记录", pathMedical+"/payments")))
}
