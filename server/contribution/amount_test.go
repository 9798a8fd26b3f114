package contribution_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"shebao/server/contribution"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// shelf is an AmountStore in memory; lose makes the next swap lose its race.
type shelf struct {
	mu         sync.Mutex
	enrolments []model.Enrolment
	byID       map[string]contribution.Book
	lose       func()
}

func (b *shelf) Enrolments(_ context.Context, person string, _ model.Scheme) ([]model.Enrolment, error) {
	var own []model.Enrolment
	for _, e := range b.enrolments {
		if e.Person == person {
			own = append(own, e)
		}
	}
	return own, nil
}

func (b *shelf) Book(_ context.Context, enrolment string) (contribution.Book, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byID[enrolment], nil
}

func (b *shelf) SwapBook(_ context.Context, next contribution.Book) (bool, error) {
	if lose := b.lose; lose != nil {
		b.lose = nil
		lose()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byID[next.Enrolment].Rev != next.Rev {
		return false, nil
	}
	next.Rev++
	b.byID[next.Enrolment] = next
	return true, nil
}

type dueList struct{ views []contribution.View }

func (d *dueList) Dues(context.Context, string, model.Scheme) ([]contribution.View, error) {
	return d.views, nil
}

type plans struct{ held bool }

func (p plans) Plan(context.Context, string) (contribution.Plan, error) {
	return contribution.Plan{Held: p.held}, nil
}

type amounts struct {
	*contribution.Amounts
	store *shelf
	dues  *dueList
	now   time.Time
	ids   int
}

func newAmounts() *amounts {
	year := period.Date{Year: 2026, Month: 1, Day: 1}
	a := &amounts{
		now:  time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC),
		dues: &dueList{},
		store: &shelf{byID: map[string]contribution.Book{}, enrolments: []model.Enrolment{
			{ID: "e1", Person: "p1", Scheme: model.Pension, Category: "10", From: year.AddYears(-5), Subsidy: money.Yuan(1000)},
			{ID: "e2", Person: "p2", Scheme: model.Pension, Category: "10", From: year.AddYears(-5)},
		}},
	}
	rates := model.Rates{{
		Scheme: model.Pension, Category: "10", Year: 2026, Min: money.Yuan(1000), Max: money.Yuan(9000), Opens: year,
		Closes: period.Date{Year: 2026, Month: 12, Day: 31}, Benefit: period.YearPeriod(2026),
	}}
	a.Amounts = contribution.NewAmounts(contribution.AmountConfig{
		Store: a.store, Dues: a.dues, Rates: func() model.Rates { return rates }, Now: func() time.Time { return a.now },
		NewID: func(p string) string { a.ids++; return fmt.Sprint(p, a.ids) },
	})
	return a
}

func (a *amounts) set(yuan int64) (model.Setting, error) {
	return a.Set(context.Background(), contribution.AmountRequest{Person: "p1", Enrolment: "e1", Tier: money.Yuan(yuan)})
}

func TestSetAmount(t *testing.T) {
	t.Run("it is in force for the calendar year, less the subsidy", func(t *testing.T) {
		s, err := newAmounts().set(3000)
		if err != nil {
			t.Fatal(err)
		}
		if s.From.String() != "2026-01-01" || s.To.String() != "2026-12-31" || s.Amount() != money.Yuan(2000) {
			t.Errorf("%+v", s)
		}
	})
	t.Run("the subsidy never exceeds the tier", func(t *testing.T) {
		a := newAmounts()
		a.store.enrolments[0].Subsidy = money.Yuan(8000)
		if s, err := a.set(2000); err != nil || s.Subsidy != money.Yuan(2000) || s.Amount() != 0 {
			t.Errorf("%+v %v", s, err)
		}
	})
	t.Run("a later one replaces it and leaves it as history", func(t *testing.T) {
		a := newAmounts()
		first, err := a.set(3000)
		if err != nil {
			t.Fatal(err)
		}
		a.now = a.now.Add(time.Hour)
		second, err := a.set(5000)
		if err != nil {
			t.Fatal(err)
		}
		v, err := a.List(t.Context(), "p1")
		if err != nil || v[0].Setting.ID != second.ID || len(v[0].History) != 1 {
			t.Fatalf("%+v %v", v, err)
		}
		if h := v[0].History[0]; h.ID != first.ID || !h.Ended.Equal(second.Set) || h.Void {
			t.Errorf("history is %+v", h)
		}
	})
	t.Run("the same amount again changes nothing", func(t *testing.T) {
		a := newAmounts()
		first, err := a.set(3000)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := a.set(3000); err != nil || again.ID != first.ID {
			t.Errorf("%+v %v", again, err)
		}
	})
	t.Run("a lost race is run again on what the winner left", func(t *testing.T) {
		a := newAmounts()
		a.store.lose = func() {
			if _, err := a.set(4000); err != nil {
				t.Error(err)
			}
		}
		if _, err := a.set(3000); err != nil {
			t.Fatal(err)
		}
		b := a.store.byID["e1"]
		if len(b.Settings) != 2 || b.Settings[0].Tier != money.Yuan(3000) || b.Settings[1].Tier != money.Yuan(4000) {
			t.Errorf("%+v", b.Settings)
		}
	})
	t.Run("amounts outside the range or not in whole yuan are refused", func(t *testing.T) {
		a := newAmounts()
		for tier, want := range map[money.Fen]*contribution.Refusal{
			money.Yuan(999): contribution.RefuseTierRange, money.Yuan(9001): contribution.RefuseTierRange,
			money.Yuan(3000) + 1: contribution.RefuseTierYuan, 0: contribution.RefuseTierRange, -100: contribution.RefuseTierRange,
		} {
			_, err := a.Set(t.Context(), contribution.AmountRequest{Person: "p1", Enrolment: "e1", Tier: tier})
			if !errors.Is(err, want) {
				t.Errorf("%s: %v", tier, err)
			}
		}
	})
	t.Run("another person's enrolment is refused", func(t *testing.T) {
		a := newAmounts()
		_, err := a.Set(t.Context(), contribution.AmountRequest{Person: "p1", Enrolment: "e2", Tier: money.Yuan(3000)})
		if !errors.Is(err, contribution.RefuseEnrolment) {
			t.Error(err)
		}
	})
	t.Run("a paid, declared or debited year is refused", func(t *testing.T) {
		due := model.Due{Enrolment: "e1", Kind: model.Regular, Year: 2026}
		paid, declared := due, due
		paid.State, declared.State = model.DuePaid, model.DueDeclared
		for want, v := range map[*contribution.Refusal]contribution.View{
			contribution.RefuseYearPaid:     {Due: paid},
			contribution.RefuseYearDeclared: {Due: declared, Live: &model.Declaration{Pay: model.Unpaid}},
			contribution.RefuseDebiting:     {Due: declared, Live: &model.Declaration{Pay: model.Debiting}},
		} {
			a := newAmounts()
			a.dues.views = []contribution.View{v}
			if _, err := a.set(3000); !errors.Is(err, want) {
				t.Errorf("%s: %v", want.Code, err)
			}
		}
	})
	t.Run("too many changes in a day wait for the next", func(t *testing.T) {
		a := newAmounts()
		for i := range int64(contribution.MaxChangesADay) {
			if _, err := a.set(1000 + i); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := a.set(9000); !errors.Is(err, contribution.RefuseTooOften) {
			t.Error(err)
		}
		a.now = a.now.AddDate(0, 0, 1)
		if _, err := a.set(9000); err != nil {
			t.Error(err)
		}
	})
}

func TestVoidAmount(t *testing.T) {
	t.Run("it is over at once and stays in the history as void", func(t *testing.T) {
		a := newAmounts()
		s, err := a.set(3000)
		if err != nil {
			t.Fatal(err)
		}
		held, err := a.Void(t.Context(), contribution.VoidAmountRequest{Person: "p1", Settings: []string{s.ID, s.ID}})
		if err != nil || len(held) != 0 {
			t.Fatal(held, err)
		}
		v, err := a.List(t.Context(), "p1")
		if err != nil || v[0].Setting != nil || len(v[0].History) != 1 || !v[0].History[0].Void {
			t.Errorf("%+v %v", v, err)
		}
	})
	t.Run("a stranger's, a replaced and a voided one are refused", func(t *testing.T) {
		a := newAmounts()
		old, err := a.set(3000)
		if err != nil {
			t.Fatal(err)
		}
		now, err := a.set(4000)
		if err != nil {
			t.Fatal(err)
		}
		for person, id := range map[string]string{"p1": old.ID, "p2": now.ID} {
			_, err := a.Void(t.Context(), contribution.VoidAmountRequest{Person: person, Settings: []string{id}})
			if !errors.Is(err, contribution.RefuseNoSuch) {
				t.Errorf("%s: %v", person, err)
			}
		}
	})
	t.Run("a run that holds it is told, and the void stands", func(t *testing.T) {
		a := newAmounts()
		a.Runs = plans{held: true}
		s, err := a.set(3000)
		if err != nil {
			t.Fatal(err)
		}
		held, err := a.Void(t.Context(), contribution.VoidAmountRequest{Person: "p1", Settings: []string{s.ID}})
		if err != nil || len(held) != 1 {
			t.Errorf("%v %v", held, err)
		}
		if _, ok := a.store.byID["e1"].Current(); ok {
			t.Error("it is still in force")
		}
	})
}

// Whatever people do in whatever order, at most the newest setting is in force, nothing
// of the history is lost or changed, and what is in force is within the range.
func TestAmountHistory(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		a := newAmounts()
		var before []model.Setting
		for range 40 {
			a.now = a.now.Add(time.Duration(rnd.IntN(8)) * time.Hour)
			if b := a.store.byID["e1"]; len(b.Settings) > 0 && rnd.IntN(3) == 0 {
				_, _ = a.Void(t.Context(), contribution.VoidAmountRequest{
					Person: "p1", Settings: []string{b.Settings[rnd.IntN(len(b.Settings))].ID},
				}) // a refusal is a legal outcome
			} else {
				_, _ = a.set(rnd.Int64N(10) * 1000) // as above
			}
			after := a.store.byID["e1"].Settings
			check(t, seed, before, after)
			before = after
		}
	}
}

func check(t *testing.T, seed uint64, before, after []model.Setting) {
	t.Helper()
	if len(after) < len(before) || len(after) > len(before)+1 {
		t.Fatalf("seed %d: %d settings became %d", seed, len(before), len(after))
	}
	for i, s := range after {
		if i > 0 && s.Ended.IsZero() {
			t.Fatalf("seed %d: an older setting is in force: %+v", seed, after)
		}
		if s.Tier < money.Yuan(1000) || s.Tier > money.Yuan(9000) || s.Amount() < 0 {
			t.Fatalf("seed %d: %+v", seed, s)
		}
	}
	for i := range before {
		was, is := before[len(before)-1-i], after[len(after)-1-i]
		if was.Ended.IsZero() { // the one that was in force may end now
			is.Ended, is.Void = was.Ended, was.Void
		}
		if was != is {
			t.Fatalf("seed %d: history changed from %+v to %+v", seed, was, is)
		}
	}
}
