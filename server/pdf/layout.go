package pdf

import (
	"fmt"
	"strconv"

	qrcode "github.com/skip2/go-qrcode"

	"shebao/shared/certificate"
	"shebao/shared/period"
)

// RowsPerPage is how many contributions stand on a page; the last page has the total,
// the check code and the seal besides.
const RowsPerPage = 25

// The page, A4, top to bottom. All places are measured from the upper left corner.
const (
	pageWidth  pt = 595.28
	margin     pt = 36
	inner         = pageWidth - 2*margin
	titleAt    pt = 66 // baseline
	ruleAt     pt = 80
	numberAt   pt = 98 // baseline
	holderAt   pt = 107
	holderRow  pt = 20
	tableAt       = holderAt + 3*holderRow + 8
	headHeight pt = 20
	rowHeight  pt = 17.8
	sumHeight  pt = 21
	closingGap pt = 10
	footAt     pt = 806 // baseline
)

// column is one column of the table.
type column struct {
	head  string
	width pt
	align align
	cell  func(i int, r certificate.Row) string
}

var columns = []column{
	{"序号", 26, center, func(i int, _ certificate.Row) string { return strconv.Itoa(i + 1) }},
	{"险种", 94, left, func(_ int, r certificate.Row) string { return r.Scheme.Levy().Name }},
	{"费款所属期", 81, center, func(_ int, r certificate.Row) string { return Months(r.Period) }},
	{"税务机关", 127, left, func(_ int, r certificate.Row) string { return r.Authority }},
	{"缴款日期", 52, center, func(_ int, r certificate.Row) string { return r.PaidOn.String() }},
	{"电子税票号", 84, center, func(_ int, r certificate.Row) string { return r.Ticket }},
	{"金额（元）", inner - 26 - 94 - 81 - 127 - 52 - 84, right, func(_ int, r certificate.Row) string { return r.Amount.Plain() }},
}

// Months is a period as the table prints it, 2026-01 至 2026-12.
func Months(p period.Period) string {
	if p.From == p.To {
		return p.From.String()
	}
	return p.From.String() + " 至 " + p.To.String()
}

var usualNotes = []string{
	"扫描二维码，或在「记录查验」输入纳税人识别号和证明校验码，可核对内容与状态。",
	"本证明为带有数字签名的电子文件，任何改动都会使签名失效；纸质件以查验结果为准。",
}

// LayoutVersion grows when Texts changes: certificates of other versions can't be
// compared with it. LayoutKey is where a document's catalog has its version.
const (
	LayoutVersion = 1
	LayoutKey     = "SHEBAO_Layout"
)

// Texts are the texts of the facts by page, in the order in which they stand there:
// what a reader of the printed certificate goes by. The verifier looks for exactly these.
func Texts(f certificate.Facts) [][]string {
	var pages [][]string
	for first := 0; first < len(f.Rows); first += RowsPerPage {
		texts := []string{
			f.Number, f.Issued(), f.Name, f.Document.Type.Label(), f.Document.Number, f.TaxpayerID,
			f.Period.From.Chinese(), f.Period.To.Chinese(),
		}
		last := min(first+RowsPerPage, len(f.Rows))
		for i, r := range f.Rows[first:last] {
			for _, c := range columns {
				texts = append(texts, c.cell(first+i, r))
			}
		}
		if last == len(f.Rows) {
			texts = append(texts, f.Total.Capitals(), f.Total.Display(), f.CheckCode.Grouped(), f.Issuer)
		}
		pages = append(pages, texts)
	}
	return pages
}

func (m *Maker) layout(f certificate.Facts) (*sheet, error) {
	s := newSheet(m.options.Fonts)
	pages := (len(f.Rows) + RowsPerPage - 1) / RowsPerPage
	for page := range pages {
		first := page * RowsPerPage
		rows := f.Rows[first:min(first+RowsPerPage, len(f.Rows))]
		s.page()
		m.header(s, f)
		y := table(s, first, rows)
		if page == pages-1 {
			y = totals(s, y, f)
			if err := m.closing(s, y+closingGap, f); err != nil {
				return nil, err
			}
		} else {
			s.font(regular, 8)
			s.text(margin+inner-s.width("（续下页）"), y+14, "（续下页）")
		}
		footer(s, f, page+1, pages)
	}
	return s, nil
}

func (m *Maker) header(s *sheet, f certificate.Facts) {
	const title, space = "社会保险费缴费证明", pt(4)
	s.font(bold, 23)
	s.spaced((pageWidth-s.width(title)-8*space)/2, titleAt, space, title)
	s.line(margin, ruleAt, margin+inner, ruleAt, 1.4)
	s.line(margin, ruleAt+2.6, margin+inner, ruleAt+2.6, 0.4)
	s.font(regular, 9)
	s.text(margin, numberAt, "证明编号："+f.Number)
	issued := "开具时间：" + f.Issued()
	s.text(margin+inner-s.width(issued), numberAt, issued)
	m.holder(s, f)
}

// holder is the grid that says whose certificate it is.
func (m *Maker) holder(s *sheet, f certificate.Facts) {
	const label, value pt = 84, inner/2 - 84
	cells := [][2]string{
		{"缴费人姓名", f.Name},
		{"身份证件类型", f.Document.Type.Label()},
		{"身份证件号码", f.Document.Number},
		{"纳税人识别号", f.TaxpayerID},
		{"费款所属期起", f.Period.From.Chinese()},
		{"费款所属期止", f.Period.To.Chinese()},
	}
	for i, cell := range cells {
		b := box{margin + pt(i%2)*(label+value), holderAt + pt(i/2)*holderRow, label, holderRow}
		s.fill(244, b)
		s.frame(b, 0.4)
		s.font(bold, 9)
		s.fit(b, center, 9, cell[0])
		b = box{b.x + label, b.y, value, holderRow}
		s.frame(b, 0.4)
		s.font(regular, 9.5)
		s.fit(box{b.x + 6, b.y, b.w - 12, b.h}, left, 9.5, cell[1])
	}
	s.frame(box{margin, holderAt, inner, 3 * holderRow}, 0.9)
}

// table draws the rows and returns where it ends.
func table(s *sheet, first int, rows []certificate.Row) pt {
	end := tableAt + headHeight + pt(len(rows))*rowHeight
	s.fill(236, box{margin, tableAt, inner, headHeight})
	x := margin
	for i, c := range columns {
		s.font(bold, 8.5)
		s.fit(box{x + 2, tableAt, c.width - 4, headHeight}, center, 8.5, c.head)
		if i > 0 {
			s.line(x, tableAt, x, end, 0.4)
		}
		x += c.width
	}
	s.font(regular, 8)
	for j, r := range rows { // row by row: so it is read aloud and copied
		x := margin
		for _, c := range columns {
			s.fit(box{x + 3, tableAt + headHeight + pt(j)*rowHeight, c.width - 6, rowHeight}, c.align, 8, c.cell(first+j, r))
			x += c.width
		}
	}
	for j := range rows {
		y := tableAt + headHeight + pt(j)*rowHeight
		s.line(margin, y, margin+inner, y, 0.4)
	}
	s.frame(box{margin, tableAt, inner, end - tableAt}, 0.9)
	return end
}

// totals closes the table and returns where it ends.
func totals(s *sheet, y pt, f certificate.Facts) pt {
	const label, figures pt = 121, 150
	b := box{margin, y, inner, sumHeight}
	s.fill(244, box{b.x, b.y, label, b.h})
	s.frame(b, 0.9)
	s.line(margin+label, y, margin+label, y+sumHeight, 0.4)
	s.line(margin+inner-figures, y, margin+inner-figures, y+sumHeight, 0.4)
	s.font(bold, 9)
	s.fit(box{b.x, b.y, label, b.h}, center, 9, "金额合计")
	s.font(bold, 9.5)
	s.fit(box{b.x + label + 6, b.y, inner - label - figures - 12, b.h}, left, 9.5, "人民币（大写）"+f.Total.Capitals())
	s.fit(box{b.x + inner - figures + 3, b.y, figures - 6, b.h}, right, 9.5, "（小写）"+f.Total.Display())
	return y + sumHeight
}

// The places of the closing: QR code, code and notes, seal.
const (
	qrSize     pt = 80
	closingAt     = margin + qrSize + 12
	sealSize   pt = 94
	sealCentre    = margin + inner - 66
)

func (m *Maker) closing(s *sheet, y pt, f certificate.Facts) error {
	if err := qr(s, margin, y, m.VerifyAddress(f.CheckCode)); err != nil {
		return err
	}
	s.font(regular, 7)
	s.text(margin+(qrSize-s.width("扫码查验"))/2, y+qrSize+9, "扫码查验")
	s.font(regular, 9)
	s.text(closingAt, y+11, "证明校验码")
	s.font(bold, 14)
	s.text(closingAt, y+29, f.CheckCode.Grouped())
	s.font(regular, 7.5)
	at := y + 45
	for i, note := range m.options.Notes {
		for j, line := range s.split(note, sealCentre-sealSize/2-closingAt-20, 7.5) {
			if j == 0 {
				s.text(closingAt, at, strconv.Itoa(i+1)+".")
			}
			s.text(closingAt+10, at, line)
			at += 11
		}
	}
	s.seal = box{sealCentre - sealSize/2, y - 2, sealSize, sealSize}
	s.font(regular, 9)
	for i, line := range []string{f.Issuer, f.IssuedAt.In(period.Zone).Format("2006年01月02日")} {
		s.fit(box{sealCentre - 66, y + sealSize + pt(i)*12.5 + 2, 132, 12}, center, 9, line)
	}
	return nil
}

func footer(s *sheet, f certificate.Facts, page, pages int) {
	s.line(margin, footAt-12, margin+inner, footAt-12, 0.4)
	s.font(regular, 7.5)
	s.text(margin, footAt, "证明编号 "+f.Number+"　校验码 "+f.CheckCode.Grouped())
	text := fmt.Sprintf("第 %d 页 / 共 %d 页", page, pages)
	s.text(margin+inner-s.width(text), footAt, text)
}

// qr draws the QR code as boxes, a run of dark modules each.
func qr(s *sheet, x, y pt, content string) error {
	code, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return fmt.Errorf("make QR code: %w", err)
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	d := qrSize / pt(len(modules))
	var boxes []box
	for i, row := range modules {
		for j := 0; j < len(row); {
			k := j
			for k < len(row) && row[k] {
				k++
			}
			if k > j {
				boxes = append(boxes, box{x + pt(j)*d, y + pt(i)*d, pt(k-j) * d, d})
			}
			j = max(k, j+1)
		}
	}
	s.fill(0, boxes...)
	return nil
}
