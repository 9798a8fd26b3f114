package account_test

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/app/view/account"
	"shebao/shared/page"
)

func TestScreens(t *testing.T) {
	byCode := page.Login{
		Service: "社保费办理", Way: page.LoginBySMS, Next: "/pension/pay?step=dues", Phone: "13800000001",
		Sent: page.CodeSent{Message: "验证码已发送", Wait: 60, Inbox: "/demo/inbox"},
		Demo: []page.DemoAccount{{Name: "李明", Document: "110101199003071233", Phone: "13800000001", Password: "Shebao-demo-1"}},
		Care: page.CareHere{Here: "/login?by=sms"},
	}
	refused := page.Login{
		Service: "社保费办理", Way: page.LoginByPassword, Document: `"><b>`, SignedIn: true,
		Problems: []page.Problem{{Message: "证件号码或密码不正确"}, {Field: "password", Message: "请输入密码"}},
	}
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"login", account.Login(page.Login{Service: "社保费办理", Way: page.LoginByPassword}), "密码登录|短信登录|证件号码|密码|登录|关怀模式|注册"},
		{"login_sms", account.Login(byCode), "手机号|短信验证码|获取验证码|登录|验证码已发送|查看演示短信|演示账号"},
		{"login_refused", account.Login(refused), "证件号码或密码不正确|请输入密码|您已登录"},
		{
			"register", account.Register(page.Register{DocumentType: "201", Next: "/medical"}),
			"姓名|证件类型|居民身份证|证件号码|手机号|短信验证码|获取验证码|密码|注册",
		},
		{"reset", account.Register(page.Register{Reset: true, DocumentType: "201"}), "新密码|重设密码"},
		{"logout", account.Logout(page.Logout{SignedIn: true}), "退出登录|取消"},
		{"logged_out", account.Logout(page.Logout{}), "您已退出登录|登录"},
		{
			"me",
			account.Me(page.Me{
				Name: "李*", DocumentType: "居民身份证", Document: "110101********1233", Phone: "138****0001", Unread: 3, Agreements: 2,
				Care: page.CareHere{Here: "/me"},
			}),
			"李*|110101********1233|138****0001|消息|缴费协议|常用缴费人|关怀模式|退出登录",
		},
		{"password", account.Password(page.Password{}), "原密码|新密码|再次输入新密码|修改密码"},
		{
			"password_wrong",
			account.Password(page.Password{Problems: []page.Problem{{Field: "old", Message: "请输入原密码"}, {Field: "again", Message: "两次输入的新密码不一致，请重新输入"}}}),
			"请先处理以下问题|请输入原密码|两次输入的新密码不一致",
		},
		{"care", account.CareSwitch(page.CareSwitch{Care: page.CareHere{On: true, Here: "/me/care"}}), "字号|大|特大|最大|保存字号|退出关怀模式"},
		{"push", account.Push(page.Push{Key: "BPub"}), "在这部手机上开启|锁屏上只显示|消息"},
		{
			"push_on", account.Push(page.Push{Key: "BPub", Devices: []page.PushDevice{{ID: "d1", Since: "2026-11-23 10:32"}}}),
			"已开启通知|开启于 2026-11-23 10:32|关闭",
		},
		{"inbox_empty", account.Inbox(page.Inbox{}), "还没有短信"},
		{
			"inbox",
			account.Inbox(page.Inbox{Messages: []page.InboxMessage{{At: "2026-11-23 09:30:00", Phone: "138****0001", Text: "验证码：123456"}}}),
			"演示|138****0001|验证码：123456",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodetest.Golden(t, c.name, c.body)
			text := node.Content(c.body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(text, label) {
					t.Errorf("【%s】 is missing", label)
				}
			}
		})
	}
}

func TestLoginTabs(t *testing.T) {
	t.Run("where the person was going is carried through every way in", func(t *testing.T) {
		s := page.Login{Way: page.LoginByPassword, Next: "/pension/pay?step=dues"}
		carried := 0
		node.Walk(account.Login(s), func(e *node.Element) bool {
			href, _ := e.Attr("href")
			if strings.Contains(href, "next=%2Fpension%2Fpay%3Fstep%3Ddues") {
				carried++
			}
			return true
		})
		if carried != 4 { // two tabs, registration, a new password
			t.Errorf("carried by %d links", carried)
		}
	})
	t.Run("the Enter key logs in and does not ask for another code", func(t *testing.T) {
		var first string
		node.Walk(account.Login(page.Login{Way: page.LoginBySMS}), func(e *node.Element) bool {
			if name, _ := e.Attr("name"); e.Tag() == "button" && name == page.LoginFieldDo && first == "" {
				first, _ = e.Attr("value")
			}
			return true
		})
		if first != page.LoginDoEnter {
			t.Errorf("the form's first button does %q", first)
		}
	})
	t.Run("a password is never in the page", func(t *testing.T) {
		for _, body := range []node.Node{account.Login(page.Login{}), account.Register(page.Register{})} {
			node.Walk(body, func(e *node.Element) bool {
				kind, _ := e.Attr("type")
				if _, has := e.Attr("value"); kind == "password" && has {
					t.Error("a password field has a value")
				}
				return true
			})
		}
	})
}
