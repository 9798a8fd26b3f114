// Package period holds civil dates, months and the periods that contributions
// are owed for (费款所属期). The business day is the day in Asia/Shanghai,
// whatever zone the machine runs in. The package reads no clock.
package period

import (
	"errors"
	"strconv"
	"time"
)

// Zone is the zone of every business day: Asia/Shanghai, +08:00 all year.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Reasons why a text is not a date or a month. The texts are meant for people.
var (
	ErrDate  = errors.New("日期不正确，请按 2026-01-31 的格式填写")
	ErrMonth = errors.New("月份不正确，请按 2026-01 的格式填写")
)

// Date is a day of the calendar without a time or a zone. As text and in JSON
// it is "2026-11-23"; the zero Date is "".
type Date struct {
	Year  int // 1 to 9999
	Month int // 1 to 12
	Day   int // 1 to 31
}

// ParseDate reads "2026-11-23". A day that does not exist is ErrDate.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, ErrDate
	}
	y, ok1 := number(s[:4])
	m, ok2 := number(s[5:7])
	d, ok3 := number(s[8:])
	date := Date{y, m, d}
	if !ok1 || !ok2 || !ok3 || !date.Valid() {
		return Date{}, ErrDate
	}
	return date, nil
}

// DateOf is the day on which t falls in Shanghai.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return Date{y, int(m), d}
}

// Valid tells whether the day exists.
func (d Date) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= days(d.Year, d.Month)
}

// IsZero tells whether no date is set.
func (d Date) IsZero() bool { return d == Date{} }

// Start is the day's first instant, 00:00 in Shanghai.
func (d Date) Start() time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, Zone)
}

// AddDays is the day n days later, or earlier if n < 0.
func (d Date) AddDays(n int) Date { return DateOf(d.Start().AddDate(0, 0, n)) }

// AddMonths is the same day n months later; where the month is too short, its
// last day: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	m := Month{d.Year, d.Month}.AddMonths(n)
	return Date{m.Year, m.Month, min(d.Day, days(m.Year, m.Month))}
}

// AddYears is the same day n years later; 29 February becomes the 28th in a
// year that has none.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysUntil counts the days from d to e, negative when e is earlier.
func (d Date) DaysUntil(e Date) int {
	return int((e.Start().Unix() - d.Start().Unix()) / (24 * 60 * 60))
}

// Compare is -1, 0 or +1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int {
	switch {
	case d.Before(e):
		return -1
	case e.Before(d):
		return 1
	}
	return 0
}

// Before tells whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// After tells whether d is a later day than e.
func (d Date) After(e Date) bool { return e.Before(d) }

// String is "2026-11-23", or "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return pad(d.Year, 4) + "-" + pad(d.Month, 2) + "-" + pad(d.Day, 2)
}

// Chinese is "2026年11月23日", or "" for the zero Date.
func (d Date) Chinese() string {
	if d.IsZero() {
		return ""
	}
	return pad(d.Year, 4) + "年" + pad(d.Month, 2) + "月" + pad(d.Day, 2) + "日"
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date as ParseDate does; an empty text is the zero Date.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(b))
	if err == nil {
		*d = parsed
	}
	return err
}

func days(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func number(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}
