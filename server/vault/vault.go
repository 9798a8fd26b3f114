// Package vault encrypts single fields of personal data (SM4-GCM, GB/T 32907)
// and makes the keyed hashes (HMAC-SM3) by which they are found again. It knows
// nothing of the records around the fields.
package vault

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Reasons why a sealed value can't be opened.
var (
	ErrForm     = errors.New("not a sealed value")
	ErrKey      = errors.New("sealed with a key that the ring does not have")
	ErrTampered = errors.New("sealed value was changed or belongs elsewhere")
)

const (
	version   = "v1"
	nonceSize = 12
	indexSize = 24 // bytes of an index: 32 characters
)

var encoding = base64.RawURLEncoding.Strict()

// Vault seals and opens with the keys of a ring. Safe for concurrent use.
type Vault struct {
	random io.Reader
	keys   atomic.Pointer[keys]
}

type keys struct {
	active string
	aeads  map[string]cipher.AEAD
	index  []byte
}

// Open makes a vault of a ring.
func Open(ring Ring) (*Vault, error) {
	v := &Vault{random: rand.Reader}
	return v, v.Use(ring)
}

// Use replaces the ring, after a rotation say. What the former ring sealed stays
// readable if the new one has its keys. A refused ring changes nothing.
func (v *Vault) Use(ring Ring) error {
	if err := ring.check(); err != nil {
		return err
	}
	k := &keys{active: ring.seal[len(ring.seal)-1].id, aeads: map[string]cipher.AEAD{}, index: ring.index}
	for _, key := range ring.seal {
		block, err := sm4.NewCipher(key.secret)
		if err != nil {
			return fmt.Errorf("vault key %s: %w", key.id, err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return fmt.Errorf("vault key %s: %w", key.id, err)
		}
		k.aeads[key.id] = aead
	}
	v.keys.Store(k)
	return nil
}

// Seal encrypts plain with the ring's newest key. The associated data ad names
// the record and the field ("person:p1:phone"): the result opens with the same
// ad only, so it can't be moved to another record. Two seals of the same text
// differ.
func (v *Vault) Seal(plain, ad string) (string, error) {
	k := v.keys.Load()
	aead := k.aeads[k.active]
	buf := make([]byte, nonceSize, nonceSize+len(plain)+aead.Overhead())
	if _, err := io.ReadFull(v.random, buf); err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	prefix := version + "." + k.active + "."
	buf = aead.Seal(buf, buf, []byte(plain), []byte(prefix+ad))
	return prefix + encoding.EncodeToString(buf), nil
}

// Open decrypts what Seal made with the same ad. The error is ErrForm, ErrKey or
// ErrTampered.
func (v *Vault) Open(sealed, ad string) (string, error) {
	id, body, err := split(sealed)
	if err != nil {
		return "", err
	}
	aead, ok := v.keys.Load().aeads[id]
	if !ok {
		return "", ErrKey
	}
	buf, err := encoding.DecodeString(body)
	if err != nil || len(buf) < nonceSize+aead.Overhead() {
		return "", ErrForm
	}
	plain, err := aead.Open(nil, buf[:nonceSize], buf[nonceSize:], []byte(version+"."+id+"."+ad))
	if err != nil {
		return "", ErrTampered
	}
	return string(plain), nil
}

// Reseal gives the value sealed with the newest key: sealed itself if it is
// already. After a rotation every stored value goes through it once; then the
// old key can leave the ring. Errors as Open.
func (v *Vault) Reseal(sealed, ad string) (string, error) {
	id, _, err := split(sealed)
	if err != nil {
		return "", err
	}
	if id == v.keys.Load().active {
		return sealed, nil
	}
	plain, err := v.Open(sealed, ad)
	if err != nil {
		return "", err
	}
	return v.Seal(plain, ad)
}

// Index is the hash by which a value of that kind ("document", "phone") is
// found: the same for the same kind and value, without meaning to anyone who
// has not the key. 32 characters, letters, digits, - and _.
func (v *Vault) Index(kind, value string) string {
	mac := hmac.New(sm3.New, v.keys.Load().index)
	_, _ = io.WriteString(mac, kind+"\x00"+value) // a hash takes everything
	return encoding.EncodeToString(mac.Sum(nil)[:indexSize])
}

func split(sealed string) (id, body string, err error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != version || parts[1] == "" {
		return "", "", ErrForm
	}
	return parts[1], parts[2], nil
}
