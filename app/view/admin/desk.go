package admin

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Desk is the menu beside an officer's page and the line above it.
func Desk(f page.Frame, body node.Node) node.Group {
	return node.Group{sidebar(f), node.Div(node.Class("pane"), consoleTop(f), homeIsConsole(body))}
}

func sidebar(f page.Frame) *node.Element {
	entries := node.Map(f.Nav, func(n page.Nav) node.Node {
		a := node.A(node.Href(n.Path), node.Text(n.Label))
		if n.Path == f.Tab {
			a = a.With(node.Class("on"), node.Aria("current", "page"))
		}
		if n.Count > 0 {
			a = a.With(node.Span(node.Class("weui-badge"), node.Text(strconv.Itoa(n.Count)), widget.VisuallyHidden(" 件待处理")))
		}
		return node.Li(a)
	})
	return node.Nav(node.Class("side"), node.Aria("label", "主导航"),
		node.P(node.Class("side-name"), node.Text(f.Service), node.Span(node.Class("side-part"), node.Text("经办端"))), node.Ul(entries))
}

// homeIsConsole leads officers home to the workbench: what is drawn for everybody, as an error
// is, leads to the residents' home.
func homeIsConsole(body node.Node) node.Node {
	return node.Transform(body, func(e *node.Element) *node.Element {
		if to, _ := e.Attr("href"); to == page.PathHome {
			return e.With(node.Href(page.PathAdmin))
		}
		return e
	})
}

func consoleTop(f page.Frame) *node.Element {
	top := node.Header(node.Class("console-top"))
	if f.Back != "" {
		top = top.With(node.A(node.Class("back"), node.Href(f.Back), node.Aria("label", "返回"), widget.Icon("back")))
	}
	top = top.With(widget.PageTitle(f.Title), node.P(node.Class("small"), node.Text(f.Meta)))
	if f.Logout != "" {
		top = top.With(node.A(node.Href(page.PathAdminCredentials), node.Class("link"), node.Text("登录凭据")))
		top = top.With(node.Form(node.Method("post"), node.Action(f.Logout), node.Button(node.Type("submit"), node.Class("link"), node.Text("退出登录"))))
	}
	return top
}
