package account

import (
	"strconv"
	"strings"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// afresh leaves a form to the browser: after logging out nothing of the person's stays in
// a running program.
var afresh = node.Data("native", "")

// Me shows the person's own things.
func Me(s page.Me) node.Node {
	var unread, agreements node.Node
	if s.Unread > 0 {
		unread = node.Span(node.Class("weui-badge"), node.Text(strconv.Itoa(s.Unread)), widget.VisuallyHidden(" 条未读"))
	}
	if s.Agreements > 0 {
		agreements = node.Span(node.Class("small"), node.Text(strconv.Itoa(s.Agreements)+" 份有效"))
	}
	return node.Group{
		widget.Card(
			node.Div(node.Class("who"), node.Span(node.Class("ico"), widget.Icon("person")),
				node.Div(node.H2(node.Class("h2"), node.Text(s.Name)), widget.Muted("已实名"))),
			widget.Rows(widget.Fact("证件类型", s.DocumentType), widget.Figure("证件号码", s.Document), widget.Figure("手机号", s.Phone)),
			widget.Muted("手机号不能在线更改。如需更换，请携带本人身份证件到办税服务厅办理。")),
		widget.EntryList(
			widget.Entry{Label: "消息", Note: "扣款结果、协议变化、证明制作", Href: page.PathNotices, Icon: "bell", End: unread},
			widget.Entry{Label: "手机通知", Note: "缴费有结果时提醒", Href: page.PathPush, Icon: "phone"},
			widget.Entry{Label: "缴费协议", Href: "/agreements", Icon: "card", End: agreements},
			widget.Entry{Label: "我的退费", Note: "退费申请和进度", Href: page.PatternRefunds, Icon: "coins"},
			widget.Entry{Label: "常用缴费人", Note: "为他人缴费时可直接选择", Href: page.PathPayees, Icon: "people"},
			widget.Entry{Label: "离线保存", Note: "没有网络时也能查看的记录和证明", Href: page.PathOffline, Icon: "download", Native: true},
			widget.Entry{Label: "修改密码", Href: page.PathPassword, Icon: "lock"},
			widget.Entry{Label: "语言 / Language", Href: page.PathLang, Icon: "globe"},
			widget.Entry{Label: "咨询与办理部门", Href: page.PathHelp, Icon: "info"}),
		widget.Card(widget.Between(
			node.Div(widget.Heading("大字显示"), widget.Muted("字更大，按钮更大，可以朗读"), widget.GoLink("选择字号", page.PathCare)),
			view.CareSwitch(s.Care, "weui-btn weui-btn_mini weui-btn_default btn ghost mini"))),
		widget.FullApp(),
		widget.Form(page.PathLogout, afresh, widget.Ghost("退出登录")),
		widget.Install(widget.InstallEntry),
	}
}

// Password asks for the old password and a new one.
func Password(s page.Password) node.Node {
	field := func(label, name, complete, hint string) *node.Element {
		return widget.Input(widget.Field{
			Label: label, Name: name, Type: "password", AutoComplete: complete, MaxLength: 200, Hint: hint, Problems: s.Problems,
		})
	}
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Form("", widget.Card(
			field("原密码", page.PasswordFieldOld, "current-password", ""),
			field("新密码", page.LoginFieldPassword, "new-password", "至少8位，不要包含证件号码或手机号"),
			field("再次输入新密码", page.PasswordFieldAgain, "new-password", "")),
			widget.Muted("修改后，其他设备上的登录会退出，这部手机保持登录。"),
			widget.StickyAction(widget.Primary("修改密码"))),
	}
}

// CareSwitch is where the size of the type is chosen.
func CareSwitch(s page.CareSwitch) node.Node {
	body := node.Group{
		widget.Card(widget.Heading("字更大，按钮更大，内容更少"), widget.Para("重要的内容可以朗读。随时可以在「首页」或「我的」退出。")),
		view.SizeForm(s.Care),
	}
	if s.Care.On {
		body = append(body, view.CareSwitch(s.Care, "weui-btn weui-btn_default btn ghost"))
	}
	return body
}

// Inbox lists the text messages that demo mode keeps instead of sending.
func Inbox(s page.Inbox) node.Node {
	if len(s.Messages) == 0 {
		return widget.Empty("还没有短信", "演示环境不发送真实短信。获取验证码后，短信会出现在这里。")
	}
	return node.Group{
		widget.Note(widget.Warn, "演示：以下短信没有真正发送，只保存在这里。"),
		node.Map(s.Messages, func(m page.InboxMessage) node.Node {
			return widget.Card(
				widget.Between(node.Span(node.Class("num h2"), node.Text(m.Phone)), node.Span(node.Class("num small"), node.Text(m.At))),
				asSent(m.Text))
		}),
	}
}

// asSent is a text message in the language that it was sent in. The name at its head is
// Chinese in any language.
func asSent(text string) *node.Element {
	const end = "】"
	head, body := "", text
	if at := strings.Index(text, end); at >= 0 {
		head, body = text[:at+len(end)], text[at+len(end):]
	}
	return node.P(node.When(head != "", func() node.Node { return node.Span(node.Own, node.Text(head)) }), node.Span(node.Own, node.Text(body)))
}

// Languages is the choice of the screens' language.
func Languages(s page.Languages) node.Node {
	return widget.Card(node.Class("choose-language"), widget.Heading("选择语言"), view.Languages(s, "weui-btn weui-btn_default btn ghost"),
		widget.Muted("界面语言会保存在您的账户中，换一部手机登录也是这种语言，短信也使用这种语言。缴费证明使用中文。"))
}
