package account_test

import (
	"strings"
	"testing"
	"time"

	"shebao/server/account"
)

func TestSession(t *testing.T) {
	t.Run("it ends 20 minutes after the last request", func(t *testing.T) {
		b := provided(t)
		token, _ := b.mustLogin(t)
		for range 3 {
			b.clock.Advance(19 * time.Minute)
			if !b.live(t, token) {
				t.Fatal("it ended early")
			}
		}
		b.clock.Advance(20 * time.Minute)
		if b.live(t, token) {
			t.Error("it lives on")
		}
	})
	t.Run("it ends after 12 hours whatever happens", func(t *testing.T) {
		b := provided(t)
		token, _ := b.mustLogin(t)
		for range 71 {
			b.clock.Advance(10 * time.Minute)
			if !b.live(t, token) {
				t.Fatal("it ended early")
			}
		}
		b.clock.Advance(10 * time.Minute)
		if b.live(t, token) {
			t.Error("it lives on")
		}
	})
	t.Run("requests are noted once a minute at most", func(t *testing.T) {
		b := provided(t)
		token, _ := b.mustLogin(t)
		for range 120 {
			b.clock.Advance(time.Second)
			b.live(t, token)
		}
		if b.store.touches != 2 {
			t.Errorf("noted %d times", b.store.touches)
		}
	})
	t.Run("looking at it does not make it last", func(t *testing.T) {
		b := provided(t)
		token, begun := b.mustLogin(t)
		for range 3 {
			b.clock.Advance(6 * time.Minute)
			if ses, ok, err := b.Look(t.Context(), token); err != nil || !ok || !ses.Ends.Equal(begun.Ends) {
				t.Fatalf("%+v %v %v", ses, ok, err)
			}
		}
		b.clock.Advance(2 * time.Minute)
		if _, ok, err := b.Look(t.Context(), token); ok || err != nil || b.live(t, token) {
			t.Errorf("it lives on, %v", err)
		}
	})
	t.Run("its person is asked in time whether to stay", func(t *testing.T) {
		for life, want := range map[time.Duration]time.Duration{20 * time.Minute: 2 * time.Minute, 30 * time.Second: 10 * time.Second} {
			now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
			if got := (account.Session{Seen: now, Ends: now.Add(life)}).Warn(); got != want {
				t.Errorf("%v before the end of %v, want %v", got, life, want)
			}
		}
	})
	t.Run("the store does not have the token", func(t *testing.T) {
		b := provided(t)
		token, _ := b.mustLogin(t)
		for id := range b.store.sessions {
			if strings.Contains(id, token) || b.live(t, id) {
				t.Error("what is stored is good for a login")
			}
		}
	})
	t.Run("no other token is live", func(t *testing.T) {
		b := provided(t)
		token, _ := b.mustLogin(t)
		for _, other := range []string{"", "x", token[1:], token + "A", strings.Repeat("A", len(token))} {
			if b.live(t, other) {
				t.Errorf("%q is live", other)
			}
		}
	})
	t.Run("logging out ends this one only", func(t *testing.T) {
		b := provided(t)
		phone, ses := b.mustLogin(t)
		tablet, _ := b.mustLogin(t)
		if err := b.Logout(t.Context(), ses, address); err != nil {
			t.Fatal(err)
		}
		if b.live(t, phone) || !b.live(t, tablet) {
			t.Error("the wrong one ended")
		}
	})
	t.Run("logging out everywhere ends all", func(t *testing.T) {
		b := provided(t)
		phone, ses := b.mustLogin(t)
		tablet, _ := b.mustLogin(t)
		if err := b.LogoutEverywhere(t.Context(), ses, address); err != nil {
			t.Fatal(err)
		}
		if b.live(t, phone) || b.live(t, tablet) {
			t.Error("one lives on")
		}
	})
}

func TestFormToken(t *testing.T) {
	b := newBench(t)
	ses, visitor := b.Token("s1", "v1"), b.Token("", "v1")
	for _, c := range []struct {
		name                    string
		session, visitor, token string
		want                    bool
	}{
		{"the session's own", "s1", "v1", ses, true},
		{"the session's own after the visitor cookie changed", "s1", "v2", ses, true},
		{"another session's", "s2", "v1", ses, false},
		{"the visitor's own", "", "v1", visitor, true},
		{"another visitor's", "", "v2", visitor, false},
		{"the visitor's after logging in", "s1", "v1", visitor, false},
		{"the session's after logging out", "", "v1", ses, false},
		{"a session named as the visitor", "v1", "", visitor, false},
		{"none", "s1", "v1", "", false},
		{"half of it", "s1", "v1", ses[:16], false},
		{"a changed one", "s1", "v1", "AAAA" + ses[4:], false},
		{"nobody's", "", "", b.Token("", ""), false},
	} {
		if got := b.CheckToken(c.session, c.visitor, c.token); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if b.Token("s1", "v1") == ses {
		t.Error("two tokens look the same: compression would betray them")
	}
	other := newBench(t, func(c *account.Config) { c.Key = []byte(strings.Repeat("x", 32)) })
	if other.CheckToken("s1", "v1", ses) {
		t.Error("another key's token is taken")
	}
}

func TestNew(t *testing.T) {
	if _, err := account.New(account.Config{Key: []byte("short")}); err == nil {
		t.Error("a short key is taken")
	}
}
