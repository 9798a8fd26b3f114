// Package clock is where the program takes the time from, so that tests can
// stand still and jump. Nothing else may call time.Now or time.Sleep.
package clock

import (
	"context"
	"time"

	"shebao/shared/period"
)

// Clock tells the time and waits.
type Clock interface {
	// Now is the present instant.
	Now() time.Time
	// NewTimer sends the time on C once d has passed; at once if d <= 0.
	NewTimer(d time.Duration) *Timer
}

// Timer is one wait. Stop it when it is no longer needed.
type Timer struct {
	C    <-chan time.Time
	stop func() bool
}

// Stop ends the wait; false means that it had ended before.
func (t *Timer) Stop() bool { return t.stop() }

// Sleep waits for d or until ctx ends, whose error it then returns.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	t := c.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Today is the business day, in Asia/Shanghai.
func Today(c Clock) period.Date { return period.DateOf(c.Now()) }

// System is the machine's clock.
type System struct{}

// Now is time.Now.
func (System) Now() time.Time { return time.Now() }

// NewTimer is time.NewTimer.
func (System) NewTimer(d time.Duration) *Timer {
	t := time.NewTimer(d)
	return &Timer{C: t.C, stop: t.Stop}
}

// Ahead is a clock that runs ahead of another by the same time always: a demonstration of a
// later day.
type Ahead struct {
	Clock
	By time.Duration
}

// Now is the other clock's present, moved.
func (a Ahead) Now() time.Time { return a.Clock.Now().Add(a.By) }
