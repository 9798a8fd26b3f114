package store_test

import (
	"testing"
	"time"

	"shebao/server/store/storetest"
)

func TestDraft(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	is := func(session, form string, at time.Time, want string) {
		t.Helper()
		if got, err := s.Draft(ctx, session, form, at); err != nil || got != want {
			t.Errorf("%s of %s is %q, want %q, %v", form, session, got, want, err)
		}
	}
	is("s1", "refund:d1", noon, "")
	for _, text := range []string{"点错了", "重复缴费，凭证号 1"} {
		if err := s.SetDraft(ctx, "s1", "refund:d1", text, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		is("s1", "refund:d1", noon, text)
	}
	is("s2", "refund:d1", noon, "")
	is("s1", "refund:d2", noon, "")
	is("s1", "refund:d1", noon.Add(time.Hour), "")
	for range 2 {
		if err := s.ForgetDraft(ctx, "s1", "refund:d1"); err != nil {
			t.Fatal(err)
		}
		is("s1", "refund:d1", noon, "")
	}
}
