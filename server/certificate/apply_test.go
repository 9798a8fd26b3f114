package certificate_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"shebao/server/certificate"
	rules "shebao/server/contribution"
	model "shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

func reversal(id string) []rules.DeclarationSwap {
	return []rules.DeclarationSwap{{
		ID: id, FromState: contribution.Declared, ToState: contribution.Declared, FromPay: contribution.Paid, ToPay: contribution.Reversed,
		Holder: "p", Next: "p",
	}}
}

func TestPreview(t *testing.T) {
	w := newWorld(t)
	t.Run("it states the person's own insurance whoever paid, oldest first", func(t *testing.T) {
		p, err := w.Preview(t.Context(), "li", years(2021, 2026))
		if err != nil || len(p.Rows) != 10 || p.Left != 0 || p.Total != 2*money.Yuan(2021+2022+2023+2024+2025) {
			t.Fatalf("%d rows, %v, %v", len(p.Rows), p.Total, err)
		}
		if p.Rows[0].Scheme != contribution.Pension || p.Rows[0].Period != period.YearPeriod(2021) || p.Rows[1].Scheme != contribution.Medical {
			t.Errorf("%+v", p.Rows[:2])
		}
		if p.Rows[9].Ticket != "311012025medical" || p.Rows[9].PaidOn != (period.Date{Year: 2025, Month: 5, Day: 6}) {
			t.Errorf("%+v", p.Rows[9])
		}
	})
	t.Run("one scheme leaves the other out", func(t *testing.T) {
		r := years(2021, 2026)
		r.Scheme = contribution.Pension
		if p, err := w.Preview(t.Context(), "li", r); err != nil || len(p.Rows) != 5 {
			t.Errorf("%d rows, %v", len(p.Rows), err)
		}
	})
	t.Run("a contribution that reaches over the range's end is counted and left out", func(t *testing.T) {
		r := years(2021, 2021)
		r.Months.To = period.Month{Year: 2022, Month: 6}
		if p, err := w.Preview(t.Context(), "li", r); err != nil || len(p.Rows) != 2 || p.Left != 2 {
			t.Errorf("%+v %v", p, err)
		}
	})
	t.Run("ranges that make no sense are refused", func(t *testing.T) {
		for _, r := range []model.Range{{}, years(2025, 2024), years(2026, 2028), years(1900, 2026), {Months: years(2025, 2025).Months, Scheme: "other"}} {
			_, err := w.Preview(t.Context(), "li", r)
			is(t, err, certificate.ErrRange)
		}
	})
}

func TestApply(t *testing.T) {
	t.Run("the certificate is made and states what was paid", func(t *testing.T) {
		w := newWorld(t)
		c := w.apply(t, years(2021, 2025))
		if c.State != model.Making || c.Number != "112026112300000001" || c.Edition != 1 {
			t.Fatalf("%+v", c)
		}
		w.work(t)
		c = w.load(t, c.ID)
		if c.State != model.Ready || c.Made.IsZero() || c.Count != 10 || c.Facts.Name != name || c.Facts.TaxpayerID != liming {
			t.Fatalf("%+v", c)
		}
		_, document, err := w.Document(t.Context(), "li", c.ID)
		if err != nil || string(document) != "paper of "+name+" "+liming+" "+string(c.Facts.CheckCode) {
			t.Errorf("%s %v", document, err)
		}
	})
	t.Run("the same range within a day gives the same certificate", func(t *testing.T) {
		w := newWorld(t)
		first := w.issued(t, years(2021, 2025))
		w.pass(23 * time.Hour)
		if again := w.apply(t, years(2021, 2025)); again.ID != first.ID {
			t.Errorf("%s, not %s", again.ID, first.ID)
		}
		w.pass(2 * time.Hour)
		if later := w.apply(t, years(2021, 2025)); later.ID == first.ID || later.Number == first.Number || later.Edition != 1 {
			t.Errorf("%+v", later)
		}
	})
	t.Run("other data within a day gives the next edition and the earlier one counts as re-issued", func(t *testing.T) {
		w := newWorld(t)
		first := w.issued(t, years(2021, 2026))
		w.paid(t, contribution.Pension, 2026, "li", "li")
		second := w.issued(t, years(2021, 2026))
		if second.Number != first.Number || second.Edition != 2 || second.Facts.CheckCode == first.Facts.CheckCode || second.Count != 11 {
			t.Fatalf("%+v", second)
		}
		if status, err := w.Status(t.Context(), first); err != nil || status != certificate.Reissued {
			t.Errorf("%s %v", status, err)
		}
		if status, err := w.Status(t.Context(), second); err != nil || status != certificate.Valid {
			t.Errorf("%s %v", status, err)
		}
	})
	t.Run("an edition that is not issued replaces none", func(t *testing.T) {
		w := newWorld(t)
		first := w.issued(t, years(2021, 2026))
		stands := func(when string) {
			t.Helper()
			if f, ok, err := w.Verify(t.Context(), liming, string(first.Facts.CheckCode)); err != nil || !ok || f.Status != certificate.Valid {
				t.Errorf("%s: %s %v %v", when, f.Status, ok, err)
			}
			if r, ok, err := w.Lookup(t.Context(), first.Number); err != nil || !ok || r.ID != first.ID || r.State != model.Ready {
				t.Errorf("%s: the number leads to %s (%s) %v %v", when, r.ID, r.State, ok, err)
			}
		}
		w.paid(t, contribution.Pension, 2026, "li", "li")
		second := w.apply(t, years(2021, 2026))
		if second.Number != first.Number || second.Edition != 2 {
			t.Fatalf("%+v", second)
		}
		stands("while the next one is being made")
		w.fail = certificate.ErrUnprintable
		w.work(t)
		stands("after the next one failed")
		if _, err := w.Retry(t.Context(), "li", second.ID); err != nil {
			t.Fatal(err)
		}
		stands("while the next one is made once more")
		w.reverse(t, "d-pension-2026-li-li")
		w.work(t)
		if got := w.load(t, second.ID); got.State != model.Withdrawn || !got.Made.IsZero() {
			t.Fatalf("%+v", got)
		}
		stands("after the next one was withdrawn before it was made")
	})
	t.Run("an edition that was issued replaces the earlier one also when it is withdrawn itself", func(t *testing.T) {
		w := newWorld(t)
		first := w.issued(t, years(2021, 2026))
		w.paid(t, contribution.Pension, 2026, "li", "li")
		second := w.issued(t, years(2021, 2026))
		if err := w.Withdraw(t.Context(), second.ID, misstated); err != nil {
			t.Fatal(err)
		}
		if status, err := w.Status(t.Context(), first); err != nil || status != certificate.Reissued {
			t.Errorf("%s %v", status, err)
		}
	})
	t.Run("many at once get one certificate", func(t *testing.T) {
		w := newWorld(t)
		ids := make([]string, 8)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() {
				c, err := w.Apply(t.Context(), "li", years(2021, 2025))
				if err != nil {
					t.Error(err)
				}
				ids[i] = c.ID
			})
		}
		all.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("%v", ids)
			}
		}
	})
	t.Run("a range without contributions is refused", func(t *testing.T) {
		w := newWorld(t)
		_, err := w.Apply(t.Context(), "li", years(2010, 2011))
		is(t, err, certificate.ErrNothing)
	})
	t.Run("the day's fifty-first application is refused", func(t *testing.T) {
		w := newWorld(t)
		for i := range 50 {
			r := years(2021, 2025)
			r.Months.From = period.Month{Year: 1990 + i/12, Month: 1 + i%12}
			w.apply(t, r)
		}
		_, err := w.Apply(t.Context(), "li", years(2021, 2025))
		is(t, err, certificate.ErrOften)
	})
}

func TestMaking(t *testing.T) {
	t.Run("trouble is tried again and then fails, and can be retried by hand", func(t *testing.T) {
		w := newWorld(t)
		w.fail = errors.New("no disk")
		c := w.apply(t, years(2021, 2025))
		for range 6 {
			w.work(t)
			w.pass(time.Minute)
		}
		c = w.load(t, c.ID)
		if c.State != model.Failed || c.Reason == "" || w.made != 5 {
			t.Fatalf("%s %q after %d tries", c.State, c.Reason, w.made)
		}
		if _, _, err := w.Document(t.Context(), "li", c.ID); !errors.Is(err, certificate.ErrUnknown) {
			t.Error(err)
		}
		w.fail = nil
		if _, err := w.Retry(t.Context(), "li", c.ID); err != nil {
			t.Fatal(err)
		}
		w.work(t)
		if got := w.load(t, c.ID); got.State != model.Ready || got.Number != c.Number {
			t.Errorf("%+v", got)
		}
		_, err := w.Retry(t.Context(), "li", c.ID)
		is(t, err, certificate.ErrNotFailed)
	})
	t.Run("what can't be printed fails at once and says so", func(t *testing.T) {
		w := newWorld(t)
		w.fail = certificate.ErrUnprintable
		c := w.apply(t, years(2021, 2025))
		w.work(t)
		if c = w.load(t, c.ID); c.State != model.Failed || c.Tries != 0 || w.made != 1 {
			t.Errorf("%+v", c)
		}
	})
	t.Run("one that a dead process held is made after its lease", func(t *testing.T) {
		w := newWorld(t)
		c := w.apply(t, years(2021, 2025))
		if _, ok, err := w.store.LeaseCertificate(t.Context(), w.Now(), w.Now().Add(30*time.Second)); err != nil || !ok {
			t.Fatal(ok, err)
		}
		w.work(t)
		if got := w.load(t, c.ID); got.State != model.Making {
			t.Fatal(got.State)
		}
		w.pass(31 * time.Second)
		w.work(t)
		if got := w.load(t, c.ID); got.State != model.Ready {
			t.Error(got.State)
		}
	})
	t.Run("a watcher hears that it is made", func(t *testing.T) {
		w := newWorld(t)
		c := w.apply(t, years(2021, 2025))
		changes, end := w.Watch(c.ID)
		defer end()
		w.work(t)
		select {
		case <-changes:
		default:
			t.Error("nothing heard")
		}
	})
}

func TestOwn(t *testing.T) {
	w := newWorld(t)
	c := w.issued(t, years(2021, 2025))
	for _, who := range []string{"wang", ""} {
		if _, err := w.Own(t.Context(), who, c.ID); !errors.Is(err, certificate.ErrUnknown) {
			t.Errorf("%q: %v", who, err)
		}
		if _, _, err := w.Document(t.Context(), who, c.ID); !errors.Is(err, certificate.ErrUnknown) {
			t.Errorf("%q: %v", who, err)
		}
	}
	t.Run("the list is by day and turns pages", func(t *testing.T) {
		w.pass(48 * time.Hour)
		second := w.apply(t, years(2021, 2024))
		today := period.DateOf(w.Now())
		f := certificate.Filter{Person: "li", From: today.AddDays(-5), To: today, Limit: 1}
		list, err := w.List(t.Context(), f)
		if err != nil || len(list) != 1 || list[0].ID != second.ID || list[0].Facts.Name != "" {
			t.Fatalf("%+v %v", list, err)
		}
		f.After = w.store.CertificateCursor(list[0])
		if list, err = w.List(t.Context(), f); err != nil || len(list) != 1 || list[0].ID != c.ID {
			t.Errorf("%+v %v", list, err)
		}
		f.After, f.From = "", today
		if list, err = w.List(t.Context(), f); err != nil || len(list) != 1 {
			t.Errorf("%+v %v", list, err)
		}
	})
}
