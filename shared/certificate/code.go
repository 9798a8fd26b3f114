package certificate

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// CheckCode is the check code (证明校验码) in its stored form: 16 characters, 15 of them
// random (75 bits), the last computed from them. Who has the code and the taxpayer's
// number can verify the certificate, so it must not be guessed.
type CheckCode string

// alphabet has no I, L, O and U: nobody takes one character for another, and words
// are unlikely. A character's place is its value, five bits.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeLength  = 16
	groupLength = 4
)

// ErrCheckCode says that a text is not a check code.
var ErrCheckCode = errors.New("not a check code")

// NewCheckCode draws a code from random, which must be a cryptographic source.
func NewCheckCode(random io.Reader) (CheckCode, error) {
	var b [codeLength - 1]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw check code: %w", err)
	}
	code := make([]byte, 0, codeLength)
	for _, v := range b {
		code = append(code, alphabet[v%32]) // 256 is a multiple of 32: every character is as likely
	}
	return CheckCode(append(code, checkCharacter(string(code)))), nil
}

// ParseCheckCode reads a code as people write it: any case, full width, spaces and
// hyphens anywhere, O for 0, I and L for 1. A wrong length, another character or a
// wrong check character is ErrCheckCode.
func ParseCheckCode(s string) (CheckCode, error) {
	var b strings.Builder
	for _, r := range s {
		if r > '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case strings.ContainsRune(" \t\r\n\u00a0\u3000\ufeff\u200b-‐‑‒–—―−－_·.", r):
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 'Z' || strings.IndexByte(alphabet, byte(r)) < 0 || b.Len() == codeLength {
			return "", ErrCheckCode
		}
		b.WriteByte(byte(r))
	}
	code := b.String()
	if len(code) != codeLength || checkCharacter(code[:codeLength-1]) != code[codeLength-1] {
		return "", ErrCheckCode
	}
	return CheckCode(code), nil
}

// Grouped is the code as printed, four groups of four: "7K3M 9QXA 0CDE 12FT".
func (c CheckCode) Grouped() string {
	var b strings.Builder
	for i := 0; i < len(c); i += groupLength {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(c[i:min(i+groupLength, len(c))]))
	}
	return b.String()
}

// checkCharacter is Σ 2^(i+1)·value(i) in the field of 32 elements (x⁵+x²+1). Every
// weight is different and not 0, so one wrong character and two that changed places
// are always found.
func checkCharacter(s string) byte {
	sum := 0
	for i := len(s) - 1; i >= 0; i-- {
		sum = double(sum ^ strings.IndexByte(alphabet, s[i]))
	}
	return alphabet[sum]
}

func double(v int) int {
	v <<= 1
	if v&32 != 0 {
		v ^= 0b100101
	}
	return v
}
