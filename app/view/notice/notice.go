// Package notice draws the list of a person's notices (消息). A pure function of its state.
package notice

import (
	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens lists the screens.
func Screens() []view.Screen {
	return []view.Screen{view.Of(page.PathNotices, list)}
}

func list(s page.Notices) node.Node {
	if len(s.Items) == 0 {
		return widget.Empty("没有消息", "缴费、扣款和协议的结果会在这里告诉您。")
	}
	head := node.Node(widget.Muted("没有未读消息"))
	if s.Unread != "" {
		head = widget.Card(widget.Form("",
			widget.Hidden(page.NoticeFieldUpTo, s.UpTo),
			widget.Between(
				node.P(node.Strong(node.Text(s.Unread+" 条未读"))),
				widget.Small("全部标为已读"))))
	}
	return node.Group{
		head,
		node.Ul(node.Map(s.Items, func(n page.NoticeItem) node.Node { return node.Li(item(n)) })),
		older(s),
	}
}

func older(s page.Notices) node.Node {
	if s.Newest == "" && s.Older == "" {
		return nil
	}
	nav := node.Nav(node.Class("pager"), node.Aria("label", "翻页"))
	if s.Newest != "" {
		nav = nav.With(widget.Link("最新消息", s.Newest))
	}
	if s.Older != "" {
		nav = nav.With(widget.Link("更早的消息", s.Older))
	}
	return nav
}

func item(n page.NoticeItem) *node.Element {
	c := widget.Card()
	head := widget.Between(widget.Heading(n.Title))
	if n.Unread {
		head = head.With(widget.Tag(widget.Plain, "未读"))
	}
	c = c.With(head, widget.Para(n.Text))
	at := node.P(node.Class("small num"), node.Text(n.At))
	switch {
	case n.Unread: // reading changes something, so it is a form
		return c.With(widget.Form("", widget.Hidden(page.NoticeFieldOpen, n.ID), widget.Between(at, widget.Small(label(n), about(n)))))
	case n.Link != "":
		return c.With(widget.Between(at, widget.SmallLink("查看", n.Link, about(n))))
	default:
		return c.With(at)
	}
}

func label(n page.NoticeItem) string {
	if n.Link == "" {
		return "知道了"
	}
	return "查看"
}

func about(n page.NoticeItem) node.Item { return node.Aria("description", n.Title) }
