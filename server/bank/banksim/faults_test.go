package banksim_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

// settled asks until the outcome is known and tells whether the money moved.
func (r *rig) settled(d bankapi.Debit, sent time.Time) bool {
	r.t.Helper()
	for range 50 {
		got, err := r.client.Query(context.Background(), bankapi.Query{Ref: d.Ref, Bank: d.Bank, Sent: sent})
		if err == nil && got.Outcome() != bankapi.Unknown {
			return got.Outcome() == bankapi.Moved
		}
		r.clock.Move(10 * time.Second)
	}
	r.t.Fatalf("%s is never settled", d.Serial)
	return false
}

func TestFaults_ofAccounts(t *testing.T) {
	for _, c := range []struct {
		name, account string
		lost          bool
		posted        int
	}{
		{"connection lost before", "6228480000000001107", true, 0},
		{"connection lost after", "6228480000000001115", true, 1},
		{"503 before", "6228480000000001123", true, 0},
		{"502 after", "6228480000000001131", true, 1},
		{"garbled answer", "6228480000000001149", true, 1},
		{"delivered twice", "6228480000000001156", false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			for _, way := range []string{"loopback", "in process"} {
				client := r.client
				if way == "in process" {
					client = r.newClient(bank.Options{Transport: r.Transport()})
				}
				d := r.seed(c.account)
				sent := r.clock.Now()
				_, err := client.Debit(t.Context(), d)
				if c.lost {
					lost(t, err)
				} else if err != nil {
					t.Fatal(err)
				}
				r.posted(d.Ref, c.posted)
				if moved := r.settled(d, sent); moved != (c.posted == 1) {
					t.Errorf("%s: the query says moved %v", way, moved)
				}
			}
		})
	}
}

func TestFaults_byRate(t *testing.T) {
	const count = 400
	rates := banksim.Faults{
		Seed: 7, LostBefore: 80, LostAfter: 80, ErrorBefore: 40, ErrorAfter: 40, Garbled: 60, Duplicate: 100,
		LatePaid: 60, LateUnpaid: 60, DayEnd: 30, SystemError: 30,
	}
	run := func(t *testing.T, clients int) map[string]bool {
		t.Helper()
		r := start(t, banksim.Options{Faults: rates})
		d := r.seed(plain)
		jobs := make(chan int)
		moved := map[string]bool{}
		answers := map[string]int{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		sent := r.clock.Now()
		for range clients {
			wg.Go(func() {
				for n := range jobs {
					m := d
					m.Serial = fmt.Sprintf("D%04d", n)
					m.Purpose = fmt.Sprintf("due %d", n)
					got, err := r.client.Debit(t.Context(), m)
					word := string(got.Code)
					if err != nil {
						lost(t, err)
						word = "lost"
					}
					mu.Lock()
					answers[word]++
					mu.Unlock()
				}
			})
		}
		for n := range count {
			jobs <- n
		}
		close(jobs)
		wg.Wait()
		for n := range count {
			m := d
			m.Serial = fmt.Sprintf("D%04d", n)
			moved[m.Serial] = r.settled(m, sent)
		}
		for due, n := range r.ledger().By(func(p banksim.Posting) string { return p.Purpose }) {
			if n != 1 {
				t.Errorf("%s was debited %d times", due, n)
			}
		}
		for _, p := range r.ledger() {
			if !moved[p.Serial] {
				t.Errorf("%s was posted and the query denies it", p.Serial)
			}
		}
		paid := 0
		for _, ok := range moved {
			if ok {
				paid++
			}
		}
		if paid != len(r.ledger()) {
			t.Errorf("%d said to be paid, %d posted", paid, len(r.ledger()))
		}
		for _, word := range []string{"lost", "00", "98", "90", "96"} {
			if answers[word] == 0 {
				t.Errorf("no answer %s among %v", word, answers)
			}
		}
		// 300 of 1000 are lost: far outside 60 to 180 of 400 the dice are loaded.
		if n := answers["lost"]; n < 60 || n > 180 {
			t.Errorf("%d lost answers of %d", n, count)
		}
		return moved
	}
	first := run(t, 1)
	if again := run(t, 8); !maps.Equal(first, again) {
		t.Error("the same seed gave other outcomes")
	}
}

func TestFaults_delay(t *testing.T) {
	r := start(t, banksim.Options{Faults: banksim.Faults{Delay: 1000, DelayMin: 2 * time.Second, DelayMax: 4 * time.Second}})
	d := r.seed(plain)
	done := make(chan error, 1)
	go func() {
		_, err := r.client.Debit(context.Background(), d)
		done <- err
	}()
	r.held()
	r.clock.Move(2*time.Second - time.Millisecond)
	r.posted(d.Ref, 0)
	r.clock.Move(2*time.Second + time.Millisecond)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	r.posted(d.Ref, 1)
}

func TestFaults_goesOnAfterTheCallerGaveUp(t *testing.T) {
	for _, way := range []string{"loopback", "in process"} {
		t.Run(way, func(t *testing.T) {
			r := start(t, banksim.Options{})
			client := r.client
			if way == "in process" {
				client = r.newClient(bank.Options{Transport: r.Transport()})
			}
			d := r.seed("6222020000000000042")
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				_, err := client.Debit(ctx, d)
				done <- err
			}()
			r.held()
			cancel()
			lost(t, <-done)
			r.clock.Move(8 * time.Second)
			r.await("posted", func() bool { return len(r.ledger()) > 0 })
			r.posted(d.Ref, 1)
		})
	}
}

func TestFaults_Check(t *testing.T) {
	for name, f := range map[string]banksim.Faults{
		"sum above 1000": {LostBefore: 600, LostAfter: 401},
		"negative":       {Garbled: -1},
		"delays":         {DelayMin: 2, DelayMax: 1},
		"rows":           {RowMissing: 1001},
		"negative rows":  {RowMissing: -1},
	} {
		if f.Check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestParseWindow(t *testing.T) {
	if w, err := banksim.ParseWindow("23:30-00:10"); err != nil || w != (banksim.Window{From: 1410, To: 10}) {
		t.Errorf("%v, %v", w, err)
	}
	for _, bad := range []string{"23:30", "24:00-01:00", "23:30 00:10", "aa:bb-cc:dd"} {
		if _, err := banksim.ParseWindow(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}
