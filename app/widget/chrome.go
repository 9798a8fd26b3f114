package widget

import (
	"strconv"

	"shebao/app/node"
)

// Top is the head of a phone page: 返回 if there is a way back, and the h1.
func Top(title, back string) *node.Element {
	left := node.Item(node.Span(node.Class("top-side")))
	if back != "" {
		left = node.A(node.Class("top-side back"), node.Href(back), node.Aria("label", "返回"), node.Title("返回"), Icon("back"))
	}
	return node.Header(node.Class("top"), node.Div(node.Class("top-in"), left, PageTitle(title), node.Span(node.Class("top-side"))))
}

// PageTitle is the page's one h1; it takes the focus after navigation.
func PageTitle(title string) *node.Element {
	return node.H1(node.ID("title"), node.TabIndex(-1), node.Text(title))
}

// Tabbar is the resident's main navigation; active is the path of the part one is
// in, unread the number of notices under 我的.
func Tabbar(active string, unread int) *node.Element {
	tab := func(path, icon, label string, end node.Item) node.Node {
		a := node.A(node.Class("weui-tabbar__item"), node.Href(path), Icon(icon),
			node.Span(node.Class("weui-tabbar__label"), node.Text(label)), end)
		if path == active {
			a = a.With(node.Class("weui-bar__item_on"), node.Aria("current", "page"))
		}
		return a
	}
	var count node.Item
	if unread > 0 {
		count = node.Span(node.Class("weui-badge count"), node.Text(strconv.Itoa(unread)), VisuallyHidden(" 条未读消息"))
	}
	return node.Nav(node.Class("weui-tabbar tabbar"), node.Aria("label", "主导航"),
		node.Div(node.Class("tabbar-in"),
			tab("/", "home", "首页", nil), tab("/services", "grid", "办&查", nil), tab("/me", "person", "我的", count)))
}
