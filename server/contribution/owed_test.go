package contribution_test

import (
	"slices"
	"testing"

	"shebao/server/bank/banksim"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

func TestOwed(t *testing.T) {
	r := newRig(t, nil)
	owed := func(person string) (money.Fen, int, bool) {
		t.Helper()
		s, err := r.Owed(r.ctx(), person)
		if err != nil {
			t.Fatal(err)
		}
		var sum money.Fen
		open := 0
		for _, v := range s.Views {
			if v.Due.State == model.DuePaid {
				t.Errorf("%s is paid", v.Due.ID)
			}
			if v.Refusal == nil {
				sum += v.Amount
				open++
			}
		}
		return sum, open, s.Enrolled
	}
	who := r.person()
	r.assess(who, 1, money.Yuan(1000), period.Date{Year: 2026, Month: 12, Day: 31})
	t.Run("both schemes and assessed dues count, years that have opened are made once", func(t *testing.T) {
		for range 2 {
			if sum, open, enrolled := owed(who); sum != money.Yuan(3000+795+1000) || open != 3 || !enrolled {
				t.Errorf("owes %s for %d dues, enrolled %t", sum, open, enrolled)
			}
		}
	})
	t.Run("it agrees with the lists of each scheme", func(t *testing.T) {
		var want, got []string
		for _, scheme := range []model.Scheme{model.Pension, model.Medical} {
			views, err := r.Dues(r.ctx(), who, scheme)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range views {
				want = append(want, v.Due.ID+v.Amount.String())
			}
		}
		s, err := r.Owed(r.ctx(), who)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range s.Views {
			got = append(got, v.Due.ID+v.Amount.String())
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
	t.Run("a declared due is listed but no longer open, a paid one is gone", func(t *testing.T) {
		ids := r.declareAll(who, model.Medical)
		if sum, open, _ := owed(who); sum != money.Yuan(4000) || open != 2 {
			t.Errorf("owes %s for %d dues", sum, open)
		}
		p, err := r.pay(who, r.sign(who, banksim.SyntheticAccount(1)), "key", ids...)
		if err != nil {
			t.Fatal(err)
		}
		r.settleAll(p.ID)
		for range 2 { // the paid year is not made again
			s, err := r.Owed(r.ctx(), who)
			if err != nil || len(s.Views) != 2 {
				t.Errorf("%d dues, %v", len(s.Views), err)
			}
		}
	})
	t.Run("nobody is enrolled by asking", func(t *testing.T) {
		if sum, open, enrolled := owed("stranger"); sum != 0 || open != 0 || enrolled {
			t.Errorf("owes %s for %d dues, enrolled %t", sum, open, enrolled)
		}
	})
}
