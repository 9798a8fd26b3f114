// Package account holds the rules of who someone is: registration against the
// population register, login by password or text message, sessions, form tokens
// and the limits on all of these. It knows neither HTTP nor the database.
//
// No answer tells whether a document, a phone or an account is known.
package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"shebao/shared/lang"
)

// Kind says what someone acts as.
type Kind string

// The kinds.
const (
	Resident Kind = "resident"
	Officer  Kind = "officer"
)

// Account lets one person log in.
type Account struct {
	ID      string // kind:subject
	Kind    Kind
	Subject string // the person's or officer's id
	Login   string // normalised document number, or user name
	Name    string // as registered
	Phone   string // 11 digits, "" for none; gets the codes
	Hash    string // argon2id in PHC form
	Created time.Time
}

// Session is one login on one device. The device has the token, which is kept
// nowhere; ID is its hash.
type Session struct {
	ID      string
	Kind    Kind
	Subject string // the person's or officer's id
	Account string
	Name    string // as registered
	Started time.Time
	Seen    time.Time // last request, exact to Config.Touch
	Ends    time.Time // when it ends unless there is another request
}

// Config is what a Service works with. The ports, Now and Key must be given.
type Config struct {
	Population Population
	Accounts   Accounts
	Sessions   Sessions
	Codes      Codes
	Tries      Tries
	Limiter    Limiter
	SMS        SMS
	Trail      Trail // may be nil
	Now        func() time.Time
	Key        []byte    // at least 32 bytes: signs form tokens, hides codes
	Random     io.Reader // crypto/rand.Reader when nil
	Log        *slog.Logger
	Service    string // 【…】 before every text message; 社保费办理 when empty
	// Say is a text in a language; nil leaves all texts zh-CN.
	Say func(t lang.Tag, zh string) string

	Idle  time.Duration // a session without a request ends; 20 min when zero
	Max   time.Duration // every session ends; 12 h when zero
	Touch time.Duration // a session's last request is noted this often at most; 1 min when zero

	Failures int           // wrong passwords until the lock; 5 when zero
	Lock     time.Duration // how long the lock holds; 15 min when zero

	CodeLife     time.Duration // a code is good this long; 5 min when zero
	CodeTries    int           // guesses at one code; 5 when zero
	CodeEvery    time.Duration // until the next code; 60 s when zero
	PhoneDaily   int           // codes to one phone a day; 10 when zero
	AddressDaily int           // codes asked for from one network a day; 200 when zero
	AddressTries int           // logins and registrations from one network in 10 minutes; 300 when zero

	Hashers int  // passwords hashed at the same time, 19 MiB each; 4 when zero
	Cost    Cost // of a hash; DefaultCost when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	hashers chan struct{}
	dummy   string // hash that an unknown login is compared with
	waiting atomic.Int64
	sending sync.WaitGroup
}

// New returns a service.
func New(c Config) (*Service, error) {
	if len(c.Key) < 32 {
		return nil, fmt.Errorf("account: the session key has %d bytes, it needs 32", len(c.Key))
	}
	defaults(&c)
	s := &Service{Config: c, hashers: make(chan struct{}, c.Hashers)}
	var err error
	if s.dummy, err = c.Cost.hash("no password has this hash", c.Random); err != nil {
		return nil, err
	}
	return s, nil
}

func defaults(c *Config) {
	length := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	number := func(n *int, otherwise int) {
		if *n == 0 {
			*n = otherwise
		}
	}
	length(&c.Idle, 20*time.Minute)
	length(&c.Max, 12*time.Hour)
	length(&c.Touch, time.Minute)
	number(&c.Failures, 5)
	length(&c.Lock, 15*time.Minute)
	length(&c.CodeLife, 5*time.Minute)
	number(&c.CodeTries, 5)
	length(&c.CodeEvery, time.Minute)
	number(&c.PhoneDaily, 10)
	number(&c.AddressDaily, 200)
	number(&c.AddressTries, 300)
	number(&c.Hashers, 4)
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Service == "" {
		c.Service = "社保费办理"
	}
}

// Flush waits until every text message that was asked for is handed over.
func (s *Service) Flush() { s.sending.Wait() }

// note puts an event into the trail. A trail that fails does not undo what
// happened, it is reported.
func (s *Service) note(ctx context.Context, e Event) {
	if s.Trail == nil {
		return
	}
	if err := s.Trail.Note(ctx, e); err != nil {
		s.Log.ErrorContext(ctx, "account event not kept", "action", e.Action, "error", err)
	}
}
