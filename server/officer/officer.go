// Package officer holds the rules of those who work at the console: who may log in, the
// one-time code (动态口令) and recovery codes, adding and disabling officers. It knows
// neither HTTP nor the database.
package officer

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"shebao/server/account"
	"shebao/shared/api"
	"shebao/shared/officer"
	"shebao/shared/page"
)

// Store keeps officers.
type Store interface {
	// AddOfficer stores an officer with the secret and the recovery codes; false when the id is taken.
	AddOfficer(ctx context.Context, o officer.Officer, k Keys) (bool, error)
	// Officer returns an officer; false when there is none.
	Officer(ctx context.Context, id string) (officer.Officer, bool, error)
	// Officers lists all officers by user name.
	Officers(ctx context.Context) ([]officer.Officer, error)
	// OfficerSecret returns the secret of the one-time codes.
	OfficerSecret(ctx context.Context, id string) ([]byte, error)
	// UseStep notes that the code of the time step was used; false when that step or a
	// later one was used already. Atomic.
	UseStep(ctx context.Context, id string, step int64) (bool, error)
	// TakeRecovery uses up a recovery code; false when there is no such code. Atomic.
	TakeRecovery(ctx context.Context, id, code string) (bool, error)
	// ReplaceKeys gives the officer new keys, Initial ones; false when there is no such officer.
	ReplaceKeys(ctx context.Context, id string, k Keys) (bool, error)
	// OwnKeys replaces Initial keys by the officer's own, of which the code of the step was
	// used; false when they are not Initial. Atomic.
	OwnKeys(ctx context.Context, id string, k Keys, step int64) (bool, error)
	// DisableOfficer marks whether the officer may log in.
	DisableOfficer(ctx context.Context, id string, state State) error
}

// State says whether an officer may log in.
type State string

// The states.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Keys are an officer's secret and recovery codes, in clear.
type Keys struct {
	Secret   []byte   // of the one-time codes
	Recovery []string // each good once in place of a one-time code
}

// Accounts opens accounts and ends sessions. *account.Service is one.
type Accounts interface {
	// ProvideOfficer opens an account; false when the user name has one.
	ProvideOfficer(ctx context.Context, id, user, name, password string) (bool, error)
	// ResetOfficer replaces the password and ends all sessions of the officer.
	ResetOfficer(ctx context.Context, id, user, password string) error
	// EndOfficer ends all sessions of the officer.
	EndOfficer(ctx context.Context, id string) error
	// OwnOfficer replaces the password that the officer was given by one of their own and ends
	// all their sessions but the one. Errors: api.Invalid for password, api.Conflict.
	OwnOfficer(ctx context.Context, p account.OwnPassword) error
}

// Config is what a Service works with. Store, Accounts and Now must be given.
type Config struct {
	Store    Store
	Accounts Accounts
	Now      func() time.Time
	Random   io.Reader // crypto/rand.Reader when nil
	Issuer   string    // the service's name in authenticator apps
}

// Service applies the rules. Safe for concurrent use.
type Service struct{ Config }

// New returns a service.
func New(c Config) *Service {
	if c.Random == nil {
		c.Random = rand.Reader
	}
	return &Service{c}
}

// Verify tells whether the code is the officer's at this moment, or one of their recovery
// codes, and uses it up: the same code is never right twice.
func (s *Service) Verify(ctx context.Context, id, code string) (bool, error) {
	o, ok, err := s.Store.Officer(ctx, id)
	if err != nil || !ok || o.Disabled {
		return false, err
	}
	code = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(code, "-", "")), ""))
	if len(code) != codeDigits {
		if len(code) != recoveryLength {
			return false, nil
		}
		return s.Store.TakeRecovery(ctx, id, code)
	}
	secret, err := s.Store.OfficerSecret(ctx, id)
	if err != nil {
		return false, err
	}
	step, ok := match(secret, code, s.Now())
	if !ok {
		return false, nil
	}
	return s.Store.UseStep(ctx, id, step)
}

// Officer returns an officer who may work now; false for one who is gone or disabled.
func (s *Service) Officer(ctx context.Context, id string) (officer.Officer, bool, error) {
	o, ok, err := s.Store.Officer(ctx, id)
	return o, ok && !o.Disabled, err
}

// List lists all officers by user name.
func (s *Service) List(ctx context.Context) ([]officer.Officer, error) { return s.Store.Officers(ctx) }

// Fresh is what a new or reset officer is given, once: it is kept nowhere in clear.
type Fresh struct {
	Officer  officer.Officer
	Password string // the first one, random
	Secret   string // base32
	URI      string // for the QR code
	Recovery []string
}

// Addition is what somebody types to add an officer.
type Addition struct {
	User, Name string
	Role       officer.Role
	By         string // id of who adds them, "" for the command line
	Own        bool   // Password and Secret are the officer's own, nobody hands them over
	Password   string // random when ""
	Secret     []byte // random when nil
}

var userForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,31}$`)

// ErrTaken says that the user name has an officer.
var ErrTaken = api.Refuse("officer_taken", "这个用户名已经有人使用，请换一个。")

// Add adds an officer and returns what to hand over to them. Errors: api.Invalid, ErrTaken.
func (s *Service) Add(ctx context.Context, in Addition) (Fresh, error) {
	in.User, in.Name = strings.ToLower(strings.TrimSpace(in.User)), strings.TrimSpace(in.Name)
	var wrong []page.Problem
	if !userForm.MatchString(in.User) {
		wrong = append(wrong, api.Field("user", "用户名用 2 至 32 位小写字母、数字、点或横线，字母开头"))
	}
	if in.Name == "" || len([]rune(in.Name)) > 50 {
		wrong = append(wrong, api.Field("name", "请输入姓名"))
	}
	if !in.Role.Valid() {
		wrong = append(wrong, api.Field("role", "请选择角色"))
	}
	if len(wrong) > 0 {
		return Fresh{}, api.Invalid(wrong...)
	}
	f, err := s.fresh(in.User, in.Password, in.Secret)
	if err != nil {
		return Fresh{}, err
	}
	f.Officer = officer.Officer{ID: "o-" + in.User, User: in.User, Name: in.Name, Role: in.Role, Initial: !in.Own, Created: s.Now(), By: in.By}
	secret, err := ParseSecret(f.Secret)
	if err != nil {
		return Fresh{}, err
	}
	// The officer first: an account without one can't log in.
	added, err := s.Store.AddOfficer(ctx, f.Officer, Keys{secret, f.Recovery})
	if err != nil {
		return Fresh{}, fmt.Errorf("add officer %s: %w", f.Officer.ID, err)
	}
	if !added {
		return Fresh{}, ErrTaken
	}
	if added, err = s.Accounts.ProvideOfficer(ctx, f.Officer.ID, in.User, in.Name, f.Password); err != nil {
		return Fresh{}, fmt.Errorf("add officer %s: %w", f.Officer.ID, err)
	}
	if !added {
		return Fresh{}, ErrTaken
	}
	return f, nil
}

// Reset gives an officer a new password, secret and recovery codes and ends their
// sessions. Errors: api.NotFound.
func (s *Service) Reset(ctx context.Context, id string) (Fresh, error) {
	o, ok, err := s.Store.Officer(ctx, id)
	if err != nil {
		return Fresh{}, err
	}
	if !ok {
		return Fresh{}, api.NotFound("")
	}
	f, err := s.fresh(o.User, "", nil)
	if err != nil {
		return Fresh{}, err
	}
	f.Officer, f.Officer.Initial = o, true
	secret, err := ParseSecret(f.Secret)
	if err != nil {
		return Fresh{}, err
	}
	if _, err := s.Store.ReplaceKeys(ctx, id, Keys{secret, f.Recovery}); err != nil {
		return Fresh{}, fmt.Errorf("reset officer %s: %w", id, err)
	}
	if err := s.Accounts.ResetOfficer(ctx, id, o.User, f.Password); err != nil {
		return Fresh{}, fmt.Errorf("reset officer %s: %w", id, err)
	}
	return f, nil
}

// ErrSelf says that nobody disables themselves.
var ErrSelf = api.Refuse("officer_self", "不能停用自己的账号。")

// Set disables an officer, which ends their sessions, or lets them work again. Errors:
// ErrSelf, api.NotFound.
func (s *Service) Set(ctx context.Context, by, id string, to State) error {
	if by == id {
		return ErrSelf
	}
	_, ok, err := s.Store.Officer(ctx, id)
	if err != nil {
		return fmt.Errorf("set officer %s: %w", id, err)
	}
	if !ok {
		return api.NotFound("")
	}
	if err := s.Store.DisableOfficer(ctx, id, to); err != nil {
		return fmt.Errorf("set officer %s %s: %w", id, to, err)
	}
	if to == Active {
		return nil
	}
	return s.Accounts.EndOfficer(ctx, id)
}

const (
	recoveryCodes  = 8
	recoveryLength = 10
)

var lowerText = base32.NewEncoding("abcdefghjkmnpqrstuvwxyz023456789").WithPadding(base32.NoPadding)

func (s *Service) fresh(user, password string, secret []byte) (Fresh, error) {
	var failed error
	draw := func(n int) string {
		b := make([]byte, n)
		if _, err := io.ReadFull(s.Random, b); err != nil {
			failed = errors.Join(failed, err)
		}
		return lowerText.EncodeToString(b)
	}
	if secret == nil {
		secret = make([]byte, secretSize)
		if _, err := io.ReadFull(s.Random, secret); err != nil {
			failed = err
		}
	}
	if password == "" {
		password = draw(10)
	}
	f := Fresh{Password: password, Secret: secretText.EncodeToString(secret), URI: URI(s.Issuer, user, secret)}
	for range recoveryCodes {
		f.Recovery = append(f.Recovery, draw(7)[:recoveryLength])
	}
	if failed != nil {
		return Fresh{}, fmt.Errorf("draw an officer's keys: %w", failed)
	}
	return f, nil
}
