package admin

import (
	"strconv"

	"shebao/app/node"
	"shebao/app/widget"
	"shebao/shared/page"
)

// Workbench draws 工作台: today's numbers, the run under way, the last days and what waits.
func Workbench(s page.Workbench) node.Node {
	left := node.Node(widget.Card(table(s.Queue)))
	if s.Run != nil {
		left = run(*s.Run)
	}
	body := node.Group{widget.Muted("数据截至 " + s.AsOf + "，有变化时自动更新"), stats(s.Stats), node.Div(node.Class("columns split"), left, chart(s.Days))}
	if s.Run != nil {
		body = append(body, widget.Card(table(s.Queue)))
	}
	return body
}

func run(r page.RunBrief) *node.Element {
	return widget.Card(
		widget.Between(node.H2(node.Class("h2"), widget.Link(r.Title, r.Href)), widget.Tag(widget.Tone(r.Tone), r.State)),
		widget.Muted("已处理 "+grouped(r.Done)+" / "+grouped(r.Of)),
		widget.ProgressBar(r.Title, r.Done, r.Of), rows(r.Banks))
}

// Measures of the chart, in the units of its viewBox.
const (
	chartWide = 420
	chartHigh = 200
	chartTop  = 18
	chartBase = 168
	chartLeft = 40
)

// chart draws the amounts of days as bars, with the same figures in a table.
func chart(days []page.DayBar) *node.Element {
	const title = "近 14 日缴费金额（元）"
	var most int64
	for _, d := range days {
		most = max(most, d.Fen)
	}
	top := ceiling(most)
	y := func(fen int64) int { return chartBase - int(fen*(chartBase-chartTop)/top) }
	svg := node.El("svg", node.Attr("viewBox", "0 0 "+strconv.Itoa(chartWide)+" "+strconv.Itoa(chartHigh)), node.Class("chart"),
		node.Role("img"), node.Aria("label", title+"，数字见下方数据表"))
	for _, at := range []int64{0, top / 2, top} {
		svg = svg.With(
			node.El("line", node.Class("lines"), number("x1", chartLeft), number("x2", chartWide-4), number("y1", y(at)), number("y2", y(at))),
			node.El("text", number("x", chartLeft-6), number("y", y(at)+4), node.Attr("text-anchor", "end"), node.Text(short(at))))
	}
	if len(days) > 0 {
		step := (chartWide - chartLeft - 8) / len(days)
		for i, d := range days {
			x := chartLeft + 4 + i*step
			if d.Fen > 0 {
				svg = svg.With(node.El("rect", node.Class("bars"), number("x", x+3), number("width", step-8), number("y", min(y(d.Fen), chartBase-2)),
					number("height", max(chartBase-y(d.Fen), 2)), number("rx", 3), node.El("title", node.Text(d.Day+" "+d.Amount))))
			}
			if (len(days)-1-i)%4 == 0 {
				svg = svg.With(node.El("text", number("x", x+step/2), number("y", chartBase+18), node.Attr("text-anchor", "middle"), node.Text(d.Day)))
			}
		}
	}
	t := page.Table{Title: title, Columns: []page.TableColumn{{Head: "日期"}, {Head: "笔数", Figure: true}, {Head: "金额（元）", Figure: true}}}
	for _, d := range days {
		t.Rows = append(t.Rows, []page.Cell{{Text: d.Day}, {Text: strconv.Itoa(d.Count)}, {Text: d.Amount}})
	}
	return widget.Card(widget.Heading(title), node.El("figure", node.Class("chart-box"), svg), widget.Disclosure("查看数据表", rows(t)))
}

func number(name string, n int) node.Attribute { return node.Attr(name, strconv.Itoa(n)) }

// ceiling is the round amount, fen, that the axis ends at: 1, 2 or 5 with zeros.
func ceiling(most int64) int64 {
	for unit := int64(10_000); ; unit *= 10 { // from 100 yuan
		for _, n := range []int64{1, 2, 5} {
			if n*unit >= most {
				return n * unit
			}
		}
	}
}

// short is an amount of whole yuan for the axis: 500, 2 万.
func short(fen int64) string {
	yuan := fen / 100
	if yuan >= 10_000 {
		if yuan%10_000 == 0 {
			return strconv.FormatInt(yuan/10_000, 10) + "万"
		}
		return strconv.FormatInt(yuan/10_000, 10) + "." + strconv.FormatInt(yuan%10_000/1000, 10) + "万"
	}
	return strconv.FormatInt(yuan, 10)
}

// grouped writes 61,240.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
