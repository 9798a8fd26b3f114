package banksim_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
	"shebao/shared/money"
)

const (
	authority = "11101010000"
	plain     = "6228480000000000018" // no behaviour of its own
	demoPays  = "6217000000000000012"
)

var key = bank.Key{ID: "test", Secret: []byte("0123456789abcdef0123456789abcdef")}

// clock stands still until it is moved; waiting for it is waiting for a move.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []wait
}

type wait struct {
	until time.Time
	c     chan time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("", 8*3600))}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := wait{c.now.Add(d), make(chan time.Time, 1)}
	c.waits = append(c.waits, w)
	return w.c
}

func (c *clock) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waits)
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	var rest []wait
	for _, w := range c.waits {
		if w.until.After(c.now) {
			rest = append(rest, w)
		} else {
			w.c <- c.now
		}
	}
	c.waits = rest
}

// await waits until it is true, which work in the background makes it.
func (r *rig) await(what string, is func() bool) {
	r.t.Helper()
	deadline := time.After(20 * time.Second)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
		case <-deadline:
			r.t.Fatal("never " + what)
		}
	}
}

// held waits until the simulator waits for the clock.
func (r *rig) held() {
	r.t.Helper()
	r.await("held by the clock", func() bool { return r.clock.waiting() > 0 })
}

// rig is a simulator on a loopback port and a client of it.
type rig struct {
	*banksim.Sim
	t      testing.TB
	clock  *clock
	addr   string
	client *bank.Client
	stop   func()
	serial atomic.Int64
}

func start(tb testing.TB, o banksim.Options) *rig {
	tb.Helper()
	r := &rig{t: tb, clock: newClock()}
	if o.Now == nil {
		o.Now, o.After = r.clock.Now, r.clock.After
	}
	o.Keys = []bank.Key{key}
	sim, err := banksim.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = sim.Serve(ctx, l)
	}()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			<-ended
			if err := sim.Close(); err != nil {
				tb.Error(err)
			}
		})
	}
	tb.Cleanup(func() { r.stop() })
	r.Sim, r.addr = sim, l.Addr().String()
	r.client = r.newClient(bank.Options{Now: o.Now})
	return r
}

func (r *rig) newClient(o bank.Options) *bank.Client {
	r.t.Helper()
	if o.URL == "" {
		o.URL = "http://" + r.addr
	}
	if o.Key.ID == "" {
		o.Key = key
	}
	if o.Now == nil {
		o.Now = r.clock.Now
	}
	o.Random = rand.Reader
	c, err := bank.NewClient(o)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *rig) ref() bankapi.Ref {
	return bankapi.Ref{Authority: authority, Date: "2026-11-23", Serial: fmt.Sprintf("S%06d", r.serial.Add(1))}
}

// bankOf is the bank of the account numbers used in these tests.
func bankOf(account string) string {
	switch account[:4] {
	case "6217":
		return "313"
	case "6222":
		return "102"
	}
	return "103"
}

// seed registers a mandate for the account and gives a debit under it.
func (r *rig) seed(account string) bankapi.Debit {
	r.t.Helper()
	if err := r.Seed(context.Background(), banksim.Seed{
		Mandate: "M-" + account, Authority: authority, Bank: bankOf(account), Account: account,
		Holder: "李明", Document: "201", Number: "110101199003071233", Phone: "13800000001",
	}); err != nil {
		r.t.Fatal(err)
	}
	return bankapi.Debit{
		Ref: r.ref(), Bank: bankOf(account), Mandate: "M-" + account, Account: account, Amount: money.Yuan(3000), Purpose: "2026 年养老",
	}
}

func (r *rig) mandate(account string) bankapi.Mandate {
	return bankapi.Mandate{
		Ref: r.ref(), Bank: bankOf(account), Account: account, Holder: "李明", Document: "201", Number: "110101199003071233", Phone: "13800000001",
	}
}

// code fails the test unless the call succeeded with the code.
func (r *rig) code(want bankapi.Code) func(bankapi.Result, error) bankapi.Result {
	r.t.Helper()
	return func(got bankapi.Result, err error) bankapi.Result {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
		if got.Code != want {
			r.t.Fatalf("code %s (%s), want %s", got.Code, got.Message, want)
		}
		return got
	}
}

func (r *rig) query(d bankapi.Debit) (bankapi.Result, error) {
	return r.client.Query(r.t.Context(), bankapi.Query{Ref: d.Ref, Bank: d.Bank})
}

func (r *rig) ledger() banksim.Ledger {
	r.t.Helper()
	l, err := r.Ledger(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

// posted fails the test unless the reference has so many postings.
func (r *rig) posted(ref bankapi.Ref, want int) {
	r.t.Helper()
	if got := len(r.ledger().Of(ref)); got != want {
		r.t.Fatalf("%d postings under the reference, want %d", got, want)
	}
}

func (r *rig) lastSMS() string {
	r.t.Helper()
	inbox := r.Inbox()
	if len(inbox) == 0 {
		r.t.Fatal("no SMS was sent")
	}
	return regexp.MustCompile(`[0-9]{6}`).FindString(inbox[len(inbox)-1].Text)
}

func lost(tb testing.TB, err error) {
	tb.Helper()
	var e *bank.LostError
	if !errors.As(err, &e) {
		tb.Errorf("error %v, want a LostError", err)
		return
	}
	if strings.Contains(err.Error(), "6222") {
		tb.Errorf("the error tells the account: %v", err)
	}
}
