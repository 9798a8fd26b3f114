package contribution

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/money"
	"shebao/shared/page"
)

func fen(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }

// People is the list of 常用缴费人.
func People(s page.SavedPeople) node.Node {
	switch {
	case s.Edit != nil:
		return node.Group{
			widget.ErrorSummary(s.Problems),
			widget.Form("", widget.Card(
				widget.Muted(s.Edit.Number),
				widget.Input(widget.Field{
					Label: "称呼", Name: page.FieldSavedLabel, Value: s.Edit.Label, MaxLength: 12, Hint: "如 女儿、父亲，只有您能看到。", Problems: s.Problems,
				})),
				widget.Actions(widget.Primary("保存"), widget.GhostLink("取消", page.PatternMedicalSaved))),
		}
	case s.Remove != nil:
		return widget.Confirm(widget.Question{
			Title: "删除常用缴费人？",
			Body:  []node.Item{widget.Para(s.Remove.Label + "（" + s.Remove.Number + "）删除后，再为其缴费需要重新填写信息。已有的缴费记录不受影响。")},
			Back:  page.PatternMedicalSaved, Tone: widget.Bad,
		})
	case len(s.People) == 0:
		return widget.Empty("还没有常用缴费人", "在「城乡居民医疗」为他人缴费时，可勾选保存为常用缴费人。",
			widget.GhostLink("为他人缴费", page.PatternMedicalPay+"?"+page.FieldPayStep+"="+string(page.StepOther)))
	}
	return node.Map(s.People, func(p page.SavedPay) node.Node {
		at := func(field string) string { return page.PatternMedicalSaved + "?" + field + "=" + p.ID }
		return widget.Card(widget.Heading(p.Label), widget.Muted(p.Number), node.Div(node.Class("line"),
			widget.SmallLink("修改", at(page.FieldOtherSaved), node.Aria("label", "修改 "+p.Label)),
			widget.SmallLink("删除", at(page.FieldSavedRemove), node.Aria("label", "删除 "+p.Label))))
	})
}
