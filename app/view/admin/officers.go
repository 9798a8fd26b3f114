package admin

import (
	"strconv"
	"strings"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Officers lists who works here and adds somebody.
func Officers(s page.AdminOfficers) node.Node {
	body := node.Group{widget.ErrorSummary(s.Problems)}
	if s.Fresh != nil {
		body = append(body, fresh(*s.Fresh))
	}
	return append(body,
		widget.Card(table(s.List)),
		widget.Card(widget.Heading("新增操作员"), widget.Form("", node.Div(node.Class("filters"),
			widget.Input(widget.Field{Label: "用户名", Name: page.AdminFieldUser, Value: s.User, MaxLength: 32, AutoComplete: "off", Problems: s.Problems}),
			widget.Input(widget.Field{Label: "姓名", Name: page.AdminFieldName, Value: s.Name, MaxLength: 50, AutoComplete: "off", Problems: s.Problems}),
			widget.Select(widget.Pick{
				Label: "角色", Name: page.AdminFieldRole, Value: s.Role, Blank: "请选择", Options: options(s.Roles), Problems: s.Problems,
			}),
			widget.Primary("新增", widget.Press(page.AdminFieldDo, "add"))))))
}

// fresh shows what is handed over, once.
func fresh(f page.FreshOfficer) *node.Element {
	return widget.Callout(widget.OK, node.Role("status"),
		widget.Heading(f.User+"（"+f.Role+"）的登录凭据"),
		widget.Para("只显示这一次，离开本页后无法再看到。请当面交给本人：用身份验证器扫描二维码，并妥善保存恢复码。"),
		node.Div(node.Class("columns split"),
			node.Div(widget.Rows(widget.Figure("初始密码", f.Password), widget.Figure("口令密钥", f.Secret)),
				widget.Heading("恢复码（每个可代替动态口令一次）"), node.P(node.Class("num"), node.Text(strings.Join(f.Recovery, "　")))),
			qr(f.QR)))
}

// qr draws a QR code.
func qr(code page.QR) node.Node {
	if len(code) == 0 {
		return nil
	}
	var path strings.Builder
	for y, row := range code {
		for x := range row {
			if row[x] == '1' {
				path.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h1v1h-1z")
			}
		}
	}
	size := strconv.Itoa(len(code))
	return node.El("svg", node.Attr("viewBox", "0 0 "+size+" "+size), node.Class("qr"), node.Role("img"), node.Aria("label", "动态口令二维码"),
		node.El("rect", node.Attr("width", size), node.Attr("height", size), node.Attr("fill", "#fff")),
		node.El("path", node.Attr("d", path.String()), node.Attr("fill", "#000")))
}
