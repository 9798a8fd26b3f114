package forewarn_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"shebao/server/clock"
	"shebao/server/debit"
	"shebao/server/forewarn"
	"shebao/server/notice"
	"shebao/server/store/storetest"
	"shebao/shared/contribution"
	model "shebao/shared/debit"
	shared "shebao/shared/notice"
	"shebao/shared/period"
)

var start = time.Date(2026, 11, 23, 10, 30, 0, 0, period.Zone)

// book is one run and its people.
type book struct {
	run    model.Run
	people int
	fail   int // calls of Items until one fails; 0 for never
}

func (b *book) List(_ context.Context, before string, _ int) ([]model.Run, error) {
	if before != "" {
		return nil, nil
	}
	return []model.Run{b.run}, nil
}

func (b *book) Items(_ context.Context, f debit.ItemFilter) ([]model.Item, error) {
	if b.fail > 0 {
		if b.fail--; b.fail == 0 {
			return nil, errors.New("the store is gone")
		}
	}
	var list []model.Item
	for i := range b.people {
		it := model.Item{
			ID: fmt.Sprintf("%s:e%04d", f.Run, i), Person: fmt.Sprintf("p%04d", i), Bank: "313", Account: "6217 **** **** 0012", Amount: 300000, State: model.Chosen,
		}
		if it.ID > f.After && len(list) < f.Limit && f.Run == b.run.ID && f.State == model.Chosen {
			list = append(list, it)
		}
	}
	return list, nil
}

// phones notes whom phones would be told.
type phones struct{ told map[string]int }

func (p *phones) Queue(_ context.Context, ns []shared.Notice) error {
	for _, n := range ns {
		p.told[n.ID]++
	}
	return nil
}

func TestTellPlanned(t *testing.T) {
	approved := model.Run{ID: "r1", Scheme: contribution.Pension, Year: 2026, State: model.Running, Round: 1, Date: period.Date{Year: 2026, Month: 12, Day: 1}}
	rig := func(t *testing.T, b *book) (*forewarn.Service, *notice.Service, *phones) {
		t.Helper()
		c, p := clock.NewFake(start), &phones{map[string]int{}}
		n := notice.New(notice.Config{Store: storetest.Open(t), Phones: p, Now: c.Now})
		return forewarn.New(forewarn.Config{Runs: b, Notices: n, Now: c.Now}), n, p
	}
	t.Run("everybody in an approved run is told once what will be debited when and from where", func(t *testing.T) {
		b := &book{run: approved, people: 1203}
		s, n, p := rig(t, b)
		other := forewarn.New(forewarn.Config{Runs: b, Notices: n, Now: s.Now}) // another server
		for _, s := range []*forewarn.Service{s, s, other} {
			if err := s.TellPlanned(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if len(p.told) != 1203 {
			t.Errorf("%d are told", len(p.told))
		}
		got, err := n.List(t.Context(), "p1202", "")
		if err != nil || len(got.Notices) != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		one := got.Notices[0]
		for _, part := range []string{"2026-12-01", "北京银行", "6217 **** **** 0012", "城乡居民养老", "¥ 3,000.00"} {
			if !strings.Contains(one.Text, part) {
				t.Errorf("%s is not in %s", part, one.Text)
			}
		}
		if one.Kind != shared.Planned || one.Link != "/pension/amounts" {
			t.Errorf("%+v", one)
		}
	})
	t.Run("after an error the rest is told", func(t *testing.T) {
		b := &book{run: approved, people: 1203, fail: 2}
		s, _, p := rig(t, b)
		if err := s.TellPlanned(t.Context()); err == nil || len(p.told) != 500 {
			t.Fatalf("%v, %d told", err, len(p.told))
		}
		if err := s.TellPlanned(t.Context()); err != nil || len(p.told) != 1203 {
			t.Errorf("%v, %d told", err, len(p.told))
		}
	})
	for name, change := range map[string]func(*model.Run){
		"a run that nobody approved":    func(r *model.Run) { r.State = model.Submitted },
		"a run of today":                func(r *model.Run) { r.Date = period.DateOf(start) },
		"a retry round":                 func(r *model.Run) { r.Round = 2 },
		"a run that was stopped":        func(r *model.Run) { r.Stopped = true },
		"a run that has come to an end": func(r *model.Run) { r.State = model.Finished },
	} {
		t.Run(name+" is not announced", func(t *testing.T) {
			b := &book{run: approved, people: 3}
			change(&b.run)
			s, _, p := rig(t, b)
			if err := s.TellPlanned(t.Context()); err != nil || len(p.told) != 0 {
				t.Errorf("%v, %d told", err, len(p.told))
			}
		})
	}
}
