package sheet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shebao/server/sheet"
	"shebao/shared/money"
)

func write(t *testing.T, f sheet.Format) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(&out, f, "结果", []sheet.Column{{Head: "姓名", Width: 16}, {Head: "笔数"}, {Head: "金额"}, {Head: "成功率"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{
		{"欧阳𠮷", int64(2), money.Fen(123_456_789), sheet.Ratio(333)},
		{"=cmd()", 0, money.Fen(-5), sheet.Ratio(1000)},
		{"00123456789012345678", 1, money.Fen(900719925474099), sheet.Ratio(0)},
	} {
		if err := w.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Row("too", "few"); !errors.Is(err, sheet.ErrRow) {
		t.Errorf("a short row: %v", err)
	}
	if err := w.Row("a", 1, struct{}{}, "b"); err == nil {
		t.Error("a cell of an unknown kind is taken")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCSV_programsReadItAndRunNothing(t *testing.T) {
	want := "\ufeff姓名,笔数,金额,成功率\n欧阳𠮷,2,1234567.89,33.3%\n'=cmd(),0,-0.05,100.0%\n00123456789012345678,1,9007199254740.99,0.0%\n"
	if got := string(write(t, sheet.CSV)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestXLSX_amountsAreNumbersAndLongNumbersStayTexts(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	shown, err := f.GetRows("结果")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"姓名", "笔数", "金额", "成功率"},
		{"欧阳𠮷", "2", "1,234,567.89", "33.3%"},
		{"=cmd()", "0", "-0.05", "100.0%"},
		{"00123456789012345678", "1", "9,007,199,254,740.99", "0.0%"},
	}
	if len(shown) != len(want) {
		t.Fatalf("%d rows", len(shown))
	}
	for i := range want {
		for j := range want[i] {
			if shown[i][j] != want[i][j] {
				t.Errorf("row %d: %q, want %q", i+1, shown[i][j], want[i][j])
			}
		}
	}
	for cell, want := range map[string]excelize.CellType{
		"C2": excelize.CellTypeUnset, // a number
		"A4": excelize.CellTypeInlineString, "A3": excelize.CellTypeInlineString,
	} {
		if got, err := f.GetCellType("结果", cell); err != nil || got != want {
			t.Errorf("%s is of type %d, want %d (%v)", cell, got, want, err)
		}
	}
	if formula, err := f.GetCellFormula("结果", "A3"); err != nil || formula != "" {
		t.Errorf("a name became the formula %q (%v)", formula, err)
	}
}

func TestNew_refusesAnUnknownFormat(t *testing.T) {
	if _, err := sheet.New(&bytes.Buffer{}, "pdf", "x", nil); err == nil {
		t.Error("pdf is taken")
	}
}

func TestCSV_noTextBeginsAsAFormulaDoes(t *testing.T) {
	for _, cell := range []string{`=HYPERLINK("http://example.invalid","x")`, "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－1", "＋1", "＠A"} {
		var out bytes.Buffer
		w, err := sheet.New(&out, sheet.CSV, "结果", []sheet.Column{{Head: "姓名"}})
		if err == nil {
			err = errors.Join(w.Row(cell), w.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		_, row, _ := strings.Cut(out.String(), "\n")
		if !strings.HasPrefix(strings.TrimPrefix(row, `"`), "'") {
			t.Errorf("%q is written as %q", cell, row)
		}
	}
}

func TestAFullDiskIsTold(t *testing.T) {
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		w, err := sheet.New(&full{left: 100}, f, "表", []sheet.Column{{Head: "列"}})
		for i := 0; err == nil && i < 10_000; i++ {
			err = w.Row("北京银行")
		}
		if err == nil {
			err = w.Close()
		}
		if !errors.Is(err, errFull) {
			t.Errorf("%s: got %v", f, err)
		}
	}
}

type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}
