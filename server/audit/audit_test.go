package audit_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"shebao/server/audit"
	"shebao/server/clock"
	"shebao/shared/period"
)

// memory is the store's contract at its plainest.
type memory struct {
	mu      sync.Mutex
	records []audit.Record
	heads   map[period.Date]audit.Head
	batches int
	fail    error
}

func (m *memory) lock() func() {
	m.mu.Lock()
	return m.mu.Unlock
}

func (m *memory) AppendAudit(_ context.Context, rs []audit.Record) (int, error) {
	defer m.lock()()
	if m.fail != nil {
		return 0, m.fail
	}
	m.batches++
	for i, r := range rs {
		if slices.ContainsFunc(m.records, func(o audit.Record) bool { return o.Day == r.Day && o.Seq == r.Seq }) {
			return i, nil
		}
		m.records = append(m.records, r)
	}
	return len(rs), nil
}

func (m *memory) LastAudit(_ context.Context, before period.Date) (audit.Record, bool, error) {
	defer m.lock()()
	var last audit.Record
	for _, r := range m.records {
		if (before.IsZero() || r.Day.Before(before)) && order(last, r) < 0 {
			last = r
		}
	}
	return last, last.Seq > 0, nil
}

func order(a, b audit.Record) int {
	if c := a.Day.Compare(b.Day); c != 0 {
		return c
	}
	return int(a.Seq - b.Seq)
}

func (m *memory) AuditDay(_ context.Context, day period.Date, after int64, limit int) ([]audit.Record, error) {
	defer m.lock()()
	var out []audit.Record
	for _, r := range m.records {
		if r.Day == day && r.Seq > after {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, order)
	return out[:min(limit, len(out))], nil
}

func (m *memory) AuditFind(_ context.Context, f audit.Filter) ([]audit.Record, error) {
	defer m.lock()()
	var out []audit.Record
	for _, r := range m.records {
		if f.Who == "" || r.Event.Who == f.Who {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b audit.Record) int { return order(b, a) })
	return out[:min(f.Limit, len(out))], nil
}

func (m *memory) DropAudit(_ context.Context, before period.Date) (int, error) {
	defer m.lock()()
	n := len(m.records)
	m.records = slices.DeleteFunc(m.records, func(r audit.Record) bool { return r.Day.Before(before) })
	return n - len(m.records), nil
}

func (m *memory) RaiseAuditHead(_ context.Context, h audit.Head) error {
	defer m.lock()()
	if old, ok := m.heads[h.Day]; ok && old.Seq >= h.Seq {
		return nil
	}
	m.heads[h.Day] = h
	return nil
}

func (m *memory) AuditHead(_ context.Context, day period.Date) (audit.Head, bool, error) {
	defer m.lock()()
	h, ok := m.heads[day]
	return h, ok, nil
}

func (m *memory) AuditHeadBefore(_ context.Context, day period.Date) (audit.Head, bool, error) {
	defer m.lock()()
	var best audit.Head
	for _, h := range m.heads {
		if h.Day.Before(day) && h.Day.After(best.Day) {
			best = h
		}
	}
	return best, !best.Day.IsZero(), nil
}

type bench struct {
	*audit.Log
	store *memory
	clock *clock.Fake
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{store: &memory{heads: map[period.Date]audit.Head{}}, clock: clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))}
	b.Log = newLog(t, b)
	return b
}

func newLog(t *testing.T, b *bench) *audit.Log {
	t.Helper()
	l, err := audit.New(audit.Config{Store: b.store, Now: b.clock.Now, Keep: 200})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (b *bench) append(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		e := audit.Event{WhoKind: "officer", Who: "o1", What: "approve", Subject: fmt.Sprint("run", i), Result: "ok", Details: map[string]string{"count": "3", "amount": "100.00"}}
		if err := b.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func (b *bench) today() period.Date { return clock.Today(b.clock) }

func (b *bench) verify(t *testing.T, day period.Date) audit.Report {
	t.Helper()
	r, err := b.Verify(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFrom(t *testing.T) {
	b := newBench(t)
	ctx := audit.From(t.Context(), audit.Origin{Who: "o1", Address: "192.0.2.1", Request: "q1"})
	for _, e := range []audit.Event{{Who: "o1", What: "a"}, {Who: "p1", What: "b"}, {Who: "o1", What: "c", Address: "192.0.2.9"}} {
		if err := b.Append(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range b.store.records {
		got = append(got, r.Event.Address+" "+r.Event.Request)
	}
	if want := []string{"192.0.2.1 q1", " ", "192.0.2.9 "}; !slices.Equal(got, want) {
		t.Errorf("an officer's own events tell where they came from, others' do not: %q", got)
	}
}

func TestAppend(t *testing.T) {
	t.Run("a whole day verifies", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 5)
		if r := b.verify(t, b.today()); !r.OK() || r.Count != 5 || r.Hash != b.store.records[4].Hash || r.Hash == "" {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("an empty day verifies", func(t *testing.T) {
		b := newBench(t)
		if r := b.verify(t, b.today()); !r.OK() || r.Count != 0 {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("a new day begins at 1 and is bound to the day before", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 2)
		b.clock.Set(time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC))
		b.append(t, 1)
		last := b.store.records[2]
		if last.Day.String() != "2026-11-24" || last.Seq != 1 || last.Prev != b.store.records[1].Hash {
			t.Errorf("got %+v", last)
		}
		if r := b.verify(t, b.today()); !r.OK() {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("a restarted process goes on where the other ended", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 2)
		b.Log = newLog(t, b)
		b.append(t, 2)
		if r := b.verify(t, b.today()); !r.OK() || r.Count != 4 {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("a store that fails is an error for everyone who waits, and the next try works", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 1)
		b.store.fail = errors.New("disk full")
		if err := b.Append(t.Context(), audit.Event{What: "x"}); !errors.Is(err, b.store.fail) {
			t.Errorf("got %v", err)
		}
		b.store.fail = nil
		b.append(t, 1)
		if r := b.verify(t, b.today()); !r.OK() || r.Count != 2 {
			t.Errorf("got %+v", r)
		}
	})
}

func TestConcurrentAppends(t *testing.T) {
	b := newBench(t)
	other := newLog(t, b)
	var wg sync.WaitGroup
	const writers, each = 16, 25
	for i := range writers {
		log := b.Log
		if i%2 == 1 {
			log = other
		}
		wg.Go(func() {
			for j := range each {
				if err := log.Append(t.Context(), audit.Event{What: "x", Subject: fmt.Sprint(i, "-", j)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.Wait()
	other.Wait()
	if r := b.verify(t, b.today()); !r.OK() || r.Count != writers*each {
		t.Errorf("got %+v", r)
	}
	seen := map[string]bool{}
	for _, r := range b.store.records {
		seen[r.Event.Subject] = true
	}
	if len(seen) != writers*each {
		t.Errorf("%d different events", len(seen))
	}
}

func TestVerify(t *testing.T) {
	remove := func(m *memory, i int) { m.records = slices.Delete(m.records, i, i+1) }
	for _, c := range []struct {
		name   string
		tamper func(*memory)
		want   []audit.Fault
	}{
		{"a changed result", func(m *memory) { m.records[2].Event.Result = "refused" }, []audit.Fault{{3, audit.Changed}}},
		{"a changed time", func(m *memory) { m.records[2].Event.At = m.records[2].Event.At.Add(time.Hour) }, []audit.Fault{{3, audit.Changed}}},
		{"a changed detail", func(m *memory) { m.records[2].Event.Details = map[string]string{"count": "3", "amount": "900.00"} }, []audit.Fault{{3, audit.Changed}}},
		{"text moved between fields", func(m *memory) {
			m.records[2].Event.WhoKind, m.records[2].Event.Who = "office", "ro1"
		}, []audit.Fault{{3, audit.Changed}}},
		{"a deleted record", func(m *memory) { remove(m, 2) }, []audit.Fault{{3, audit.Missing}}},
		{"a deleted first record", func(m *memory) { remove(m, 0) }, []audit.Fault{{1, audit.Missing}}},
		{"a deleted last record", func(m *memory) { remove(m, 4) }, []audit.Fault{{5, audit.Missing}}},
		{"a day deleted as a whole", func(m *memory) { m.records = nil }, []audit.Fault{{1, audit.Missing}, {2, audit.Missing}, {3, audit.Missing}, {4, audit.Missing}, {5, audit.Missing}}},
		{"two records in each other's place", func(m *memory) {
			m.records[1].Seq, m.records[2].Seq = m.records[2].Seq, m.records[1].Seq
		}, []audit.Fault{{2, audit.Changed}, {3, audit.Changed}, {4, audit.Unlinked}}},
		{"a record replaced by a copy of another", func(m *memory) {
			m.records[2] = m.records[1]
			m.records[2].Seq = 3
		}, []audit.Fault{{3, audit.Changed}, {4, audit.Unlinked}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.append(t, 5)
			c.tamper(b.store)
			if r := b.verify(t, b.today()); !reflect.DeepEqual(r.Faults, c.want) {
				t.Errorf("got %+v, want %+v", r.Faults, c.want)
			}
		})
	}
	t.Run("a head that was not raised before a crash is no fault", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 2)
		first, head := b.today(), b.store.heads[b.today()]
		b.append(t, 2)
		b.store.heads[first] = head
		if r := b.verify(t, first); !r.OK() || r.Count != 4 {
			t.Errorf("that day: %+v", r)
		}
		b.clock.Advance(24 * time.Hour)
		b.append(t, 1)
		if r := b.verify(t, b.today()); !r.OK() {
			t.Errorf("the next day: %+v", r)
		}
		delete(b.store.heads, first)
		if r := b.verify(t, b.today()); !r.OK() {
			t.Errorf("without the head: %+v", r)
		}
	})
	t.Run("a chain made anew does not follow the day before", func(t *testing.T) {
		b := newBench(t)
		b.append(t, 2)
		b.clock.Advance(24 * time.Hour)
		forged := newBench(t)
		forged.clock.Advance(24 * time.Hour)
		forged.append(t, 3)
		b.store.records = append(b.store.records, forged.store.records...)
		if r := b.verify(t, b.today()); !reflect.DeepEqual(r.Faults, []audit.Fault{{1, audit.Unlinked}}) {
			t.Errorf("got %+v", r)
		}
	})
}

func TestFind(t *testing.T) {
	b := newBench(t)
	b.append(t, 120)
	for limit, want := range map[int]int{0: 100, 5: 5, 5000: 120} {
		if got, err := b.Find(t.Context(), audit.Filter{Who: "o1", Limit: limit}); err != nil || len(got) != want || got[0].Seq != 120 {
			t.Errorf("limit %d: %d records, %v", limit, len(got), err)
		}
	}
}

func TestExpire(t *testing.T) {
	b := newBench(t)
	first := b.today()
	b.append(t, 2)
	b.clock.Advance(24 * time.Hour)
	b.append(t, 1)
	b.clock.Set(first.AddDays(200).Start())
	if n, err := b.Expire(t.Context()); n != 0 || err != nil {
		t.Errorf("on the last day: %d, %v", n, err)
	}
	b.clock.Set(first.AddDays(201).Start())
	if n, err := b.Expire(t.Context()); n != 2 || err != nil {
		t.Errorf("on the day after: %d, %v", n, err)
	}
	if r := b.verify(t, first.AddDays(1)); !r.OK() || r.Count != 1 {
		t.Errorf("what is left: %+v", r)
	}
	t.Run("the chain goes on when all records are gone", func(t *testing.T) {
		b.clock.Set(first.AddDays(500).Start())
		if _, err := b.Expire(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.Log = newLog(t, b)
		b.append(t, 1)
		if r := b.verify(t, b.today()); !r.OK() || r.Count != 1 || b.store.records[0].Prev == "" {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("a day that was dropped for its age has no faults", func(t *testing.T) {
		if r := b.verify(t, first); !r.OK() || r.Count != 0 {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("less than 180 days are refused", func(t *testing.T) {
		if _, err := audit.New(audit.Config{Store: b.store, Now: b.clock.Now, Keep: 179}); err == nil {
			t.Error("accepted")
		}
	})
}
