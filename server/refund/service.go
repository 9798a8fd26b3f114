package refund

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"shebao/server/wake"
	"shebao/shared/period"
)

// Config is what a Service works with. Certificates, Trail and Notices may be nil.
type Config struct {
	Store         Store
	Records       Records
	Contributions Contributions
	Certificates  Certificates
	Bank          Bank
	Trail         Trail
	Notices       Notices
	Now           func() time.Time
	Log           *slog.Logger

	BankTimeout time.Duration // for one message to the bank; 12 s when zero
	Lease       time.Duration // how long a refund is left to the process that works on it; 30 s when zero, must exceed BankTimeout
	Poll        time.Duration // between looks for refunds that wait; 1 s when zero
	Patience    time.Duration // how long an officer's step waits for the work behind it; 2 s when zero

	// Checkpoint is called before and after each step with its name. Crash tests end the
	// process there.
	Checkpoint func(step string)
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	wake.Watchers
	background sync.WaitGroup
}

// New returns a service; it takes up what others left only while Run runs somewhere.
func New(c Config) *Service {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&c.BankTimeout, 12 * time.Second}, {&c.Lease, 30 * time.Second}, {&c.Poll, time.Second}, {&c.Patience, 2 * time.Second}} {
		if *d.value == 0 {
			*d.value = d.usual
		}
	}
	if c.Checkpoint == nil {
		c.Checkpoint = func(string) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}

func (s *Service) today() period.Date { return period.DateOf(s.Now()) }

// Wait returns when no refund is being worked on in the background, or ctx ends.
func (s *Service) Wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.background.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
