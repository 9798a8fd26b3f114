package period

// Month is one calendar month. As text and in JSON it is "2026-01"; the zero
// Month is "".
type Month struct {
	Year  int // 1 to 9999
	Month int // 1 to 12
}

// ParseMonth reads "2026-01"; anything else is ErrMonth.
func ParseMonth(s string) (Month, error) {
	if len(s) != 7 || s[4] != '-' {
		return Month{}, ErrMonth
	}
	y, ok1 := number(s[:4])
	m, ok2 := number(s[5:])
	month := Month{y, m}
	if !ok1 || !ok2 || !month.Valid() {
		return Month{}, ErrMonth
	}
	return month, nil
}

// MonthOf is the month that the day lies in.
func MonthOf(d Date) Month { return Month{d.Year, d.Month} }

// Valid tells whether the month exists.
func (m Month) Valid() bool {
	return m.Year >= 1 && m.Year <= 9999 && m.Month >= 1 && m.Month <= 12
}

// IsZero tells whether no month is set.
func (m Month) IsZero() bool { return m == Month{} }

// AddMonths is the month n months later, or earlier if n < 0.
func (m Month) AddMonths(n int) Month {
	i := m.index() + n
	y, r := i/12, i%12
	if r < 0 {
		y, r = y-1, r+12
	}
	return Month{y, r + 1}
}

// index counts months from January of the year 0.
func (m Month) index() int { return m.Year*12 + m.Month - 1 }

// Compare is -1, 0 or +1 as m is before, the same as or after n.
func (m Month) Compare(n Month) int {
	switch a, b := m.index(), n.index(); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// First is the month's first day.
func (m Month) First() Date { return Date{m.Year, m.Month, 1} }

// Last is the month's last day.
func (m Month) Last() Date { return Date{m.Year, m.Month, days(m.Year, m.Month)} }

// String is "2026-01", or "" for the zero Month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return pad(m.Year, 4) + "-" + pad(m.Month, 2)
}

// Chinese is "2026年01月", or "" for the zero Month.
func (m Month) Chinese() string {
	if m.IsZero() {
		return ""
	}
	return pad(m.Year, 4) + "年" + pad(m.Month, 2) + "月"
}

// MarshalText writes the month as String does.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a month as ParseMonth does; an empty text is the zero Month.
func (m *Month) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(b))
	if err == nil {
		*m = parsed
	}
	return err
}
