// Package trial holds the pages that the browser app's own tests use: one with every
// widget and a few that lead to each other. It is not part of the product.
package trial

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/view/admin"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Patterns of the trial pages.
const (
	Gallery = "/gallery"
	List    = "/list"
	Form    = "/form"
	Done    = "/done/{id}"
	Live    = "/live"
	Desk    = "/desk"
	Menu    = "/menu"
	Blank   = "/blank"
)

// ListState is the state of List.
type ListState struct {
	Items int `json:"items"`
}

// FormState is the state of Form.
type FormState struct {
	Name     string         `json:"name"`
	Bank     string         `json:"bank"`
	Dues     []string       `json:"dues"`
	Problems []page.Problem `json:"problems"`
}

// DoneState is the state of Done.
type DoneState struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// LiveState is the state of Live.
type LiveState struct {
	Count int `json:"count"`
}

// Screens are the trial pages.
func Screens() view.Set {
	view.Console = admin.Desk
	return view.NewSet([]view.Screen{
		view.Of(Gallery, gallery), view.Of(List, list), view.Of(Form, form), view.Of(Done, done), view.Of(Live, live), view.Of(Desk, desk),
		view.Of(Menu, menu), view.Of(Blank, form),
	})
}

// MenuState is the state of Menu.
type MenuState struct {
	Asked int `json:"asked"` // how often it was asked for
}

func menu(s MenuState) node.Node {
	return node.Group{node.P(node.Text("第 " + strconv.Itoa(s.Asked) + " 次")), node.P(widget.Link("完成", "/done/1"), widget.Link("空白表", Blank))}
}

func list(s ListState) node.Node {
	entries := make([]widget.Entry, s.Items)
	for i := range entries {
		n := strconv.Itoa(i)
		entries[i] = widget.Entry{Label: "记录 " + n, Href: "/done/" + n}
	}
	return node.Group{
		node.P(widget.Link("办理", "/form"), widget.Link("慢的页面", "/slow"), widget.Link("快的页面", "/list?n=3"),
			widget.Link("证明", "/paper"), widget.Link("未登录", "/private"), widget.Link("全部组件", Gallery), widget.Link("旧版本", "/list?old=1")),
		widget.EntryList(entries...),
	}
}

func form(s FormState) node.Node {
	due := func(value, label string) node.Node {
		state := widget.Open
		for _, d := range s.Dues {
			if d == value {
				state = widget.Ticked
			}
		}
		return widget.CheckCard(widget.Choice{Kind: widget.Checkbox, Name: "due", Value: value, Label: label, State: state, Fen: 300000})
	}
	return node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Form("", widget.NeedTick,
			due("1", "2026 年度"), due("2", "2027 年度"),
			widget.Input(widget.Field{Label: "姓名", Name: "name", Value: s.Name, Problems: s.Problems}),
			widget.Input(widget.Field{Label: "密码", Name: "password", Type: "password"}),
			widget.Select(widget.Pick{
				Label: "银行", Name: "bank", Value: s.Bank, Blank: "请选择", Problems: s.Problems,
				Options: []widget.Option{{Value: "102", Label: "工商银行"}, {Value: "313", Label: "北京银行"}},
			}),
			widget.Disclosure("展开", widget.Para("征收项目 10210")),
			widget.StickySum(len(s.Dues), 300000*fen(len(s.Dues)), widget.Primary("提交", widget.Press("press", "main")))),
		node.Form(node.Method("post"), node.Action("/upload"), node.Attr("enctype", "multipart/form-data"),
			widget.Input(widget.Field{Label: "证明文件", Name: "paper", Type: "file"}), widget.Ghost("上传", node.Data("free", ""))),
	}
}

func done(s DoneState) node.Node {
	return node.Group{
		widget.ResultTop(widget.Result{Outcome: widget.Success, Title: "办理成功", Amount: 300000}),
		widget.Card(widget.Rows(widget.Fact("编号", s.ID), widget.Fact("姓名", s.Name))),
		widget.LinkButton("返回列表", "/list"),
		widget.LinkButton("目录", Menu),
	}
}

func live(s LiveState) node.Node {
	return node.Group{
		widget.Card(node.ID("count"), widget.Figure("已处理", strconv.Itoa(s.Count)).Value),
		widget.Form("", widget.Input(widget.Field{Label: "备注", Name: "note"}), widget.Primary("保存")),
	}
}
