package bankapi

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// FormatError tells which field of a message breaks the format. It never holds the field's value.
type FormatError struct{ Field string }

func (e *FormatError) Error() string { return "bank message: bad " + e.Field }

// The longest texts of the format, in characters.
const (
	maxSerial  = 32
	maxName    = 60
	maxPurpose = 60
	maxMandate = 32
	maxNumber  = 20
)

// Key is the reference as one string, unique for the bank.
func (r Ref) Key() string { return r.Authority + "/" + r.Date + "/" + r.Serial }

// Check tells whether the reference has the format that the bank accepts; the error is a *FormatError.
func (r Ref) Check() error {
	switch {
	case len(r.Authority) != 11 || !digits(r.Authority):
		return &FormatError{"authority"}
	case !day(r.Date):
		return &FormatError{"date"}
	case !token(r.Serial, maxSerial):
		return &FormatError{"serial"}
	}
	return nil
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Mandate) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	switch {
	case !bankCode(m.Bank):
		return &FormatError{"bank"}
	case !account(m.Account):
		return &FormatError{"account"}
	case !text(m.Holder, maxName) || m.Holder == "":
		return &FormatError{"holder"}
	case len(m.Document) != 3 || !digits(m.Document):
		return &FormatError{"document"}
	case !token(m.Number, maxNumber):
		return &FormatError{"number"}
	case len(m.Phone) < 8 || len(m.Phone) > 15 || !digits(m.Phone):
		return &FormatError{"phone"}
	}
	return nil
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Confirm) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	switch {
	case !bankCode(m.Bank):
		return &FormatError{"bank"}
	case len(m.SMS) < 4 || len(m.SMS) > 8 || !digits(m.SMS):
		return &FormatError{"sms"}
	}
	return nil
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Revoke) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	switch {
	case !bankCode(m.Bank):
		return &FormatError{"bank"}
	case !token(m.Mandate, maxMandate):
		return &FormatError{"mandate"}
	}
	return nil
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Debit) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	if !bankCode(m.Bank) {
		return &FormatError{"bank"}
	}
	return m.item().check()
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Refund) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	switch {
	case !bankCode(m.Bank):
		return &FormatError{"bank"}
	case m.Original.Check() != nil, m.Original.Authority != m.Authority, m.Original == m.Ref:
		return &FormatError{"original"}
	case m.Amount <= 0:
		return &FormatError{"amount"}
	case !text(m.Purpose, maxPurpose):
		return &FormatError{"purpose"}
	}
	return nil
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m Query) Check() error {
	if err := m.Ref.Check(); err != nil {
		return err
	}
	if !bankCode(m.Bank) {
		return &FormatError{"bank"}
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// token is 1 to limit ASCII letters, digits and "-", "_", ".", ":".
func token(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("-_.:", rune(c)) {
			return false
		}
	}
	return true
}

// text is valid UTF-8 without control characters and without the field separator of files.
func text(s string, limit int) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > limit {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '|' || r == 0x85 || r == 0x2028 || r == 0x2029 })
}

func bankCode(s string) bool { return len(s) == 3 && digits(s) }

func account(s string) bool { return len(s) >= 10 && len(s) <= 24 && digits(s) }

func day(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Format(time.DateOnly) == s && t.Year() >= 2000
}

// FileError is a refused file: its file-level code, the line (1 is the header, 0 the whole file) and the reason.
type FileError struct {
	Code   Code
	Line   int
	Reason string
}

func (e *FileError) Error() string {
	return fmt.Sprintf("bank file: %s at line %d: %s", e.Code, e.Line, e.Reason)
}
