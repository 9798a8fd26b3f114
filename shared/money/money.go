// Package money holds amounts of yuan as whole fen and the ways they are
// written: plain, grouped, with the currency sign and in capitals (大写).
// Amounts are never floating point numbers.
package money

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount in fen, 1/100 yuan.
type Fen int64

// Reasons why a text is not an amount. The texts are meant for people.
var (
	ErrEmpty    = errors.New("请输入金额")
	ErrForm     = errors.New("金额格式不正确，请输入数字，例如 3000 或 3000.50")
	ErrDecimals = errors.New("金额最多保留两位小数")
	ErrNegative = errors.New("金额不能为负数")
	ErrTooLarge = errors.New("金额过大")
)

// Yuan is a whole number of yuan. It stops at the largest and smallest amounts
// instead of wrapping around.
func Yuan(n int64) Fen {
	switch {
	case n > math.MaxInt64/100:
		return math.MaxInt64
	case n < math.MinInt64/100:
		return math.MinInt64
	}
	return Fen(n * 100)
}

// Parse reads an amount in yuan as a person writes it: "3000", "3,000.50",
// "¥ 3,000.00", also in full width. Commas, if any, must stand before every
// three digits. The error is one of ErrEmpty, ErrForm, ErrDecimals, ErrNegative
// and ErrTooLarge.
func Parse(s string) (Fen, error) {
	s = strings.TrimSpace(narrow(s))
	s = strings.TrimSpace(strings.TrimPrefix(s, "¥"))
	if s == "" {
		return 0, ErrEmpty
	}
	if s[0] == '-' {
		return 0, ErrNegative
	}
	whole, frac, dotted := strings.Cut(s, ".")
	if dotted && frac == "" {
		return 0, ErrForm
	}
	yuan, err := parseWhole(whole)
	if err != nil {
		return 0, err
	}
	fen, err := parseFraction(frac)
	if err != nil {
		return 0, err
	}
	if yuan > (math.MaxInt64-fen)/100 {
		return 0, ErrTooLarge
	}
	return Fen(yuan*100 + fen), nil
}

// narrow turns the full-width signs of Chinese keyboards into ASCII.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '，':
			return ','
		case r == '．':
			return '.'
		case r == '￥':
			return '¥'
		case r == '－' || r == '−':
			return '-'
		case r == '　' || r == '\u00a0':
			return ' '
		}
		return r
	}, s)
}

func parseWhole(s string) (int64, error) {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if len(groups) > 1 && ((i > 0 && len(g) != 3) || (i == 0 && len(g) > 3)) {
			return 0, ErrForm
		}
		if !digits(g) {
			return 0, ErrForm
		}
	}
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	if err != nil {
		return 0, ErrTooLarge
	}
	return n, nil
}

func parseFraction(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	if !digits(s) {
		return 0, ErrForm
	}
	switch len(s) {
	case 1:
		return int64(s[0]-'0') * 10, nil
	case 2:
		return int64(s[0]-'0')*10 + int64(s[1]-'0'), nil
	}
	return 0, ErrDecimals
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// split gives the sign, the yuan and the fen of an amount.
func (f Fen) split() (sign string, yuan, fen uint64) {
	u := uint64(f) //nolint:gosec // of a negative amount the two's complement is negated below
	if f < 0 {
		sign, u = "-", -u
	}
	return sign, u / 100, u % 100
}

// String writes yuan with two decimals: "3000.00".
func (f Fen) String() string {
	sign, yuan, fen := f.split()
	return sign + strconv.FormatUint(yuan, 10) + decimals(fen)
}

// Plain writes yuan with grouped thousands: "3,000.00".
func (f Fen) Plain() string {
	sign, yuan, fen := f.split()
	return sign + group(yuan) + decimals(fen)
}

// Display writes yuan with the currency sign: "¥ 3,000.00".
func (f Fen) Display() string {
	sign, yuan, fen := f.split()
	return "¥ " + sign + group(yuan) + decimals(fen)
}

func group(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

const digit = "0123456789"

func decimals(fen uint64) string {
	return "." + digit[fen/10:fen/10+1] + digit[fen%10:fen%10+1]
}
