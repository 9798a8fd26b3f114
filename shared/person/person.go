// Package person holds what identifies a natural person, with the rules for
// names and mobile phone numbers and how both are masked.
package person

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"shebao/shared/idcard"
	"shebao/shared/period"
)

// Reasons why a name or phone is refused. The texts are meant for people.
var (
	ErrNameEmpty  = errors.New("请输入姓名")
	ErrNameLength = errors.New("姓名应为2至60个字")
	ErrNameForm   = errors.New("姓名只能使用汉字和“·”，或者英文字母和空格")
	ErrPhoneEmpty = errors.New("请输入手机号")
	ErrPhoneForm  = errors.New("手机号格式不正确，请输入11位手机号")
)

// Person is a natural person as the population register knows them.
type Person struct {
	ID          string          `json:"id"` // our own key, says nothing about the person
	Name        string          `json:"name"`
	Document    idcard.Document `json:"document"`
	Nationality string          `json:"nationality"` // ISO 3166-1 alpha-3
	Phone       string          `json:"phone"`       // 11 digits
	Birth       period.Date     `json:"birth"`
}

// NormaliseName trims a name, makes runs of spaces one space and writes the
// separator dot of transliterated names as ·.
func NormaliseName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '•', '・', '‧', '∙', '⋅', '．':
			return '·'
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// CheckName accepts a normalised name of 2 to 60 characters: Han of every plane
// with · between them, or Latin letters with spaces, hyphens, apostrophes and
// full stops between them. The error is one of this package's.
func CheckName(s string) error {
	if s == "" {
		return ErrNameEmpty
	}
	if !utf8.ValidString(s) {
		return ErrNameForm
	}
	if n := utf8.RuneCountInString(s); n < 2 || n > 60 {
		return ErrNameLength
	}
	han, latin := true, true
	mark := true // what came before was no letter
	for _, r := range s {
		h, l := unicode.Is(unicode.Han, r), unicode.Is(unicode.Latin, r)
		if !h && !l && mark && r != ' ' {
			return ErrNameForm
		}
		han = han && (h || r == '·')
		latin = latin && (l || strings.ContainsRune(" -'’.·", r))
		mark = !h && !l && r != '.'
	}
	if mark || (!han && !latin) {
		return ErrNameForm
	}
	return nil
}

// CheckPhone accepts a normalised mainland mobile number: 11 digits, 1 and then
// 3 to 9. The error is one of this package's.
func CheckPhone(s string) error {
	if s == "" {
		return ErrPhoneEmpty
	}
	if len(s) != 11 || s[0] != '1' || s[1] < '3' {
		return ErrPhoneForm
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return ErrPhoneForm
		}
	}
	return nil
}

// NormalisePhone drops spaces, hyphens and a leading +86 and makes digits half width.
func NormalisePhone(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '\u3000' || r == '\u00a0' || r == '\t':
			return -1
		}
		return r
	}, s)
	return strings.TrimPrefix(s, "+86")
}

// MaskName shows the first character: 李*, 欧**. A Latin name shows its first
// letter and three stars whatever its length.
func MaskName(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	if !unicode.Is(unicode.Han, r) {
		return s[:size] + "***"
	}
	return s[:size] + strings.Repeat("*", max(1, utf8.RuneCountInString(s)-1))
}

// MaskPhone shows the ends: 138****0001. Anything but 11 bytes is all stars.
func MaskPhone(s string) string {
	if len(s) != 11 {
		return strings.Repeat("*", len(s))
	}
	return s[:3] + "****" + s[7:]
}
