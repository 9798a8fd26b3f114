package account_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/shared/api"
)

func form(code string) account.Registration {
	return account.Registration{
		Name: "李明", Type: "201", Number: "110101199003071233", Phone: "13800000001", Code: code,
		Password: "another-Pass-9", Address: address,
	}
}

func TestRegister(t *testing.T) {
	t.Run("who matches the register and holds the phone can log in", func(t *testing.T) {
		b := newBench(t)
		if err := b.Register(t.Context(), form(b.code(t, account.ForRegister, li.Phone))); err != nil {
			t.Fatal(err)
		}
		if _, _, err := b.login(t, li.Document.Number, "another-Pass-9"); err != nil {
			t.Error(err)
		}
	})
	for name, change := range map[string]func(*account.Registration){
		"a wrong name":           func(r *account.Registration) { r.Name = "李朋" },
		"another's document":     func(r *account.Registration) { r.Number = "110105198810010016" },
		"an unknown document":    func(r *account.Registration) { r.Number = "11010519491231002X" },
		"another kind of paper":  func(r *account.Registration) { r.Type = "227" },
		"another's name as well": func(r *account.Registration) { r.Name, r.Number = "欧阳𠮷", "110105198810010016" },
	} {
		t.Run(name+" gets the one neutral answer, and the code stays good", func(t *testing.T) {
			b := newBench(t)
			code := b.code(t, account.ForRegister, li.Phone)
			f := form(code)
			change(&f)
			wantErr(t, b.Register(t.Context(), f), account.ErrRegister)
			if err := b.Register(t.Context(), form(code)); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("an unknown phone gets no message and no account", func(t *testing.T) {
		b := newBench(t)
		if code := b.code(t, account.ForRegister, "13900000000"); code != "" {
			t.Errorf("a code was sent: %s", code)
		}
		f := form("123456")
		f.Phone = "13900000000"
		wantErr(t, b.Register(t.Context(), f), account.ErrCode)
	})
	t.Run("a wrong code", func(t *testing.T) {
		wantErr(t, newBench(t).Register(t.Context(), form("123456")), account.ErrCode)
	})
	t.Run("the second registration is told so", func(t *testing.T) {
		b := provided(t)
		wantErr(t, b.Register(t.Context(), form(b.code(t, account.ForRegister, li.Phone))), account.ErrRegistered)
	})
	t.Run("two at once make one account", func(t *testing.T) {
		b := newBench(t)
		code := b.code(t, account.ForRegister, li.Phone)
		var made atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if b.Register(t.Context(), form(code)) == nil {
					made.Add(1)
				}
			})
		}
		wg.Wait()
		if n := made.Load(); n != 1 || len(b.store.accounts) != 1 {
			t.Errorf("%d made, %d there", n, len(b.store.accounts))
		}
	})
	t.Run("every wrong field is named at once", func(t *testing.T) {
		err := newBench(t).Register(t.Context(), account.Registration{Name: "李", Type: "201", Number: "1", Phone: "1", Code: "1", Password: "1"})
		var names []string
		for _, f := range api.From(err).Fields {
			names = append(names, f.Field)
		}
		if got := strings.Join(names, " "); got != "name number phone code password" {
			t.Errorf("got %s", got)
		}
	})
}

func TestReset(t *testing.T) {
	b := provided(t)
	token, _ := b.mustLogin(t)
	for range 5 {
		_, _, _ = b.login(t, li.Document.Number, "wrong-password")
	}
	if err := b.Reset(t.Context(), form(b.code(t, account.ForRegister, li.Phone))); err != nil {
		t.Fatal(err)
	}
	if b.live(t, token) {
		t.Error("an old session lives on")
	}
	if _, _, err := b.login(t, li.Document.Number, "another-Pass-9"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	_, _, err := b.login(t, li.Document.Number, password)
	wantErr(t, err, account.ErrLogin)
}

func TestChangePassword(t *testing.T) {
	b := provided(t)
	here, ses := b.mustLogin(t)
	there, _ := b.mustLogin(t)
	number := li.Document.Number
	wantErr(t, b.ChangePassword(t.Context(), ses, number, "wrong-password", "another-Pass-9", address), account.ErrLogin)
	wantField(t, b.ChangePassword(t.Context(), ses, number, password, "short", address), "password")
	if err := b.ChangePassword(t.Context(), ses, number, password, "another-Pass-9", address); err != nil {
		t.Fatal(err)
	}
	if !b.live(t, here) || b.live(t, there) {
		t.Error("the other sessions end and this one goes on")
	}
	if _, _, err := b.login(t, number, "another-Pass-9"); err != nil {
		t.Error(err)
	}
}

func TestCheckPassword(t *testing.T) {
	for pass, good := range map[string]bool{
		"Shebao-demo-1":                  true,
		"correct horse battery":          true,
		"春眠不觉晓处处闻啼鸟":                     true,
		strings.Repeat("ab1", 42):        true,
		"":                               false,
		"short-1":                        false,
		"春眠不觉晓":                          false,
		"aaaaaaaaaa":                     false,
		"12345678":                       false,
		"987654321":                      false,
		"abcdefgh":                       false,
		"Password1":                      false,
		"19900307":                       false,
		"110101199003071233":             false,
		"x110101199003071233x":           false,
		"my13800000001":                  false,
		strings.Repeat("ab1", 43) + "ab": false,
		"broken\xffutf8":                 false,
	} {
		if err := account.CheckPassword(pass, "110101199003071233", "13800000001"); (err == nil) != good {
			t.Errorf("%q: %v", pass, err)
		}
	}
}

func TestHashing(t *testing.T) {
	t.Run("a stronger cost is taken up at the next login", func(t *testing.T) {
		b := provided(t)
		strong, err := account.New(account.Config{
			Population: b.store, Accounts: b.store, Sessions: b.store, Codes: b.store, Tries: b.store, Limiter: b.store, SMS: b.store,
			Now: b.clock.Now, Key: b.Key, Cost: account.Cost{Memory: 128, Passes: 2, Threads: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, _, err := strong.Login(t.Context(), account.PasswordLogin{Number: li.Document.Number, Password: password, Address: address}); err != nil {
				t.Fatal(err)
			}
		}
		if hash := b.store.accounts["resident:p1"].Hash; !strings.HasPrefix(hash, "$argon2id$v=19$m=128,t=2,p=1$") {
			t.Error(hash)
		}
	})
	t.Run("who can't get a place in time is told to come back", func(t *testing.T) {
		held, free := make(chan struct{}), make(chan struct{})
		b := provided(t, func(c *account.Config) { c.Hashers = 1 })
		b.Random = holding{held, free}
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := b.Provide(t.Context(), li, password); err == nil {
				t.Error("the held hash has no salt")
			}
		})
		<-held
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := b.Login(ctx, account.PasswordLogin{Number: li.Document.Number, Password: password, Address: address})
		wantErr(t, err, account.ErrBusy)
		close(free)
		wg.Wait()
	})
}

// holding is a source of randomness that tells when it is asked and has nothing
// to give once it is freed.
type holding struct{ held, free chan struct{} }

func (h holding) Read([]byte) (int, error) {
	close(h.held)
	<-h.free
	return 0, errors.New("no randomness")
}

func BenchmarkLogin(b *testing.B) {
	m := newMemory(li)
	s, err := account.New(account.Config{
		Population: m, Accounts: m, Sessions: m, Codes: m, Tries: m, Limiter: m, SMS: m, AddressTries: 1 << 30,
		Now: time.Now, Key: []byte(strings.Repeat("k", 32)),
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Provide(b.Context(), li, password); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := s.Login(b.Context(), account.PasswordLogin{Number: li.Document.Number, Password: password}); err != nil {
			b.Fatal(err)
		}
	}
}
