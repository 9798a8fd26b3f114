package store_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/server/sms"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/shared/idcard"
	"shebao/shared/person"
)

var (
	_ account.Population = (*store.Store)(nil)
	_ account.Accounts   = (*store.Store)(nil)
	_ account.Sessions   = (*store.Store)(nil)
	_ account.Codes      = (*store.Store)(nil)
	_ account.Tries      = (*store.Store)(nil)
	_ account.Limiter    = (*store.Store)(nil)
	_ sms.Box            = (*store.Store)(nil)
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// atOnce runs f n times at the same time and counts how often it says true.
func atOnce(t *testing.T, n int, f func(i int) (bool, error)) int {
	t.Helper()
	var yes atomic.Int32
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			ok, err := f(i)
			if err != nil {
				t.Error(err)
			}
			if ok {
				yes.Add(1)
			}
		})
	}
	wg.Wait()
	return int(yes.Load())
}

func TestAccounts(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	a := account.Account{
		ID: "resident:p1", Kind: account.Resident, Subject: "p1", Login: "110101199003071233", Name: "李明", Phone: "13800000001",
		Hash: "h1", Created: noon,
	}
	if ok, err := s.AddAccount(ctx, a); !ok || err != nil {
		t.Fatal(ok, err)
	}
	t.Run("it is found by login and by phone of its kind", func(t *testing.T) {
		got, ok, err := s.AccountByLogin(ctx, account.Resident, a.Login)
		if got.Created = got.Created.UTC(); got != a || !ok || err != nil {
			t.Errorf("%+v, %v, %v", got, ok, err)
		}
		if got, ok, err := s.AccountByPhone(ctx, account.Resident, a.Phone); got.ID != a.ID || !ok || err != nil {
			t.Errorf("%+v, %v, %v", got, ok, err)
		}
		if _, ok, err := s.AccountByLogin(ctx, account.Officer, a.Login); ok || err != nil {
			t.Error(ok, err)
		}
		if _, ok, err := s.AccountByPhone(ctx, account.Resident, ""); ok || err != nil {
			t.Error(ok, err)
		}
	})
	t.Run("subject, login and phone are unique", func(t *testing.T) {
		for _, b := range []account.Account{
			{ID: a.ID, Kind: a.Kind, Login: "x", Phone: "13800000002"},
			{ID: "resident:p2", Kind: a.Kind, Login: a.Login, Phone: "13800000002"},
			{ID: "resident:p2", Kind: a.Kind, Login: "x", Phone: a.Phone},
		} {
			if ok, err := s.AddAccount(ctx, b); ok || err != nil {
				t.Errorf("%+v: %v, %v", b, ok, err)
			}
		}
	})
	t.Run("accounts without a phone don't collide", func(t *testing.T) {
		for _, login := range []string{"officer1", "officer2"} {
			if ok, err := s.AddAccount(ctx, account.Account{ID: "officer:" + login, Kind: account.Officer, Subject: login, Login: login}); !ok || err != nil {
				t.Error(ok, err)
			}
		}
	})
	t.Run("of many changes of the password at once one wins", func(t *testing.T) {
		n := atOnce(t, 8, func(i int) (bool, error) { return s.SwapHash(ctx, a.ID, "h1", "h2-"+string(rune('a'+i))) })
		if n != 1 {
			t.Errorf("%d won", n)
		}
	})
}

func TestSessions(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	make3 := func() {
		for _, id := range []string{"s1", "s2", "s3"} {
			ses := account.Session{
				ID: id, Kind: account.Resident, Subject: "p1", Account: "resident:p1", Name: "欧阳𠮷", Started: noon, Seen: noon,
				Ends: noon.Add(20 * time.Minute),
			}
			if err := s.AddSession(ctx, ses); err != nil {
				t.Fatal(err)
			}
		}
	}
	live := func(id string) bool {
		_, ok, err := s.Session(ctx, id)
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	make3()
	t.Run("it comes back as it was", func(t *testing.T) {
		got, ok, err := s.Session(ctx, "s1")
		if !ok || err != nil || got.Name != "欧阳𠮷" || got.Subject != "p1" || !got.Started.Equal(noon) || !got.Ends.Equal(noon.Add(20*time.Minute)) {
			t.Errorf("%+v, %v, %v", got, ok, err)
		}
	})
	t.Run("a touch moves its end and does not revive one that is gone", func(t *testing.T) {
		if err := s.TouchSession(ctx, "s1", noon.Add(time.Minute), noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := s.Session(ctx, "s1"); !got.Seen.Equal(noon.Add(time.Minute)) || !got.Ends.Equal(noon.Add(time.Hour)) {
			t.Errorf("%+v", got)
		}
		if err := s.TouchSession(ctx, "gone", noon, noon); err != nil || live("gone") {
			t.Error(err)
		}
	})
	t.Run("the others end, and then all", func(t *testing.T) {
		if err := s.EndSessions(ctx, "resident:p1", "s2"); err != nil || live("s1") || !live("s2") || live("s3") {
			t.Error(err)
		}
		if err := s.EndSessions(ctx, "resident:p1", ""); err != nil || live("s2") {
			t.Error(err)
		}
	})
	t.Run("ending one that is gone is no error", func(t *testing.T) {
		if err := s.EndSession(ctx, "s1"); err != nil {
			t.Error(err)
		}
	})
}

func TestCodes(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	const phone = "13800000001"
	code := account.Code{Purpose: account.ForLogin, Phone: phone, Hash: "h1", Sent: noon, Expires: noon.Add(5 * time.Minute)}
	put := func(c account.Code) bool {
		t.Helper()
		ok, err := s.PutCode(ctx, c, c.Sent.Add(-time.Minute))
		if err != nil {
			t.Error(err)
		}
		return ok
	}
	t.Run("of many first codes at once one is kept", func(t *testing.T) {
		if n := atOnce(t, 8, func(int) (bool, error) { return s.PutCode(ctx, code, noon.Add(-time.Minute)) }); n != 1 {
			t.Errorf("%d kept", n)
		}
	})
	t.Run("another one is kept after a minute and not before", func(t *testing.T) {
		soon, later := code, code
		soon.Sent, later.Sent, later.Hash = noon.Add(59*time.Second), noon.Add(time.Minute), "h2"
		if put(soon) || !put(later) {
			t.Error("the minute is not kept")
		}
	})
	t.Run("many tries at once are no more than allowed", func(t *testing.T) {
		n := atOnce(t, 20, func(int) (bool, error) {
			c, ok, err := s.TryCode(ctx, account.ForLogin, phone, noon, 5)
			if ok && c.Hash != "h2" {
				t.Errorf("got %+v", c)
			}
			return ok, err
		})
		if n != 5 {
			t.Errorf("%d tries", n)
		}
	})
	t.Run("a new code has new tries, for its purpose only and until it expires", func(t *testing.T) {
		c := code
		c.Sent = noon.Add(3 * time.Minute)
		put(c)
		for _, bad := range []struct {
			p   account.Purpose
			now time.Time
		}{{account.ForRegister, noon}, {account.ForLogin, c.Expires}} {
			if _, ok, err := s.TryCode(ctx, bad.p, phone, bad.now, 5); ok || err != nil {
				t.Errorf("%+v: %v, %v", bad, ok, err)
			}
		}
		if _, ok, err := s.TryCode(ctx, account.ForLogin, phone, noon, 5); !ok || err != nil {
			t.Error(ok, err)
		}
	})
	t.Run("it is taken once", func(t *testing.T) {
		if ok, err := s.TakeCode(ctx, account.ForLogin, phone, "other"); ok || err != nil {
			t.Error(ok, err)
		}
		if n := atOnce(t, 8, func(int) (bool, error) { return s.TakeCode(ctx, account.ForLogin, phone, "h1") }); n != 1 {
			t.Errorf("%d took it", n)
		}
	})
}

func TestTries(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	try := func(now time.Time) (bool, error) {
		return s.Try(ctx, "login:110101199003071233", now, now.Add(-15*time.Minute), 5)
	}
	t.Run("many at once are no more than five", func(t *testing.T) {
		if n := atOnce(t, 30, func(int) (bool, error) { return try(noon) }); n != 5 {
			t.Errorf("%d", n)
		}
	})
	t.Run("refused ones don't prolong the wait", func(t *testing.T) {
		if ok, err := try(noon.Add(15*time.Minute - time.Millisecond)); ok || err != nil {
			t.Error(ok, err)
		}
		if n := atOnce(t, 30, func(int) (bool, error) { return try(noon.Add(15 * time.Minute)) }); n != 5 {
			t.Errorf("%d after the wait", n)
		}
	})
	t.Run("forgetting begins anew", func(t *testing.T) {
		if err := s.ForgetTries(ctx, "login:110101199003071233"); err != nil {
			t.Fatal(err)
		}
		if ok, err := try(noon.Add(15 * time.Minute)); !ok || err != nil {
			t.Error(ok, err)
		}
	})
}

func TestCount(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	var seen [41]atomic.Int32
	atOnce(t, 40, func(int) (bool, error) {
		n, err := s.Count(ctx, "address:192.0.2.1", noon, noon.Add(time.Hour))
		if n >= 1 && n <= 40 {
			seen[n].Add(1)
		}
		return true, err
	})
	for n := 1; n <= 40; n++ {
		if seen[n].Load() != 1 {
			t.Errorf("%d was counted %d times", n, seen[n].Load())
		}
	}
	if n, err := s.Count(ctx, "address:192.0.2.1", noon.Add(time.Hour), noon.Add(2*time.Hour)); n != 1 || err != nil {
		t.Errorf("the next window begins at %d, %v", n, err)
	}
	if n, err := s.Count(ctx, "address:192.0.2.2", noon, noon.Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("another key begins at %d, %v", n, err)
	}
}

func TestInbox(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	for i := range 5 {
		m := sms.Message{Phone: "13800000001", Text: strings.Repeat("x", i+1), At: noon.Add(time.Duration(i) * time.Second)}
		if err := s.AddMessage(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Messages(ctx, 3)
	if err != nil || len(got) != 3 || got[0].Text != "xxxxx" || got[2].Text != "xxx" || got[0].Phone != "13800000001" || !got[0].At.Equal(noon.Add(4*time.Second)) {
		t.Errorf("%+v, %v", got, err)
	}
}

// The rules on the real store: what the in-memory tests of account promise.
func TestLoginOnTheStore(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	now := noon
	svc, err := account.New(account.Config{
		Population: s, Accounts: s, Sessions: s, Codes: s, Tries: s, Limiter: s, SMS: sms.Inbox{Box: s, Now: func() time.Time { return now }},
		Now: func() time.Time { return now }, Key: []byte(strings.Repeat("k", 32)), Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	li := person.Person{ID: "p1", Name: "李明", Document: idcard.Document{Type: "201", Number: "110101199003071233"}, Phone: "13800000001"}
	if ok, err := s.AddPerson(ctx, li); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if err := svc.SendCode(ctx, account.CodeRequest{For: account.ForRegister, Phone: li.Phone, Address: "192.0.2.1"}); err != nil {
		t.Fatal(err)
	}
	svc.Flush()
	messages, err := s.Messages(ctx, 1)
	if err != nil || len(messages) != 1 {
		t.Fatal(messages, err)
	}
	_, rest, _ := strings.Cut(messages[0].Text, "验证码：")
	in := account.Registration{
		Name: li.Name, Type: "201", Number: li.Document.Number, Phone: li.Phone, Code: rest[:6], Password: "Shebao-demo-1", Address: "192.0.2.1",
	}
	if err := svc.Register(ctx, in); err != nil {
		t.Fatal(err)
	}
	token, _, err := svc.Login(ctx, account.PasswordLogin{Number: li.Document.Number, Password: "Shebao-demo-1", Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(19 * time.Minute)
	ses, ok, err := svc.Resume(ctx, token)
	if !ok || err != nil || ses.Name != "李明" {
		t.Fatalf("%+v, %v, %v", ses, ok, err)
	}
	now = now.Add(19 * time.Minute)
	if _, ok, err := svc.Resume(ctx, token); !ok || err != nil {
		t.Errorf("after another 19 minutes: %v, %v", ok, err)
	}
	if err := svc.Logout(ctx, ses, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := svc.Resume(ctx, token); ok || err != nil {
		t.Errorf("after logging out: %v, %v", ok, err)
	}
}
