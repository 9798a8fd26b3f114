package account_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/server/clock"
	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/person"
)

const (
	password = "Shebao-demo-1"
	address  = "192.0.2.1"
)

var li = person.Person{
	ID: "p1", Name: "李明", Document: idcard.Document{Type: "201", Number: "110101199003071233"},
	Nationality: "CHN", Phone: "13800000001",
}

type bench struct {
	*account.Service
	store *memory
	clock *clock.Fake
}

func newBench(t *testing.T, change ...func(*account.Config)) *bench {
	t.Helper()
	m := newMemory(li, person.Person{
		ID: "p2", Name: "欧阳𠮷", Document: idcard.Document{Type: "201", Number: "110105198810010016"}, Phone: "13800000005",
	})
	c := clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	cfg := account.Config{
		Population: m, Accounts: m, Sessions: m, Codes: m, Tries: m, Limiter: m, SMS: m, Trail: m,
		Now: c.Now, Key: []byte(strings.Repeat("k", 32)), Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
	}
	for _, f := range change {
		f(&cfg)
	}
	s, err := account.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{s, m, c}
}

// provided is a bench where 李明 has an account.
func provided(t *testing.T, change ...func(*account.Config)) *bench {
	t.Helper()
	b := newBench(t, change...)
	if ok, err := b.Provide(t.Context(), li, password); !ok || err != nil {
		t.Fatal(ok, err)
	}
	return b
}

func (b *bench) login(t *testing.T, number, pass string) (string, account.Session, error) {
	t.Helper()
	return b.Login(t.Context(), account.PasswordLogin{Number: number, Password: pass, Address: address})
}

func (b *bench) mustLogin(t *testing.T) (string, account.Session) {
	t.Helper()
	token, ses, err := b.login(t, li.Document.Number, password)
	if err != nil {
		t.Fatal(err)
	}
	return token, ses
}

// zeros is a source of randomness that always says the same.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// code asks for a code and reads it from the phone; "" when none came.
func (b *bench) code(t *testing.T, p account.Purpose, phone string) string {
	t.Helper()
	before := len(b.store.sent)
	if err := b.SendCode(t.Context(), account.CodeRequest{For: p, Phone: phone, Address: address}); err != nil {
		t.Fatal(err)
	}
	b.Flush()
	if len(b.store.sent) == before {
		return ""
	}
	m := b.store.sent[len(b.store.sent)-1]
	if m.phone != phone {
		t.Errorf("the code went to %s", m.phone)
	}
	return regexp.MustCompile(`\d{6}`).FindString(m.text)
}

func (b *bench) live(t *testing.T, token string) bool {
	t.Helper()
	_, ok, err := b.Resume(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	e := api.From(err)
	if e == nil || e.Code != api.CodeInvalid || len(e.Fields) == 0 || e.Fields[0].Field != field {
		t.Errorf("got %+v, want a problem beside %s", e, field)
	}
}
