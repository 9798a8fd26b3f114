package view

import (
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

// Speak is a button that reads a sentence aloud; the scripts show it where the
// browser can speak.
func Speak(sentence string) node.Node {
	if sentence == "" {
		return nil
	}
	return node.Button(node.Type("button"), node.Class("link speak"), node.Data("speak", sentence), node.Hidden,
		widget.Icon("speak"), node.Text("朗读"))
}
