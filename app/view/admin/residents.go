package admin

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Residents asks for a document number or a name and lists who was found.
func Residents(s page.AdminResidents) node.Node {
	body := node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(widget.Form("", node.Div(node.Class("filters"),
			widget.Select(widget.Pick{
				Label: "查询方式", Name: page.AdminFieldBy, Value: s.By,
				Options: []widget.Option{{Value: "number", Label: "证件号码"}, {Value: "name", Label: "姓名"}},
			}),
			widget.Input(widget.Field{
				Label: "证件号码或姓名", Name: page.AdminFieldFind, Value: s.Find, MaxLength: 80, AutoComplete: "off", Problems: s.Problems,
			}),
			widget.Primary("查询"))),
			widget.Muted("须完整输入。每次查询和查看都会记入审计。")),
	}
	if s.Found != nil {
		body = append(body, widget.Card(table(*s.Found)))
	}
	return body
}

// Resident draws what is known of a resident, masked.
func Resident(s page.AdminResident) node.Node {
	facts := make([]widget.Row, len(s.Facts))
	for i, f := range s.Facts {
		facts[i] = widget.Fact(f.Label, f.Value)
	}
	body := node.Group{widget.Card(widget.Heading("基本信息"), widget.Rows(facts...))}
	for _, t := range s.Tables {
		body = append(body, widget.Card(table(t)))
	}
	return body
}
