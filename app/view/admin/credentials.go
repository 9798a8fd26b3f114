package admin

import (
	"strings"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Credentials has an officer replace what was handed to them by a password and one-time codes of their
// own, or change the password.
func Credentials(s page.AdminCredentials) node.Node {
	if len(s.Recovery) > 0 {
		return owned(s.Recovery)
	}
	field := func(label, name, complete, hint string) *node.Element {
		return widget.Input(widget.Field{
			Label: label, Name: name, Type: "password", AutoComplete: complete, MaxLength: 200, Hint: hint, Problems: s.Problems,
		})
	}
	fresh := node.Group{
		field("新密码", page.LoginFieldPassword, "new-password", "至少8位，不要包含用户名"), field("再次输入新密码", page.PasswordFieldAgain, "new-password", ""),
	}
	if !s.Initial {
		return node.Group{widget.ErrorSummary(s.Problems), widget.Card(widget.Heading("修改密码"), widget.Form("",
			node.Div(node.Class("filters"), field("原密码", page.PasswordFieldOld, "current-password", ""), fresh, widget.Primary("修改密码"))),
			widget.Muted("修改后，其他设备上的登录会退出。动态口令和恢复码不变；手机遗失或恢复码用完的，请联系系统管理员重设。"))}
	}
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Note(widget.Warn, "您用的是别人交给您的密码和动态口令。请先换成只有您自己知道的，再办理其他事项；换好后，原来的密码、动态口令和恢复码全部作废。"),
		widget.Form("", widget.Hidden(page.AdminFieldSecret, s.Secret),
			widget.Card(widget.Heading("1 新密码"), node.Div(node.Class("filters"), fresh)),
			widget.Card(widget.Heading("2 新的动态口令"), node.Div(node.Class("columns split"),
				node.Div(widget.Para("用身份验证器扫描二维码，或手工录入口令密钥，然后输入新增条目显示的 6 位数字。请删除原来的条目。"),
					widget.Rows(widget.Figure("口令密钥", s.Secret)),
					widget.Input(widget.Field{
						Label: "动态口令", Name: page.AdminFieldCode, InputMode: "numeric", MaxLength: 10, AutoComplete: "one-time-code", Problems: s.Problems,
					})),
				qr(s.QR)),
				widget.Actions(widget.Primary("设为我的登录凭据")))),
	}
}

// owned shows the recovery codes, once.
func owned(recovery []string) node.Node {
	return node.Group{
		widget.Callout(widget.OK, node.Role("status"),
			widget.Heading("已设为您自己的登录凭据"),
			widget.Para("今后用新密码和新的动态口令登录。以下恢复码每个可代替动态口令一次，只显示这一次，请现在抄下并妥善保存。"),
			node.P(node.Class("num"), node.Text(strings.Join(recovery, "　")))),
		widget.Actions(widget.LinkButton("已抄下，进入工作台", page.PathAdmin)),
	}
}
