package certificate

import (
	"io"
	"log/slog"
	"sync"
	"time"

	"shebao/server/wake"
	"shebao/shared/period"
)

// Config is what a Service works with. Trail and Notices may be nil.
type Config struct {
	Store     Store
	Payments  Payments
	People    People
	Maker     Maker
	Attester  Attester
	Limiter   Limiter
	Notices   Notices
	Trail     Trail
	Authority func(code string) string // full name of a tax authority
	Issuer    string                   // who certifies
	Prefix    string                   // of certificate numbers: letters and digits
	Now       func() time.Time
	NewID     func(prefix string) string // a fresh id that can't be guessed
	Random    io.Reader                  // a cryptographic source
	Log       *slog.Logger

	Lease time.Duration // how long a certificate is left to the process that makes it; 30 s when zero
	Poll  time.Duration // between looks for certificates that wait; 2 s when zero
}

// Limits.
const (
	sameWithin   = 24 * time.Hour // the same range and data give the same certificate
	perDay       = 50             // applications of one person
	makeTries    = 5
	makeTogether = 2
	listAtOnce   = 100
	swapRounds   = 5 // somebody else may change the same certificate meanwhile
)

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	soon       chan struct{} // somebody applied: look now
	background sync.WaitGroup
	wake.Watchers
}

// New returns a service; certificates are made only while Run runs somewhere.
func New(c Config) *Service {
	if c.Lease == 0 {
		c.Lease = 30 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = 2 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, soon: make(chan struct{}, 1)}
}

func (s *Service) today() period.Date { return period.DateOf(s.Now()) }
