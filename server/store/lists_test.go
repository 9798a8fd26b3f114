package store_test

import (
	"fmt"
	"testing"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

var (
	_ rules.AmountStore    = (*store.Store)(nil)
	_ rules.PrincipalStore = (*store.Store)(nil)
	_ rules.Register       = (*store.Store)(nil)
	_ rules.Limiter        = (*store.Store)(nil)
)

func declared(i int, at time.Time, pay contribution.PayState) contribution.Declaration {
	year := 2020 + i%7
	return contribution.Declaration{
		ID: fmt.Sprintf("d%03d", i), Due: fmt.Sprintf("due%d", i), Kind: contribution.Regular, Insured: "p1", Payer: "p1",
		Scheme: contribution.Pension, Enrolment: "enr:p1", Authority: "11101010000", Year: year, Period: period.YearPeriod(year),
		Amount: money.Yuan(3000), Deadline: period.Date{Year: year, Month: 12, Day: 31}, Channel: contribution.ChannelMobile,
		Declared: at, State: contribution.Declared, Pay: pay,
		Settled: contribution.Settlement{Ticket: "3", At: at, Channel: contribution.ChannelMobile},
	}
}

func TestDeclarationLists(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	var all []contribution.Declaration
	for i := range 23 {
		pay := contribution.Unpaid
		if i%2 == 0 {
			pay = contribution.Paid
		}
		all = append(all, declared(i, noon.Add(-time.Duration(i/3)*time.Hour), pay)) // three share an instant
	}
	stranger := declared(99, noon, contribution.Unpaid)
	stranger.Insured, stranger.Payer = "p2", "p2"
	for99 := declared(98, noon.AddDate(-2, 0, 0), contribution.Paid)
	for99.Insured = "p3" // p1 paid for p3
	if err := s.AddDeclarations(ctx, append(all, stranger, for99)); err != nil {
		t.Fatal(err)
	}
	today := period.DateOf(noon)

	t.Run("cursors lead through all declarations of the days once, newest first", func(t *testing.T) {
		f := rules.DeclaredFilter{Person: "p1", Scheme: contribution.Pension, From: today.AddDays(-1), To: today, Limit: 5}
		var got []string
		var last time.Time
		for {
			ds, err := s.DeclaredBetween(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range ds {
				if !last.IsZero() && d.Declared.After(last) {
					t.Errorf("%s is out of order", d.ID)
				}
				last = d.Declared
				got = append(got, d.ID)
			}
			if len(ds) < f.Limit {
				break
			}
			f.After = s.DeclaredCursor(ds[len(ds)-1])
		}
		if len(got) != len(all) || len(unique(got)) != len(all) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("only what is declared and unpaid when asked so", func(t *testing.T) {
		ds, err := s.DeclaredBetween(ctx, rules.DeclaredFilter{
			Person: "p1", Scheme: contribution.Pension, From: today.AddDays(-1), To: today, Show: rules.ShowUnpaid, Limit: 50,
		})
		if err != nil || len(ds) != 11 {
			t.Errorf("%d of 11, %v", len(ds), err)
		}
	})
	t.Run("paid periods that overlap the months, by cursor", func(t *testing.T) {
		f := rules.PaidFilter{
			Person: "p1", Scheme: contribution.Pension, Limit: 4,
			Months: period.Period{From: period.Month{Year: 2022, Month: 6}, To: period.Month{Year: 2024, Month: 1}},
		}
		var got []string
		for {
			ds, err := s.PaidIn(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range ds {
				if d.Year < 2022 || d.Year > 2024 {
					t.Errorf("%s is of %d", d.ID, d.Year)
				}
				got = append(got, d.ID)
			}
			if len(ds) < f.Limit {
				break
			}
			f.After = s.PaidCursor(ds[len(ds)-1])
		}
		want := 0
		for _, d := range all {
			if d.Pay == contribution.Paid && d.Year >= 2022 && d.Year <= 2024 {
				want++
			}
		}
		if len(got) != want || len(unique(got)) != want {
			t.Errorf("got %v, want %d", got, want)
		}
	})
	t.Run("the insured finds what others paid", func(t *testing.T) {
		ds, err := s.PaidIn(ctx, rules.PaidFilter{Person: "p3", Scheme: contribution.Pension, Months: for99.Period, Limit: 5})
		if err != nil || len(ds) != 1 || ds[0].Payer != "p1" {
			t.Errorf("%v %v", ds, err)
		}
	})
}

func unique(list []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range list {
		m[s] = true
	}
	return m
}

func TestBook(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	set := func(id string, yuan int64) contribution.Setting {
		return contribution.Setting{
			ID: id, Person: "p1", Enrolment: "enr:p1", Scheme: contribution.Pension, Tier: money.Yuan(yuan),
			From: period.Date{Year: 2026, Month: 1, Day: 1}, To: period.Date{Year: 2026, Month: 12, Day: 31}, Set: noon,
		}
	}
	empty, err := s.Book(ctx, "enr:p1")
	if err != nil || empty.Rev != 0 {
		t.Fatal(empty, err)
	}
	t.Run("of many who write the same revision one wins", func(t *testing.T) {
		n := atOnce(t, 8, func(i int) (bool, error) {
			return s.SwapBook(ctx, rules.Book{
				Enrolment: "enr:p1", Person: "p1", Settings: []contribution.Setting{set(fmt.Sprint("s", i), 3000)},
			})
		})
		if n != 1 {
			t.Fatalf("%d won", n)
		}
		b, err := s.Book(ctx, "enr:p1")
		if err != nil {
			t.Fatal(err)
		}
		old := b.Settings[0]
		old.Ended = noon.Add(time.Minute)
		n = atOnce(t, 8, func(i int) (bool, error) {
			next := b
			next.Settings = []contribution.Setting{set(fmt.Sprint("t", i), 5000), old}
			return s.SwapBook(ctx, next)
		})
		if n != 1 {
			t.Fatalf("%d won", n)
		}
	})
	t.Run("the newest is in force, the one before is history with its end", func(t *testing.T) {
		b, err := s.Book(ctx, "enr:p1")
		if err != nil || len(b.Settings) != 2 || b.Rev != 2 {
			t.Fatalf("%+v %v", b, err)
		}
		if got := b.Settings[1]; got.Tier != money.Yuan(3000) || !got.Ended.Equal(noon.Add(time.Minute)) || got.Person != "p1" {
			t.Errorf("history is %+v", got)
		}
		now, ok, err := s.SettingInForce(ctx, "enr:p1")
		if err != nil || !ok || now.Tier != money.Yuan(5000) || !now.Set.Equal(noon) || now.Scheme != contribution.Pension {
			t.Errorf("%+v %v %v", now, ok, err)
		}
	})
	t.Run("a debit run finds those in force only", func(t *testing.T) {
		void := set("v1", 2000)
		void.Enrolment, void.Person, void.Ended, void.Void = "enr:p2", "p2", noon, true
		if ok, err := s.AddSetting(ctx, void); err != nil || !ok {
			t.Fatal(ok, err)
		}
		list, err := s.SettingsInForce(ctx, contribution.Pension, "", 10)
		if err != nil || len(list) != 1 || list[0].Enrolment != "enr:p1" {
			t.Errorf("%v %v", list, err)
		}
		list, err = s.SettingsInForce(ctx, contribution.Pension, "enr:p1", 10)
		if err != nil || len(list) != 0 {
			t.Errorf("%v %v", list, err)
		}
	})
	t.Run("a planned run finds those voided since its cut-off, too", func(t *testing.T) {
		for _, c := range []struct {
			since       time.Time
			after, last string
			want        int
		}{
			{noon.Add(-time.Second), "", "", 1},
			{noon, "", "", 0},
			{noon.Add(-time.Second), "enr:p1", "enr:p2", 1},
			{noon.Add(-time.Second), "", "enr:p1", 0},
			{noon.Add(-time.Second), "enr:p2", "", 0},
		} {
			list, err := s.SettingsVoidedSince(ctx, contribution.Pension, c.since, c.after, c.last)
			if err != nil || len(list) != c.want {
				t.Errorf("%+v: %v %v", c, list, err)
			}
		}
	})
}

func TestPrincipals(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	t.Run("a grant is found by its id", func(t *testing.T) {
		g := rules.Grant{ID: "g1", Owner: "p1", Principal: "p3", Name: "张**", Consent: "guardian", Expires: noon}
		if err := s.AddGrant(ctx, g); err != nil {
			t.Fatal(err)
		}
		got, ok, err := s.Grant(ctx, "g1")
		if err != nil || !ok || !got.Expires.Equal(noon) {
			t.Fatal(got, ok, err)
		}
		got.Expires = g.Expires
		if got != g {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("only its owner renames and removes a saved one", func(t *testing.T) {
		p := rules.SavedPrincipal{ID: "saved1", Owner: "p1", Principal: "p3", Label: "张**", Name: "张**", Document: "x", Added: noon}
		if ok, err := s.SavePrincipal(ctx, p); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if ok, err := s.SavePrincipal(ctx, p); err != nil || ok {
			t.Fatal("saved twice", err)
		}
		if ok, err := s.RenamePrincipal(ctx, "p2", "saved1", "x"); err != nil || ok {
			t.Error("a stranger renamed it", err)
		}
		if ok, err := s.RemovePrincipal(ctx, "p2", "saved1"); err != nil || ok {
			t.Error("a stranger removed it", err)
		}
		if ok, err := s.RenamePrincipal(ctx, "p1", "saved1", "女儿"); err != nil || !ok {
			t.Error(ok, err)
		}
		list, err := s.SavedPrincipals(ctx, "p1")
		if err != nil || len(list) != 1 || list[0].Label != "女儿" {
			t.Errorf("%v %v", list, err)
		}
		if ok, err := s.RemovePrincipal(ctx, "p1", "saved1"); err != nil || !ok {
			t.Error(ok, err)
		}
	})
}
