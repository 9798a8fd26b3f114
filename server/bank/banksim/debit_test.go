package banksim_test

import (
	"sync"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

func TestDebit(t *testing.T) {
	for _, c := range []struct {
		name, account string
		change        func(*bankapi.Debit)
		code          bankapi.Code
	}{
		{"pays", demoPays, nil, bankapi.OK},
		{"an ordinary account pays", plain, nil, bankapi.OK},
		{"no funds", "6222020000000000018", nil, bankapi.NoFunds},
		{"bad card", "6228480000000001032", nil, bankapi.BadCard},
		{"restricted card", "6228480000000001040", nil, bankapi.Restricted},
		{"over the limit", "6228480000000001057", nil, bankapi.OverLimit},
		{"day end", "6228480000000001065", nil, bankapi.DayEnd},
		{"system error", "6228480000000001073", nil, bankapi.SystemError},
		{"other holder", "6228480000000001081", nil, bankapi.Mismatch},
		{"unknown mandate", plain, func(d *bankapi.Debit) { d.Mandate = "M-none" }, bankapi.NoMandate},
		{"mandate of another account", plain, func(d *bankapi.Debit) { d.Account = demoPays }, bankapi.NoMandate},
		{"mandate of another authority", plain, func(d *bankapi.Debit) { d.Authority = "11101020000" }, bankapi.NoMandate},
		{"mandate of another bank", plain, func(d *bankapi.Debit) { d.Bank = "102" }, bankapi.NoMandate},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			d := r.seed(c.account)
			if c.change != nil {
				c.change(&d)
			}
			got := r.code(c.code)(r.client.Debit(t.Context(), d))
			if got.Trace == "" || got.At.IsZero() || got.Message == "" {
				t.Errorf("incomplete answer %+v", got)
			}
			again := r.code(c.code)(r.query(d))
			if again != got {
				t.Errorf("query answers %+v, the debit %+v", again, got)
			}
			want := 0
			if c.code == bankapi.OK {
				want = 1
				if got.Amount != d.Amount || got.Mandate != d.Mandate {
					t.Errorf("answer %+v", got)
				}
			}
			r.posted(d.Ref, want)
		})
	}
}

func TestDebit_lateAnswers(t *testing.T) {
	for _, c := range []struct {
		name, account string
		first, late   bankapi.Code
	}{
		{"98 turns out paid", "6222020000000000026", bankapi.Timeout, bankapi.OK},
		{"98 turns out unpaid", "6222020000000000034", bankapi.Timeout, bankapi.NoFunds},
		{"05 turns out paid", "6228480000000001016", bankapi.Accepted, bankapi.OK},
		{"05 turns out failed", "6228480000000001024", bankapi.Accepted, bankapi.SystemError},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{LateAfter: 7 * time.Second})
			d := r.seed(c.account)
			r.code(c.first)(r.client.Debit(t.Context(), d))
			r.posted(d.Ref, 0)
			r.clock.Move(7*time.Second - time.Millisecond)
			r.code(c.first)(r.query(d))
			r.clock.Move(time.Millisecond)
			got := r.code(c.late)(r.query(d))
			if !got.At.Equal(r.clock.Now()) {
				t.Errorf("ended at %v, want %v", got.At, r.clock.Now())
			}
			want := 0
			if c.late == bankapi.OK {
				want = 1
			}
			r.posted(d.Ref, want)
			r.code(c.late)(r.client.Debit(t.Context(), d))
			r.posted(d.Ref, want)
		})
	}
}

func TestDebit_sameReference(t *testing.T) {
	t.Run("the same content gets the first answer", func(t *testing.T) {
		r := start(t, banksim.Options{})
		d := r.seed(plain)
		first := r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
		r.clock.Move(time.Minute)
		if again := r.code(bankapi.OK)(r.client.Debit(t.Context(), d)); again != first {
			t.Errorf("answer %+v, want %+v", again, first)
		}
		r.posted(d.Ref, 1)
		if n := r.Counts().Repeats.Load(); n != 1 {
			t.Errorf("%d repeats counted", n)
		}
	})
	t.Run("other content is refused and counted", func(t *testing.T) {
		r := start(t, banksim.Options{})
		d := r.seed(plain)
		r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
		other := d
		other.Amount++
		got := r.code(bankapi.Duplicate)(r.client.Debit(t.Context(), other))
		if got.Outcome() != bankapi.Unknown {
			t.Error("a conflict must send the caller to query")
		}
		if n := r.Counts().Conflicts.Load(); n != 1 {
			t.Errorf("%d conflicts counted", n)
		}
		if l := r.ledger(); len(l) != 1 || l.Total() != d.Amount {
			t.Errorf("ledger %+v", l)
		}
	})
	t.Run("32 at once move money once", func(t *testing.T) {
		r := start(t, banksim.Options{})
		d := r.seed(plain)
		var wg sync.WaitGroup
		traces := make([]string, 32)
		for n := range traces {
			wg.Go(func() {
				got, err := r.client.Debit(t.Context(), d)
				if err != nil || got.Code != bankapi.OK {
					t.Errorf("answer %+v, %v", got, err)
				}
				traces[n] = got.Trace
			})
		}
		wg.Wait()
		for _, trace := range traces {
			if trace != traces[0] {
				t.Fatalf("different answers %v", traces)
			}
		}
		r.posted(d.Ref, 1)
		all, err := r.Instructions(t.Context(), plain)
		if err != nil || len(all) != 1 || all[0].Seen != 32 {
			t.Errorf("instructions %+v, %v", all, err)
		}
	})
}

func TestDebit_spendsTheBalance(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed(plain)
	if err := r.Seed(t.Context(), banksim.Seed{
		Mandate: "M-poor", Authority: authority, Bank: "313", Account: demoPays, Holder: "李明", Document: "201",
		Number: "110101199003071233", Phone: "13800000001", Balance: 2*d.Amount + 1,
	}); err != nil {
		t.Fatal(err)
	}
	d.Account, d.Bank, d.Mandate = demoPays, "313", "M-poor"
	for _, want := range []bankapi.Code{bankapi.OK, bankapi.OK, bankapi.NoFunds} {
		d.Ref = r.ref()
		r.code(want)(r.client.Debit(t.Context(), d))
	}
	if left, ok, err := r.Balance(t.Context(), demoPays); left != 1 || !ok || err != nil {
		t.Errorf("balance %d, %v, %v", left, ok, err)
	}
}

func TestDebit_mandateEndsAfterTheFirst(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed("6217000000000000020")
	r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	d.Ref = r.ref()
	r.code(bankapi.NoMandate)(r.client.Debit(t.Context(), d))
	r.posted(d.Ref, 0)
}

func TestDebit_dayEndWindow(t *testing.T) {
	r := start(t, banksim.Options{DayEnd: banksim.Window{From: 23*60 + 30, To: 10}})
	d := r.seed(plain)
	r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	r.clock.Move(14 * time.Hour) // 00:00
	d.Ref = r.ref()
	r.code(bankapi.DayEnd)(r.client.Debit(t.Context(), d))
	r.clock.Move(10 * time.Minute)
	d.Ref = r.ref()
	r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
}

func TestDebit_slowAccount(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed("6222020000000000042")
	done := make(chan bankapi.Result, 1)
	go func() {
		got, err := r.client.Debit(t.Context(), d)
		if err != nil {
			t.Error(err)
		}
		done <- got
	}()
	r.held()
	r.posted(d.Ref, 0)
	r.clock.Move(8 * time.Second)
	if got := <-done; got.Code != bankapi.OK {
		t.Errorf("answer %+v", got)
	}
	r.posted(d.Ref, 1)
}

func TestQuery(t *testing.T) {
	t.Run("an unknown reference is not final while its message may still come", func(t *testing.T) {
		r := start(t, banksim.Options{Validity: 30 * time.Second, Margin: 5 * time.Second})
		d := r.seed(plain)
		sent := r.clock.Now()
		ask := func() bankapi.Result {
			return r.code(bankapi.NotFound)(r.client.Query(t.Context(), bankapi.Query{Ref: d.Ref, Bank: d.Bank, Sent: sent}))
		}
		r.clock.Move(35 * time.Second)
		if got := ask(); got.Final || got.Outcome() != bankapi.Unknown {
			t.Errorf("answer %+v", got)
		}
		r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	})
	t.Run("without the time of sending it is never final", func(t *testing.T) {
		r := start(t, banksim.Options{})
		r.clock.Move(time.Hour)
		if got := r.code(bankapi.NotFound)(r.query(r.seed(plain))); got.Final {
			t.Errorf("answer %+v", got)
		}
	})
	t.Run("a final NotFound refuses the debit that comes after it", func(t *testing.T) {
		r := start(t, banksim.Options{Validity: 30 * time.Second, Margin: 5 * time.Second})
		d := r.seed(plain)
		sent := r.clock.Now()
		r.clock.Move(35*time.Second + time.Millisecond)
		got := r.code(bankapi.NotFound)(r.client.Query(t.Context(), bankapi.Query{Ref: d.Ref, Bank: d.Bank, Sent: sent}))
		if !got.Final || got.Outcome() != bankapi.Refused {
			t.Errorf("answer %+v", got)
		}
		late := r.code(bankapi.NotFound)(r.client.Debit(t.Context(), d))
		if !late.Final {
			t.Errorf("answer %+v", late)
		}
		r.posted(d.Ref, 0)
		if n := r.Counts().Closed.Load(); n != 1 {
			t.Errorf("%d counted", n)
		}
	})
}
