package widget

import (
	"shebao/app/node"
	"shebao/shared/money"
)

// Row is one fact: what it is and what it says.
type Row struct {
	Label string
	Value node.Node
}

// Fact is a row of text.
func Fact(label, value string) Row { return Row{label, node.Text(value)} }

// Figure is a row whose value is digits: number, date, reference.
func Figure(label, value string) Row {
	return Row{label, node.Span(node.Class("num", long(value)), figures(value))}
}

// Money is a row whose value is an amount.
func Money(label string, amount money.Fen) Row { return Figure(label, amount.Display()) }

// Rows lists facts, label left and value right.
func Rows(rows ...Row) *node.Element {
	dl := node.Dl(node.Class("rows"))
	return dl.With(node.Map(rows, func(r Row) node.Node {
		return node.Div(node.Class("row"), node.Dt(node.Text(r.Label)), node.Dd(r.Value))
	}))
}

// Amount is money as the main thing of its line.
func Amount(amount money.Fen) *node.Element {
	return node.Span(node.Class("amount"), node.Text(amount.Display()))
}

// Total is money as the main thing of its screen, with a word above it.
func Total(label string, amount money.Fen, items ...node.Item) *node.Element {
	return Card(node.Class("total"),
		node.P(node.Class("small"), node.Text(label)),
		node.P(node.Class("huge"), node.Text(amount.Display()))).With(items...)
}

// Tone says how good the news is.
type Tone string

// The tones. Colour never carries the meaning alone: the label says it.
const (
	Plain Tone = ""
	OK    Tone = "ok"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Off   Tone = "off" // not available, over
)

// Tag is a short state beside a heading.
func Tag(tone Tone, label string) *node.Element {
	return node.Span(node.Class("tag", string(tone)), node.Text(label))
}

// Callout is a message that belongs to the page: what to know, where to go.
func Callout(tone Tone, items ...node.Item) *node.Element {
	return node.Div(node.Class("card callout", string(tone))).With(items...)
}

// Note is a callout of one sentence.
func Note(tone Tone, text string) *node.Element { return Callout(tone, Para(text)) }
