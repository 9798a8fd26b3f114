package widget

import (
	"strconv"

	"shebao/app/node"
	"shebao/shared/money"
)

// StickyBar keeps the main action in reach: what it will cost and the button. It
// stands inside the form that the button sends.
func StickyBar(label string, amount money.Fen, submit *node.Element) *node.Element {
	return bar(node.Div(node.Class("grow"),
		node.P(node.Class("small"), node.Text(label)),
		node.P(node.Class("amount"), node.Text(amount.Display()))), submit)
}

// StickySum is a StickyBar that counts the form's ticked choices as they are
// ticked (see Choice.Fen); picked and sum are the figures at first. They are seen only where a
// script counts on: without one they would be wrong after the first tick.
func StickySum(picked int, sum money.Fen, submit *node.Element) *node.Element {
	return bar(node.Output(node.Class("grow"),
		node.Span(node.Class("small"), node.Text("已选 "),
			node.Span(node.Data("count", ""), node.Text(strconv.Itoa(picked))), node.Text(" 笔，合计")),
		node.Span(node.Class("amount"), node.Data("sum", ""), node.Text(sum.Display()))), submit)
}

// StickyAction is a StickyBar without an amount.
func StickyAction(items ...node.Item) *node.Element { return bar(nil, items...) }

func bar(left node.Item, items ...node.Item) *node.Element {
	return node.Div(node.Class("bar"), node.Div(node.Class("bar-in"), left).With(items...))
}
