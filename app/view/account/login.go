// Package account draws how a person comes in, registers, sees what is known about
// them and goes out.
package account

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/idcard"
	"shebao/shared/page"
)

// Screens are this package's screens.
func Screens() []view.Screen {
	return []view.Screen{
		view.Of(page.PathLogin, Login),
		view.Of(page.PathRegister, Register),
		view.Of(page.PathReset, Register),
		view.Of(page.PathLogout, Logout),
		view.Of(page.PathMe, Me),
		view.Of(page.PathPassword, Password),
		view.Of(page.PathCare, CareSwitch),
		view.Of(page.PathLang, Languages),
		view.Of(page.PathPush, Push),
		view.Of(page.PathInbox, Inbox),
	}
}

// Login asks who one is, by password or by text message.
func Login(s page.Login) node.Node {
	form := byPassword(s)
	if s.Way == page.LoginBySMS {
		form = bySMS(s)
	}
	return node.Group{
		node.Div(node.Class("hero"),
			node.Div(node.P(node.Class("hero-big"), node.Text(s.Service)),
				node.P(node.Class("hero-small"), node.Text("城乡居民养老、医疗缴费 · 协议 · 缴费证明"))),
			view.CareSwitch(s.Care, "pill")),
		widget.Card(node.Class("lift"),
			signedIn(s),
			widget.ErrorSummary(s.Problems),
			widget.Tabs("登录方式", way(s.Way, s.Next),
				widget.Tab{Label: "密码登录", Href: way(page.LoginByPassword, s.Next)},
				widget.Tab{Label: "短信登录", Href: way(page.LoginBySMS, s.Next)}),
			form,
			widget.Between(widget.Link("注册账号", with(page.PathRegister, s.Next)), widget.Link("忘记密码", with(page.PathReset, s.Next)))),
		demo(s.Demo),
		widget.EntryList(
			widget.Entry{Label: "缴费证明查验", Note: "无需登录", Href: "/verify", Icon: "shield"},
			widget.Entry{Label: "咨询与办理部门", Href: page.PathHelp, Icon: "info"}),
	}
}

func signedIn(s page.Login) node.Node {
	if s.Ended {
		return widget.Note(widget.Warn, "长时间没有操作，为保护您的信息已退出登录。请重新登录，登录后回到刚才的页面；没有提交的内容需要重新填写。")
	}
	if !s.SignedIn {
		return nil
	}
	to := s.Next
	if to == "" {
		to = page.PathHome
	}
	return widget.Callout(widget.Plain, node.Text("您已登录。"), widget.Link("继续办理", to))
}

func byPassword(s page.Login) *node.Element {
	return widget.Form("",
		widget.Input(widget.Field{
			Label: "证件号码", Name: page.LoginFieldDocument, Value: s.Document, AutoComplete: "username", MaxLength: 40, Problems: s.Problems,
			Attrs: []node.Item{node.Attr("autocapitalize", "characters"), node.Attr("spellcheck", "false")},
		}),
		widget.Input(widget.Field{
			Label: "密码", Name: page.LoginFieldPassword, Type: "password", AutoComplete: "current-password", MaxLength: 200, Problems: s.Problems,
		}),
		widget.Actions(widget.Primary("登录", widget.Press(page.LoginFieldDo, page.LoginDoEnter))))
}

func bySMS(s page.Login) *node.Element {
	return widget.Form("", enter(),
		phone(s.Phone, "", s.Problems), code(s.Code, s.Sent, s.Problems),
		widget.Actions(widget.Primary("登录", widget.Press(page.LoginFieldDo, page.LoginDoEnter))))
}

// enter is what the Enter key presses: without it that would be the form's first
// button, 获取验证码.
func enter() *node.Element {
	return node.Button(node.Type("submit"), node.Hidden, node.TabIndex(-1), node.Data("free", ""),
		widget.Press(page.LoginFieldDo, page.LoginDoEnter))
}

func phone(value, hint string, problems []page.Problem) *node.Element {
	return widget.Input(widget.Field{
		Label: "手机号", Name: page.LoginFieldPhone, Type: "tel", Value: value, Hint: hint, InputMode: "tel", AutoComplete: "tel-national",
		MaxLength: 20, Problems: problems,
	})
}

func code(value string, sent page.CodeSent, problems []page.Problem) node.Node {
	ask := widget.Small("获取验证码", widget.Press(page.LoginFieldDo, page.LoginDoCode))
	if sent.Wait > 0 {
		ask = ask.With(node.Data("wait", strconv.Itoa(sent.Wait)))
	}
	return node.Group{
		widget.Input(widget.Field{
			Label: "短信验证码", Name: page.LoginFieldCode, Value: value, InputMode: "numeric", AutoComplete: "one-time-code", MaxLength: 6,
			Problems: problems, Beside: ask,
		}),
		node.When(sent.Message != "", func() node.Node {
			return node.P(node.Class("small"), node.Role("status"), node.Text(sent.Message+"。"))
		}),
		node.When(sent.Inbox != "", func() node.Node { return node.P(widget.Link("查看演示短信", sent.Inbox)) }),
	}
}

func demo(people []page.DemoAccount) node.Node {
	if len(people) == 0 {
		return nil
	}
	rows := node.Map(people, func(a page.DemoAccount) node.Node {
		return widget.Rows(widget.Fact(a.Name, ""), widget.Figure("证件号码", a.Document),
			widget.Figure("密码", a.Password), widget.Figure("手机号", a.Phone))
	})
	return widget.Card(widget.Disclosure("演示账号", rows, node.P(widget.Link("查看演示短信", page.PathInbox))))
}

// way is the address of one tab.
func way(w page.LoginWay, next string) string {
	path := with(page.PathLogin, next)
	if w != page.LoginBySMS {
		return path
	}
	join := "?"
	if next != "" {
		join = "&"
	}
	return path + join + page.LoginFieldBy + "=" + page.Escape(string(w))
}

// with is path, remembering where to go then.
func with(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?" + page.LoginFieldNext + "=" + page.Escape(next)
}

// Register binds a login, or a new password, to a person the population register knows.
func Register(s page.Register) node.Node {
	types := idcard.Types()
	options := make([]widget.Option, len(types))
	for i, t := range types {
		options[i] = widget.Option{Value: string(t), Label: t.Label()}
	}
	label, action := "密码", "注册"
	if s.Reset {
		label, action = "新密码", "重设密码"
	}
	return node.Group{
		widget.ErrorSummary(s.Problems),
		node.P(node.Class("small title"), node.Text("姓名、证件和手机号须与户籍（人口）登记的信息一致，核验通过后直接登录。")),
		widget.Form("", enter(), widget.Card(
			widget.Input(widget.Field{
				Label: "姓名", Name: page.LoginFieldName, Value: s.Name, AutoComplete: "name", MaxLength: 60, Problems: s.Problems,
			}),
			widget.Select(widget.Pick{
				Label: "证件类型", Name: page.LoginFieldDocumentType, Value: s.DocumentType, Options: options, Problems: s.Problems,
			}),
			widget.Input(widget.Field{
				Label: "证件号码", Name: page.LoginFieldDocument, Value: s.Document, AutoComplete: "username", MaxLength: 40, Problems: s.Problems,
				Attrs: []node.Item{node.Attr("autocapitalize", "characters"), node.Attr("spellcheck", "false")},
			}),
			phone(s.Phone, "", s.Problems),
			code(s.Code, s.Sent, s.Problems),
			widget.Input(widget.Field{
				Label: label, Name: page.LoginFieldPassword, Type: "password", AutoComplete: "new-password", MaxLength: 200, Problems: s.Problems,
				Hint: "至少8位，不要包含证件号码或手机号",
			})),
			widget.Actions(widget.Primary(action, widget.Press(page.LoginFieldDo, page.LoginDoEnter)),
				widget.GhostLink("已有账号，去登录", with(page.PathLogin, s.Next)))),
	}
}

// Logout asks before going out.
func Logout(s page.Logout) node.Node {
	if !s.SignedIn {
		return node.Group{
			widget.Empty("您已退出登录", "需要办理业务时请重新登录。"),
			widget.Actions(widget.LinkButton("登录", page.PathLogin)),
		}
	}
	return node.Transform(widget.Confirm(widget.Question{
		Title: "退出登录？", Body: []node.Item{widget.Para("退出后需要重新登录才能办理业务，离线保存在这部手机上的内容会删除。正在进行的扣款不受影响。")},
		Yes: "退出登录", Back: page.PathMe,
	}), func(e *node.Element) *node.Element {
		if e.Tag() != "form" {
			return e
		}
		return e.With(afresh)
	})
}
