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

// withSpeech adds a button that reads e's words, which the scripts find, in whatever
// language the page is in.
func withSpeech(e *node.Element) *node.Element {
	silent := true
	node.Walk(e, func(k *node.Element) bool {
		if _, speaks := k.Attr("data-speak"); speaks {
			silent = false
		}
		return silent
	})
	if !silent {
		return e
	}
	return e.With(node.Div(node.Class("say"), widget.Aloud("")))
}
