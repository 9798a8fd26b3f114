package widget

import (
	"strconv"

	"shebao/app/node"
	"shebao/shared/money"
	"shebao/shared/page"
)

// ChoiceKind says whether one or several cards can be ticked.
type ChoiceKind string

// The kinds of choice.
const (
	Checkbox ChoiceKind = "checkbox"
	Radio    ChoiceKind = "radio"
)

// State is whether a choice is ticked or can't be.
type State uint8

// The states of a choice.
const (
	Open    State = iota // can be ticked
	Ticked               // is ticked
	Blocked              // can't be ticked; Reason says why
)

// Choice is a card that can be ticked.
type Choice struct {
	Kind   ChoiceKind
	Name   string      // form field
	Value  string      // what the field says when ticked
	Label  string      // heading and, without Spoken, the accessible name
	Spoken string      // accessible name; it begins with or contains Label
	State  State       //
	Reason string      // why it is blocked
	Tag    node.Node   // beside the heading
	Note   string      // small line under it
	Fen    money.Fen   // what it adds to StickySum
	Body   []node.Item // more of the card: rows, links
}

// ID is the choice's element id: a Problem about it may name it.
func (c Choice) ID() string { return c.Name + "-" + c.Value }

// CheckCard draws a choice; the whole card ticks it.
func CheckCard(c Choice) *node.Element {
	id := c.ID()
	input := node.Input(node.Type(string(c.Kind)), node.Class("box"), node.ID(id), node.Name(c.Name), node.Value(c.Value))
	if c.Spoken != "" {
		input = input.With(node.Aria("label", c.Spoken))
	}
	if c.Fen != 0 {
		input = input.With(node.Data("fen", strconv.FormatInt(int64(c.Fen), 10)))
	}
	card := node.Div(node.Class("card check"))
	switch c.State {
	case Open:
	case Ticked:
		input = input.With(node.Checked)
	case Blocked:
		input = input.With(node.Disabled)
		card = card.With(node.Class("off"))
	}
	text := node.Div(node.Class("grow"),
		Between(node.Label(node.Class("h2 cover"), node.For(id), node.Text(c.Label)), c.Tag))
	note := c.Note
	if c.State == Blocked && c.Reason != "" {
		note = c.Reason
	}
	if note != "" {
		input = input.With(node.Aria("describedby", id+"-note"))
		text = text.With(node.P(node.Class("small"), node.ID(id+"-note"), facts(note)))
	}
	return card.With(input, text.With(c.Body...))
}

// Choices groups cards under one question.
func Choices(question string, items ...node.Item) *node.Element {
	return node.Fieldset(node.Class("choices"), node.Legend(node.Class("h2 title"), node.Text(question))).With(items...)
}

// Tick is a line to agree to or to switch something on.
type Tick struct {
	Name, Label string
	State       State
	Problems    []page.Problem
}

// Consent draws a tick; its value is "1". It is never ticked unless State says so.
func Consent(t Tick) *node.Element {
	input := node.Input(node.Type("checkbox"), node.Class("box"), node.ID(t.Name), node.Name(t.Name), node.Value("1"),
		node.If(t.State == Ticked, node.Checked), node.If(t.State == Blocked, node.Disabled))
	line := node.Div(node.Class("consent"))
	if msg := ErrorFor(t.Problems, t.Name); msg != "" {
		input = input.With(node.Aria("invalid", "true"), node.Aria("describedby", t.Name+"-error"))
		line = line.With(node.Class("bad"), fieldError(t.Name, msg))
	}
	return line.With(node.Div(node.Class("consent-in"), input, node.Label(node.For(t.Name), node.Text(t.Label))))
}
