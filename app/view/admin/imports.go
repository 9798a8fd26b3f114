package admin

import (
	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Imports draws the upload and the imports so far.
func Imports(s page.AdminImports) node.Node {
	body := node.Group{widget.ErrorSummary(s.Problems)}
	if s.May {
		body = append(body, widget.Card(widget.Heading("导入文件"),
			widget.Form("", node.Attr("enctype", "multipart/form-data"), node.Div(node.Class("filters"),
				widget.Select(widget.Pick{Label: "数据类型", Name: page.AdminFieldKind, Value: s.Kind, Options: options(s.Kinds), Problems: s.Problems}),
				widget.Input(widget.Field{
					Label: "文件", Name: page.AdminFieldFile, Type: "file", Problems: s.Problems,
					Attrs: []node.Item{node.Attr("accept", ".csv,.xlsx")},
				}),
				widget.Primary("开始导入"))),
			widget.Muted("CSV（UTF-8）或 XLSX，首行为列名，最多 100,000 行。每一行单独生效：有问题的行不会写入，其余照常；同一行重复导入不会重复登记。"),
			widget.Disclosure("列名说明", node.Map(s.Columns, func(t page.Table) node.Node { return node.Div(table(t)) }))))
	}
	return append(body, widget.Card(table(s.Jobs)))
}

// Import draws how far an import is and what became of its rows.
func Import(s page.AdminImport) node.Node {
	show := widget.Tabs("显示", s.Here,
		widget.Tab{Label: "未导入的行", Href: here(s, "")}, widget.Tab{Label: "全部行", Href: here(s, "all")})
	return node.Group{
		widget.Card(
			widget.Between(widget.Heading(s.Title), widget.Tag(widget.Tone(s.Tone), s.State)),
			widget.Muted("已处理 "+grouped(s.Done)+" / "+grouped(s.Of)+" 行"),
			widget.ProgressBar("导入进度", s.Done, s.Of)),
		stats(s.Stats),
		widget.Card(show, table(s.Rows)),
	}
}

func here(s page.AdminImport, show string) string {
	if (show == "all") == s.All {
		return s.Here
	}
	base := s.Here
	for i := range base {
		if base[i] == '?' {
			base = base[:i]
			break
		}
	}
	if show == "" {
		return base
	}
	return base + "?" + page.AdminFieldShow + "=" + show
}

// Rate draws a change of a year's rate that is to be proposed.
func Rate(s page.AdminRate) node.Node {
	fields := node.Map(s.Fields, func(a page.Ask) node.Node { return ask(a, s.Problems) })
	form := widget.Form("", node.Div(node.Class("filters"), fields))
	if s.May {
		form = form.With(widget.Actions(widget.Primary("提交复核")))
	}
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(widget.Heading(s.Title), widget.Muted("提交后由另一位复核人员批准才生效，已经申报的费款不受影响。"), form),
	}
}
