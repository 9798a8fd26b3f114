// Package widget holds the elements that screens are made of: WeUI's look with
// our tokens, as pure functions of values. Nothing here asks for anything,
// remembers anything or knows a screen.
package widget

import "shebao/app/node"

// Card is a white block that groups what belongs together.
func Card(items ...node.Item) *node.Element {
	return node.Section(node.Class("card")).With(items...)
}

// Heading is a heading inside a card or above a list.
func Heading(text string, items ...node.Item) *node.Element {
	return node.H2(node.Class("h2"), node.Text(text)).With(items...)
}

// Title is a heading that stands on the page, above the cards it names.
func Title(text string) *node.Element {
	return node.H2(node.Class("h2 title"), node.Text(text))
}

// Between puts its first item left and its last item right on one line.
func Between(items ...node.Item) *node.Element {
	return node.Div(node.Class("between")).With(items...)
}

// Muted is a small grey line of explanation.
func Muted(text string) *node.Element {
	return node.P(node.Class("small"), facts(text))
}

// Para is a plain paragraph.
func Para(text string) *node.Element { return node.P(node.Text(text)) }

// Grid lays its tiles out in two columns, in one for people who see larger type.
func Grid(items ...node.Item) *node.Element {
	return node.Div(node.Class("grid")).With(items...)
}

// Columns puts cards side by side where there is room: the console's rows.
func Columns(items ...node.Item) *node.Element {
	return node.Div(node.Class("columns")).With(items...)
}

// Actions stacks buttons at the end of a screen.
func Actions(items ...node.Item) *node.Element {
	return node.Div(node.Class("actions")).With(items...)
}

// Disclosure hides detail behind a summary such as 展开; it works without scripts.
func Disclosure(summary string, items ...node.Item) *node.Element {
	return node.Details(node.Class("more"), node.Summary(node.Text(summary))).With(items...)
}

// VisuallyHidden is text for screen readers only.
func VisuallyHidden(text string) *node.Element {
	return node.Span(node.Class("hide"), node.Text(text))
}

// Hero is the coloured head of a page that draws its own top: a small line, the
// greeting under it and something at its end, such as 关怀模式.
func Hero(small, big string, end node.Item) *node.Element {
	return node.Div(node.Class("hero"), node.Div(node.P(node.Class("hero-small"), node.Text(small)),
		node.P(node.Class("hero-big"), node.Text(big))), end)
}

// HeroCard is the card that overlaps a Hero's lower edge.
func HeroCard(items ...node.Item) *node.Element { return Card(node.Class("lift")).With(items...) }
