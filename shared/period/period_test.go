package period_test

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/quick"
	"time"

	"shebao/shared/period"
)

func date(t *testing.T, s string) period.Date {
	t.Helper()
	d, err := period.ParseDate(s)
	if err != nil {
		t.Fatalf("ParseDate(%q): %v", s, err)
	}
	return d
}

func month(t *testing.T, s string) period.Month {
	t.Helper()
	m, err := period.ParseMonth(s)
	if err != nil {
		t.Fatalf("ParseMonth(%q): %v", s, err)
	}
	return m
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"} {
		if got := date(t, s).String(); got != s {
			t.Errorf("%s comes back as %s", s, got)
		}
	}
	for _, s := range []string{"", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "20261123", "2026/11/23", "0000-01-01", "2026-11-2x", "-026-11-23", "2026-11-23 "} {
		if d, err := period.ParseDate(s); !errors.Is(err, period.ErrDate) || !d.IsZero() {
			t.Errorf("ParseDate(%q) = %v, %v", s, d, err)
		}
	}
}

func TestDateOf(t *testing.T) {
	for _, c := range []struct{ name, instant, want string }{
		{"the last second before midnight in Shanghai", "2026-11-23T15:59:59Z", "2026-11-23"},
		{"midnight in Shanghai", "2026-11-23T16:00:00Z", "2026-11-24"},
		{"another zone's evening", "2025-12-31T11:00:00-05:00", "2026-01-01"},
		{"a leap day that starts the day before in UTC", "2024-02-28T16:00:00Z", "2024-02-29"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, c.instant)
			if err != nil {
				t.Fatal(err)
			}
			if got := period.DateOf(at).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	t.Run("a day starts at 00:00 in Shanghai", func(t *testing.T) {
		if got := date(t, "2026-11-24").Start().UTC().Format(time.RFC3339); got != "2026-11-23T16:00:00Z" {
			t.Error(got)
		}
	})
}

func TestArithmetic(t *testing.T) {
	for _, c := range []struct {
		name string
		got  period.Date
		want string
	}{
		{"a day over the end of a year", date(t, "2026-12-31").AddDays(1), "2027-01-01"},
		{"a day back over a leap day", date(t, "2024-03-01").AddDays(-1), "2024-02-29"},
		{"a month from the 31st", date(t, "2026-01-31").AddMonths(1), "2026-02-28"},
		{"a month from the 31st in a leap year", date(t, "2024-01-31").AddMonths(1), "2024-02-29"},
		{"months back over a year", date(t, "2026-01-15").AddMonths(-13), "2024-12-15"},
		{"a year from a leap day", date(t, "2024-02-29").AddYears(1), "2025-02-28"},
		{"four years from a leap day", date(t, "2024-02-29").AddYears(4), "2028-02-29"},
		{"the end of February", month(t, "2000-02").Last(), "2000-02-29"},
		{"the end of February in a century", month(t, "1900-02").Last(), "1900-02-28"},
		{"the start of a month", month(t, "2026-07").First(), "2026-07-01"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := date(t, "2024-02-01").DaysUntil(date(t, "2024-03-01")); got != 29 {
		t.Errorf("February 2024 has %d days", got)
	}
}

func TestDatesAgreeWithTheTimePackage(t *testing.T) {
	check := func(seed int32, n int16) bool {
		start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(seed%300000))
		d := period.Date{Year: start.Year(), Month: int(start.Month()), Day: start.Day()}
		moved := d.AddDays(int(n))
		return d.Valid() && d.String() == start.Format("2006-01-02") &&
			moved.String() == start.AddDate(0, 0, int(n)).Format("2006-01-02") &&
			d.DaysUntil(moved) == int(n) && d.Compare(moved) == -moved.Compare(d) &&
			d.Before(moved) == (n > 0) && d.After(moved) == (n < 0)
	}
	if err := quick.Check(check, nil); err != nil {
		t.Error(err)
	}
}

func TestMonths(t *testing.T) {
	for _, s := range []string{"", "2026-13", "2026-00", "2026-1", "202601", "0000-01", "2026-0a"} {
		if _, err := period.ParseMonth(s); !errors.Is(err, period.ErrMonth) {
			t.Errorf("ParseMonth(%q): %v", s, err)
		}
	}
	if got := month(t, "2026-01").AddMonths(-1).String(); got != "2025-12" {
		t.Error(got)
	}
	if got := month(t, "2025-12").AddMonths(2).String(); got != "2026-02" {
		t.Error(got)
	}
	if month(t, "2025-12").Compare(month(t, "2026-01")) != -1 || month(t, "2026-01").Compare(month(t, "2025-12")) != 1 {
		t.Error("months compare the wrong way")
	}
	if got := period.MonthOf(date(t, "2026-11-23")); got != month(t, "2026-11") {
		t.Error(got)
	}
}

func TestPeriod(t *testing.T) {
	year := period.YearPeriod(2026)
	winter := period.Period{From: month(t, "2025-11"), To: month(t, "2026-02")}
	single := period.Period{From: month(t, "2026-03"), To: month(t, "2026-03")}
	for _, c := range []struct {
		p      period.Period
		text   string
		months int
	}{{year, "2026年01月–12月", 12}, {winter, "2025年11月–2026年02月", 4}, {single, "2026年03月", 1}} {
		if c.p.String() != c.text || c.p.Months() != c.months || c.p.Valid() != nil {
			t.Errorf("got %q, %d months, %v", c.p, c.p.Months(), c.p.Valid())
		}
	}
	if !year.Contains(month(t, "2026-01")) || !year.Contains(month(t, "2026-12")) || year.Contains(month(t, "2025-12")) || year.Contains(month(t, "2027-01")) {
		t.Error("a year contains its own months and no others")
	}
	if !year.Overlaps(winter) || !winter.Overlaps(year) || winter.Overlaps(single) || single.Overlaps(winter) {
		t.Error("overlap")
	}
	if err := (period.Period{From: month(t, "2026-02"), To: month(t, "2026-01")}).Valid(); !errors.Is(err, period.ErrPeriodOrder) {
		t.Error(err)
	}
	if err := (period.Period{From: month(t, "2026-02")}).Valid(); !errors.Is(err, period.ErrPeriodEmpty) {
		t.Error(err)
	}
}

func TestJSON(t *testing.T) {
	type record struct {
		Day  period.Date   `json:"day"`
		None period.Date   `json:"none"`
		For  period.Period `json:"for"`
	}
	in := record{Day: date(t, "2026-11-23"), For: period.YearPeriod(2026)}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"day":"2026-11-23","none":"","for":{"from":"2026-01","to":"2026-12"}}`; string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
	var out record
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("comes back as %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"day":"2026-02-30"}`), &out); err == nil {
		t.Error("a day that does not exist is read")
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2023-02-29", "", "0000-00-00", "9999-12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := period.ParseDate(s)
		std, stdErr := time.Parse("2006-01-02", s)
		if err != nil {
			if stdErr == nil && std.Year() > 0 {
				t.Fatalf("%q is a date", s)
			}
			return
		}
		if stdErr != nil || d.String() != s || period.DateOf(d.Start()) != d || d.AddDays(1).AddDays(-1) != d {
			t.Fatalf("%q read as %v", s, d)
		}
	})
}
