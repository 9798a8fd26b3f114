package clock_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"shebao/server/clock"
)

var start = time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC)

func TestFake(t *testing.T) {
	t.Run("the business day changes at midnight in Shanghai", func(t *testing.T) {
		c := clock.NewFake(start)
		if got := clock.Today(c).String(); got != "2026-11-23" {
			t.Error(got)
		}
		c.Advance(time.Second)
		if got := clock.Today(c).String(); got != "2026-11-24" {
			t.Error(got)
		}
	})
	t.Run("a timer fires at its instant and not before", func(t *testing.T) {
		c := clock.NewFake(start)
		timer := c.NewTimer(time.Minute)
		c.Advance(59 * time.Second)
		select {
		case <-timer.C:
			t.Fatal("too early")
		default:
		}
		c.Advance(time.Hour)
		if got := <-timer.C; !got.Equal(start.Add(time.Minute)) {
			t.Errorf("fired for %s", got)
		}
		if timer.Stop() {
			t.Error("a fired timer can't be stopped")
		}
	})
	t.Run("a stopped timer never fires", func(t *testing.T) {
		c := clock.NewFake(start)
		timer := c.NewTimer(time.Minute)
		if !timer.Stop() {
			t.Error("a waiting timer can be stopped")
		}
		c.Advance(time.Hour)
		select {
		case <-timer.C:
			t.Error("it fired")
		default:
		}
	})
	t.Run("a timer of no length fires at once", func(*testing.T) {
		<-clock.NewFake(start).NewTimer(0).C
	})
}

func TestSleep(t *testing.T) {
	t.Run("it ends when the time has passed", func(t *testing.T) {
		c := clock.NewFake(start)
		done := make(chan error, 1)
		go func() { done <- clock.Sleep(t.Context(), c, time.Minute) }()
		if err := c.Await(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		c.Advance(time.Minute)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("it ends with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := clock.Sleep(ctx, clock.NewFake(start), time.Minute); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("the machine's clock moves", func(t *testing.T) {
		c := clock.System{}
		before := c.Now()
		if err := clock.Sleep(t.Context(), c, time.Millisecond); err != nil || !c.Now().After(before) {
			t.Error(err)
		}
	})
}
