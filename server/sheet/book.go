package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"shebao/shared/money"
)

// mostRows is how many rows one sheet holds; XLSX allows 1,048,576.
const mostRows = 1_000_000

// book is a workbook with the table in as many sheets as its rows need. Rows are streamed:
// a large table waits in a temporary file, not in memory.
type book struct {
	w                  io.Writer
	file               *excelize.File
	name               string
	columns            []Column
	head, yuan, ratios int // styles
	sheets             int
	rows               int // in the last sheet, with its head
	out                *excelize.StreamWriter
}

func newBook(w io.Writer, name string, columns []Column) (*book, error) {
	b := &book{w: w, file: excelize.NewFile(), name: name, columns: columns}
	money, percent := "#,##0.00", "0.0%"
	for _, s := range []struct {
		id    *int
		style *excelize.Style
	}{
		{&b.head, &excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DCE9F1"}}}},
		{&b.yuan, &excelize.Style{CustomNumFmt: &money}},
		{&b.ratios, &excelize.Style{CustomNumFmt: &percent}},
	} {
		var err error
		if *s.id, err = b.file.NewStyle(s.style); err != nil {
			return nil, errors.Join(fmt.Errorf("style of workbook: %w", err), b.file.Close())
		}
	}
	if err := b.next(); err != nil {
		return nil, errors.Join(err, b.file.Close())
	}
	return b, nil
}

// next begins another sheet with the head row, which stays in view.
func (b *book) next() error {
	if b.out != nil {
		if err := b.out.Flush(); err != nil {
			return fmt.Errorf("write sheet: %w", err)
		}
	}
	b.sheets, b.rows = b.sheets+1, 0
	name := b.name
	if b.sheets > 1 {
		name += " " + strconv.Itoa(b.sheets)
		if _, err := b.file.NewSheet(name); err != nil {
			return fmt.Errorf("new sheet: %w", err)
		}
	} else if err := b.file.SetSheetName(b.file.GetSheetName(0), name); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	var err error
	if b.out, err = b.file.NewStreamWriter(name); err != nil {
		return fmt.Errorf("new sheet: %w", err)
	}
	for i, c := range b.columns {
		width := c.Width
		if width == 0 {
			width = 12
		}
		if err := b.out.SetColWidth(i+1, i+1, float64(width)); err != nil { //nolint:forbidigo // a width, no money
			return fmt.Errorf("width of column %d: %w", i+1, err)
		}
	}
	if err := b.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze head: %w", err)
	}
	heads := make([]any, len(b.columns))
	for i, c := range b.columns {
		heads[i] = excelize.Cell{StyleID: b.head, Value: c.Head}
	}
	return b.add(heads)
}

func (b *book) add(cells []any) error {
	b.rows++
	if err := b.out.SetRow("A"+strconv.Itoa(b.rows), cells); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	return nil
}

func (b *book) Row(cells ...any) error {
	if len(cells) != len(b.columns) {
		return ErrRow
	}
	if b.rows == mostRows {
		if err := b.next(); err != nil {
			return err
		}
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		v, err := b.cell(c)
		if err != nil {
			return err
		}
		row[i] = v
	}
	return b.add(row)
}

// cell is a cell as the workbook keeps it: texts stay texts, so that no digit of a long
// number is lost and nothing is taken for a formula; amounts and shares can be summed up.
func (b *book) cell(c any) (any, error) {
	switch v := c.(type) {
	case money.Fen:
		return b.number(b.yuan, yuan(v))
	case Ratio:
		return b.number(b.ratios, fmt.Sprintf("%d.%03d", v/1000, v%1000))
	case int64, int:
		return v, nil
	default:
		return words(c)
	}
}

// number is a decimal with a style. XLSX has only floating numbers; those of amounts show
// every digit up to 10¹³ yuan.
func (b *book) number(style int, decimal string) (any, error) {
	f, err := strconv.ParseFloat(decimal, 64)
	if err != nil {
		return nil, fmt.Errorf("number in sheet: %w", err)
	}
	return excelize.Cell{StyleID: style, Value: f}, nil
}

func (b *book) Close() error {
	err := b.out.Flush()
	if err == nil {
		_, err = b.file.WriteTo(b.w)
	}
	if err = errors.Join(err, b.file.Close()); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}
