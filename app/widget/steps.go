package widget

import (
	"strconv"

	"shebao/app/node"
)

// Steps shows the way through a task; current is the index of the step on screen, or how
// many there are when all are done. In large type there is only room for the name of that one, which the line below says.
func Steps(names []string, current int) *node.Element {
	ol := node.Ol(node.Class("steps"), node.Aria("label", "办理步骤"))
	for i, name := range names {
		switch {
		case i < current:
			ol = ol.With(node.Li(node.Class("done"), node.Text(name), VisuallyHidden("（已完成）")))
		case i == current:
			ol = ol.With(node.Li(node.Class("now"), node.Aria("current", "step"), node.Text(name)))
		default:
			ol = ol.With(node.Li(node.Text(name)))
		}
	}
	at := min(current, len(names)-1)
	return node.Div(node.Class("way"), ol, node.P(node.Class("step-now"), node.Aria("hidden", "true"),
		node.Text("第 "+strconv.Itoa(at+1)+" 步，共 "+strconv.Itoa(len(names))+" 步："+names[at])))
}

// PaySteps are the steps of paying: index 0 confirms who pays, 4 is the result.
var PaySteps = []string{"确认身份", "参保信息", "缴费信息", "支付", "完成"}

// Tab is one of several views of a page, each with its own address.
type Tab struct {
	Label, Href string
}

// Tabs switches between views; the tab whose Href is current is marked.
func Tabs(label, current string, tabs ...Tab) *node.Element {
	return node.Nav(node.Class("tabs"), node.Aria("label", label), node.Map(tabs, func(t Tab) node.Node {
		if t.Href == current {
			return node.A(node.Href(t.Href), node.Class("on"), node.Aria("current", "page"), node.Text(t.Label))
		}
		return node.A(node.Href(t.Href), node.Text(t.Label))
	}))
}
