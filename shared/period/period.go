package period

import "errors"

// Reasons why a period can't be used. The texts are meant for people.
var (
	ErrPeriodEmpty = errors.New("请选择起止月份")
	ErrPeriodOrder = errors.New("起始月份不能晚于终止月份")
)

// Period is a run of whole months, both ends included (费款所属期).
type Period struct {
	From Month `json:"from"`
	To   Month `json:"to"` // not before From
}

// YearPeriod is January to December of the year.
func YearPeriod(y int) Period { return Period{Month{y, 1}, Month{y, 12}} }

// Valid is nil, or ErrPeriodEmpty if an end is missing or does not exist, or
// ErrPeriodOrder if the ends are the wrong way round.
func (p Period) Valid() error {
	switch {
	case !p.From.Valid() || !p.To.Valid():
		return ErrPeriodEmpty
	case p.From.Compare(p.To) > 0:
		return ErrPeriodOrder
	}
	return nil
}

// IsZero tells whether no period is set.
func (p Period) IsZero() bool { return p == Period{} }

// Months counts the months of a valid period.
func (p Period) Months() int { return p.To.index() - p.From.index() + 1 }

// Contains tells whether the month lies in the period.
func (p Period) Contains(m Month) bool { return p.From.Compare(m) <= 0 && m.Compare(p.To) <= 0 }

// Overlaps tells whether the periods share a month.
func (p Period) Overlaps(q Period) bool {
	return p.From.Compare(q.To) <= 0 && q.From.Compare(p.To) <= 0
}

// String is "2026年01月–12月", across years "2025年11月–2026年02月", and for a
// single month "2026年01月".
func (p Period) String() string {
	switch {
	case p.IsZero():
		return ""
	case p.From == p.To:
		return p.From.Chinese()
	case p.From.Year == p.To.Year:
		return p.From.Chinese() + "–" + pad(p.To.Month, 2) + "月"
	}
	return p.From.Chinese() + "–" + p.To.Chinese()
}
