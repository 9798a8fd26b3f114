package vault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Ring holds the keys: one that makes indexes, for good, and those that seal.
// The last of these seals, the others only open. As text it has one key a line:
//
//	index - 64 hexadecimal digits
//	seal k1 32 hexadecimal digits
//	seal k2 32 hexadecimal digits
type Ring struct {
	index []byte
	seal  []sealKey
}

type sealKey struct {
	id     string
	secret []byte
}

const (
	sealSize  = 16 // SM4
	indexKey  = 32
	ringTitle = "# Keys of personal data. Whoever has them can read it; without them it is lost. Keep a copy in a safe place.\n"
)

// ErrRing says that a text is no usable ring.
var ErrRing = errors.New("the key ring can't be used")

// NewRing makes a ring of two fresh keys from random (crypto/rand.Reader).
func NewRing(random io.Reader) (Ring, error) {
	r := Ring{index: make([]byte, indexKey)}
	if _, err := io.ReadFull(random, r.index); err != nil {
		return Ring{}, fmt.Errorf("make key ring: %w", err)
	}
	return r.Rotated(random)
}

// ParseRing reads a ring's text; lines that are empty or begin with # don't
// count, and a semicolon ends a line too, so that a ring fits in one. The error
// is ErrRing and says what is wrong without showing a key.
func ParseRing(text string) (Ring, error) {
	var r Ring
	for i, line := range lines(text) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return Ring{}, fmt.Errorf("%w: key %d has not three parts", ErrRing, i+1)
		}
		secret, err := hex.DecodeString(f[2])
		if err != nil {
			return Ring{}, fmt.Errorf("%w: key %d is not hexadecimal", ErrRing, i+1)
		}
		switch {
		case f[0] == "index" && r.index == nil:
			r.index = secret
		case f[0] == "seal":
			r.seal = append(r.seal, sealKey{f[1], secret})
		default:
			return Ring{}, fmt.Errorf("%w: key %d is of no known kind or a second index key", ErrRing, i+1)
		}
	}
	return r, r.check()
}

// lines are the parts of a ring's text that count.
func lines(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for part := range strings.SplitSeq(line, ";") {
			if strings.TrimSpace(part) != "" {
				list = append(list, part)
			}
		}
	}
	return list
}

func (r Ring) check() error {
	if len(r.index) != indexKey {
		return fmt.Errorf("%w: it needs an index key of %d bytes", ErrRing, indexKey)
	}
	if len(r.seal) == 0 {
		return fmt.Errorf("%w: it has no key to seal with", ErrRing)
	}
	seen := map[string]bool{}
	for _, k := range r.seal {
		if len(k.secret) != sealSize {
			return fmt.Errorf("%w: key %q must have %d bytes", ErrRing, k.id, sealSize)
		}
		if seen[k.id] || k.id == "" || strings.ContainsAny(k.id, ". ;#") {
			return fmt.Errorf("%w: key id %q is there twice or has other than letters and digits", ErrRing, k.id)
		}
		seen[k.id] = true
	}
	return nil
}

// Rotated is the ring with one more key, which seals from now on. Give the new
// ring to every server before the first of them uses it.
func (r Ring) Rotated(random io.Reader) (Ring, error) {
	secret := make([]byte, sealSize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return Ring{}, fmt.Errorf("rotate key ring: %w", err)
	}
	next := 1
	for _, k := range r.seal {
		if n, err := strconv.Atoi(strings.TrimPrefix(k.id, "k")); err == nil && n >= next {
			next = n + 1
		}
	}
	seal := append([]sealKey{}, r.seal...)
	return Ring{index: r.index, seal: append(seal, sealKey{"k" + strconv.Itoa(next), secret})}, nil
}

// Without is the ring without the key of that id. The key in use can't be
// dropped: that is ErrRing.
func (r Ring) Without(id string) (Ring, error) {
	out := Ring{index: r.index}
	for _, k := range r.seal {
		if k.id != id {
			out.seal = append(out.seal, k)
		}
	}
	if len(r.seal) > 0 && r.seal[len(r.seal)-1].id == id {
		return Ring{}, fmt.Errorf("%w: key %q is in use", ErrRing, id)
	}
	return out, out.check()
}

// Text is the ring as ParseRing reads it. It contains the keys.
func (r Ring) Text() string {
	var b strings.Builder
	b.WriteString(ringTitle)
	b.WriteString("index - " + hex.EncodeToString(r.index) + "\n")
	for _, k := range r.seal {
		b.WriteString("seal " + k.id + " " + hex.EncodeToString(k.secret) + "\n")
	}
	return b.String()
}

// String hides the keys.
func (r Ring) String() string { return fmt.Sprintf("key ring with %d keys", len(r.seal)) }

// GoString hides the keys from %#v.
func (r Ring) GoString() string { return r.String() }
