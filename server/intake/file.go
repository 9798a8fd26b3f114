package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path"
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
	heads, err := next()
	if err != nil {
		return nil, badFile("文件没有内容，首行应为列名")
	}
	place, missing := places(kind, heads)
	if len(missing) > 0 {
		return nil, badFile("缺少列：" + strings.Join(missing, "、"))
	}
	var rows []intake.Row
	for line := 2; ; line++ {
		cells, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badFile("文件第 " + itoa(line) + " 行无法读取，请检查引号和分隔符")
		}
		if blank(cells) {
			continue
		}
		if len(rows) == MaxRows {
			return nil, badFile("文件超过 100,000 行，请拆分后导入")
		}
		row := intake.Row{Line: line, Cells: make([]string, len(place))}
		for i, at := range place {
			if at >= 0 && at < len(cells) {
				row.Cells[i] = strings.TrimSpace(cells[at])
			}
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return nil, badFile("文件只有列名，没有数据行")
	}
	return rows, nil
}

// open gives a function that reads row by row until io.EOF, and one that closes.
func open(name string, data []byte) (next func() ([]string, error), done func(), err error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".txt":
		r := csv.NewReader(bytes.NewReader(decoded(data)))
		r.FieldsPerRecord = -1
		return r.Read, func() {}, nil
	case ".xlsx":
		return openSheet(data)
	default:
		return nil, nil, badFile("只支持 CSV 和 XLSX 文件")
	}
}

func openSheet(data []byte) (func() ([]string, error), func(), error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxSheetXML})
	if err != nil {
		return nil, nil, badFile("XLSX 文件无法打开，请重新另存后再试")
	}
	done := func() { _ = f.Close() } // it was only read
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		done()
		return nil, nil, badFile("XLSX 文件没有工作表")
	}
	return func() ([]string, error) {
		if !rows.Next() {
			return nil, errors.Join(io.EOF, rows.Error())
		}
		return rows.Columns()
	}, done, nil
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

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
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
