package view

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/lang"
	"shebao/shared/page"
)

// Languages lists the languages, each by its own name, as buttons that change to it and
// come back to where one was. The current one is marked. Buttons look as class says.
func Languages(l page.Languages, class string) *node.Element {
	form := widget.Form(page.PathLang, widget.Hidden(page.FieldHere, l.Here))
	for _, t := range lang.All() {
		pressed := "false"
		if t == l.Current {
			pressed = "true"
		}
		form = form.With(change(t, node.Class(class), node.Aria("pressed", pressed)))
	}
	return form
}

// change is a button that is always written in the language it leads to.
func change(to lang.Tag, items ...node.Item) *node.Element {
	return node.Button(node.Type("submit"), node.Own, node.Lang(to.Code()),
		widget.Press(page.FieldLang, to.Code()), node.Text(to.Name())).With(items...)
}

// languages stands under the pages on which nothing can be lost by changing the language.
func languages(f page.Frame) node.Item {
	if f.Here == "" {
		return nil
	}
	return withToken(node.Footer(node.Class("languages"), node.Aria("label", "语言 / Language"), Languages(page.Languages{Current: f.Lang, Here: f.Here}, "link")), f.Token)
}

// offer says in the language that the browser prefers that the service speaks it. Its place
// stays when it is gone: then the browser app finds everything after it where it was, and
// what was typed there is not lost.
func offer(f page.Frame) node.Item {
	switch {
	case f.Here == "":
		return nil
	case f.Offers == lang.Chinese:
		return node.Div()
	}
	return node.Div(withToken(node.Section(node.Class("speaks"), node.Own, node.Lang(f.Offers.Code()), node.Aria("label", "Language"),
		node.P(node.Text(f.Offers.Offer())),
		widget.Form(page.PathLang, widget.Hidden(page.FieldHere, f.Here), change(f.Offers, node.Class("link")),
			change(lang.Chinese, node.Class("link")))), f.Token))
}
