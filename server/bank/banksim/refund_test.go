package banksim_test

import (
	"sync"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
	"shebao/shared/money"
)

// paid makes a debit of 3,000 from the account and gives a refund of all of it.
func (r *rig) paid(account string) (bankapi.Debit, bankapi.Refund) {
	r.t.Helper()
	d := r.seed(account)
	r.code(bankapi.OK)(r.client.Debit(r.t.Context(), d))
	return d, bankapi.Refund{Ref: r.ref(), Bank: d.Bank, Original: d.Ref, Amount: d.Amount, Purpose: "社会保险费退费"}
}

func (r *rig) refund(m bankapi.Refund) (bankapi.Result, error) {
	return r.client.Refund(r.t.Context(), m)
}

func (r *rig) ask(m bankapi.Refund, sent time.Time) (bankapi.Result, error) {
	return r.client.Query(r.t.Context(), bankapi.Query{Ref: m.Ref, Bank: m.Bank, Sent: sent})
}

// back fails the test unless so many refunds were posted, all to the account.
func (r *rig) back(account string, want int) {
	r.t.Helper()
	all, err := r.Returns(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if len(all) != want {
		r.t.Fatalf("%d refunds are posted, want %d", len(all), want)
	}
	for _, p := range all {
		if p.Account != account || p.Trace == "" || p.Day == "" {
			r.t.Errorf("posted %+v", p)
		}
	}
}

func (r *rig) balance(account string) money.Fen {
	r.t.Helper()
	b, ok, err := r.Balance(r.t.Context(), account)
	if err != nil || !ok {
		r.t.Fatalf("balance: %t %v", ok, err)
	}
	return b
}

func TestRefund(t *testing.T) {
	for _, c := range []struct {
		name, account string
		change        func(*bankapi.Refund)
		code          bankapi.Code
	}{
		{"all of it", plain, nil, bankapi.OK},
		{"a part of it", plain, func(m *bankapi.Refund) { m.Amount = 1 }, bankapi.OK},
		{"more than was debited", plain, func(m *bankapi.Refund) { m.Amount++ }, bankapi.OverRefund},
		{"of a debit that never was", plain, func(m *bankapi.Refund) { m.Original.Serial = "S-none" }, bankapi.NoOriginal},
		{"of another day's debit", plain, func(m *bankapi.Refund) { m.Original.Date = "2026-11-22" }, bankapi.NoOriginal},
		{"through another bank", plain, func(m *bankapi.Refund) { m.Bank = "102" }, bankapi.NoOriginal},
		{"to a restricted card", "6228480000000001214", nil, bankapi.Restricted},
		{"after the mandate has ended", "6217000000000000020", nil, bankapi.OK},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			_, m := r.paid(c.account)
			before := r.balance(c.account)
			if c.change != nil {
				c.change(&m)
			}
			got := r.code(c.code)(r.refund(m))
			if got.Trace == "" || got.At.IsZero() || got.Message == "" {
				t.Errorf("incomplete answer %+v", got)
			}
			if again := r.code(c.code)(r.ask(m, time.Time{})); again != got {
				t.Errorf("query answers %+v, the refund %+v", again, got)
			}
			if c.code != bankapi.OK {
				r.back(c.account, 0)
				if r.balance(c.account) != before {
					t.Error("a refused refund has moved money")
				}
				return
			}
			if got.Amount != m.Amount || r.balance(c.account) != before+m.Amount {
				t.Errorf("answer %+v, balance %s", got, r.balance(c.account))
			}
			r.back(c.account, 1)
		})
	}
}

func TestRefund_onceForItsOriginal(t *testing.T) {
	r := start(t, banksim.Options{})
	_, m := r.paid(plain)
	var all sync.WaitGroup
	codes := make(chan bankapi.Code, 16)
	for range 16 {
		other := m
		other.Ref = r.ref()
		all.Go(func() {
			res, err := r.refund(other)
			if err != nil {
				t.Error(err)
			}
			codes <- res.Code
		})
	}
	all.Wait()
	close(codes)
	count := map[bankapi.Code]int{}
	for c := range codes {
		count[c]++
	}
	if count[bankapi.OK] != 1 || count[bankapi.OverRefund] != 15 {
		t.Errorf("answers %v", count)
	}
	r.back(plain, 1)
}

func TestRefund_inParts(t *testing.T) {
	r := start(t, banksim.Options{})
	_, m := r.paid(plain)
	m.Amount = money.Yuan(1000)
	for range 3 {
		m.Ref = r.ref()
		r.code(bankapi.OK)(r.refund(m))
	}
	m.Ref, m.Amount = r.ref(), 1
	r.code(bankapi.OverRefund)(r.refund(m))
	r.back(plain, 3)
}

func TestRefund_sameReference(t *testing.T) {
	r := start(t, banksim.Options{})
	d, m := r.paid(plain)
	first := r.code(bankapi.OK)(r.refund(m))
	r.clock.Move(time.Minute)
	if again := r.code(bankapi.OK)(r.refund(m)); again != first {
		t.Errorf("answer %+v, want %+v", again, first)
	}
	other := m
	other.Amount--
	r.code(bankapi.Duplicate)(r.refund(other))
	taken := m
	taken.Ref = bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: "S-other"}
	r.code(bankapi.OverRefund)(r.refund(taken))
	r.back(plain, 1)
}

func TestRefund_lateAnswers(t *testing.T) {
	for _, c := range []struct {
		name, account string
		late          bankapi.Code
		posted        int
	}{
		{"98 turns out given back", "6228480000000001230", bankapi.OK, 1},
		{"98 turns out refused, and it can be tried again", "6228480000000001222", bankapi.Restricted, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{LateAfter: 7 * time.Second})
			_, m := r.paid(c.account)
			r.code(bankapi.Timeout)(r.refund(m))
			r.back(c.account, 0)
			second := m
			second.Ref = r.ref()
			r.code(bankapi.OverRefund)(r.refund(second)) // the open one counts
			r.clock.Move(7 * time.Second)
			got := r.code(c.late)(r.ask(m, time.Time{}))
			if !got.At.Equal(r.clock.Now()) {
				t.Errorf("ended at %v", got.At)
			}
			r.back(c.account, c.posted)
			r.code(c.late)(r.refund(m))
			r.back(c.account, c.posted)
			if c.posted == 0 {
				second.Ref = r.ref()
				r.code(bankapi.Timeout)(r.refund(second))
			}
		})
	}
}

func TestRefund_faults(t *testing.T) {
	for _, c := range []struct {
		name   string
		faults banksim.Faults
		posted int
	}{
		{"lost before", banksim.Faults{LostBefore: 1000}, 0},
		{"lost after", banksim.Faults{LostAfter: 1000}, 1},
		{"502 after", banksim.Faults{ErrorAfter: 1000}, 1},
		{"garbled", banksim.Faults{Garbled: 1000}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, banksim.Options{})
			_, m := r.paid(plain)
			sent := r.clock.Now()
			if err := r.SetFaults(c.faults); err != nil {
				t.Fatal(err)
			}
			_, err := r.refund(m)
			lost(t, err)
			r.back(plain, c.posted)
			if err := r.SetFaults(banksim.Faults{}); err != nil {
				t.Fatal(err)
			}
			r.clock.Move(time.Minute)
			want := bankapi.OK
			if c.posted == 0 {
				want = bankapi.NotFound
			}
			got := r.code(want)(r.ask(m, sent))
			if c.posted == 0 {
				if !got.Final {
					t.Error("a refund that can't arrive any more is not final")
				}
				r.code(bankapi.NotFound)(r.refund(m)) // closed for good
				r.back(plain, 0)
			}
		})
	}
	t.Run("delivered twice", func(t *testing.T) {
		r := start(t, banksim.Options{})
		_, m := r.paid(plain)
		if err := r.SetFaults(banksim.Faults{Duplicate: 1000}); err != nil {
			t.Fatal(err)
		}
		r.code(bankapi.OK)(r.refund(m))
		r.back(plain, 1)
	})
	t.Run("in the day-end window", func(t *testing.T) {
		r := start(t, banksim.Options{DayEnd: banksim.Window{From: 11 * 60, To: 12 * 60}})
		_, m := r.paid(plain)
		r.clock.Move(90 * time.Minute)
		r.code(bankapi.DayEnd)(r.refund(m))
		r.back(plain, 0)
	})
	t.Run("late unpaid is no lack of funds", func(t *testing.T) {
		r := start(t, banksim.Options{LateAfter: time.Second})
		_, m := r.paid(plain)
		if err := r.SetFaults(banksim.Faults{LateUnpaid: 1000}); err != nil {
			t.Fatal(err)
		}
		r.code(bankapi.Timeout)(r.refund(m))
		r.clock.Move(time.Second)
		r.code(bankapi.Restricted)(r.ask(m, time.Time{}))
		r.back(plain, 0)
	})
}

func TestRefund_standsInTheStatement(t *testing.T) {
	r := start(t, banksim.Options{})
	d, m := r.paid(plain)
	r.clock.Move(24 * time.Hour)
	r.code(bankapi.OK)(r.refund(m))
	if got := r.statement("", "2026-11-23"); len(got.Rows) != 1 || got.Rows[0].Movement != bankapi.Debited {
		t.Errorf("the day of the debit: %+v", got)
	}
	got := r.statement("103", "2026-11-24")
	if len(got.Rows) != 1 || got.Rows[0].Movement != bankapi.Returned || got.Rows[0].Ref != m.Ref || got.Rows[0].Amount != d.Amount {
		t.Errorf("the day of the refund: %+v", got)
	}
}

func TestRefund_survivesARestart(t *testing.T) {
	dir := t.TempDir()
	r := start(t, banksim.Options{Dir: dir, LateAfter: 7 * time.Second})
	_, m := r.paid("6228480000000001230")
	r.code(bankapi.Timeout)(r.refund(m))
	r.stop()
	again := start(t, banksim.Options{Dir: dir, Now: r.clock.Now, After: r.clock.After})
	r.clock.Move(8 * time.Second)
	again.code(bankapi.OK)(again.ask(m, time.Time{}))
	again.back("6228480000000001230", 1)
	again.code(bankapi.OK)(again.refund(m))
	again.back("6228480000000001230", 1)
}
