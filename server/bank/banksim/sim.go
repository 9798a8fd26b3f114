// Package banksim is a bank to test and demonstrate against: a program of its
// own with its own durable store that takes mandates, debits, batches and
// queries, keeps accounts and a ledger, and fails on purpose, by account number
// and by rate. No part of the service may depend on it except the wiring.
package banksim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"shebao/server/bank"
	"shebao/server/clock"
)

// Options configure a simulator. One key is required.
type Options struct {
	// Dir keeps the store (bank.db); empty keeps everything in memory.
	Dir  string
	Keys []bank.Key
	Now  func() time.Time // nil for the machine's clock
	// After waits, for delays; nil for time.After.
	After func(time.Duration) <-chan time.Time
	// Random makes SMS codes; nil for crypto/rand.
	Random io.Reader
	// SendSMS takes the texts for holders' phones, after the commit; nil drops
	// them (they can still be read at /sim/sms). It must not block.
	SendSMS func(phone, text string)

	Validity   time.Duration // how old or early a message may be; 0 for 30 s
	Margin     time.Duration // on top of Validity before a NotFound is final; 0 for 5 s
	LateAfter  time.Duration // until an open debit ends; 0 for 5 s
	BatchAfter time.Duration // until a file's items are worked on; 0 for 2 s
	DayEnd     Window        // debits are answered 90 in it
	Faults     Faults
	// Accounts are added to the embedded ones and replace those with the same number.
	Accounts []Account
	Log      *slog.Logger // nil for none
}

// Counters count what the tests and operators want to see.
type Counters struct {
	Messages, BadSignature, OldTime, ReplayedNonce, BadMessage atomic.Int64
	Repeats                                                    atomic.Int64 // same content under a known reference
	Conflicts                                                  atomic.Int64 // other content under a known reference: an alarm
	Closed                                                     atomic.Int64 // messages for a reference that was answered NotFound for good
	Faults                                                     atomic.Int64 // faults injected into messages
}

// Sim is a running simulator. It is safe for concurrent use.
type Sim struct {
	o        Options
	data     bankData
	accounts map[string]Account
	keys     map[string]bank.Key
	store    *store
	dice     dice
	nonces   nonces
	count    Counters
	quit     chan struct{}
	once     sync.Once

	starts, serial int64 // of trace numbers; used by the store's goroutine only

	mu    sync.Mutex
	inbox []SMS
}

// SMS is a text that was sent to a holder's phone.
type SMS struct {
	Phone string    `json:"phone"`
	Text  string    `json:"text"`
	At    time.Time `json:"at"`
}

// New opens the store and starts the simulator; Close ends it. It listens to
// nobody until Handler, Transport, Serve or Run is used.
func New(o Options) (*Sim, error) {
	if err := o.Faults.Check(); err != nil {
		return nil, err
	}
	defaults(&o)
	data, err := loadData()
	if err != nil {
		return nil, err
	}
	s := &Sim{o: o, data: data, accounts: map[string]Account{}, keys: map[string]bank.Key{}, quit: make(chan struct{})}
	s.dice.set(o.Faults)
	s.nonces.life = 2 * (o.Validity + o.Margin)
	for _, k := range o.Keys {
		if err := k.Check(); err != nil {
			return nil, err
		}
		s.keys[k.ID] = k
	}
	if len(s.keys) == 0 {
		return nil, errors.New("bank simulator: no key")
	}
	for _, a := range append(data.Accounts, o.Accounts...) {
		if err := a.check(); err != nil {
			return nil, err
		}
		s.accounts[a.Number] = a
	}
	if s.store, err = openStore(o.Dir, s.settleDue); err != nil {
		return nil, err
	}
	err = s.store.do(func(t *tx) error {
		if err := t.exec(`UPDATE opened SET times = times + 1`); err != nil {
			return err
		}
		_, err := t.one(`SELECT times FROM opened`, nil, &s.starts)
		return err
	})
	if err != nil {
		return nil, errors.Join(err, s.store.close())
	}
	return s, nil
}

func defaults(o *Options) {
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&o.Validity, 30 * time.Second}, {&o.Margin, 5 * time.Second}, {&o.LateAfter, 5 * time.Second}, {&o.BatchAfter, 2 * time.Second}} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	if o.Now == nil {
		o.Now = clock.System{}.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.SendSMS == nil {
		o.SendSMS = func(string, string) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// Close waits for the work in the store and closes it.
func (s *Sim) Close() error {
	s.once.Do(func() { close(s.quit) })
	return s.store.close()
}

// Run listens on addr and serves until ctx ends.
func (s *Sim) Run(ctx context.Context, addr string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("bank simulator: %w", err)
	}
	return s.Serve(ctx, l)
}

// Serve serves the listener until ctx ends and closes it.
func (s *Sim) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	s.o.Log.InfoContext(ctx, "bank simulator listens", "addr", l.Addr().String())
	select {
	case err := <-failed:
		return fmt.Errorf("bank simulator: %w", err)
	case <-ctx.Done():
	}
	// What is not answered within a second is cut off: to the caller a lost answer.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return server.Close()
	}
	return nil
}

// now is the time as the store keeps it.
func (s *Sim) now() time.Time { return s.o.Now().UTC().Truncate(time.Microsecond) }

// Counts are the counters since the start.
func (s *Sim) Counts() *Counters { return &s.count }

// SetFaults changes the rates.
func (s *Sim) SetFaults(f Faults) error {
	if err := f.Check(); err != nil {
		return err
	}
	s.dice.set(f)
	return nil
}

// Inbox lists the latest SMS, oldest first; at most 100.
func (s *Sim) Inbox() []SMS {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SMS{}, s.inbox...)
}

func (s *Sim) deliver(m *sms, now time.Time) {
	if m == nil {
		return
	}
	s.mu.Lock()
	if len(s.inbox) == 100 {
		s.inbox = s.inbox[1:]
	}
	s.inbox = append(s.inbox, SMS{m.phone, m.text, now})
	s.mu.Unlock()
	s.o.SendSMS(m.phone, m.text)
}

func (s *Sim) random() io.Reader {
	if s.o.Random != nil {
		return s.o.Random
	}
	return rand.Reader
}

// trace is the next of the bank's own serial numbers, 20 digits. It is called
// inside operations only.
func (s *Sim) trace(now time.Time) string {
	s.serial++
	day := dayOf(now)
	return fmt.Sprintf("%s%s%s%04d%08d", day[:4], day[5:7], day[8:], s.starts%10_000, s.serial%100_000_000)
}

// nonces remembers the nonces of a message's life in two generations.
type nonces struct {
	mu       sync.Mutex
	life     time.Duration
	turned   time.Time
	old, new map[string]struct{}
}

// first tells whether the nonce is new, and remembers it.
func (n *nonces) first(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.new == nil || now.Sub(n.turned) > n.life {
		n.old, n.new, n.turned = n.new, map[string]struct{}{}, now
	}
	_, before := n.old[nonce]
	_, lately := n.new[nonce]
	n.new[nonce] = struct{}{}
	return !before && !lately
}
