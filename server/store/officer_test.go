package store_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	rules "shebao/server/officer"
	"shebao/server/store/storetest"
	"shebao/shared/officer"
)

func TestOfficers(t *testing.T) {
	s := storetest.Open(t)
	o := officer.Officer{ID: "o-wang", User: "wang", Name: "王经办", Role: officer.Operator}
	keys := rules.Keys{Secret: []byte("12345678901234567890"), Recovery: []string{"aaaaaaaaaa", "bbbbbbbbbb"}}
	if ok, err := s.AddOfficer(t.Context(), o, keys); !ok || err != nil {
		t.Fatal(ok, err)
	}
	t.Run("an officer comes back with the secret", func(t *testing.T) {
		got, ok, err := s.Officer(t.Context(), "o-wang")
		if err != nil || !ok || got.Name != o.Name || got.Role != o.Role {
			t.Errorf("got %+v, %v", got, err)
		}
		secret, err := s.OfficerSecret(t.Context(), "o-wang")
		if err != nil || string(secret) != string(keys.Secret) {
			t.Errorf("got %q, %v", secret, err)
		}
	})
	t.Run("an id is taken once", func(t *testing.T) {
		if ok, err := s.AddOfficer(t.Context(), o, keys); ok || err != nil {
			t.Error(ok, err)
		}
	})
	t.Run("of many at once with one time step one gets in", func(t *testing.T) {
		var in atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if ok, err := s.UseStep(t.Context(), "o-wang", 100); ok && err == nil {
					in.Add(1)
				}
			})
		}
		all.Wait()
		if n := in.Load(); n != 1 {
			t.Errorf("%d got in", n)
		}
		if ok, err := s.UseStep(t.Context(), "o-wang", 99); ok || err != nil {
			t.Error("an earlier step", ok, err)
		}
	})
	t.Run("a recovery code is taken once", func(t *testing.T) {
		for i, want := range []bool{true, false} {
			if ok, err := s.TakeRecovery(t.Context(), "o-wang", "aaaaaaaaaa"); ok != want || err != nil {
				t.Errorf("%d: %t, %v", i, ok, err)
			}
		}
	})
	t.Run("keys that were handed over are replaced once by the officer's own", func(t *testing.T) {
		if ok, err := s.ReplaceKeys(t.Context(), "o-wang", keys); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if got, _, err := s.Officer(t.Context(), "o-wang"); err != nil || !got.Initial {
			t.Errorf("got %+v, %v", got, err)
		}
		own := rules.Keys{Secret: []byte("09876543210987654321"), Recovery: []string{"cccccccccc"}}
		for i, want := range []bool{true, false} {
			if ok, err := s.OwnKeys(t.Context(), "o-wang", own, 200); ok != want || err != nil {
				t.Errorf("%d: %t, %v", i, ok, err)
			}
		}
		if got, _, err := s.Officer(t.Context(), "o-wang"); err != nil || got.Initial {
			t.Errorf("got %+v, %v", got, err)
		}
		if ok, err := s.UseStep(t.Context(), "o-wang", 200); ok || err != nil {
			t.Error("the code that confirmed the secret is good again", ok, err)
		}
		if ok, err := s.TakeRecovery(t.Context(), "o-wang", "bbbbbbbbbb"); ok || err != nil {
			t.Error("a recovery code that was handed over is good", ok, err)
		}
	})
	t.Run("a disabled officer comes back disabled", func(t *testing.T) {
		if err := s.DisableOfficer(t.Context(), "o-wang", rules.Disabled); err != nil {
			t.Fatal(err)
		}
		list, err := s.Officers(t.Context())
		if err != nil || len(list) != 1 || !list[0].Disabled || !strings.HasPrefix(list[0].ID, "o-") {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}
