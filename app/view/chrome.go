package view

import (
	"strconv"
	"strings"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Console draws what surrounds an officer's page. Who draws officers' screens sets it (admin.Desk),
// so that the residents' browser app, which leaves such pages to the browser, has none of it.
var Console func(f page.Frame, body node.Node) node.Group

// Chrome draws the root element of a page: what surrounds its own content, the same
// on the server and in the browser. Every form that posts gets the frame's token.
func Chrome(f page.Frame, body node.Node) *node.Element {
	careOn := f.Care && f.Layout != page.LayoutConsole
	if careOn {
		body = careful(body)
	}
	root := node.Div(node.ID("app"), node.Class("app", string(f.Layout)), node.If(careOn, node.Class("care", typeSize(f.Size))), lasts(f))
	if f.Live != "" {
		root = root.With(node.Data("live", f.Live))
	}
	if f.Said != "" {
		root = root.With(node.Data("said", f.Said))
	}
	root = root.With(node.A(node.Class("skip"), node.Href("#main"), node.Text("跳到主要内容")))
	if f.Demo {
		root = root.With(node.Section(node.Class("demo"), node.Aria("label", "演示"), node.Text("演示环境 · 数据均为虚构")))
	}
	switch f.Layout {
	case page.LayoutConsole:
		return root.With(withToken(Console(f, node.Group{regions(), content(body)}), f.Token), toast(f))
	case page.LayoutResident, page.LayoutPlain:
	}
	body = withToken(body, f.Token)
	root = root.With(offer(f))
	if f.Bare {
		root = root.With(node.Class("bare"))
		body = node.Group{node.Div(node.Class("hide"), widget.PageTitle(f.Title)), body}
	} else {
		root = root.With(widget.Top(f.Title, f.Back))
	}
	root = root.With(regions(), content(body), languages(f))
	if f.Layout == page.LayoutResident && f.Tab != "" {
		root = root.With(node.Class("tabbed"), widget.Tabbar(f.Tab, f.Unread))
	}
	return root.With(toast(f))
}

// typeSize is the class of the larger types of 关怀模式.
func typeSize(px int) string {
	if px <= 20 {
		return ""
	}
	return "t" + strconv.Itoa(px)
}

// lasts tells the scripts when to ask whether the person is still there.
func lasts(f page.Frame) node.Item {
	if f.Left <= 0 {
		return nil
	}
	return node.Attributes{node.Data("left", strconv.Itoa(f.Left)), node.Data("warn", strconv.Itoa(f.Warn))}
}

// Ids that the browser app and the scripts find things by.
const (
	IDRoot  = "app"    // the root element, the body's first child
	IDState = "state"  // the page.Envelope as JSON
	IDTitle = "title"  // the h1
	IDMain  = "main"   // the page's own content
	IDLive  = "live"   // what a screen reader should say now
	IDAlert = "alert"  // what went wrong on the way (network)
	IDToast = "toast"  // Frame.Notice
	IDError = "errors" // widget.ErrorSummary
)

func regions() node.Group {
	return node.Group{
		node.Div(node.ID(IDLive), node.Class("hide"), node.Role("status"), node.Aria("live", "polite")),
		node.Div(node.ID(IDAlert), node.Class("alert"), node.Role("alert")),
	}
}

func content(body node.Node) *node.Element {
	return node.Main(node.ID(IDMain), node.TabIndex(-1), body)
}

func toast(f page.Frame) node.Item {
	if f.Notice == "" {
		return nil
	}
	return node.Div(node.ID(IDToast), node.Class("toast"), node.Role("status"), node.Text(f.Notice))
}

// withToken adds the token to each form that posts.
func withToken(n node.Node, token string) node.Node {
	if token == "" {
		return n
	}
	return node.Transform(n, func(e *node.Element) *node.Element {
		if e.Tag() != "form" {
			return e
		}
		if m, _ := e.Attr("method"); !strings.EqualFold(m, "post") {
			return e
		}
		return e.With(widget.Hidden(page.FieldToken, token))
	})
}
