package contribution

import (
	"context"
	"log/slog"
	"sync"
	"time"

	model "shebao/shared/contribution"
	"shebao/shared/period"
)

// Config is what a Service works with. Store, Bank, Agreements, Rates and Now must be given.
type Config struct {
	Store      Store
	Bank       Bank
	Agreements Agreements
	Trail      Trail
	Notices    Notices
	Rates      func() model.Rates
	Now        func() time.Time
	NewID      func(prefix string) string // a fresh id that can't be guessed
	Log        *slog.Logger

	BankTimeout time.Duration // for one message to the bank; 12 s when zero
	Lease       time.Duration // how long a payment is left to the process that works on it; 30 s when zero, must exceed BankTimeout
	Poll        time.Duration // between looks for payments that wait; 1 s when zero
	Patience    time.Duration // how long Pay waits for the bank before it answers "in progress"; 3 s when zero

	// Checkpoint is called before and after each step of a payment with the step's
	// name. Crash tests end the process there.
	Checkpoint func(step string)
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	background sync.WaitGroup
	watchers   watchers
	tickets    tickets
}

// New returns a service; it does nothing by itself until Run.
func New(c Config) *Service {
	if c.BankTimeout == 0 {
		c.BankTimeout = 12 * time.Second
	}
	if c.Lease == 0 {
		c.Lease = 30 * time.Second
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Patience == 0 {
		c.Patience = 3 * time.Second
	}
	if c.Checkpoint == nil {
		c.Checkpoint = func(string) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Config: c}
	s.tickets.reserve = c.Store.NextTickets
	return s
}

// Today is the business day.
func (s *Service) Today() period.Date { return s.today() }

func (s *Service) today() period.Date { return period.DateOf(s.Now()) }

// Wait returns when no payment is being worked on in the background, or ctx ends.
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
