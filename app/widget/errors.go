package widget

import (
	"shebao/app/node"
	"shebao/shared/page"
)

// ErrorFor is the message for the field called name, "" if there is none.
func ErrorFor(problems []page.Problem, name string) string {
	for _, p := range problems {
		if p.Field == name {
			return p.Message
		}
	}
	return ""
}

// ErrorSummary says on top what is wrong and leads to the fields; it takes the
// focus when it appears. Without problems it is nothing.
func ErrorSummary(problems []page.Problem) node.Node {
	if len(problems) == 0 {
		return nil
	}
	return node.Div(node.ID("errors"), node.Class("errors"), node.Role("alert"), node.TabIndex(-1), node.AutoFocus,
		node.H2(node.Class("h2"), node.Text("请先处理以下问题")),
		node.Ul(node.Map(problems, func(p page.Problem) node.Node {
			if p.Field == "" {
				return node.Li(node.Text(p.Message))
			}
			return node.Li(node.A(node.Href("#"+p.Field), node.Text(p.Message)))
		})))
}

// Empty says that there is nothing, why, and where to go.
func Empty(title, hint string, items ...node.Item) *node.Element {
	e := node.Div(node.Class("card empty"), Icon("empty"), node.H2(node.Class("h2"), node.Text(title)))
	if hint != "" {
		e = e.With(node.P(node.Class("small"), node.Text(hint)))
	}
	return e.With(items...)
}

// Skeleton holds the place of n lines that are not there yet.
func Skeleton(n int) *node.Element {
	c := node.Div(node.Class("card skeleton"), node.Aria("hidden", "true"))
	for range n {
		c = c.With(node.Span(node.Class("bone")))
	}
	return c
}
