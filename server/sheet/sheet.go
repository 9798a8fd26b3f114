// Package sheet writes tables as files that office programs open: CSV and XLSX. It knows
// nothing of what the tables are about.
package sheet

import (
	"errors"
	"fmt"
	"io"

	"shebao/shared/money"
)

// Format is the kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Type is the format's MIME type.
func (f Format) Type() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Ratio is a share in thousandths; it is shown in per cent with one decimal.
type Ratio int64

// Column is one column of a table.
type Column struct {
	Head  string
	Width int // characters that the cells are expected to hold, a Chinese one counts as two; 12 when zero
}

// ErrRow says that a row does not have one cell for each column.
var ErrRow = errors.New("a row must have one cell for each column")

// Writer takes the rows of one table. The file is complete after Close.
type Writer interface {
	// Row adds a row. Cells are string, int64, int, money.Fen (shown in yuan) or Ratio.
	Row(cells ...any) error
	// Close writes what is left. It does not close the file itself.
	Close() error
}

// New begins a table in the format. name is the sheet's name in a workbook, at most 25 characters.
func New(w io.Writer, f Format, name string, columns []Column) (Writer, error) {
	switch f {
	case CSV:
		return newText(w, columns)
	case XLSX:
		return newBook(w, name, columns)
	default:
		return nil, fmt.Errorf("no such format %q", f)
	}
}

// words are a cell as text. Yuan have two decimals and no separators, so that programs read them.
func words(cell any) (string, error) {
	switch v := cell.(type) {
	case string:
		return v, nil
	case int64:
		return fmt.Sprint(v), nil
	case int:
		return fmt.Sprint(v), nil
	case money.Fen:
		return yuan(v), nil
	case Ratio:
		return fmt.Sprintf("%d.%d%%", v/10, v%10), nil
	default:
		return "", fmt.Errorf("a cell can't hold a %T", cell)
	}
}

func yuan(f money.Fen) string {
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	return fmt.Sprintf("%s%d.%02d", sign, f/100, f%100)
}
