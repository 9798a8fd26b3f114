package account

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Push is where a person switches notices on phones on and off. Switching on needs the
// browser's consent, so it is there only with scripts; switching off works without.
func Push(s page.Push) node.Node {
	devices := node.Map(s.Devices, func(d page.PushDevice) node.Node {
		return node.Li(widget.Card(widget.Form("", widget.Hidden(page.PushFieldOff, d.ID), node.Data("device", d.ID),
			widget.Between(
				node.Div(node.H2(node.Class("h2"), node.Text("已开启通知"), node.Span(node.Class("tag ok"), node.Hidden, node.Data("this", ""), node.Text("本机"))),
					node.P(node.Class("small num"), node.Text("开启于 "+d.Since))),
				widget.Small("关闭", node.Aria("description", "开启于 "+d.Since))))))
	})
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(widget.Heading("有结果时在手机上提醒"),
			node.Ul(node.Class("bullets"),
				node.Li(node.Text("缴费、扣款有结果时，和批量扣款有安排时提醒，不发其他内容。")),
				node.Li(node.Text("锁屏上只显示“缴费结果已出”这样的提示，不显示姓名、金额和账号。")),
				node.Li(node.Text("通知由手机或浏览器厂商的推送服务转送，内容是加密的。")),
				node.Li(node.Text("随时可以关闭；退出登录后这部手机不再提醒。"))),
			widget.Form("", node.Class("push"), node.Data("push", s.Key), node.Hidden,
				widget.Hidden(page.PushFieldEndpoint, ""), widget.Hidden(page.PushFieldKey, ""), widget.Hidden(page.PushFieldAuth, ""),
				widget.Actions(widget.Primary("在这部手机上开启"))),
			node.P(node.Class("small"), node.Data("push-missing", ""), node.Text("在支持通知的浏览器里打开本页，可以开启。所有结果都在「消息」里，不开启也不会错过。"))),
		node.When(len(devices) > 0, func() node.Node { return node.Group{widget.Title("已开启的手机"), node.Ul(devices)} }),
		widget.Actions(widget.GhostLink("查看消息", page.PathNotices)),
	}
}
