package money_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/quick"

	"shebao/shared/money"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     money.Fen
		err      error
	}{
		{"whole yuan", "3000", 300000, nil},
		{"grouped with decimals", "3,000.50", 300050, nil},
		{"with the currency sign", "¥ 3,000.00", 300000, nil},
		{"full width", "￥３，０００．５", 300050, nil},
		{"one decimal", "0.5", 50, nil},
		{"zero", "0", 0, nil},
		{"leading zeros", "007", 700, nil},
		{"spaces around", "  12 ", 1200, nil},
		{"the largest", "92233720368547758.07", math.MaxInt64, nil},
		{"one fen too many", "92233720368547758.08", 0, money.ErrTooLarge},
		{"twenty digits", "99999999999999999999", 0, money.ErrTooLarge},
		{"three decimals", "1.005", 0, money.ErrDecimals},
		{"negative", "-1", 0, money.ErrNegative},
		{"full-width negative", "－1", 0, money.ErrNegative},
		{"negative after the sign", "¥-1", 0, money.ErrNegative},
		{"plus", "+1", 0, money.ErrForm},
		{"empty", " ", 0, money.ErrEmpty},
		{"only the sign", "¥", 0, money.ErrEmpty},
		{"dot without decimals", "3.", 0, money.ErrForm},
		{"dot without yuan", ".5", 0, money.ErrForm},
		{"two dots", "1.2.3", 0, money.ErrForm},
		{"comma in a wrong place", "30,00", 0, money.ErrForm},
		{"comma after a long group", "3000,000", 0, money.ErrForm},
		{"leading comma", ",100", 0, money.ErrForm},
		{"comma in the decimals", "1.0,0", 0, money.ErrForm},
		{"exponent", "1e3", 0, money.ErrForm},
		{"hexadecimal", "0x10", 0, money.ErrForm},
		{"underscore", "1_000", 0, money.ErrForm},
		{"not a number", "NaN", 0, money.ErrForm},
		{"inner space", "3 000", 0, money.ErrForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := money.Parse(c.in)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("Parse(%q) = %d, %v; want %d, %v", c.in, got, err, c.want, c.err)
			}
		})
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		fen                    money.Fen
		plain, grouped, signed string
	}{
		{300000, "3000.00", "3,000.00", "¥ 3,000.00"},
		{5, "0.05", "0.05", "¥ 0.05"},
		{0, "0.00", "0.00", "¥ 0.00"},
		{123456789, "1234567.89", "1,234,567.89", "¥ 1,234,567.89"},
		{-150, "-1.50", "-1.50", "¥ -1.50"},
		{math.MinInt64, "-92233720368547758.08", "-92,233,720,368,547,758.08", "¥ -92,233,720,368,547,758.08"},
	} {
		if got := c.fen.String(); got != c.plain {
			t.Errorf("String() = %q, want %q", got, c.plain)
		}
		if got := c.fen.Plain(); got != c.grouped {
			t.Errorf("Plain() = %q, want %q", got, c.grouped)
		}
		if got := c.fen.Display(); got != c.signed {
			t.Errorf("Display() = %q, want %q", got, c.signed)
		}
	}
}

func TestYuan(t *testing.T) {
	if got := money.Yuan(795); got != 79500 {
		t.Errorf("Yuan(795) = %d", got)
	}
	if got := money.Yuan(math.MaxInt64); got != math.MaxInt64 {
		t.Errorf("a too large amount wraps around: %d", got)
	}
	if got := money.Yuan(math.MinInt64); got != math.MinInt64 {
		t.Errorf("a too small amount wraps around: %d", got)
	}
}

func TestCapitals(t *testing.T) {
	for in, want := range map[string]string{
		"1409.50":       "壹仟肆佰零玖元伍角",
		"16409.02":      "壹万陆仟肆佰零玖元零贰分",
		"325.04":        "叁佰贰拾伍元零肆分",
		"1000":          "壹仟元整",
		"10001":         "壹万零壹元整",
		"100000":        "壹拾万元整",
		"795":           "柒佰玖拾伍元整",
		"0.50":          "伍角整",
		"100000001.00":  "壹亿零壹元整",
		"0":             "零元整",
		"0.05":          "伍分",
		"0.15":          "壹角伍分",
		"10.50":         "壹拾元伍角",
		"1005.06":       "壹仟零伍元零陆分",
		"10010":         "壹万零壹拾元整",
		"100010000":     "壹亿零壹万元整",
		"110000000":     "壹亿壹仟万元整",
		"1020304.56":    "壹佰零贰万零叁佰零肆元伍角陆分",
		"1000000000000": "壹万亿元整",
	} {
		f, err := money.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Capitals(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	if got := money.Fen(-150).Capitals(); got != "负壹元伍角" {
		t.Errorf("negative: %s", got)
	}
}

// value reads capitals back by their place values alone.
func value(t *testing.T, s string) uint64 {
	t.Helper()
	yuan, rest, ok := strings.Cut(s, "元")
	if !ok {
		yuan, rest = "", s
	}
	var total, section, digit uint64
	for _, r := range yuan {
		if i := strings.IndexRune("零壹贰叁肆伍陆柒捌玖", r); i >= 0 {
			digit = uint64(i / len("零"))
			continue
		}
		switch r {
		case '拾':
			section += digit * 10
		case '佰':
			section += digit * 100
		case '仟':
			section += digit * 1000
		case '万':
			section = (section + digit) * 10000
		case '亿':
			total = (total + section + digit) * 100000000
			section = 0
		default:
			t.Fatalf("%s: unknown sign %c", s, r)
		}
		digit = 0
	}
	total = (total + section + digit) * 100
	digit = 0
	for _, r := range rest {
		if i := strings.IndexRune("零壹贰叁肆伍陆柒捌玖", r); i >= 0 {
			digit = uint64(i / len("零"))
		} else if r == '角' {
			total += digit * 10
		} else if r == '分' {
			total += digit
		}
	}
	return total
}

func TestCapitalsReadBack(t *testing.T) {
	check := func(n int64) bool {
		for _, f := range []int64{n & math.MaxInt64, n & (1<<40 - 1), n & (1<<20 - 1)} {
			s := money.Fen(f).Capitals()
			if value(t, s) != uint64(f) || strings.Contains(s, "零零") || strings.Contains(s, "零元整") && f != 0 {
				t.Logf("%d reads %s", f, s)
				return false
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3000", "3,000.50", "¥ 3,000.00", "", "-1", "1e9", "９.9", "92233720368547758.07", "1,2,3", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := money.Parse(s)
		if err != nil {
			if got != 0 {
				t.Fatalf("Parse(%q) gives %d beside the error %v", s, got, err)
			}
			return
		}
		if got < 0 {
			t.Fatalf("Parse(%q) = %d is negative", s, got)
		}
		for _, form := range []string{got.String(), got.Plain(), got.Display()} {
			if back, err := money.Parse(form); err != nil || back != got {
				t.Fatalf("Parse(%q) = %d, %v; want %d", form, back, err, got)
			}
		}
		if v := value(t, got.Capitals()); v != uint64(got) {
			t.Fatalf("%d in capitals reads %d", got, v)
		}
	})
}
