package agreement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/period"
	"shebao/shared/region"
)

// The bounds of signing in time.
const (
	ResendAfter = time.Minute      // between two SMS codes
	CodeLife    = 5 * time.Minute  // of an SMS code, as banks have it
	SignWithin  = 30 * time.Minute // from the application to the last moment for a code
	doubtFor    = time.Minute      // how long a code that got no answer may still be on its way
)

// ApplyLimit is how many applications a payer may make in 24 hours.
const ApplyLimit = 20

// Config is what a Service works with. Store, Bank, People, Enrolments, Authorities,
// Now and NewID must be given.
type Config struct {
	Store       Store
	Bank        Bank
	People      People
	Enrolments  Enrolments
	Authorities func() []region.Authority // those one may sign with
	Notices     Notices
	Trail       Trail
	Now         func() time.Time
	NewID       func(prefix string) string // a fresh id that can't be guessed
	Log         *slog.Logger

	BankTimeout time.Duration // for one message to the bank; 12 s when zero
	Lease       time.Duration // how long an agreement is left to the process that works on it; 30 s when zero, must exceed BankTimeout
	Poll        time.Duration // between looks for agreements that wait; 1 s when zero
	Patience    time.Duration // how long a call waits for the bank before it answers "in progress"; 8 s when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	background sync.WaitGroup
	watchers   watchers
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
		c.Patience = 8 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}

// Agreement returns an agreement, whoever's it is.
func (s *Service) Agreement(ctx context.Context, id string) (model.Agreement, bool, error) {
	return s.Store.Agreement(ctx, id)
}

// AccountNumber returns the whole account number of an agreement, for the bank only.
func (s *Service) AccountNumber(ctx context.Context, id string) (string, error) {
	n, err := s.Store.Numbers(ctx, id)
	return n.Account, err
}

// List returns a payer's agreements, newest first, at most 100.
func (s *Service) List(ctx context.Context, payer string) ([]model.Agreement, error) {
	list, err := s.Store.Agreements(ctx, payer)
	if err != nil {
		return nil, fmt.Errorf("list agreements of %s: %w", payer, err)
	}
	return list, nil
}

// Own returns an agreement of the payer; ErrUnknown when it is not theirs.
func (s *Service) Own(ctx context.Context, payer, id string) (model.Agreement, error) {
	a, ok, err := s.Store.Agreement(ctx, id)
	if err != nil {
		return model.Agreement{}, fmt.Errorf("load agreement %s: %w", id, err)
	}
	if !ok || payer == "" || a.Payer != payer {
		return model.Agreement{}, ErrUnknown
	}
	return a, nil
}

// Wait returns when nothing is being worked on in the background, or ctx ends.
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

// refer makes the reference of the agreement's nth instruction of a kind, the same one
// whenever it is asked for on that day.
func (s *Service) refer(a model.Agreement, kind string, n int) bankapi.Ref {
	sum := sha256.Sum256([]byte(kind + "\x00" + a.ID + "\x00" + strconv.Itoa(n)))
	return bankapi.Ref{Authority: a.Authority, Date: period.DateOf(s.Now()).String(), Serial: kind + hex.EncodeToString(sum[:15])}
}

// work does one task that outlives the caller, waits for it a little and returns what
// is then stored.
func (s *Service) work(ctx context.Context, a model.Agreement, task func(context.Context) error) (model.Agreement, error) {
	done := make(chan struct{})
	s.background.Go(func() {
		defer close(done)
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
		defer cancel()
		if err := task(within); err != nil {
			s.Log.ErrorContext(within, "agreement interrupted; recovery will go on", "agreement", a.ID, "error", err)
		}
	})
	patience := time.NewTimer(s.Patience)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	case <-ctx.Done():
		return a, nil
	}
	return s.stored(ctx, a)
}

// stored is the agreement as it is now; as it was when that can't be read.
func (s *Service) stored(ctx context.Context, a model.Agreement) (model.Agreement, error) {
	now, ok, err := s.Store.Agreement(ctx, a.ID)
	if err != nil {
		return a, fmt.Errorf("reload agreement %s: %w", a.ID, err)
	}
	if !ok {
		return a, fmt.Errorf("reload agreement %s: %w", a.ID, errGone)
	}
	return now, nil
}

func (s *Service) record(ctx context.Context, a model.Agreement, e model.Event) {
	if s.Trail == nil {
		return
	}
	err := s.Trail.Record(ctx, Entry{Person: a.Payer, Action: string(e), Subject: a.ID, Result: string(a.Code)})
	if err != nil {
		s.Log.ErrorContext(ctx, "audit trail", "agreement", a.ID, "error", err)
	}
}
