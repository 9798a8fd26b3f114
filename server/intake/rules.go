package intake

import (
	"context"
	"fmt"
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

// take judges and stores one row. A refusal comes back as the error.
func (s *Service) take(ctx context.Context, kind intake.Kind, cells []string) (intake.Verdict, error) {
	if kind == intake.Enrolments {
		return s.takeEnrolment(ctx, cells)
	}
	return s.takeDue(ctx, cells)
}

// subject reads the columns that every kind begins with.
func (s *Service) subject(ctx context.Context, cells []string) (person.Person, contribution.Scheme, error) {
	scheme, ok := schemeOf(cells[3])
	if !ok {
		return person.Person{}, "", refusal("险种应为 城乡居民养老 或 城乡居民医疗")
	}
	doc, err := idcard.ParseOn(typeOf(cells[0]), cells[1], s.today())
	if err != nil {
		return person.Person{}, "", refusal("证件：" + err.Error())
	}
	p, ok, err := s.Register.FindExact(ctx, person.NormaliseName(cells[2]), doc)
	if err != nil {
		return person.Person{}, "", fmt.Errorf("find person: %w", err)
	}
	if !ok {
		return person.Person{}, "", refusal("人口登记中没有姓名和证件都相符的人员")
	}
	return p, scheme, nil
}

func (s *Service) takeEnrolment(ctx context.Context, cells []string) (intake.Verdict, error) {
	p, scheme, err := s.subject(ctx, cells)
	if err != nil {
		return "", err
	}
	e := contribution.Enrolment{
		ID: "enr:" + p.ID + ":" + string(scheme), Person: p.ID, Scheme: scheme, Category: cells[4], Authority: cells[5], Agency: cells[6], Number: cells[7],
	}
	if s.Rates().CategoryName(scheme, e.Category) == "" {
		return "", refusal("人员类别 " + clip(e.Category) + " 不属于该险种")
	}
	if _, ok := s.City.Authority(e.Authority); !ok {
		return "", refusal("税务机关代码不存在")
	}
	if e.Agency == "" || e.Number == "" {
		return "", refusal("社保经办机构和个人编号不能为空")
	}
	if e.From, err = period.ParseDate(cells[8]); err != nil {
		return "", refusal("有效期起应为 2026-01-01 的形式")
	}
	if cells[9] != "" {
		if e.To, err = period.ParseDate(cells[9]); err != nil || e.To.Before(e.From) {
			return "", refusal("有效期止应为日期，且不早于有效期起")
		}
	}
	if cells[10] != "" {
		if e.Subsidy, err = money.Parse(cells[10]); err != nil {
			return "", refusal("政府代缴应为金额")
		}
	}
	added, err := s.Records.AddEnrolment(ctx, e)
	if err != nil || added {
		return intake.Taken, err
	}
	have, err := s.Records.AllEnrolments(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if slices.Contains(have, e) {
		return intake.Known, nil
	}
	return "", refusal("该人员该险种已有内容不同的参保登记")
}

var assessmentForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,32}$`)

func (s *Service) takeDue(ctx context.Context, cells []string) (intake.Verdict, error) {
	p, scheme, err := s.subject(ctx, cells)
	if err != nil {
		return "", err
	}
	if !assessmentForm.MatchString(cells[4]) {
		return "", refusal("核定编号应为 1 至 32 位字母、数字或横线")
	}
	d := contribution.Due{Person: p.ID, Scheme: scheme, Kind: contribution.Assessed, Reason: cells[9], Opens: s.today(), State: contribution.DueOpen}
	if d.Year, err = strconv.Atoi(cells[5]); err != nil || d.Year < 1992 || d.Year > s.today().Year+1 {
		return "", refusal("年度应为四位年份")
	}
	var fromErr, toErr error
	d.Period.From, fromErr = period.ParseMonth(cells[6])
	d.Period.To, toErr = period.ParseMonth(cells[7])
	if fromErr != nil || toErr != nil || d.Period.Valid() != nil {
		return "", refusal("费款所属期应为 2025-01 的形式，止不早于起")
	}
	if d.Amount, err = money.Parse(cells[8]); err != nil || d.Amount <= 0 || d.Amount > maxAmount {
		return "", refusal("金额应为大于零的金额")
	}
	if d.Reason == "" || len([]rune(d.Reason)) > 100 {
		return "", refusal("核定原因不能为空，最多 100 字")
	}
	if d.Deadline, err = period.ParseDate(cells[10]); err != nil || d.Deadline.Before(s.today()) {
		return "", refusal("缴费截止日期应为今天或以后的日期")
	}
	return s.addDue(ctx, d, cells[4])
}

// maxAmount is more than anybody owes: ten million yuan, fen.
const maxAmount = money.Fen(1_000_000_000)

func (s *Service) addDue(ctx context.Context, d contribution.Due, assessment string) (intake.Verdict, error) {
	enrolments, err := s.Records.AllEnrolments(ctx, d.Person)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(enrolments, func(e contribution.Enrolment) bool { return e.Scheme == d.Scheme })
	if i < 0 {
		return "", refusal("该人员没有该险种的参保登记")
	}
	d.Enrolment, d.Authority = enrolments[i].ID, enrolments[i].Authority
	d.ID = fmt.Sprintf("due:%s:%s:%d:%s:%s", d.Person, d.Scheme, d.Year, d.Kind, assessment)
	added, err := s.Records.AddDue(ctx, d)
	if err != nil || added {
		return intake.Taken, err
	}
	have, err := s.Records.DuesByID(ctx, []string{d.ID})
	if err != nil {
		return "", err
	}
	if len(have) == 1 && same(have[0], d) {
		return intake.Known, nil
	}
	return "", refusal("核定编号已登记，内容不同")
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
