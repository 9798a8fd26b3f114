package contribution_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"shebao/server/contribution"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// register knows one child.
type register struct{ asked int }

var child = person.Person{
	ID: "p3", Name: "张小雨", Document: idcard.Document{Type: idcard.ResidentID, Number: "110108201506012010"}, Nationality: "CHN",
}

func (r *register) FindExact(_ context.Context, name string, d idcard.Document) (person.Person, bool, error) {
	r.asked++
	if name != child.Name || d != child.Document {
		return person.Person{}, false, nil
	}
	return child, true, nil
}

type counter map[string]int

func (c counter) Count(_ context.Context, key string, start, _ time.Time) (int, error) {
	c[key+start.String()]++
	return c[key+start.String()], nil
}

type grantBook struct {
	grants map[string]contribution.Grant
	saved  map[string]contribution.SavedPrincipal
}

func (b *grantBook) AddGrant(_ context.Context, g contribution.Grant) error {
	b.grants[g.ID] = g
	return nil
}

func (b *grantBook) Grant(_ context.Context, id string) (contribution.Grant, bool, error) {
	g, ok := b.grants[id]
	return g, ok, nil
}

func (b *grantBook) SavedPrincipals(_ context.Context, owner string) ([]contribution.SavedPrincipal, error) {
	var list []contribution.SavedPrincipal
	for _, s := range b.saved {
		if s.Owner == owner {
			list = append(list, s)
		}
	}
	return list, nil
}

func (b *grantBook) SavePrincipal(_ context.Context, p contribution.SavedPrincipal) (bool, error) {
	_, there := b.saved[p.ID]
	b.saved[p.ID] = p
	return !there, nil
}

func (b *grantBook) RenamePrincipal(context.Context, string, string, string) (bool, error) {
	return false, nil
}

func (b *grantBook) RemovePrincipal(context.Context, string, string) (bool, error) {
	return false, nil
}

func TestPrincipal(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	setup := func() (*contribution.Principals, *register, *grantBook) {
		r := &register{}
		b := &grantBook{map[string]contribution.Grant{}, map[string]contribution.SavedPrincipal{}}
		return contribution.NewPrincipals(contribution.PrincipalConfig{
			Store: b, Register: r, Limiter: counter{}, Now: func() time.Time { return now },
			NewID: func(p string) string { return p + "1" },
		}), r, b
	}
	ok := contribution.PrincipalRequest{
		Owner: "p1", Name: " 张小雨 ", Type: idcard.ResidentID, Number: child.Document.Number, Nationality: "CHN",
		Consent: contribution.Consented,
	}
	t.Run("an exact match is granted for an hour, a guardian's consent noted", func(t *testing.T) {
		p, _, _ := setup()
		g, err := p.Name(t.Context(), ok)
		if err != nil || g.Principal != "p3" || g.Name != "张**" || g.Consent != "guardian" || !g.Expires.Equal(now.Add(time.Hour)) {
			t.Errorf("%+v %v", g, err)
		}
	})
	t.Run("malformed answers stand beside their fields and are not looked up", func(t *testing.T) {
		p, r, _ := setup()
		bad := contribution.PrincipalRequest{Owner: "p1", Name: "1", Type: idcard.ResidentID, Number: "1", Nationality: "HKG"}
		_, err := p.Name(t.Context(), bad)
		var e *api.Error
		if !errors.As(err, &e) || len(e.Fields) != 4 || r.asked != 0 {
			t.Fatalf("%v, asked %d times", err, r.asked)
		}
		for i, field := range []string{page.FieldOtherName, page.FieldOtherNumber, page.FieldOtherNationality, page.FieldOtherConsent} {
			if e.Fields[i].Field != field {
				t.Errorf("problem %d is about %s", i, e.Fields[i].Field)
			}
		}
	})
	t.Run("oneself is no principal", func(t *testing.T) {
		p, _, _ := setup()
		self := ok
		self.Owner = child.ID
		if _, err := p.Name(t.Context(), self); !errors.Is(err, contribution.RefuseOneself) {
			t.Error(err)
		}
	})
	t.Run("misses count too, and after the limit even a match is refused unasked", func(t *testing.T) {
		p, r, _ := setup()
		miss := ok
		miss.Name = "张大雨"
		for range contribution.MaxNamedADay {
			if _, err := p.Name(t.Context(), miss); !errors.Is(err, contribution.RefusePrincipal) {
				t.Fatal(err)
			}
		}
		asked := r.asked
		if _, err := p.Name(t.Context(), ok); !errors.Is(err, contribution.RefuseLookups) || r.asked != asked {
			t.Errorf("%v, asked %d more", err, r.asked-asked)
		}
	})
	t.Run("a saved id says nothing of either and is the same again", func(t *testing.T) {
		p, _, b := setup()
		keep := ok
		keep.Remember = contribution.RememberHim
		for range 2 {
			if _, err := p.Name(t.Context(), keep); err != nil {
				t.Fatal(err)
			}
		}
		if len(b.saved) != 1 {
			t.Errorf("%d saved", len(b.saved))
		}
	})
}

func TestNeedsGuardian(t *testing.T) {
	birthday := period.Date{Year: 2029, Month: 6, Day: 1}
	if !contribution.NeedsGuardian(child.Document, birthday.AddDays(-1)) || contribution.NeedsGuardian(child.Document, birthday) {
		t.Error("the guardian is needed until the 14th birthday")
	}
}

func TestTotalsByYear(t *testing.T) {
	paid := func(year int, fen money.Fen) model.Declaration { return model.Declaration{Year: year, Amount: fen} }
	got := contribution.TotalsByYear([]model.Declaration{paid(2024, 1), paid(2026, 2), paid(2025, 4), paid(2026, 8)})
	want := []contribution.YearTotal{{2026, 2, 10}, {2025, 1, 4}, {2024, 1, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
