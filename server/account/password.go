package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"shebao/shared/api"
	"shebao/shared/words"
)

// Cost is how hard a password's hash is to compute (argon2id, RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is what OWASP recommends at least: 19 MiB, two passes, one thread.
var DefaultCost = Cost{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	saltSize = 16
	hashSize = 32

	waitingEach = 20 // logins that wait for each place: about two seconds
)

var plain64 = base64.RawStdEncoding.Strict()

// hash makes the PHC form: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func (c Cost) hash(password string, random io.Reader) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	sum := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashSize)
	return c.prefix() + plain64.EncodeToString(salt) + "$" + plain64.EncodeToString(sum), nil
}

func (c Cost) prefix() string {
	return "$argon2id$v=" + strconv.Itoa(argon2.Version) + "$m=" + strconv.FormatUint(uint64(c.Memory), 10) +
		",t=" + strconv.FormatUint(uint64(c.Passes), 10) + ",p=" + strconv.FormatUint(uint64(c.Threads), 10) + "$"
}

// matches tells whether the password has the hash, at the hash's own cost.
func matches(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	c, ok := parseCost(parts[3])
	salt, err1 := plain64.DecodeString(parts[4])
	want, err2 := plain64.DecodeString(parts[5])
	if !ok || err1 != nil || err2 != nil || len(want) != hashSize {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, hashSize)
	return subtle.ConstantTimeCompare(got, want) == 1
}

func parseCost(s string) (Cost, bool) {
	var n [3]uint64
	for i, part := range strings.SplitN(s, ",", 3) {
		value, ok := strings.CutPrefix(part, []string{"m=", "t=", "p="}[i])
		v, err := strconv.ParseUint(value, 10, []int{22, 8, 8}[i])
		if !ok || err != nil || v == 0 {
			return Cost{}, false
		}
		n[i] = v
	}
	c := Cost{Memory: uint32(n[0]), Passes: uint32(n[1]), Threads: uint8(n[2])} //nolint:gosec // the bit sizes above bound them
	return c, n[2] != 0
}

// hashing runs f when one of the few places for it is free, so that a burst of
// logins can't take all memory. It is ErrBusy when too many wait already or ctx
// ends first.
func (s *Service) hashing(ctx context.Context, f func()) error {
	defer s.waiting.Add(-1)
	if s.waiting.Add(1) > int64(cap(s.hashers)*waitingEach) {
		return ErrBusy
	}
	select {
	case s.hashers <- struct{}{}:
		defer func() { <-s.hashers }()
		f()
		return nil
	case <-ctx.Done():
		return ErrBusy
	}
}

func (s *Service) verify(ctx context.Context, hash, password string) (bool, error) {
	ok := false
	err := s.hashing(ctx, func() { ok = matches(hash, password) })
	return ok, err
}

func (s *Service) newHash(ctx context.Context, password string) (string, error) {
	var hash string
	var failed error
	if err := s.hashing(ctx, func() { hash, failed = s.Cost.hash(password, s.Random) }); err != nil {
		return "", err
	}
	return hash, failed
}

// CheckPassword accepts 8 to 128 characters that are not all the same or a run,
// not a well-known password, and do not contain any of the given words of 6 and
// more characters (document number, phone, user name). The error is api.Invalid.
func CheckPassword(password string, known ...string) error {
	n := utf8.RuneCountInString(password)
	if n > 128 {
		return api.Invalid(api.Field("password", words.PasswordLong))
	}
	lower := strings.ToLower(password)
	weak := n < 8 || !utf8.ValidString(password) || monotone(lower) || common(lower)
	for _, k := range known {
		k = strings.ToLower(k)
		weak = weak || (len(k) >= 6 && (strings.Contains(lower, k) || strings.Contains(k, lower)))
	}
	if weak {
		return api.Invalid(api.Field("password", words.PasswordWeak))
	}
	return nil
}

// monotone finds aaaaaaaa, 12345678, 87654321.
func monotone(s string) bool {
	if len(s) < 2 {
		return true
	}
	step := int(s[1]) - int(s[0])
	if step < -1 || step > 1 {
		return false
	}
	for i := 1; i < len(s); i++ {
		if int(s[i])-int(s[i-1]) != step {
			return false
		}
	}
	return true
}

// common finds what everybody tries first.
func common(lower string) bool {
	switch strings.Trim(lower, "0123456789!@#.") {
	case "password", "passw0rd", "qwertyui", "qwertyuiop", "qwerty", "asdfghjkl", "abc", "abcd", "iloveyou", "woaini", "admin", "a", "aa", "q", "":
		return len(lower) < 12
	}
	return false
}
