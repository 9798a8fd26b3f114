package view

import (
	"strconv"
	"strings"

	"shebao/app/node"
	"shebao/app/widget"
)

// careful is a page's content for 关怀模式: what matters can be read aloud, and what is
// not needed now is folded under its name. Nothing is taken away.
func careful(body node.Node) node.Node {
	return node.Transform(body, func(e *node.Element) *node.Element {
		switch {
		case e.Tag() == "fieldset" && has(e, "choices"):
			return foldBlocked(e)
		case e.Tag() == "form" && isSearch(e):
			return fold("按日期查询", e, node.If(marked(e), node.Open))
		case has(e, "spare"):
			return foldSpare(e)
		case sayable(e):
			return withSpeech(e)
		}
		return e
	})
}

func has(e *node.Element, class string) bool {
	names, _ := e.Attr("class")
	for name := range strings.FieldsSeq(names) {
		if name == class {
			return true
		}
	}
	return false
}

// foldBlocked puts choices that can't be chosen today behind one line, if there are
// others that can.
func foldBlocked(e *node.Element) *node.Element {
	var stay, blocked []node.Item
	for _, k := range e.Kids() {
		if c, ok := k.(*node.Element); ok && has(c, "off") {
			blocked = append(blocked, k)
		} else {
			stay = append(stay, k)
		}
	}
	if len(blocked) == 0 || len(stay) < 2 { // the first is the question
		return e
	}
	return node.El(e.Tag(), node.Attributes(e.Attrs())).With(stay...).With(node.Details(node.Class("folded"),
		node.Summary(node.Class("card"), node.Text("另有 "+strconv.Itoa(len(blocked))+" 项不能选，查看原因"))).With(blocked...))
}

// isSearch tells the form above a list from one that is the page's only matter.
func isSearch(e *node.Element) bool {
	if method, _ := e.Attr("method"); method != "get" || len(e.Kids()) == 0 {
		return false
	}
	first, ok := e.Kids()[0].(*node.Element)
	return ok && has(first, "card")
}

// marked tells whether something in e has to be mended, and so seen.
func marked(e *node.Element) (found bool) {
	node.Walk(e, func(k *node.Element) bool {
		if v, _ := k.Attr("aria-invalid"); v == "true" {
			found = true
		}
		return !found
	})
	return found
}

func fold(name string, e *node.Element, items ...node.Item) *node.Element {
	return node.Details(node.Class("folded"), node.Summary(node.Class("card"), node.Text(name)), e).With(items...)
}

// foldSpare folds a card under its own heading.
func foldSpare(e *node.Element) *node.Element {
	name := ""
	node.Walk(e, func(k *node.Element) bool {
		if name == "" && k.Tag() == "h2" {
			name = node.Content(k)
		}
		return name == ""
	})
	return fold(name, e)
}

// sayable are the parts whose words matter most on their page: how something ended, what
// is asked, what is wrong, what is missing, what there is to know.
func sayable(e *node.Element) bool {
	return has(e, "result") || has(e, "dialog") || has(e, "empty") || has(e, "errors") || has(e, "callout") || has(e, "total")
}

func withSpeech(e *node.Element) *node.Element {
	silent := true
	node.Walk(e, func(k *node.Element) bool {
		if _, speaks := k.Attr("data-speak"); speaks {
			silent = false
		}
		return silent
	})
	said := Sentence(e)
	if !silent || said == "" {
		return e
	}
	return e.With(node.Div(node.Class("say"), widget.Aloud(said)))
}

// Sentence is what a voice says of e: its texts one after the other, without what can
// only be pressed; amounts in the way they are spoken.
func Sentence(n node.Node) string {
	var parts []string
	var walk func(node.Node)
	walk = func(n node.Node) {
		switch n := n.(type) {
		case node.Group:
			for _, k := range n {
				walk(k)
			}
		case *node.Element:
			if n == nil || unspoken[n.Tag()] {
				return
			}
			if spokenWhole[n.Tag()] {
				if s := strings.TrimSpace(spell(n)); s != "" {
					parts = append(parts, s)
				}
				return
			}
			for _, k := range n.Kids() {
				walk(k)
			}
		case node.Text:
			if s := strings.TrimSpace(string(n)); s != "" {
				parts = append(parts, s)
			}
		}
	}
	walk(n)
	return yuan(join(parts))
}

// unspoken are controls and pictures.
var unspoken = map[string]bool{"button": true, "input": true, "textarea": true, "select": true, "label": true, "svg": true}

// spokenWhole are elements whose text is one phrase.
var spokenWhole = map[string]bool{"p": true, "h2": true, "dt": true, "dd": true, "li": true, "span": true, "a": true}

// spell is the phrase in e without its controls.
func spell(e *node.Element) string {
	var b strings.Builder
	for _, k := range e.Kids() {
		switch k := k.(type) {
		case node.Text:
			b.WriteString(string(k))
		case *node.Element:
			if !unspoken[k.Tag()] {
				b.WriteString(spell(k))
			}
		}
	}
	return b.String()
}

// join makes sentences of phrases: a voice pauses between them.
func join(parts []string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p)
		if !strings.ContainsAny(p[len(p)-1:], ".?!") && !strings.HasSuffix(p, "。") && !strings.HasSuffix(p, "？") &&
			!strings.HasSuffix(p, "，") && !strings.HasSuffix(p, "：") {
			b.WriteString("，")
		}
	}
	if s, ok := strings.CutSuffix(b.String(), "，"); ok {
		return s + "。"
	}
	return b.String()
}

// yuan writes ¥ 1,234.50 as 1234.50元, which every voice reads as an amount.
func yuan(s string) string {
	for {
		before, rest, found := strings.Cut(s, "¥")
		if !found {
			return s
		}
		rest = strings.TrimLeft(rest, " ")
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != ',' && r != '.' })
		if end < 0 {
			end = len(rest)
		}
		digits := strings.TrimSuffix(strings.ReplaceAll(rest[:end], ",", ""), ".00")
		s = before + digits + "元" + rest[end:]
	}
}
