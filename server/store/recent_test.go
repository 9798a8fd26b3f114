package store_test

import (
	"testing"
	"time"

	"shebao/server/store/storetest"
	"shebao/shared/contribution"
	"shebao/shared/period"
)

func TestRecent(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	paid := func(i, year int, at time.Time) contribution.Declaration {
		d := declared(i, at, contribution.Paid)
		d.Year, d.Period = year, period.YearPeriod(year)
		return d
	}
	others := func(i int, pay contribution.PayState) contribution.Declaration {
		d := declared(i, noon, pay)
		d.Insured, d.Scheme = "p3", contribution.Medical
		return d
	}
	voided, theirs := others(8, contribution.Unpaid), others(9, contribution.Unpaid)
	voided.State = contribution.Voided
	theirs.Insured, theirs.Payer = "p1", "p3"
	medical := paid(3, 2026, noon.Add(-2*time.Hour))
	medical.Scheme = contribution.Medical
	if err := s.AddDeclarations(ctx, []contribution.Declaration{
		paid(1, 2027, noon.Add(-3*time.Hour)), paid(2, 2020, noon.Add(-time.Hour)), medical,
		declared(4, noon, contribution.Unpaid), others(5, contribution.Unpaid), others(6, contribution.Debiting),
		others(7, contribution.Reversed), voided, theirs,
	}); err != nil {
		t.Fatal(err)
	}
	t.Run("what was paid last comes first, whatever period it was for", func(t *testing.T) {
		ds, err := s.RecentPaid(ctx, "p1", 2)
		if err != nil || len(ds) != 2 || ds[0].Year != 2020 || ds[1].Scheme != contribution.Medical {
			t.Errorf("%+v %v", ds, err)
		}
	})
	t.Run("only what was declared for others and waits for money is found", func(t *testing.T) {
		ds, err := s.UnpaidForOthers(ctx, "p1", 10)
		if err != nil || len(ds) != 2 {
			t.Fatalf("%+v %v", ds, err)
		}
		for _, d := range ds {
			if d.ID != "d005" && d.ID != "d006" || d.Amount == 0 || d.Deadline.IsZero() || d.Payer != "p1" || d.State != contribution.Declared {
				t.Errorf("%+v", d)
			}
		}
	})
}
