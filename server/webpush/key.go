// Package webpush hands messages to browser vendors' push services: RFC 8291 encryption
// and RFC 8292 (VAPID) identification by the webpush-go library, behind a list of hosts
// that may be called. It decides nothing about who is told what.
package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"shebao/server/vault"
)

// ErrKey says that a text is no VAPID key.
var ErrKey = errors.New("must be a P-256 private key of 32 bytes in base64url, as web-push tools print it")

var web64 = base64.RawURLEncoding

// Key is the key pair by which push services know this service. Devices are bound to it:
// with another one they have to be switched on again.
type Key struct {
	private string // base64url, as the library takes it
	public  string
}

// Public is the key that browsers are given, base64url of the uncompressed point.
func (k Key) Public() string { return k.public }

// ParseKey reads a private key.
func ParseKey(text string) (Key, error) {
	raw, err := web64.DecodeString(text)
	if err != nil {
		return Key{}, ErrKey
	}
	return keyOf(raw)
}

// LoadKey reads the key file at path, or makes it.
func LoadKey(path string, random io.Reader) (Key, error) {
	raw, err := vault.LoadKey(path, random)
	if err != nil {
		return Key{}, fmt.Errorf("push key: %w", err)
	}
	return keyOf(raw)
}

func keyOf(raw []byte) (Key, error) {
	private, err := ecdh.P256().NewPrivateKey(raw)
	if err != nil {
		return Key{}, ErrKey
	}
	return Key{private: web64.EncodeToString(raw), public: web64.EncodeToString(private.PublicKey().Bytes())}, nil
}
