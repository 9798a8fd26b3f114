package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/intake"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Need says whether a column must be there.
type Need string

// The needs.
const (
	Must Need = "必填"
	May  Need = "选填"
)

// Column is one column of a kind of file.
type Column struct {
	Head string
	Need Need
	Says string // what stands in it
}

// Optional tells whether the column may be missing.
func (c Column) Optional() bool { return c.Need == May }

// The columns every kind begins with.
var whoColumns = []Column{
	{"证件类型", Must, "居民身份证等名称，或三位代码 201"},
	{"证件号码", Must, "完整号码"},
	{"姓名", Must, "与人口登记一致"},
	{"险种", Must, "城乡居民养老 或 城乡居民医疗"},
}

// Columns lists the columns of a kind, in the order in which Read gives the cells.
func Columns(kind intake.Kind) []Column {
	switch kind {
	case intake.Enrolments:
		return append(slices.Clone(whoColumns),
			Column{"人员类别", Must, "10；医疗为 91、92、93"}, Column{"税务机关代码", Must, "11 位"}, Column{"社保经办机构", Must, "名称"},
			Column{"个人编号", Must, ""}, Column{"有效期起", Must, "2026-01-01"}, Column{"有效期止", May, "空为长期"}, Column{"政府代缴", May, "元，每年"})
	case intake.Dues:
		return append(slices.Clone(whoColumns),
			Column{"核定编号", Must, "同一编号只登记一次"}, Column{"年度", Must, "2025"}, Column{"费款所属期起", Must, "2025-01"},
			Column{"费款所属期止", Must, "2025-12"}, Column{"金额", Must, "元"}, Column{"核定原因", Must, "补缴等"}, Column{"缴费截止日期", Must, "2026-12-31"})
	default:
		return nil
	}
}

// refusal is why a row was not taken, in words for officers.
type refusal string

func (r refusal) Error() string { return string(r) }

// draft is one row on its way: what it says, whom it is about, why it is not taken.
type draft struct {
	doc       idcard.Document
	name      string
	enrolment contribution.Enrolment // of an enrolment's row; Person and ID once the person is found
	due       contribution.Due       // of a due's row
	number    string                 // 核定编号
	scheme    contribution.Scheme
	early     refusal // what is wrong with whom it is about
	late      refusal // what is wrong with the rest: said when the person is found
	verdict   intake.Verdict
}

// refuse keeps the first reason.
func (d *draft) refuse(why refusal) {
	if d.late == "" {
		d.late = why
	}
}

// read judges what a row says by itself.
func (s *Service) read(kind intake.Kind, cells []string) draft {
	var d draft
	var ok bool
	if len(cells) > len(Columns(kind)) {
		d.early = "这一行的内容比列名多，已经错位：金额不要写千分位逗号（1200.00），或用英文引号括起（\"1,200.00\"）"
		return d
	}
	if d.scheme, ok = schemeOf(cells[3]); !ok {
		d.early = "险种应为 城乡居民养老 或 城乡居民医疗"
		return d
	}
	doc, err := idcard.ParseOn(typeOf(cells[0]), cells[1], s.today())
	if err != nil {
		d.early = refusal("证件：" + err.Error())
		return d
	}
	d.doc, d.name = doc, person.NormaliseName(cells[2])
	if kind == intake.Enrolments {
		s.readEnrolment(&d, cells)
	} else {
		s.readDue(&d, cells)
	}
	return d
}

func (s *Service) readEnrolment(d *draft, cells []string) {
	e := contribution.Enrolment{Scheme: d.scheme, Category: cells[4], Authority: cells[5], Agency: cells[6], Number: cells[7]}
	if s.Rates().CategoryName(d.scheme, e.Category) == "" {
		d.refuse(refusal("人员类别 " + clip(e.Category) + " 不属于该险种"))
	}
	if _, ok := s.City.Authority(e.Authority); !ok {
		d.refuse("税务机关代码不存在")
	}
	if e.Agency == "" || e.Number == "" {
		d.refuse("社保经办机构和个人编号不能为空")
	}
	e.From = d.date("有效期起", cells[8])
	if cells[9] != "" {
		if e.To = d.date("有效期止", cells[9]); e.To.Before(e.From) {
			d.refuse("有效期止不能早于有效期起")
		}
	}
	var err error
	if cells[10] != "" {
		if e.Subsidy, err = money.Parse(cells[10]); err != nil {
			d.refuse("政府代缴应为金额")
		}
	}
	d.enrolment = e
}

var assessmentForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}$`)

// maxAmount is more than anybody owes: ten million yuan, fen.
const maxAmount = money.Fen(1_000_000_000)

func (s *Service) readDue(d *draft, cells []string) {
	if d.number = cells[4]; !assessmentForm.MatchString(d.number) {
		d.refuse("核定编号应为 1 至 32 位字母、数字或横线")
	}
	u := contribution.Due{Scheme: d.scheme, Kind: contribution.Assessed, Reason: cells[9], Opens: s.today(), State: contribution.DueOpen}
	var err error
	if u.Year, err = strconv.Atoi(cells[5]); err != nil || u.Year < 1992 || u.Year > s.today().Year+1 {
		d.refuse("年度应为四位年份")
	}
	var fromErr, toErr error
	u.Period.From, fromErr = readMonth(cells[6])
	u.Period.To, toErr = readMonth(cells[7])
	if fromErr != nil || toErr != nil || u.Period.Valid() != nil {
		d.refuse("费款所属期应为 2025-01 的形式，止不早于起")
	}
	if u.Amount, err = money.Parse(cells[8]); err != nil || u.Amount <= 0 || u.Amount > maxAmount {
		d.refuse("金额应为大于零的金额")
	}
	if u.Reason == "" || len([]rune(u.Reason)) > 100 {
		d.refuse("核定原因不能为空，最多 100 字")
	}
	if u.Deadline = d.date("缴费截止日期", cells[10]); u.Deadline.Before(s.today()) {
		d.refuse("缴费截止日期应为今天或以后")
	}
	d.due = u
}

// Days and months as spreadsheets write them, the year first: 2026-12-31, 2026/1/5, 2026年1月5日.
// Where the year comes last nobody can tell the day from the month.
var (
	dayForm   = regexp.MustCompile(`^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?$`)
	monthForm = regexp.MustCompile(`^(\d{4})[-/年](\d{1,2})月?$`)
)

// date reads a day; it refuses the row when the cell tells none.
func (d *draft) date(head, cell string) period.Date {
	day, err := readDay(cell)
	if err != nil {
		d.refuse(refusal(head + "“" + clip(cell) + "”不是能识别的日期，请写成 2026-12-31"))
	}
	return day
}

func readDay(cell string) (period.Date, error) {
	m := dayForm.FindStringSubmatch(cell)
	if m == nil {
		return period.Date{}, period.ErrDate
	}
	return period.ParseDate(m[1] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[3]))
}

// readMonth reads a month, also where a spreadsheet has made a day of it.
func readMonth(cell string) (period.Month, error) {
	if day, err := readDay(cell); err == nil {
		return period.MonthOf(day), nil
	}
	m := monthForm.FindStringSubmatch(cell)
	if m == nil {
		return period.Month{}, period.ErrMonth
	}
	return period.ParseMonth(m[1] + "-" + twoDigits(m[2]))
}

func twoDigits(n string) string {
	if len(n) == 1 {
		return "0" + n
	}
	return n
}

// same compares what a file says about a due, not what has become of it.
func same(have, d contribution.Due) bool {
	return have.Amount == d.Amount && have.Period == d.Period && have.Deadline == d.Deadline && have.Reason == d.Reason
}

func schemeOf(text string) (contribution.Scheme, bool) {
	for _, s := range []contribution.Scheme{contribution.Pension, contribution.Medical} {
		if text == s.Label() || text == string(s) {
			return s, true
		}
	}
	return "", false
}

func typeOf(text string) idcard.Type {
	for _, t := range idcard.Types() {
		if text == t.Label() {
			return t
		}
	}
	return idcard.Type(text)
}

// who is the row's person, masked.
func who(cells []string) string {
	doc, err := idcard.Parse(typeOf(cells[0]), cells[1])
	if err != nil {
		return person.MaskName(cells[2])
	}
	return strings.TrimSpace(person.MaskName(cells[2]) + " " + doc.Masked())
}

func clip(s string) string {
	if r := []rune(s); len(r) > 12 {
		return string(r[:12]) + "…"
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
