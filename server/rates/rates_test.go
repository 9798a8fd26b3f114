package rates_test

import (
	"errors"
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
	c := clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	n := 0
	s := rates.New(rates.Config{
		Store: storetest.Open(t), Base: func() contribution.Rates { return contribution.Rates{r} }, Now: c.Now,
		NewID: func(prefix string) string { n++; c.Advance(time.Second); return prefix + string(rune('a'+n)) },
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

func TestDecide(t *testing.T) {
	propose := func(t *testing.T, s *rates.Service, r contribution.Rate, to money.Fen) rates.Change {
		t.Helper()
		r.Amount = to
		c, err := s.Propose(t.Context(), "maker", r)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	t.Run("a change counts when another officer has approved it", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if amount(t, s) != money.Yuan(795) {
			t.Error("a proposal counts")
		}
		if _, err := s.Decide(t.Context(), "checker", c.ID, rates.Approved); err != nil {
			t.Fatal(err)
		}
		if amount(t, s) != money.Yuan(801) {
			t.Error("the approved change does not count")
		}
	})
	t.Run("the maker can't approve", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if _, err := s.Decide(t.Context(), "maker", c.ID, rates.Approved); !errors.Is(err, rates.ErrSame) || amount(t, s) != money.Yuan(795) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("it is decided once", func(t *testing.T) {
		s, r := newService(t)
		c := propose(t, s, r, money.Yuan(801))
		if _, err := s.Decide(t.Context(), "checker", c.ID, rates.Rejected); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Decide(t.Context(), "checker", c.ID, rates.Approved); !errors.Is(err, rates.ErrDecided) || amount(t, s) != money.Yuan(795) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("of two changes the one approved later counts", func(t *testing.T) {
		s, r := newService(t)
		first, second := propose(t, s, r, money.Yuan(801)), propose(t, s, r, money.Yuan(802))
		for _, id := range []string{second.ID, first.ID} {
			propose(t, s, r, money.Yuan(900)) // moves the clock
			if _, err := s.Decide(t.Context(), "checker", id, rates.Approved); err != nil {
				t.Fatal(err)
			}
		}
		if amount(t, s) != money.Yuan(801) {
			t.Errorf("got %s", amount(t, s))
		}
	})
	t.Run("a rate that can't be is refused", func(t *testing.T) {
		s, r := newService(t)
		r.Amount, r.Closes = 0, r.Opens.AddDays(-1)
		_, err := s.Propose(t.Context(), "maker", r)
		if e := api.From(err); e.Code != api.CodeInvalid || len(e.Fields) != 2 {
			t.Errorf("got %v", err)
		}
	})
}
