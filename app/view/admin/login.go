package admin

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Login asks for user name, password and one-time code.
func Login(s page.AdminLogin) node.Node {
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(widget.Form("",
			widget.Input(widget.Field{
				Label: "用户名", Name: page.AdminFieldUser, Value: s.User, AutoComplete: "username", MaxLength: 64, Problems: s.Problems,
				Attrs: []node.Item{node.Attr("autocapitalize", "none"), node.Attr("spellcheck", "false")},
			}),
			widget.Input(widget.Field{
				Label: "密码", Name: page.AdminFieldPassword, Type: "password", AutoComplete: "current-password", MaxLength: 200, Problems: s.Problems,
			}),
			widget.Input(widget.Field{
				Label: "动态口令", Name: page.AdminFieldCode, InputMode: "numeric", AutoComplete: "one-time-code", MaxLength: 16, Problems: s.Problems,
				Hint: "身份验证器上的 6 位数字；手机不在身边时输入一个恢复码",
			}),
			widget.Actions(widget.Primary("登录")))),
		demoLogins(s.Demo),
		widget.Actions(widget.GoLink("居民办理入口", page.PathHome)),
	}
}

func demoLogins(list []page.DemoLogin) node.Node {
	if len(list) == 0 {
		return nil
	}
	t := page.Table{Title: "演示账号", Columns: []page.TableColumn{{Head: "用户名"}, {Head: "角色"}, {Head: "此刻口令"}, {Head: "口令密钥"}}}
	for _, d := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: d.User}, {Text: d.Role}, {Text: d.Code}, {Text: d.Secret}})
	}
	return widget.Card(widget.Heading("演示账号"), widget.Muted("密码均为 "+list[0].Password+"。口令每 30 秒更换，每个只能用一次。"), rows(t))
}

// Logout asks before the session ends.
func Logout(s page.Logout) node.Node {
	if !s.SignedIn {
		return widget.Card(widget.Para("您已退出登录。"), widget.LinkButton("登录", page.PathAdminLogin))
	}
	return widget.Confirm(widget.Question{Title: "退出登录？", Yes: "退出登录", Back: page.PathAdmin})
}
