package store_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"shebao/server/audit"
	"shebao/server/clock"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/period"
)

var _ audit.Store = (*store.Store)(nil)

func auditLog(tb testing.TB, s *store.Store, c clock.Clock) *audit.Log {
	tb.Helper()
	l, err := audit.New(audit.Config{Store: s, Now: c.Now, Keep: 180})
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func TestAuditOnTheStore(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	c := clock.NewFake(noon)
	day := clock.Today(c)
	one, two := auditLog(t, s, c), auditLog(t, s, c)
	details := map[string]string{"amount": "3000.00", "a.b": "$x"}

	t.Run("two processes write one chain", func(t *testing.T) {
		var wg sync.WaitGroup
		for i := range 16 {
			log := one
			if i%2 == 1 {
				log = two
			}
			wg.Go(func() {
				for j := range 10 {
					e := audit.Event{WhoKind: "officer", Who: fmt.Sprintf("o%d", i%3), What: "approve", Subject: fmt.Sprintf("run-%d-%d", i, j), Result: "ok", Details: details}
					if err := log.Append(ctx, e); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		one.Wait()
		two.Wait()
		if r, err := one.Verify(ctx, day); err != nil || !r.OK() || r.Count != 160 {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("a search finds who, what and when, page by page", func(t *testing.T) {
		f := audit.Filter{From: day, To: day, Who: "o1", What: "approve", Limit: 20}
		seen := map[int64]bool{}
		for {
			page, err := one.Find(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				if r.Event.Who != "o1" || seen[r.Seq] || !reflect.DeepEqual(r.Event.Details, details) {
					t.Fatalf("%+v", r)
				}
				seen[r.Seq] = true
			}
			last := page[len(page)-1]
			f.After = audit.Cursor{Day: last.Day, Seq: last.Seq}
		}
		if len(seen) != 50 {
			t.Errorf("%d found", len(seen))
		}
		for _, none := range []audit.Filter{{From: day.AddDays(1)}, {To: day.AddDays(-1)}, {Subject: "nothing"}} {
			if got, err := one.Find(ctx, none); err != nil || len(got) != 0 {
				t.Errorf("%+v: %d, %v", none, len(got), err)
			}
		}
		if got, err := one.Find(ctx, audit.Filter{Subject: "run-0-0"}); err != nil || len(got) != 1 {
			t.Errorf("%d, %v", len(got), err)
		}
	})
	t.Run("the next day follows, a restarted process too", func(t *testing.T) {
		c.Advance(24 * time.Hour)
		fresh := auditLog(t, s, c)
		if err := fresh.Append(ctx, audit.Event{What: "x"}); err != nil {
			t.Fatal(err)
		}
		if r, err := fresh.Verify(ctx, day.AddDays(1)); err != nil || !r.OK() || r.Count != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	})
	t.Run("a deleted day is found, one that was dropped for its age is none", func(t *testing.T) {
		if n, err := s.DropAudit(ctx, day.AddDays(1)); n != 160 || err != nil {
			t.Fatal(n, err)
		}
		if r, err := one.Verify(ctx, day); err != nil || r.OK() {
			t.Errorf("%+v, %v", r, err)
		}
		c.Set(day.AddDays(181).Start())
		if r, err := one.Verify(ctx, day); err != nil || !r.OK() {
			t.Errorf("%+v, %v", r, err)
		}
		if r, err := one.Verify(ctx, day.AddDays(1)); err != nil || !r.OK() || r.Count != 1 {
			t.Errorf("the day after: %+v, %v", r, err)
		}
	})
	t.Run("a head never falls", func(t *testing.T) {
		d := period.Date{Year: 2030, Month: 1, Day: 1}
		for _, seq := range []int64{5, 3, 7, 6} {
			if err := s.RaiseAuditHead(ctx, audit.Head{Day: d, Seq: seq, Hash: fmt.Sprint(seq)}); err != nil {
				t.Fatal(err)
			}
		}
		if h, ok, err := s.AuditHead(ctx, d); h.Seq != 7 || h.Hash != "7" || !ok || err != nil {
			t.Errorf("%+v, %v, %v", h, ok, err)
		}
	})
}

func BenchmarkAudit(b *testing.B) {
	s := storetest.Open(b)
	log := auditLog(b, s, clock.System{})
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := log.Append(b.Context(), audit.Event{WhoKind: "resident", Who: "p1", What: "pay", Subject: "x", Result: "ok"}); err != nil {
				b.Error(err)
			}
		}
	})
}
