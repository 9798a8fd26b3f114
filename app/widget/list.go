package widget

import (
	"strconv"

	"shebao/app/node"
)

// Tile is an entry to a part of the service.
type Tile struct{ Icon, Label, Note, Href string }

// EntryTile draws a tile for Grid.
func EntryTile(t Tile) *node.Element {
	return node.A(node.Class("card tile"), node.Href(t.Href),
		node.Span(node.Class("ico"), Icon(t.Icon)),
		node.Span(node.Class("h2"), node.Text(t.Label)),
		node.When(t.Note != "", func() node.Node { return node.Span(node.Class("small"), node.Text(t.Note)) }))
}

// Entry is a line that leads on.
type Entry struct {
	Label, Note, Href string
	Icon              string    // "" for none
	End               node.Node // before the arrow: a tag, an amount, a count
	Native            bool      // a file, not a page: the browser goes there
}

// EntryList draws lines that lead on, in one card.
func EntryList(entries ...Entry) *node.Element {
	return node.Ul(node.Class("weui-cells card entries"), node.Map(entries, func(e Entry) node.Node {
		a := node.A(node.Class("weui-cell weui-cell_access entry"), node.Href(e.Href))
		if e.Native {
			a = a.With(node.Data("native", ""))
		}
		if e.Icon != "" {
			a = a.With(node.Span(node.Class("ico"), Icon(e.Icon)))
		}
		text := node.Span(node.Class("weui-cell__bd grow"), node.Span(node.Class("entry-label"), node.Text(e.Label)))
		if e.Note != "" {
			text = text.With(node.Span(node.Class("small"), facts(e.Note)))
		}
		return node.Li(a.With(text, node.Span(node.Class("weui-cell__ft"), e.End)))
	}))
}

// Column is one column of a table.
type Column struct {
	Head  string
	Class string // "r" for figures: right aligned, tabular
}

// Figures is the class of columns with numbers.
const Figures = "r"

// TableData is a table: what it shows, its columns and its rows of cells.
type TableData struct {
	Caption string // read to screen readers; shown by the heading above it
	Columns []Column
	Rows    [][]node.Node
	Empty   string // said when there are no rows
	Narrow  Narrow // how it is shown on a phone
}

// Narrow is how a table fits a narrow screen.
type Narrow string

// The ways to fit.
const (
	Scrolled Narrow = ""      // sideways, in its frame
	Stacked  Narrow = "stack" // each row as lines, with the heads before what can't be told without
)

// DataTable draws a table. Its roles are said, as the style sheet shows a stacked one as lines.
func DataTable(t TableData) *node.Element {
	if len(t.Rows) == 0 && t.Empty != "" {
		return node.P(node.Class("small none"), node.Text(t.Empty))
	}
	class := func(i int) node.Item { return node.Class(t.Columns[i].Class) }
	role := func(name string) node.Item {
		if t.Narrow == Scrolled {
			return nil
		}
		return node.Role(name)
	}
	heads := make(node.Group, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = node.Th(class(i), node.Scope("col"), role("columnheader"), node.Text(c.Head))
	}
	rows := make(node.Group, len(t.Rows))
	for r, row := range t.Rows {
		cells := make(node.Group, len(row))
		for i, cell := range row {
			cells[i] = node.Td(class(i), role("cell"), named(t, i), cell)
		}
		rows[r] = node.Tr(role("row"), cells)
	}
	return node.Div(node.Class("scroll"), node.Role("region"), node.Aria("label", t.Caption), node.TabIndex(0),
		node.Table(node.Class("table", string(t.Narrow)), role("table"), node.Caption(node.Class("hide"), node.Text(t.Caption)),
			node.Thead(role("rowgroup"), node.Tr(role("row"), heads)), node.Tbody(role("rowgroup"), rows)))
}

// named gives a stacked table's cell the name of its column.
func named(t TableData, column int) node.Item {
	if t.Narrow == Scrolled {
		return nil
	}
	return node.Data("head", t.Columns[column].Head)
}

// ProgressBar says how far long work is, in true figures.
func ProgressBar(label string, done, of int64) *node.Element {
	return node.Progress(node.Class("meter"), node.Aria("label", label),
		node.Attr("max", strconv.FormatInt(max(of, 1), 10)), node.Value(strconv.FormatInt(done, 10)))
}

// Stat is one figure of the console's first row.
type Stat struct{ Label, Value, Note, Href string }

// StatCard draws a figure; with Href the whole card leads there.
func StatCard(s Stat) *node.Element {
	label := node.Item(node.Text(s.Label))
	if s.Href != "" {
		label = node.A(node.Href(s.Href), node.Class("cover"), node.Text(s.Label))
	}
	return node.Div(node.Class("card stat"), node.P(node.Class("small"), label),
		node.P(node.Class("amount"), node.Text(s.Value)), node.P(node.Class("small"), node.Text(s.Note)))
}
