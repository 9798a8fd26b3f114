package rates_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/clock"
	"shebao/server/rates"
	"shebao/server/store/storetest"
	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

func newService(t *testing.T) (*rates.Service, contribution.Rate) {
	t.Helper()
	r := contribution.Rate{
		Scheme: contribution.Medical, Category: "93", Year: 2027, Amount: money.Yuan(795), Opens: period.Date{Year: 2026, Month: 9, Day: 1},
		Closes: period.Date{Year: 2026, Month: 12, Day: 31}, Benefit: period.YearPeriod(2027),
	}
	other := r
	other.Category = "92"
	c := clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	var n atomic.Int64
	s := rates.New(rates.Config{
		Store: storetest.Open(t), Base: func() contribution.Rates { return contribution.Rates{r, other} }, Now: c.Now,
		NewID: func(prefix string) string { c.Advance(time.Second); return prefix + string(rune('z'-n.Add(1))) }, // later ids come first
	})
	return s, r
}

func amount(t *testing.T, s *rates.Service) money.Fen {
	t.Helper()
	r, ok := s.Rates().Find(contribution.Medical, "93", 2027)
	if !ok {
		t.Fatal("no rate")
	}
	return r.Amount
}

func TestPropose(t *testing.T) {
	t.Run("a rate that can't be is refused", func(t *testing.T) {
		s, r := newService(t)
		r.Amount, r.Closes = 0, r.Opens.AddDays(-1)
		_, err := s.Propose(t.Context(), "maker", r)
		if e := api.From(err); e.Code != api.CodeInvalid || len(e.Fields) != 2 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("nothing is not a change", func(t *testing.T) {
		s, r := newService(t)
		if _, err := s.Propose(t.Context(), "maker", r); !errors.Is(err, rates.ErrNothing) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a rate has one proposal at a time, whoever is first", func(t *testing.T) {
		s, r := newService(t)
		var all sync.WaitGroup
		var won atomic.Int64
		for n := range 8 {
			all.Go(func() {
				r := r
				r.Amount = money.Yuan(int64(801 + n))
				switch _, err := s.Propose(t.Context(), "maker", r); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, rates.ErrPending):
					t.Error(err)
				}
			})
		}
		all.Wait()
		list, err := s.Pending(t.Context())
		if err != nil || won.Load() != 1 || len(list) != 1 {
			t.Fatalf("%d won, %d pending, %v", won.Load(), len(list), err)
		}
		if _, err := s.Withdraw(t.Context(), "another", list[0].ID); !errors.Is(err, rates.ErrNotOwn) {
			t.Errorf("withdrawn by another: %v", err)
		}
		if _, err := s.Withdraw(t.Context(), "maker", list[0].ID); err != nil {
			t.Fatal(err)
		}
		propose(t, s, r, money.Yuan(900))
	})
	t.Run("what waits stands in the order of its proposal", func(t *testing.T) {
		s, r := newService(t)
		first := propose(t, s, r, money.Yuan(801))
		r.Category = "92"
		second := propose(t, s, r, money.Yuan(802))
		list, err := s.Pending(t.Context())
		if err != nil || len(list) != 2 || first.ID < second.ID || list[0].ID != first.ID {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func propose(t *testing.T, s *rates.Service, r contribution.Rate, to money.Fen) rates.Change {
	t.Helper()
	r.Amount = to
	c, err := s.Propose(t.Context(), "maker", r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDecide(t *testing.T) {
	t.Run("a change counts when another officer has approved it", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if amount(t, s) != money.Yuan(795) || c.Was.Amount != money.Yuan(795) {
			t.Errorf("a proposal counts: %+v", c)
		}
		if _, err := s.Approve(t.Context(), "checker", c.ID); err != nil {
			t.Fatal(err)
		}
		if amount(t, s) != money.Yuan(801) {
			t.Error("the approved change does not count")
		}
	})
	t.Run("the maker can't approve or send back", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if _, err := s.Approve(t.Context(), "maker", c.ID); !errors.Is(err, rates.ErrSame) || amount(t, s) != money.Yuan(795) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Reject(t.Context(), "maker", c.ID, "不对"); !errors.Is(err, rates.ErrSame) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("it is decided once, sent back with a reason that its maker finds", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if _, err := s.Reject(t.Context(), "checker", c.ID, " "); api.CodeOf(err) != api.CodeInvalid {
			t.Errorf("sent back without a reason: %v", err)
		}
		if _, err := s.Reject(t.Context(), "checker", c.ID, "文件写的是 799"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Approve(t.Context(), "checker", c.ID); !errors.Is(err, rates.ErrDecided) || amount(t, s) != money.Yuan(795) {
			t.Errorf("got %v", err)
		}
		mine, err := s.Of(t.Context(), "maker", 10)
		if err != nil || len(mine) != 1 || mine[0].State != rates.Rejected || mine[0].Reason != "文件写的是 799" || mine[0].Decider != "checker" {
			t.Errorf("%+v, %v", mine, err)
		}
	})
	t.Run("of two changes the one approved later counts", func(t *testing.T) {
		s, r := newService(t)
		for _, to := range []int64{802, 801} {
			c := propose(t, s, r, money.Yuan(to))
			if _, err := s.Approve(t.Context(), "checker", c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if amount(t, s) != money.Yuan(801) {
			t.Errorf("got %s", amount(t, s))
		}
	})
	t.Run("a change of what is not in force any more is not approved", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		other := s.Base()
		other[0].Amount = money.Yuan(800)
		s.Base = func() contribution.Rates { return other }
		if _, err := s.Approve(t.Context(), "checker", c.ID); !errors.Is(err, rates.ErrMoved) || amount(t, s) != money.Yuan(800) {
			t.Errorf("got %v", err)
		}
		if _, err := s.Reject(t.Context(), "checker", c.ID, "标准已变"); err != nil {
			t.Error(err)
		}
	})
}
