package view

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// CareSwitch is the form around the button that turns 关怀模式 over and comes back to
// where one was. The button looks as class says.
func CareSwitch(c page.CareHere, class string) *node.Element {
	label, next, pressed := "关怀模式", page.CareOn, "false"
	if c.On {
		label, next, pressed = "退出关怀模式", page.CareOff, "true"
	}
	return widget.Form(page.PathCare,
		widget.Hidden(page.FieldCare, next), widget.Hidden(page.FieldHere, c.Here),
		node.Button(node.Type("submit"), node.Class(class), node.Aria("pressed", pressed), node.Text(label)))
}

// sizes are the names of the sizes of type, by px.
var sizes = []struct {
	px    int
	label string
}{{20, "大"}, {24, "特大"}, {30, "最大"}}

// SizeForm asks how large the type of 关怀模式 is, each answer in its own size. It turns
// the mode on where it is off.
func SizeForm(c page.CareHere) node.Node {
	cards := make(node.Group, len(sizes))
	for i, s := range sizes {
		state := widget.Open
		if s.px == c.Size || c.Size == 0 && i == 0 {
			state = widget.Ticked
		}
		value := strconv.Itoa(s.px)
		cards[i] = widget.CheckCard(widget.Choice{
			Kind: widget.Radio, Name: page.FieldSize, Value: value, Label: s.label, State: state,
			Body: []node.Item{node.P(node.Class("sample", "px"+value), node.Text("缴费 3,000.00 元"))},
		})
	}
	action := "开启关怀模式"
	if c.On {
		action = "保存字号"
	}
	return widget.Form(page.PathCare, widget.Hidden(page.FieldCare, page.CareOn), widget.Hidden(page.FieldHere, c.Here),
		widget.Choices("字号", cards), widget.Actions(widget.Primary(action)))
}
