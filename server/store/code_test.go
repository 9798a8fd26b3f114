package store_test

import (
	"testing"
	"time"

	"shebao/server/account"
	"shebao/server/store/storetest"
)

func TestLookCode(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	const phone = "13800000001"
	if _, _, ok, err := s.LookCode(ctx, account.ForLogin, phone); ok || err != nil {
		t.Fatal(ok, err)
	}
	put := account.Code{Purpose: account.ForLogin, Phone: phone, Hash: "h1", Sent: noon, Expires: noon.Add(5 * time.Minute)}
	if ok, err := s.PutCode(ctx, put, noon.Add(-time.Minute)); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for range 2 {
		if _, ok, err := s.TryCode(ctx, account.ForLogin, phone, noon, 5); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	for range 2 { // looking counts nothing
		c, tries, ok, err := s.LookCode(ctx, account.ForLogin, phone)
		if tries != 2 || !ok || err != nil || c.Hash != "h1" || !c.Sent.Equal(put.Sent) || !c.Expires.Equal(put.Expires) {
			t.Errorf("%+v after %d tries, %v, %v", c, tries, ok, err)
		}
	}
	if _, _, ok, err := s.LookCode(ctx, account.ForRegister, phone); ok || err != nil {
		t.Error(ok, err)
	}
}
