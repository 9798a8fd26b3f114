// Package admin draws the officers' console: login, workbench, queues, residents,
// imports, rates, the audit trail and officers.
package admin

import (
	"shebao/app/node"
	"shebao/app/view"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Screens are this package's screens.
func Screens() []view.Screen {
	screens := []view.Screen{
		view.Of(page.PathAdminLogin, Login),
		view.Of(page.PathAdminLogout, Logout),
		view.Of(page.PathAdminCredentials, Credentials),
		view.Of(page.PathAdmin, Workbench),
		view.Of(page.PathAdminResidents, Residents),
		view.Of(page.PathAdminResident, Resident),
		view.Of(page.PathAdminImports, Imports),
		view.Of(page.PathAdminImport, Import),
		view.Of(page.PathAdminRate, Rate),
		view.Of(page.PathAdminOfficers, Officers),
		view.Of(page.PathAdminRuns, Runs),
		view.Of(page.PathAdminRun, Run),
		view.Of(page.PathAdminCalendar, Calendar),
		view.Of(page.PathAdminDifference, Case),
		view.Of(page.PathAdminDoubt, Case),
		view.Of(page.PathAdminRateChange, Case),
		view.Of(page.PathAdminCertificate, Certificate),
		view.Of(page.PathAdminRefund, Refund),
	}
	for _, pattern := range []string{
		page.PathAdminPayments, page.PathAdminRates, page.PathAdminAgreement, page.PathAdminAudit, page.PathAdminHealth,
		page.PathAdminRunPeople, page.PathAdminRecon, page.PathAdminCertificates, page.PathAdminNotices, page.PathAdminNotice,
		page.PathAdminRefunds,
	} {
		screens = append(screens, view.Of(pattern, List))
	}
	return screens
}

// List draws a form and tables.
func List(s page.AdminList) node.Node {
	body := node.Group{widget.ErrorSummary(s.Problems)}
	if s.Said != "" {
		body = append(body, widget.Callout(widget.Tone(s.SaidTone), node.Role("status"), widget.Para(s.Said)))
	}
	if s.Intro != "" {
		body = append(body, widget.Muted(s.Intro))
	}
	if len(s.Fields) > 0 {
		body = append(body, widget.Card(asks(s)))
	}
	if len(s.Stats) > 0 {
		body = append(body, stats(s.Stats))
	}
	if len(s.Actions) > 0 {
		body = append(body, listActions(s))
	}
	for _, t := range s.Tables {
		body = append(body, widget.Card(table(t)))
	}
	return body
}

// listActions is the card of a list's actions, which says what they are about unless that is plain.
func listActions(s page.AdminList) *node.Element {
	acts := node.Div(node.Class("acts"), actions(s.Actions, s.Problems))
	if s.Acts == "" {
		return widget.Card(acts)
	}
	return widget.Card(widget.Heading(s.Acts), acts, widget.Muted(s.ActsNote))
}

func asks(s page.AdminList) *node.Element {
	submit := widget.Primary(s.Submit)
	if s.Do != "" {
		submit = submit.With(widget.Press(page.AdminFieldDo, s.Do))
	}
	fields := node.Div(node.Class("filters"), node.Map(s.Fields, func(a page.Ask) node.Node { return ask(a, s.Problems) }), submit)
	if s.Post {
		return widget.Form("", fields)
	}
	return widget.Search("", fields)
}

func ask(a page.Ask, problems []page.Problem) node.Node {
	if len(a.Options) > 0 {
		return widget.Select(widget.Pick{Label: a.Label, Name: a.Name, Value: a.Value, Hint: a.Hint, Options: options(a.Options), Problems: problems})
	}
	return widget.Input(widget.Field{
		Label: a.Label, Name: a.Name, Value: a.Value, Type: a.Type, Hint: a.Hint, MaxLength: 200, Problems: problems, AutoComplete: "off",
	})
}

func options(facts []page.Fact) []widget.Option {
	out := make([]widget.Option, len(facts))
	for i, f := range facts {
		out[i] = widget.Option{Value: f.Value, Label: f.Label}
	}
	return out
}

func stats(list []page.AdminStat) *node.Element {
	return widget.Columns(node.Map(list, func(s page.AdminStat) node.Node {
		return widget.StatCard(widget.Stat{Label: s.Label, Value: s.Value, Note: s.Note, Href: s.Href})
	}))
}

// table draws a table with its heading, what leads on and its export.
func table(t page.Table) node.Node {
	head := node.Item(widget.Heading(t.Title))
	if t.Export != "" || t.Workbook != "" {
		head = widget.Between(widget.Heading(t.Title), node.Div(node.Class("acts"), export("导出 CSV", t.Export, t), export("导出 XLSX", t.Workbook, t)))
	}
	out := node.Group{node.Div(head)}
	if t.Note != "" {
		out = append(out, widget.Muted(t.Note))
	}
	out = append(out, rows(t))
	if t.Next != "" {
		out = append(out, widget.GoLink("下一页", t.Next))
	}
	return out
}

// export is a link to the whole table as a file; nothing where there is none.
func export(label, path string, t page.Table) node.Node {
	if path == "" {
		return node.Group{}
	}
	return widget.Link(label, path, node.Download, node.Aria("label", label+"："+t.Title))
}

func rows(t page.Table) *node.Element {
	d := widget.TableData{Caption: t.Title, Empty: t.Empty}
	for _, c := range t.Columns {
		class := ""
		if c.Figure {
			class = widget.Figures
		}
		d.Columns = append(d.Columns, widget.Column{Head: c.Head, Class: class})
	}
	for _, r := range t.Rows {
		cells := make([]node.Node, len(r))
		for i, c := range r {
			cells[i] = cell(c)
		}
		d.Rows = append(d.Rows, cells)
	}
	return widget.DataTable(d)
}

func cell(c page.Cell) node.Node {
	spoken := node.Item(nil)
	if c.Spoken != "" {
		spoken = node.Aria("label", c.Spoken)
	}
	switch {
	case c.Do != "" && c.Ask != "":
		return widget.Disclosure(c.Text, widget.Form("", widget.Hidden(page.AdminFieldDo, c.Do), widget.Hidden(page.AdminFieldID, c.ID),
			widget.Muted(c.Ask), widget.Danger("确认"+c.Text, spoken)))
	case c.Do != "":
		return widget.Form("", widget.Hidden(page.AdminFieldDo, c.Do), widget.Hidden(page.AdminFieldID, c.ID), widget.Small(c.Text, spoken))
	case c.Href != "":
		return widget.Link(c.Text, c.Href, spoken)
	case c.Tone != "":
		return widget.Tag(widget.Tone(c.Tone), c.Text)
	default:
		return node.Text(c.Text)
	}
}
