// Package idcard holds identity documents: their kinds, the rules for their
// numbers, how numbers are masked, and the nationalities that go with them.
package idcard

import (
	"errors"
	"strings"

	"shebao/shared/period"
)

// Reasons why a number is refused. The texts are meant for people.
var (
	ErrType   = errors.New("请选择身份证件类型")
	ErrEmpty  = errors.New("请输入证件号码")
	ErrLength = errors.New("身份证件号码应为18位，请核对后重新输入")
	ErrForm   = errors.New("证件号码格式不正确，请核对证件类型和号码")
	ErrDate   = errors.New("证件号码中的出生日期不存在，请核对后重新输入")
	ErrFuture = errors.New("证件号码中的出生日期晚于今天，请核对后重新输入")
	ErrCheck  = errors.New("证件号码校验位不正确，请核对后重新输入")
	ErrArea   = errors.New("证件号码与证件类型不符，请核对证件类型")
)

// Document is one person's identity document. Parse makes it.
type Document struct {
	Type   Type   `json:"type"`
	Number string `json:"number"` // normalised: no spaces, half width, capital letters
}

// Parse reads a number as a person types it: spaces, full-width characters and
// small letters are allowed. The error is one of this package's, with a message
// for people. It knows no today: use ParseOn to refuse a future birth date.
func Parse(t Type, s string) (Document, error) {
	if !t.Valid() {
		return Document{}, ErrType
	}
	n := Normalise(s)
	if n == "" {
		return Document{}, ErrEmpty
	}
	if err := check(t, n); err != nil {
		return Document{}, err
	}
	return Document{Type: t, Number: n}, nil
}

// ParseOn is Parse, and refuses a birth date after today with ErrFuture.
func ParseOn(t Type, s string, today period.Date) (Document, error) {
	d, err := Parse(t, s)
	if err != nil {
		return d, err
	}
	if birth, ok := d.Birth(); ok && birth.After(today) {
		return Document{}, ErrFuture
	}
	return d, nil
}

// Normalise drops spaces and makes characters half width and letters capital.
func Normalise(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // the full-width twins of ASCII
			r -= '！' - '!'
		}
		switch {
		case r == ' ' || r == '\t' || r == '\u3000' || r == '\u00a0' || r == '\u200b':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

func check(t Type, n string) error {
	switch t {
	case ResidentID:
		return checkResident(n)
	case HKMacauResidence:
		return checkResident(n, "810000", "820000")
	case TaiwanResidence:
		return checkResident(n, "830000")
	case HKMacauPass:
		if (len(n) == 9 || len(n) == 11) && (n[0] == 'H' || n[0] == 'M') && digits(n[1:]) {
			return nil
		}
	case TaiwanPass:
		if len(n) == 8 && digits(n) {
			return nil
		}
	case Passport, ChinesePassport:
		if len(n) >= 5 && len(n) <= 20 && alphanumeric(n) {
			return nil
		}
	case ForeignPermanent:
		return checkPermanent(n)
	}
	return ErrForm
}

// checkResident applies GB 11643; the area must be one of those given, if any.
func checkResident(n string, areas ...string) error {
	if len(n) != 18 {
		return ErrLength
	}
	if !digits(n[:17]) || !checkable(n[17]) {
		return ErrForm
	}
	found := len(areas) == 0
	for _, a := range areas {
		found = found || n[:6] == a
	}
	if !found {
		return ErrArea
	}
	if _, ok := birth(n); !ok {
		return ErrDate
	}
	return checkLast(n)
}

// checkPermanent accepts the card of 2017 (3 letters, 12 digits) and that of
// 2023 (18 digits beginning with 9, GB 11643 check).
func checkPermanent(n string) error {
	switch {
	case len(n) == 15 && letters(n[:3]) && digits(n[3:]):
		return nil
	case len(n) == 18 && n[0] == '9' && digits(n[:17]) && checkable(n[17]):
		return checkLast(n)
	}
	return ErrForm
}

func checkLast(n string) error {
	var front [17]byte
	copy(front[:], n)
	if Check(front) != n[17] {
		return ErrCheck
	}
	return nil
}

// Check is the GB 11643 (ISO 7064 MOD 11-2) check character of 17 ASCII digits.
func Check(front [17]byte) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(front[i]-'0')
	}
	return "10X98765432"[sum%11]
}

// Birth is the birth date that the number contains, if its kind contains one.
func (d Document) Birth() (period.Date, bool) {
	switch d.Type {
	case ResidentID, HKMacauResidence, TaiwanResidence, ForeignPermanent:
		if len(d.Number) == 18 {
			return birth(d.Number)
		}
	case HKMacauPass, TaiwanPass, Passport, ChinesePassport:
	}
	return period.Date{}, false
}

func birth(n string) (period.Date, bool) {
	d, err := period.ParseDate(n[6:10] + "-" + n[10:12] + "-" + n[12:14])
	return d, err == nil && d.Year >= 1850
}

// Masked shows the number's ends only: 110101********1233. Short numbers show
// two characters at each end, very short ones a single one.
func (d Document) Masked() string {
	n := d.Number
	head, tail := 6, 4
	switch l := len(n); {
	case l >= 18:
	case l >= 12:
		head, tail = 3, 4
	case l >= 8:
		head, tail = 2, 2
	case l >= 5:
		head, tail = 1, 1
	default:
		return strings.Repeat("*", l)
	}
	return n[:head] + strings.Repeat("*", len(n)-head-tail) + n[len(n)-tail:]
}

// AgeOn is the age in completed years on the day. Someone born on 29 February
// turns a year older on 1 March of a year without one.
func AgeOn(birth, day period.Date) int {
	age := day.Year - birth.Year
	if day.Month < birth.Month || (day.Month == birth.Month && day.Day < birth.Day) {
		age--
	}
	return age
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if !digits(s[i:i+1]) && !letters(s[i:i+1]) {
			return false
		}
	}
	return true
}

func checkable(c byte) bool { return c == 'X' || (c >= '0' && c <= '9') }
