package widget

import (
	"strings"

	"shebao/app/node"
)

// dot stands between the facts of a line: 东城区税务局 · 2026年01月–12月.
const dot = " · "

// facts is a line of facts. Where they don't fit beside each other the line breaks between
// two of them, not inside one.
func facts(line string) node.Node {
	list := strings.Split(line, dot)
	if len(list) == 1 {
		return node.Text(line)
	}
	last := len(list) - 1
	out := make(node.Group, 0, 2*len(list)-1)
	for _, f := range list[:last] {
		out = append(out, part(f).With(node.Span(node.Text(" ·"))), node.Text(" "))
	}
	return append(out, part(list[last]))
}

// long is the class of a figure that fills a line by itself: a ticket, a certificate.
func long(value string) string {
	if len(value) > 16 && strings.IndexByte(value, ' ') < 0 {
		return "long"
	}
	return ""
}

// figures is what a figure's row says: both ends of a span, or what a number is and the
// number, stay whole.
func figures(value string) node.Node {
	if from, to, span := strings.Cut(value, " 至 "); span && to != "" && to[0] <= '9' {
		return node.Group{part(from + " 至"), node.Text(" "), part(to)}
	}
	if i := strings.IndexByte(value, ' '); i >= len("银行") && value[i-1] >= 0x80 && i+1 < len(value) && value[i+1] <= '9' {
		return node.Group{part(value[:i]), node.Text(" "), part(value[i+1:])}
	}
	return node.Text(value)
}

func part(text string) *node.Element { return node.Span(node.Class("part"), node.Text(text)) }
