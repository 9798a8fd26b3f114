// Package bankcard holds the banks that people choose from and the rules for
// account numbers: how they are checked, grouped and masked.
package bankcard

import (
	"errors"
	"strings"
)

// Reasons why an account number is refused. The texts are meant for people.
var (
	ErrEmpty  = errors.New("请输入银行账号")
	ErrForm   = errors.New("银行账号只能是数字，请核对后重新输入")
	ErrLength = errors.New("银行账号应为10至24位数字，请核对后重新输入")
)

// Unchecked is the warning about a number without a right check digit: an old
// passbook (存折) has none, a card number would be mistyped.
const Unchecked = "该账号不是有效的银行卡号。如为存折账号请核对无误后继续，如为银行卡请重新核对卡号"

// Bank is a bank of the tax-bank interface.
type Bank struct {
	Code     string // three digits, 313
	Name     string // 北京银行
	Clearing string // 12-digit number of the payment system (清算行号)
}

// Banks lists the banks in the order in which people choose from them. The
// caller may change the list.
func Banks() []Bank {
	return []Bank{
		{"102", "工商银行", "102100099996"},
		{"103", "农业银行", "103100000026"},
		{"104", "中国银行", "104100000004"},
		{"105", "建设银行", "105100000017"},
		{"301", "交通银行", "301290000007"},
		{"403", "邮储银行", "403100000004"},
		{"308", "招商银行", "308584000013"},
		{"302", "中信银行", "302100011000"},
		{"303", "光大银行", "303100000006"},
		{"305", "民生银行", "305100000013"},
		{"313", "北京银行", "313100000013"},
		{"402", "北京农商银行", "402100000018"},
	}
}

// Lookup finds a bank by its three-digit code.
func Lookup(code string) (Bank, bool) {
	for _, b := range Banks() {
		if b.Code == code {
			return b, true
		}
	}
	return Bank{}, false
}

// Check normalises an account number as a person types it: spaces and hyphens
// go, full-width digits become ASCII. A number of 10 to 24 digits is accepted;
// the warning is Unchecked if it is no card number of 16 to 19 digits with a
// right Luhn check digit, else "". The error is one of this package's.
func Check(account string) (normalised, warning string, err error) {
	n := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '\u3000' || r == '\u00a0' || r == '\t':
			return -1
		}
		return r
	}, account)
	if n == "" {
		return "", "", ErrEmpty
	}
	for i := range len(n) {
		if n[i] < '0' || n[i] > '9' {
			return "", "", ErrForm
		}
	}
	if len(n) < 10 || len(n) > 24 {
		return "", "", ErrLength
	}
	if len(n) < 16 || len(n) > 19 || !luhn(n) {
		return n, Unchecked, nil
	}
	return n, "", nil
}

// luhn tells whether the last digit checks the others (ISO/IEC 7812-1).
func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// Tail is the last four digits, 0012; all of a shorter number.
func Tail(account string) string { return account[max(0, len(account)-4):] }

// Mask shows the ends of a normalised number: 6217 **** **** 0012. A number of
// fewer than 12 digits shows its last four only.
func Mask(account string) string {
	switch {
	case len(account) <= 4:
		return strings.Repeat("*", len(account))
	case len(account) < 12:
		return "**** " + Tail(account)
	}
	return account[:4] + " **** **** " + Tail(account)
}

// Group writes a normalised number in groups of four: 6217 0000 0000 0000 012.
func Group(account string) string {
	var b strings.Builder
	for i := range len(account) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(account[i])
	}
	return b.String()
}
