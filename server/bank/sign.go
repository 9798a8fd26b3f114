package bank

import (
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// The headers that carry a signature.
const (
	HeaderKey       = "X-Bank-Key"       // id of the shared key
	HeaderTime      = "X-Bank-Time"      // milliseconds since 1970
	HeaderNonce     = "X-Bank-Nonce"     // of the request; an answer repeats it
	HeaderSignature = "X-Bank-Signature" // hex
)

// MinSecret is the least length of a secret in bytes.
const MinSecret = 32

// MaxNonce is the greatest length of a nonce in characters.
const MaxNonce = 64

// ErrSignature says that a message or an answer is not signed with the key.
var ErrSignature = errors.New("wrong signature")

// Key is a secret shared with the bank. Messages are signed with HMAC-SM3.
type Key struct {
	ID     string
	Secret []byte // at least MinSecret bytes
}

// Check tells whether the key can be used.
func (k Key) Check() error {
	if k.ID == "" || strings.ContainsAny(k.ID, "\r\n") {
		return errors.New("bank key: no id")
	}
	if len(k.Secret) < MinSecret {
		return errors.New("bank key: secret shorter than 32 bytes")
	}
	return nil
}

// SignRequest puts the signature of a request with this body into its headers.
func (k Key) SignRequest(r *http.Request, body []byte, at time.Time, nonce string) {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	setOne(r.Header, HeaderKey, k.ID)
	setOne(r.Header, HeaderTime, stamp)
	setOne(r.Header, HeaderNonce, nonce)
	setOne(r.Header, HeaderSignature, k.mac("request", r.Method, r.URL.RequestURI(), stamp, nonce, digest(body)))
}

// VerifyRequest checks the signature of a request and returns its time and
// nonce. The caller judges both. The error is ErrSignature.
func (k Key) VerifyRequest(r *http.Request, body []byte) (time.Time, string, error) {
	stamp, nonce := r.Header.Get(HeaderTime), r.Header.Get(HeaderNonce)
	want := k.mac("request", r.Method, r.URL.RequestURI(), stamp, nonce, digest(body))
	ms, err := strconv.ParseInt(stamp, 10, 64)
	if !same(want, r.Header.Get(HeaderSignature)) || err != nil || nonce == "" || len(nonce) > MaxNonce {
		return time.Time{}, "", ErrSignature
	}
	return time.UnixMilli(ms), nonce, nil
}

// SignAnswer puts the signature of an answer into its headers. It is bound to
// the request by the request's nonce.
func (k Key) SignAnswer(h http.Header, status int, body []byte, at time.Time, nonce string) {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	setOne(h, HeaderKey, k.ID)
	setOne(h, HeaderTime, stamp)
	setOne(h, HeaderNonce, nonce)
	setOne(h, HeaderSignature, k.mac("answer", strconv.Itoa(status), stamp, nonce, digest(body)))
}

// VerifyAnswer checks that the answer is signed with the key and answers the
// request with this nonce. The error is ErrSignature.
func (k Key) VerifyAnswer(h http.Header, status int, body []byte, nonce string) error {
	want := k.mac("answer", strconv.Itoa(status), h.Get(HeaderTime), nonce, digest(body))
	if !same(want, h.Get(HeaderSignature)) {
		return ErrSignature
	}
	return nil
}

// mac is the HMAC-SM3 over the parts, one a line. No part can hold a line
// break: they come from HTTP headers, request lines and our own hex.
func (k Key) mac(parts ...string) string {
	m := hmac.New(sm3.New, k.Secret)
	_, _ = m.Write([]byte("shebao-bank-1\n" + k.ID + "\n" + strings.Join(parts, "\n")))
	return hex.EncodeToString(m.Sum(nil))
}

func same(want, got string) bool { return hmac.Equal([]byte(want), []byte(got)) }

func digest(body []byte) string {
	sum := sm3.Sum(body)
	return hex.EncodeToString(sum[:])
}

func setOne(h http.Header, name, value string) { h[http.CanonicalHeaderKey(name)] = []string{value} }
