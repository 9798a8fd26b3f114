package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"shebao/shared/api"
	"shebao/shared/intake"
)

// MaxRows is how many rows one file may have.
const MaxRows = 100_000

// Bounds of what an XLSX may unpack to.
const (
	maxUnzipped = 256 << 20
	maxSheetXML = 64 << 20
)

func badFile(message string) error { return api.Invalid(api.Field("file", message)) }

// Read reads the rows of a CSV or XLSX file in the order of the kind's columns. The error
// is api.Invalid with what to do.
func Read(kind intake.Kind, name string, data []byte) ([]intake.Row, error) {
	if len(data) == 0 {
		return nil, badFile("请选择要导入的文件")
	}
	next, done, err := open(name, data)
	if err != nil {
		return nil, err
	}
	defer done()
	_, heads, err := next()
	if err != nil {
		return nil, badFile("文件没有内容，首行应为列名")
	}
	heads = untilBlank(heads)
	place, missing := places(kind, heads)
	if len(missing) > 0 {
		return nil, badFile("缺少列：" + strings.Join(missing, "、"))
	}
	var rows []intake.Row
	for {
		line, cells, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badFile("文件第 " + itoa(line) + " 行无法读取，请检查引号和分隔符")
		}
		if cells = untilBlank(cells); len(cells) == 0 {
			continue
		}
		if len(rows) == MaxRows {
			return nil, badFile("文件超过 100,000 行，请拆分后导入")
		}
		rows = append(rows, intake.Row{Line: line, Cells: arranged(cells, place, len(heads))})
	}
	if len(rows) == 0 {
		return nil, badFile("文件只有列名，没有数据行")
	}
	return rows, nil
}

// arranged are a row's cells in the order of the kind's columns. What stands behind the last
// head follows them, so that the row is refused: its cells have moved out of their columns.
func arranged(cells []string, place []int, heads int) []string {
	out := make([]string, len(place), max(len(place), len(place)+len(cells)-heads))
	for i, at := range place {
		if at >= 0 && at < len(cells) {
			out[i] = strings.TrimSpace(cells[at])
		}
	}
	return append(out, cells[min(heads, len(cells)):]...)
}

// nextRow reads a row with the number of its line, io.EOF at the end. After another error the
// line is where reading stopped.
type nextRow func() (line int, cells []string, err error)

// open gives a function that reads row by row, and one that closes.
func open(name string, data []byte) (next nextRow, done func(), err error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".txt":
		return openText(data), func() {}, nil
	case ".xlsx":
		return openSheet(data)
	default:
		return nil, nil, badFile("只支持 CSV 和 XLSX 文件")
	}
}

func openText(data []byte) nextRow {
	r := csv.NewReader(bytes.NewReader(decoded(data)))
	r.FieldsPerRecord = -1
	return func() (int, []string, error) {
		cells, err := r.Read()
		if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
			return wrong.StartLine, nil, err
		}
		if err != nil {
			return 0, nil, err
		}
		line, _ := r.FieldPos(0) // the reader skips empty lines
		return line, cells, nil
	}
}

func openSheet(data []byte) (nextRow, func(), error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxSheetXML, ShortDatePattern: "yyyy-mm-dd",
	})
	if err != nil {
		return nil, nil, badFile("XLSX 文件无法打开，请重新另存后再试")
	}
	done := func() { _ = f.Close() } // it was only read
	plainDates(f)
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		done()
		return nil, nil, badFile("XLSX 文件没有工作表")
	}
	line := 0
	return func() (int, []string, error) {
		line++
		if !rows.Next() {
			return line, nil, errors.Join(io.EOF, rows.Error())
		}
		cells, err := rows.Columns()
		return line, cells, err
	}, done, nil
}

// shortDate is the number format that ShortDatePattern writes.
const shortDate = 14

// plainDates has every cell that holds a date read as 2026-12-31, however the sheet shows it:
// as shown, 12-31-26 and 31/12/26 may be the same day.
func plainDates(f *excelize.File) {
	if f.Styles == nil || f.Styles.CellXfs == nil {
		return
	}
	codes := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, n := range f.Styles.NumFmts.NumFmt {
			codes[n.NumFmtID] = n.FormatCode
		}
	}
	plain := shortDate
	for i := range f.Styles.CellXfs.Xf {
		x := &f.Styles.CellXfs.Xf[i]
		if x.NumFmtID != nil && showsDate(*x.NumFmtID, codes[*x.NumFmtID]) {
			x.NumFmtID = &plain
		}
	}
}

// quoted is what stands in a number format as it is: "年", [$-804], \-.
var quoted = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.`)

// showsDate tells whether a number format shows a date: one of the sheet's own by its code,
// else one of ECMA-376 part 1, 18.8.30, the Chinese ones included.
func showsDate(id int, code string) bool {
	if code != "" {
		return strings.ContainsAny(strings.ToLower(quoted.ReplaceAllString(code, "")), "yd")
	}
	return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
}

// decoded is the text in UTF-8: Chinese spreadsheets also write GB 18030.
func decoded(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return data
	}
	if text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data); err == nil {
		return text
	}
	return data
}

// untilBlank are the cells up to the last one that is not blank.
func untilBlank(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// places finds each column of the kind among the heads: -1 for an optional one that is missing.
func places(kind intake.Kind, heads []string) (at []int, missing []string) {
	for _, c := range Columns(kind) {
		found := -1
		for i, h := range heads {
			if strings.TrimSpace(h) == c.Head {
				found = i
			}
		}
		if found < 0 && !c.Optional() {
			missing = append(missing, c.Head)
		}
		at = append(at, found)
	}
	return at, missing
}
