// Package audit keeps who did what, when and with what result: append-only, each
// record bound to the one before it by an SM3 hash, each day to the day before.
// It can't prevent that records are changed in the database; Verify finds it.
package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"shebao/shared/period"
)

// LeastDays is how long the trail must be kept.
const LeastDays = 180

// Event is one thing that happened. None of its fields may hold names, document,
// phone or account numbers: ids only.
type Event struct {
	WhoKind string            // resident, officer, system
	Who     string            // their id, "" when nobody is known
	What    string            // verb, login, pay, approve …
	Subject string            // id of what it was done to
	Result  string            // ok, refused, failed …
	At      time.Time         // exact to the millisecond; the log's now when zero
	Address string            // where the request came from
	Request string            // request id
	Details map[string]string // few and short: amounts, counts, states
}

// Record is an event in its place in the chain.
type Record struct {
	Day   period.Date // the business day it was written on
	Seq   int64       // 1, 2, 3 … within the day
	Event Event
	Prev  string // hash of the record before; of the last day's last record when Seq is 1; "" for the very first
	Hash  string
}

// Head is the newest record of a day, kept apart from the records.
type Head struct {
	Day  period.Date
	Seq  int64
	Hash string
}

// Filter selects records, newest first. Empty fields select all.
type Filter struct {
	From, To period.Date // days, both included
	Who      string
	Subject  string
	What     string
	After    Cursor // the last record of the page before
	Limit    int    // at most 1000; 100 when zero
}

// Cursor is a record's place.
type Cursor struct {
	Day period.Date
	Seq int64
}

// Store keeps records and heads.
type Store interface {
	// AppendAudit stores the records in order, durably, and returns how many before
	// the first whose day and seq were taken. An error leaves it unknown how many.
	AppendAudit(ctx context.Context, records []Record) (int, error)
	// LastAudit returns the newest record of the days before the day, of all days for
	// the zero day; false when there is none.
	LastAudit(ctx context.Context, before period.Date) (Record, bool, error)
	// AuditDay lists a day's records with a Seq above after, in order, at most limit.
	AuditDay(ctx context.Context, day period.Date, after int64, limit int) ([]Record, error)
	// AuditFind lists records, newest first.
	AuditFind(ctx context.Context, f Filter) ([]Record, error)
	// DropAudit deletes all records of days before the day and returns how many.
	DropAudit(ctx context.Context, before period.Date) (int, error)
	// RaiseAuditHead stores the day's head unless a higher one is stored.
	RaiseAuditHead(ctx context.Context, h Head) error
	// AuditHead returns a day's head; false when the day has none.
	AuditHead(ctx context.Context, day period.Date) (Head, bool, error)
	// AuditHeadBefore returns the head of the last day before the day that has one.
	AuditHeadBefore(ctx context.Context, day period.Date) (Head, bool, error)
}

// Config is what a Log works with. Store and Now must be given.
type Config struct {
	Store   Store
	Now     func() time.Time
	Log     *slog.Logger
	Keep    int           // days, at least LeastDays
	Batch   int           // records stored at once; 256 when zero
	Timeout time.Duration // for one batch; 15 s when zero
}

// Log appends events to the chain. Safe for concurrent use, also by several
// processes on one store.
type Log struct {
	Config
	mu      sync.Mutex
	pending []entry
	running bool
	writers sync.WaitGroup
	last    *Record // the newest record, as far as this process knows
}

type entry struct {
	event Event
	done  chan error
}

// New returns a log. It refuses to keep less than LeastDays.
func New(c Config) (*Log, error) {
	if c.Keep < LeastDays {
		return nil, fmt.Errorf("audit: the trail must be kept for %d days, not %d", LeastDays, c.Keep)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Batch == 0 {
		c.Batch = 256
	}
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	return &Log{Config: c}, nil
}

// Origin is where an officer's request came from.
type Origin struct {
	Who     string // the officer's id
	Address string
	Request string // its id
}

type originKey struct{}

// From is ctx of a request: events of that officer which are appended with it tell where the
// request came from, whatever rules they come through.
func From(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// complete fills in where the event came from. What others did by the way came from elsewhere.
func complete(ctx context.Context, e Event) Event {
	o, ok := ctx.Value(originKey{}).(Origin)
	if !ok || e.Who != o.Who || e.Address != "" || e.Request != "" {
		return e
	}
	e.Address, e.Request = o.Address, o.Request
	return e
}

// Append adds an event and returns when it is stored durably. Events that come at
// the same time are stored together. When ctx ends first, its error comes back
// and the event may be stored or not.
func (l *Log) Append(ctx context.Context, e Event) error {
	if e.At.IsZero() {
		e.At = l.Now()
	}
	e.At = e.At.Truncate(time.Millisecond).UTC()
	done := make(chan error, 1)
	l.mu.Lock()
	l.pending = append(l.pending, entry{complete(ctx, e), done})
	if !l.running {
		l.running = true
		l.writers.Go(func() { l.write(context.WithoutCancel(ctx)) })
	}
	l.mu.Unlock()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("append to the audit trail: %w", ctx.Err())
	}
}

// Wait returns when nothing is being written. Call it after the last Append.
func (l *Log) Wait() { l.writers.Wait() }

// write stores what is pending, batch by batch, until nothing is.
func (l *Log) write(ctx context.Context) {
	for {
		l.mu.Lock()
		batch := l.pending[:min(len(l.pending), l.Batch)]
		l.pending = l.pending[len(batch):]
		if len(batch) == 0 {
			l.pending, l.running = nil, false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		err := l.store(ctx, batch)
		if err != nil {
			l.Log.ErrorContext(ctx, "audit trail not written", "events", len(batch), "error", err)
		}
		for _, e := range batch {
			e.done <- err
		}
	}
}

var errCrowded = errors.New("other writers were always first")

// store puts the batch behind the newest record. Whenever another process was
// first it reads the new end and goes on from there.
func (l *Log) store(ctx context.Context, batch []entry) error {
	ctx, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	for range 100 {
		records, err := l.chain(ctx, batch)
		if err != nil {
			return err
		}
		n, err := l.Store.AppendAudit(ctx, records)
		if err != nil {
			l.last = nil
			return fmt.Errorf("append %d audit records: %w", len(records), err)
		}
		if n > 0 {
			l.last = &records[n-1]
			l.raise(ctx, records[0], records[n-1])
		}
		if batch = batch[n:]; len(batch) == 0 {
			return nil
		}
		l.last = nil
	}
	return errCrowded
}

// chain turns events into records behind the newest one.
func (l *Log) chain(ctx context.Context, batch []entry) ([]Record, error) {
	if l.last == nil {
		last, ok, err := l.Store.LastAudit(ctx, period.Date{})
		if err == nil && !ok { // all records may have been dropped for their age
			last, err = l.end(ctx, period.DateOf(l.Now()))
		}
		if err != nil {
			return nil, fmt.Errorf("read the end of the audit trail: %w", err)
		}
		l.last = &last
	}
	prev := *l.last
	day := period.DateOf(l.Now())
	if day.Before(prev.Day) { // another process's clock is ahead
		day = prev.Day
	}
	records := make([]Record, len(batch))
	for i, e := range batch {
		r := Record{Day: day, Seq: 1, Event: e.event, Prev: prev.Hash}
		if prev.Day == day {
			r.Seq = prev.Seq + 1
		}
		r.Hash = r.sum()
		records[i], prev = r, r
	}
	return records, nil
}

// end is the newest record before the day: the stored one, or what the heads know
// of a later one. Heads lag behind after a crash; records may have been deleted.
func (l *Log) end(ctx context.Context, day period.Date) (Record, error) {
	r, _, err := l.Store.LastAudit(ctx, day)
	if err != nil {
		return Record{}, err
	}
	h, _, err := l.Store.AuditHeadBefore(ctx, day)
	if err != nil {
		return Record{}, err
	}
	if r.Day.Before(h.Day) || (r.Day == h.Day && r.Seq <= h.Seq) {
		return Record{Day: h.Day, Seq: h.Seq, Hash: h.Hash}, nil
	}
	return r, nil
}

// raise notes the day's new head. A head that lags behind is no fault: Verify
// takes records beyond it.
func (l *Log) raise(ctx context.Context, first, last Record) {
	h := Head{Day: last.Day, Seq: last.Seq, Hash: last.Hash}
	if err := l.Store.RaiseAuditHead(ctx, h); err != nil {
		l.Log.WarnContext(ctx, "audit head not raised", "day", last.Day.String(), "error", err)
	}
	if first.Seq == 1 && first.Prev != "" {
		// The log is the second place that knows the closed day's hash.
		l.Log.InfoContext(ctx, "audit day begins", "day", first.Day.String(), "previous", first.Prev)
	}
}

// Find lists records for people who search the trail.
func (l *Log) Find(ctx context.Context, f Filter) ([]Record, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	f.Limit = min(f.Limit, 1000)
	records, err := l.Store.AuditFind(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("search the audit trail: %w", err)
	}
	return records, nil
}

// Expire deletes the records of days that are older than Keep. Heads stay, so
// that the first day that is left can still be checked.
func (l *Log) Expire(ctx context.Context) (int, error) {
	n, err := l.Store.DropAudit(ctx, period.DateOf(l.Now()).AddDays(-l.Keep))
	if err != nil {
		return 0, fmt.Errorf("drop old audit records: %w", err)
	}
	return n, nil
}
