package home

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Services is 办&查: what can be done here.
func Services(page.Services) node.Node {
	return node.Group{
		widget.Title("办理"),
		widget.EntryList(widget.Entry{Label: "社保业务", Note: "城乡居民养老、城乡居民医疗缴费，缴费协议，缴费证明", Href: page.PathSocial, Icon: "people"}),
		widget.Title("查询"),
		widget.EntryList(
			widget.Entry{Label: "养老缴费记录", Href: "/pension/payments", Icon: "list"},
			widget.Entry{Label: "医疗缴费记录", Href: "/medical/payments", Icon: "list"},
			widget.Entry{Label: "缴费证明查验", Note: "核对他人出示的缴费证明，无需登录", Href: pathVerify, Icon: "shield"}),
		widget.Title("帮助"),
		widget.EntryList(widget.Entry{Label: "咨询与办理部门", Note: "税务、人社、医保各管什么", Href: page.PathHelp, Icon: "info"}),
	}
}

// Social is 社保业务.
func Social(page.Services) node.Node {
	return widget.EntryList(widget.Entry{Label: "社保费办理", Note: "城乡居民养老、城乡居民医疗", Href: page.PathShebao, Icon: "coins"})
}

// Shebao is 社保费办理: the four businesses.
func Shebao(s page.Shebao) node.Node {
	return widget.EntryList(
		widget.Entry{Label: "城乡居民养老", Note: "缴费、申报记录、缴费金额设置", Href: pathPension, Icon: "pension", End: waiting(s.Pension)},
		widget.Entry{Label: "城乡居民医疗", Note: "本人或为他人缴费", Href: pathMedical, Icon: "medical", End: waiting(s.Medical)},
		widget.Entry{Label: "缴费协议办理", Note: "委托银行扣款的协议", Href: pathAgreements, Icon: "card", End: text(s.Agreements)},
		widget.Entry{Label: "开具社保缴费记录", Note: "打印、下载、查验缴费证明", Href: pathCertificates, Icon: "paper"})
}

func waiting(label string) node.Node {
	if label == "" {
		return nil
	}
	return widget.Tag(widget.Warn, label)
}

func text(s string) node.Node {
	if s == "" {
		return nil
	}
	return node.Span(node.Class("small"), node.Text(s))
}
