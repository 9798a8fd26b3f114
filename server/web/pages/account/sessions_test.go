package account

import (
	"context"
	"testing"
	"time"

	rules "shebao/server/account"
	"shebao/server/web"
)

// stored are session rules that know one token.
type stored struct{ kind rules.Kind }

func (s stored) Resume(_ context.Context, token string) (rules.Session, bool, error) {
	if token != "token" {
		return rules.Session{}, false, nil
	}
	seen := today.Start()
	return rules.Session{ID: "s1", Kind: s.kind, Subject: "p1", Name: "李明", Seen: seen, Ends: seen.Add(20 * time.Minute)}, true, nil
}

func (s stored) Look(ctx context.Context, token string) (rules.Session, bool, error) {
	return s.Resume(ctx, token)
}

func (stored) Token(session, visitor string) string {
	if session == "" {
		return visitor
	}
	return session
}

func (stored) Mark(person string) string { return "mark of " + person }

func (s stored) CheckToken(session, visitor, token string) bool {
	return token != "" && token == s.Token(session, visitor)
}

func TestSessions(t *testing.T) {
	f := &fake{unread: 2}
	ends, warn := today.Start().Add(20*time.Minute), 2*time.Minute
	for name, c := range map[string]struct {
		kind  rules.Kind
		token string
		want  web.Session
		ok    bool
	}{
		"a resident has notices":   {rules.Resident, "token", web.Session{ID: "s1", Person: "p1", Name: "李明", Unread: 2, Ends: ends, Warn: warn}, true},
		"an officer has none":      {rules.Officer, "token", web.Session{ID: "s1", Person: "p1", Name: "李明", Officer: true, Ends: ends, Warn: warn}, true},
		"an unknown token is none": {rules.Resident, "other", web.Session{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := Sessions{stored{c.kind}, f}
			got, ok, err := s.Resume(t.Context(), c.token)
			if err != nil || ok != c.ok || got != c.want {
				t.Errorf("got %+v, %t, %v", got, ok, err)
			}
			if looked, ok, err := s.Look(t.Context(), c.token); err != nil || ok != c.ok || looked != got {
				t.Errorf("looking got %+v, %t, %v", looked, ok, err)
			}
		})
	}
}
