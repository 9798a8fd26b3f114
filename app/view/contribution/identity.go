package contribution

import (
	"slices"
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

func identity(p page.Pay) node.Node {
	id := p.Identity
	number := node.Span(node.Class("num"), node.Text(id.Number))
	again := widget.Link("显示", id.Reveal)
	if id.Shown { // behave.js masks it in time
		number = number.With(node.Data("masked", id.Masked), node.Data("show", strconv.Itoa(id.Left)))
		again = again.With(node.Hidden, node.Data("after", "mask"))
	}
	var body node.Group
	if id.Others != "" {
		current := id.Self
		if id.Principal != nil {
			current = id.Others
		}
		body = append(body, whose(current, id.Self, id.Others))
	}
	body = append(body, widget.Card(
		widget.Heading("缴费人"),
		widget.Rows(
			widget.Fact("姓名", id.Name),
			widget.Fact("身份证件类型", id.Document),
			widget.Row{Label: "身份证件号码", Value: node.Span(number, node.Text(" "), again)},
			widget.Fact("国籍（地区）", id.Nationality),
			widget.Figure("手机号", id.Phone),
		)))
	if id.Shown {
		body = append(body, widget.Muted("证件号码将显示一分钟，请注意周围环境。").With(node.Data("until", "mask")),
			widget.Muted("一分钟已到，证件号码已重新隐藏。").With(node.Hidden, node.Data("after", "mask")))
	}
	if pr := id.Principal; pr != nil {
		body = append(body, widget.Card(widget.Heading("委托人（参保人）"), widget.Rows(
			widget.Fact("委托人姓名", pr.Name), widget.Fact("身份证件类型", pr.Document), widget.Figure("身份证件号码", pr.Number))))
	}
	body = append(body, widget.Note(widget.Plain, "请确认以上信息是否正确。如有错误，请先到办税服务厅或拨打 12366 更正。"),
		widget.Form("", widget.StickyAction(widget.Primary("下一步"))))
	return body
}

func whose(current, self, others string) *node.Element {
	return widget.Tabs("为谁缴费", current, widget.Tab{Label: "本人", Href: self}, widget.Tab{Label: "他人", Href: others})
}

func reveal(p page.Pay) node.Node {
	return widget.Confirm(widget.Question{
		Title: "显示完整的证件号码？",
		Body:  []node.Item{widget.Para("完整的证件号码将在页面上显示一分钟。请确认周围没有他人能看到屏幕。")},
		Back:  p.Back,
	})
}

func other(p page.Pay) node.Node {
	o, here := p.Other, p.Back+"?"+page.FieldPayStep+"="+string(page.StepOther)
	var saved node.Node
	if len(o.Saved) > 0 {
		saved = widget.Card(widget.Heading("常用缴费人"),
			widget.Form("", node.Map(o.Saved, func(s page.SavedPay) node.Node {
				return widget.Between(
					node.Div(widget.Para(s.Label), widget.Muted(s.Number)),
					widget.Small("选择", widget.Press(page.FieldOtherSaved, s.ID), node.Aria("label", "选择 "+s.Label)))
			})),
			widget.Link("管理常用缴费人", o.Manage))
	}
	return node.Group{
		whose(here, p.Back, here),
		saved,
		widget.Form("", enter, widget.Card(
			widget.Input(widget.Field{
				Label: "委托人姓名", Name: page.FieldOtherName, Value: o.Name, MaxLength: 60, AutoComplete: "off", Problems: p.Problems,
			}),
			widget.Select(widget.Pick{
				Label: "身份证件类型", Name: page.FieldOtherType, Value: o.Type, Options: options(o.Types, ""), Problems: p.Problems,
			}),
			widget.Input(widget.Field{
				Label: "身份证件号码", Name: page.FieldOtherNumber, Value: o.Number, MaxLength: 30, AutoComplete: "off", Problems: p.Problems,
			}),
			widget.Select(widget.Pick{
				Label: "国籍（地区）", Name: page.FieldOtherNationality, Value: o.Nationality, Options: options(o.Countries, o.Type),
				Blank: "请选择", By: page.FieldOtherType, Hint: "可选的国籍（地区）由证件类型决定。", Problems: p.Problems,
			}),
			node.Div(node.Data("plain", ""), widget.Muted("更改证件类型后，请点「更新国籍（地区）选项」。"),
				widget.Small("更新国籍（地区）选项", widget.Press(page.FieldOtherRefresh, "1")))),
			widget.Card(
				widget.Consent(widget.Tick{
					Name: page.FieldOtherConsent, Label: consent(o.Guardian), State: ticked(o.Consented), Problems: p.Problems,
				}),
				widget.Consent(widget.Tick{
					Name: page.FieldOtherRemember, Label: "保存为常用缴费人，下次不用再填写", State: ticked(o.Remember),
				})),
			widget.Muted("委托人信息仅用于本次核验和缴费。为防止信息泄露，每日核验次数有限。"),
			widget.StickyAction(widget.Primary("下一步"))),
	}
}

// enter is what the Enter key presses: a form's first button, which must not be one that
// only changes the choices.
var enter = node.Button(node.Type("submit"), node.Class("hide"), node.TabIndex(-1), node.Aria("hidden", "true"), node.Text("继续"))

func consent(guardian bool) string {
	if guardian {
		return "委托人未满14周岁。我是其父母或其他监护人，同意使用其信息查询参保情况并为其缴费。"
	}
	return "我已取得委托人同意，使用其信息查询参保情况并为其缴费；委托人未满14周岁的，我是其父母或其他监护人并表示同意。"
}

func ticked(on bool) widget.State {
	if on {
		return widget.Ticked
	}
	return widget.Open
}

// options are the answers of a list; by is the answer that decides which of them there are.
func options(list []page.PayOption, by string) []widget.Option {
	out := make([]widget.Option, len(list))
	for i, o := range list {
		out[i] = widget.Option{Value: o.Value, Label: o.Label, With: o.With, Blocked: len(o.With) > 0 && !slices.Contains(o.With, by)}
	}
	return out
}
