package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// text is a CSV file with a byte order mark, without which office programs take Chinese for
// something else.
type text struct {
	out     *csv.Writer
	columns int
}

func newText(w io.Writer, columns []Column) (*text, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	t := &text{out: csv.NewWriter(w), columns: len(columns)}
	heads := make([]any, len(columns))
	for i, c := range columns {
		heads[i] = c.Head
	}
	return t, t.Row(heads...)
}

func (t *text) Row(cells ...any) error {
	if len(cells) != t.columns {
		return ErrRow
	}
	row := make([]string, len(cells))
	for i, c := range cells {
		s, err := words(c)
		if err != nil {
			return err
		}
		if _, ok := c.(string); ok {
			s = guarded(s)
		}
		row[i] = s
	}
	if err := t.out.Write(row); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (t *text) Close() error {
	t.out.Flush()
	if err := t.out.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// starters begin what an office program takes for a formula and runs, in full width too
// (OWASP, CSV Injection).
const starters = "=+-@\t\r\n＝＋－＠"

// guarded puts an apostrophe before text that would be run.
func guarded(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune(starters, first) {
		return "'" + s
	}
	return s
}
