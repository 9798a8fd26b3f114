package officer

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's default, what authenticator apps speak; HMAC does not need collision resistance
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const (
	stepSeconds = 30
	codeDigits  = 6
	drift       = 1 // steps that a phone's clock may be off, each way
	secretSize  = 20
)

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// Step is the time step of an instant (RFC 6238, X = 30 s).
func Step(at time.Time) int64 { return at.Unix() / stepSeconds }

// Code is the one-time code of a secret in a time step, of the given number of digits (RFC 4226, 6238).
func Code(secret []byte, step int64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, step) // a hash takes everything
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := uint64(binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff)
	pow := uint64(1)
	for range digits {
		pow *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%pow)
}

// match finds the step, near now, that the code belongs to; false for a wrong code.
func match(secret []byte, code string, now time.Time) (int64, bool) {
	found, ok := int64(0), false
	for d := int64(-drift); d <= drift; d++ {
		step := Step(now) + d
		if subtle.ConstantTimeCompare([]byte(Code(secret, step, codeDigits)), []byte(code)) == 1 {
			found, ok = step, true
		}
	}
	return found, ok
}

// ParseSecret reads a secret as it is shown: base32, spaces and case don't matter.
func ParseSecret(text string) ([]byte, error) {
	b, err := secretText.DecodeString(strings.ToUpper(strings.Join(strings.Fields(text), "")))
	if err != nil || len(b) < 10 {
		return nil, fmt.Errorf("the secret is not base32 of at least 80 bits")
	}
	return b, nil
}

// URI is what an authenticator app reads from the QR code.
func URI(issuer, user string, secret []byte) string {
	q := url.Values{"secret": {secretText.EncodeToString(secret)}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + user, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}
	return u.String()
}
