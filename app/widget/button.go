package widget

import (
	"strconv"

	"shebao/app/node"
)

// Primary is the screen's one main action: a submit button of the form around it.
func Primary(label string, items ...node.Item) *node.Element {
	return node.Button(node.Type("submit"), node.Class("weui-btn weui-btn_primary btn"), node.Text(label)).With(items...)
}

// Ghost is a submit button beside the main action.
func Ghost(label string, items ...node.Item) *node.Element {
	return node.Button(node.Type("submit"), node.Class("weui-btn weui-btn_default btn ghost"), node.Text(label)).With(items...)
}

// Small is a submit button inside a card's line.
func Small(label string, items ...node.Item) *node.Element {
	return node.Button(node.Type("submit"), node.Class("weui-btn weui-btn_mini weui-btn_default btn ghost mini"), node.Text(label)).With(items...)
}

// Danger is a submit button for what can't be undone.
func Danger(label string, items ...node.Item) *node.Element {
	return node.Button(node.Type("submit"), node.Class("weui-btn weui-btn_warn btn danger"), node.Text(label)).With(items...)
}

// LinkButton is a link that looks like the main action: it leads on and changes nothing.
func LinkButton(label, href string, items ...node.Item) *node.Element {
	return node.A(node.Href(href), node.Class("weui-btn weui-btn_primary btn"), node.Text(label)).With(items...)
}

// GhostLink is a link that looks like a second button.
func GhostLink(label, href string, items ...node.Item) *node.Element {
	return node.A(node.Href(href), node.Class("weui-btn weui-btn_default btn ghost"), node.Text(label)).With(items...)
}

// SmallLink is a link that looks like a small button inside a card's line.
func SmallLink(label, href string, items ...node.Item) *node.Element {
	return node.A(node.Href(href), node.Class("weui-btn weui-btn_mini weui-btn_default btn ghost mini"), node.Text(label)).With(items...)
}

// Link is a link in text; lines of their own get room for a finger.
func Link(label, href string, items ...node.Item) *node.Element {
	return node.A(node.Href(href), node.Class("link"), node.Text(label)).With(items...)
}

// GoLink is a link on a line of its own, with an arrow.
func GoLink(label, href string, items ...node.Item) *node.Element {
	return Link(label, href, items...).With(node.Class("go"))
}

// Form posts to action ("" is the page's own address). The chrome adds the token.
func Form(action string, items ...node.Item) *node.Element {
	return node.Form(node.Method("post"), where(action), node.NoValid).With(items...)
}

// NeedTick marks a form whose submit is only active when something is ticked.
var NeedTick = node.Data("need", "1")

// Search asks for a page by query: a form that changes nothing.
func Search(action string, items ...node.Item) *node.Element {
	return node.Form(node.Method("get"), where(action), node.NoValid).With(items...)
}

func where(action string) node.Item {
	if action == "" {
		return nil
	}
	return node.Action(action)
}

// Hidden is a form value that nobody sees.
func Hidden(name, value string) *node.Element {
	return node.Input(node.Type("hidden"), node.Name(name), node.Value(value))
}

// Press is the name and value that a button sends when it is the one pressed.
func Press(name, value string) node.Attributes {
	return node.Attributes{node.Name(name), node.Value(value)}
}

// Wait is how many seconds a button such as 获取验证码 counts down before it can be
// pressed (again); without scripts the server refuses what comes too early.
func Wait(seconds int) node.Attribute { return node.Data("wait", strconv.Itoa(seconds)) }

// Aloud is a button that reads the important sentence out, with "" the words of the card
// it stands in; it shows itself only where the phone can speak.
func Aloud(sentence string) *node.Element {
	return node.Button(node.Type("button"), node.Class("link"), node.Hidden, node.Data("speak", sentence), Icon("speak"), node.Text("朗读"))
}

// Copy is a button that copies text; it shows itself only with scripts.
func Copy(label, text string) *node.Element {
	return node.Button(node.Type("button"), node.Class("link"), node.Hidden, node.Data("copy", text), node.Text(label))
}

// FullApp offers the browser app where data is dear and it is not loaded by itself; the
// script shows it there (boot.js).
func FullApp() *node.Element {
	return Card(node.Hidden, node.Data("full", ""), Between(
		node.Div(Heading("省流量模式"), Muted("页面功能齐全。完整应用约 0.9 MB，加载后翻页更快。")),
		node.Button(node.Type("button"), node.Class("weui-btn weui-btn_mini weui-btn_default btn ghost mini"), node.Data("load", ""), node.Text("加载完整应用"))))
}
