package clock

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Fake is a clock that stands still until it is told to move. Safe for
// concurrent use.
type Fake struct {
	mu      sync.Mutex
	now     time.Time
	waiting []*wait
	changed chan struct{} // closed and replaced when waiting changes
}

type wait struct {
	at time.Time
	c  chan time.Time
}

// NewFake is a clock that stands at now.
func NewFake(now time.Time) *Fake { return &Fake{now: now, changed: make(chan struct{})} }

// Now is where the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// NewTimer fires when the clock is moved to or past the instant d from now.
func (f *Fake) NewTimer(d time.Duration) *Timer {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := &wait{at: f.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		w.c <- f.now
	} else {
		f.waiting = append(f.waiting, w)
		f.signal()
	}
	return &Timer{C: w.c, stop: func() bool { return f.remove(w) }}
}

// Advance moves the clock forward and fires what is due, in order of time.
func (f *Fake) Advance(d time.Duration) { f.Set(f.Now().Add(d)) }

// Set moves the clock to now, which may be earlier, and fires what is due.
func (f *Fake) Set(now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = now
	slices.SortStableFunc(f.waiting, func(a, b *wait) int { return a.at.Compare(b.at) })
	n := 0
	for n < len(f.waiting) && !f.waiting[n].at.After(now) {
		f.waiting[n].c <- f.waiting[n].at
		n++
	}
	f.waiting = slices.Delete(f.waiting, 0, n)
	f.signal()
}

// Await returns once at least n timers are waiting, or with ctx's error. It
// lets a test move the clock only when the code under test stands still.
func (f *Fake) Await(ctx context.Context, n int) error {
	for {
		f.mu.Lock()
		enough, changed := len(f.waiting) >= n, f.changed
		f.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *Fake) remove(w *wait) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.Index(f.waiting, w)
	if i < 0 {
		return false
	}
	f.waiting = slices.Delete(f.waiting, i, i+1)
	f.signal()
	return true
}

func (f *Fake) signal() {
	close(f.changed)
	f.changed = make(chan struct{})
}
