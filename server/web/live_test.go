package web

import (
	"bufio"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"shebao/shared/contribution"
)

type liveFake struct {
	mu    sync.Mutex
	state contribution.PaymentState
	wake  chan struct{}
	ended bool
}

func (f *liveFake) Payment(context.Context, string) (contribution.Payment, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return contribution.Payment{ID: "p1", State: f.state}, true, nil
}

func (f *liveFake) Watch(string) (<-chan struct{}, func()) {
	return f.wake, func() { f.ended = true }
}

func (f *liveFake) become(s contribution.PaymentState) {
	f.mu.Lock()
	f.state = s
	f.mu.Unlock()
	f.wake <- struct{}{}
}

func TestFollow(t *testing.T) {
	run := func(t *testing.T, f *liveFake, shown string, change ...contribution.PaymentState) string {
		t.Helper()
		r, w := io.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		go func() {
			follow(ctx, bufio.NewWriter(w), f, f, "p1", shown)
			_ = w.Close() // a pipe's Close never fails
		}()
		go func() {
			for _, s := range change {
				f.become(s)
			}
		}()
		all, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !f.ended {
			t.Error("the watch was not ended")
		}
		return string(all)
	}
	t.Run("a change that happened before the connection is told at once", func(t *testing.T) {
		f := &liveFake{state: contribution.Succeeded, wake: make(chan struct{}, 4)}
		if got := run(t, f, "wait"); !strings.Contains(got, "event: page\ndata: paid\n\n") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a step that looks the same is not told, the next one is", func(t *testing.T) {
		f := &liveFake{state: contribution.Pending, wake: make(chan struct{}, 4)}
		got := run(t, f, "wait", contribution.Sending, contribution.InDoubt)
		if strings.Count(got, "event: page") != 1 || !strings.Contains(got, "data: unknown") {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a reader who has gone ends it", func(t *testing.T) {
		f := &liveFake{state: contribution.Sending, wake: make(chan struct{}, 4)}
		r, w := io.Pipe()
		_ = r.Close() // a pipe's Close never fails
		follow(t.Context(), bufio.NewWriter(w), f, f, "p1", "wait")
		if !f.ended {
			t.Error("the watch goes on")
		}
	})
}
