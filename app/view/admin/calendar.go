package admin

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Calendar draws the month's planned debit runs, the same as a list, and plans one more.
func Calendar(s page.AdminCalendar) node.Node {
	body := node.Group{
		widget.ErrorSummary(s.Problems),
		widget.Card(
			node.Div(node.Class("month-head"),
				node.A(node.Href(s.Earlier), node.Class("month-go"), node.Aria("label", "上一月"), widget.Icon("back")),
				widget.Heading(s.Month),
				node.A(node.Href(s.Later), node.Class("month-go"), node.Aria("label", "下一月"), widget.Icon("next"))),
			month(s)),
		widget.Card(table(s.Plans)),
	}
	if !s.May {
		return body
	}
	return append(body, widget.Card(widget.Heading("新增计划"), widget.Form("",
		node.Div(node.Class("filters"),
			widget.Select(widget.Pick{Label: "险种", Name: page.RunFieldScheme, Value: s.Scheme, Options: options(s.Schemes), Problems: s.Problems}),
			widget.Select(widget.Pick{Label: "年度", Name: page.RunFieldYear, Value: s.Year, Options: options(s.Years), Problems: s.Problems}),
			widget.Input(widget.Field{Label: "扣款日期", Name: page.RunFieldDate, Type: "date", Value: s.Date, Min: s.First, Problems: s.Problems}),
			widget.Input(widget.Field{
				Label: "变更截止时间", Name: page.CalendarFieldCutOff, Type: "datetime-local", Value: s.CutOff, Problems: s.Problems,
			})),
		authorityTicks(s.Authorities, s.Problems),
		widget.Actions(widget.Primary("加入计划", widget.Press(page.AdminFieldDo, "plan"))),
		widget.Muted("计划一经加入，居民即可看到下次扣款日期和变更截止时间。截止时自动生成批次并试算，仍须提交、由另一位复核人员批准后才会扣款。"))))
}

// month is the calendar as a table, read day by day by a screen reader.
func month(s page.AdminCalendar) *node.Element {
	heads := node.Map([]string{"一", "二", "三", "四", "五", "六", "日"}, func(d string) node.Node {
		return node.Th(node.Scope("col"), node.Aria("label", "星期"+d), node.Text(d))
	})
	rows := node.Map(s.Weeks, func(week []page.CalendarDay) node.Node { return node.Tr(node.Map(week, day)) })
	return node.Div(node.Class("scroll"), node.Role("region"), node.Aria("label", s.Month+"批扣计划"), node.TabIndex(0),
		node.Table(node.Class("month"), node.Caption(node.Class("hide"), node.Text(s.Month+"批扣计划")), node.Thead(node.Tr(heads)), node.Tbody(rows)))
}

func day(d page.CalendarDay) node.Node {
	number := node.El("time", node.Attr("datetime", d.Date), node.Text(strconv.Itoa(d.Day)))
	cell := node.Td()
	switch {
	case d.Off:
		cell = cell.With(node.Class("out"))
	case d.Today:
		cell = cell.With(node.Class("today"))
		number = number.With(widget.VisuallyHidden("（今天）"))
	case d.Free != "":
		cell = cell.With(node.Class("free"))
	}
	cell = cell.With(number)
	if d.Free != "" && !d.Off {
		cell = cell.With(node.Span(node.Class("small"), node.Text(d.Free)))
	}
	if len(d.Plans) == 0 {
		return cell
	}
	return cell.With(node.Ul(node.Map(d.Plans, func(c page.Cell) node.Node {
		if c.Href == "" {
			return node.Li(node.Span(node.Class("plan"), node.Text(c.Text)))
		}
		return node.Li(node.A(node.Href(c.Href), node.Class("plan", c.Tone), node.Text(c.Text)))
	})))
}
