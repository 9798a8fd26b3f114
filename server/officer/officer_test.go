package officer_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/server/clock"
	"shebao/server/officer"
	"shebao/shared/api"
	model "shebao/shared/officer"
)

// RFC 6238, appendix B, SHA-1.
func TestCode(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := officer.Code(secret, officer.Step(time.Unix(at, 0)), 8); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	if got := officer.Code(secret, 0, 6); got != "755224" { // RFC 4226, appendix D
		t.Errorf("six digits: %s", got)
	}
}

// memory is a store of officers and their accounts.
type memory struct {
	officers map[string]model.Officer
	keys     map[string]officer.Keys
	steps    map[string]int64
	ended    []string
	password string
}

func (m *memory) AddOfficer(_ context.Context, o model.Officer, k officer.Keys) (bool, error) {
	if _, taken := m.officers[o.ID]; taken {
		return false, nil
	}
	m.officers[o.ID], m.keys[o.ID] = o, k
	return true, nil
}

func (m *memory) Officer(_ context.Context, id string) (model.Officer, bool, error) {
	o, ok := m.officers[id]
	return o, ok, nil
}

func (m *memory) Officers(context.Context) ([]model.Officer, error) { return nil, nil }

func (m *memory) OfficerSecret(_ context.Context, id string) ([]byte, error) {
	return m.keys[id].Secret, nil
}

func (m *memory) UseStep(_ context.Context, id string, step int64) (bool, error) {
	if step <= m.steps[id] {
		return false, nil
	}
	m.steps[id] = step
	return true, nil
}

func (m *memory) TakeRecovery(_ context.Context, id, code string) (bool, error) {
	k := m.keys[id]
	i := slices.Index(k.Recovery, code)
	if i < 0 {
		return false, nil
	}
	k.Recovery = slices.Delete(slices.Clone(k.Recovery), i, i+1)
	m.keys[id] = k
	return true, nil
}

func (m *memory) ReplaceKeys(_ context.Context, id string, k officer.Keys) (bool, error) {
	o := m.officers[id]
	o.Initial = true
	m.officers[id], m.keys[id], m.steps[id] = o, k, 0
	return true, nil
}

func (m *memory) OwnKeys(_ context.Context, id string, k officer.Keys, step int64) (bool, error) {
	o := m.officers[id]
	if !o.Initial {
		return false, nil
	}
	o.Initial = false
	m.officers[id], m.keys[id], m.steps[id] = o, k, step
	return true, nil
}

func (m *memory) OwnOfficer(_ context.Context, p account.OwnPassword) error {
	if err := account.CheckPassword(p.Password, p.User); err != nil {
		return err
	}
	m.password = p.Password
	return nil
}

func (m *memory) DisableOfficer(_ context.Context, id string, to officer.State) error {
	o := m.officers[id]
	o.Disabled = to == officer.Disabled
	m.officers[id] = o
	return nil
}

func (m *memory) ProvideOfficer(_ context.Context, _, _, _, password string) (bool, error) {
	m.password = password
	return true, nil
}

func (m *memory) ResetOfficer(_ context.Context, id, _, password string) error {
	m.password = password
	m.ended = append(m.ended, id)
	return nil
}

func (m *memory) EndOfficer(_ context.Context, id string) error {
	m.ended = append(m.ended, id)
	return nil
}

type bench struct {
	*officer.Service
	m     *memory
	clock *clock.Fake
	fresh officer.Fresh
}

func newBench(t *testing.T) *bench {
	t.Helper()
	m := &memory{officers: map[string]model.Officer{}, keys: map[string]officer.Keys{}, steps: map[string]int64{}}
	c := clock.NewFake(time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC))
	s := officer.New(officer.Config{Store: m, Accounts: m, Now: c.Now, Issuer: "社保费办理"})
	f, err := s.Add(t.Context(), officer.Addition{User: " Wang ", Name: "王经办", Role: model.Operator, By: "o-admin"})
	if err != nil {
		t.Fatal(err)
	}
	return &bench{s, m, c, f}
}

func (b *bench) code(t *testing.T) string {
	t.Helper()
	secret, err := officer.ParseSecret(b.fresh.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return officer.Code(secret, officer.Step(b.clock.Now()), 6)
}

func (b *bench) verify(t *testing.T, code string) bool {
	t.Helper()
	ok, err := b.Verify(t.Context(), b.fresh.Officer.ID, code)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestVerify(t *testing.T) {
	t.Run("a code is right once", func(t *testing.T) {
		b := newBench(t)
		code := b.code(t)
		if !b.verify(t, code) {
			t.Fatal("refused")
		}
		if b.verify(t, code) {
			t.Error("a replayed code was right")
		}
		b.clock.Advance(30 * time.Second)
		if !b.verify(t, b.code(t)) {
			t.Error("the next code was refused")
		}
	})
	t.Run("an earlier code is worth nothing after a later one", func(t *testing.T) {
		b := newBench(t)
		earlier := b.code(t)
		b.clock.Advance(30 * time.Second)
		if !b.verify(t, b.code(t)) || b.verify(t, earlier) {
			t.Error("order of codes")
		}
	})
	t.Run("a phone's clock may be 30 seconds off, not more", func(t *testing.T) {
		b := newBench(t)
		code := b.code(t)
		b.clock.Advance(60 * time.Second)
		if b.verify(t, code) {
			t.Error("a code of a minute ago was right")
		}
		code = b.code(t)
		b.clock.Advance(30 * time.Second)
		if !b.verify(t, code) {
			t.Error("a code of 30 seconds ago was refused")
		}
	})
	t.Run("a recovery code is good once, as it is written down", func(t *testing.T) {
		b := newBench(t)
		code := strings.ToUpper(b.fresh.Recovery[2][:5] + "-" + b.fresh.Recovery[2][5:])
		if !b.verify(t, code) || b.verify(t, code) {
			t.Error("recovery code")
		}
		if !b.verify(t, b.fresh.Recovery[0]) {
			t.Error("another recovery code was refused")
		}
	})
	t.Run("nothing else is right", func(t *testing.T) {
		b := newBench(t)
		for _, code := range []string{"", "12345", "1234567", "abcdef", "aaaaaaaaaa"} {
			if b.verify(t, code) {
				t.Errorf("%q was right", code)
			}
		}
		if ok, err := b.Verify(t.Context(), "o-nobody", b.code(t)); ok || err != nil {
			t.Error("nobody's code was right")
		}
	})
	t.Run("a disabled officer's code is refused and their sessions end", func(t *testing.T) {
		b := newBench(t)
		if err := b.Set(t.Context(), "o-admin", "o-wang", officer.Disabled); err != nil {
			t.Fatal(err)
		}
		if b.verify(t, b.code(t)) || !slices.Contains(b.m.ended, "o-wang") {
			t.Error("still at work")
		}
	})
}

func TestAdd(t *testing.T) {
	t.Run("the user name is cleaned and taken once", func(t *testing.T) {
		b := newBench(t)
		if b.fresh.Officer.ID != "o-wang" || b.m.password != b.fresh.Password || len(b.fresh.Recovery) != 8 {
			t.Errorf("got %+v", b.fresh.Officer)
		}
		_, err := b.Add(t.Context(), officer.Addition{User: "wang", Name: "x", Role: model.Admin})
		if !errors.Is(err, officer.ErrTaken) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("what is wrong is named", func(t *testing.T) {
		b := newBench(t)
		_, err := b.Add(t.Context(), officer.Addition{User: "王", Role: "root"})
		if e := api.From(err); e.Code != api.CodeInvalid || len(e.Fields) != 3 {
			t.Errorf("got %+v", e)
		}
	})
	t.Run("a reset replaces the keys and ends the sessions", func(t *testing.T) {
		b := newBench(t)
		old := b.code(t)
		f, err := b.Reset(t.Context(), "o-wang")
		if err != nil {
			t.Fatal(err)
		}
		if f.Secret == b.fresh.Secret || b.verify(t, old) || b.verify(t, b.fresh.Recovery[0]) || !slices.Contains(b.m.ended, "o-wang") {
			t.Error("the old keys are good")
		}
	})
	t.Run("who is not there is not disabled", func(t *testing.T) {
		b := newBench(t)
		for _, to := range []officer.State{officer.Active, officer.Disabled} {
			if err := b.Set(t.Context(), "o-admin", "o-nobody", to); api.CodeOf(err) != api.CodeNotFound {
				t.Errorf("%s: got %v", to, err)
			}
		}
	})
	t.Run("nobody disables themselves", func(t *testing.T) {
		b := newBench(t)
		if err := b.Set(t.Context(), "o-wang", "o-wang", officer.Disabled); !errors.Is(err, officer.ErrSelf) {
			t.Errorf("got %v", err)
		}
	})
}

// owning is what the officer of the bench sends with a secret that was offered to them.
func (b *bench) owning(t *testing.T) officer.Owning {
	t.Helper()
	offer, err := b.Offer("wang", "")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := officer.ParseSecret(offer.Secret)
	if err != nil {
		t.Fatal(err)
	}
	return officer.Owning{
		Officer: "o-wang", Session: "s1", Password: "Eigen-pass-1", Again: "Eigen-pass-1", Secret: offer.Secret,
		Code: officer.Code(secret, officer.Step(b.clock.Now()), 6),
	}
}

func TestOwn(t *testing.T) {
	t.Run("who was added or reset has no rights until the credentials are their own", func(t *testing.T) {
		b := newBench(t)
		if o, _, _ := b.Officer(t.Context(), "o-wang"); !o.Initial || o.May(model.MakeRuns) {
			t.Error("works with what somebody else has seen")
		}
		in := b.owning(t)
		recovery, err := b.Own(t.Context(), in)
		if err != nil || len(recovery) != 8 || b.m.password != in.Password {
			t.Fatal(recovery, err)
		}
		if o, _, _ := b.Officer(t.Context(), "o-wang"); o.Initial || !o.May(model.MakeRuns) {
			t.Error("may not work")
		}
		if b.verify(t, b.code(t)) || b.verify(t, b.fresh.Recovery[0]) {
			t.Error("what was handed over is good")
		}
		if b.verify(t, in.Code) || !b.verify(t, recovery[0]) {
			t.Error("the code is good twice, or the new recovery code is not")
		}
		if _, err := b.Own(t.Context(), b.owning(t)); !errors.Is(err, officer.ErrOwned) {
			t.Errorf("again: %v", err)
		}
		if _, err := b.Reset(t.Context(), "o-wang"); err != nil {
			t.Fatal(err)
		}
		if o, _, _ := b.Officer(t.Context(), "o-wang"); o.May(model.MakeRuns) {
			t.Error("after a reset works with what somebody else has seen")
		}
	})
	for name, c := range map[string]struct {
		change func(*bench, *officer.Owning)
		field  string
	}{
		"a wrong code":                 {func(_ *bench, in *officer.Owning) { in.Code = "000000" }, "code"},
		"the secret that was given":    {func(b *bench, in *officer.Owning) { in.Secret, in.Code = b.fresh.Secret, b.code(t) }, "code"},
		"a short secret":               {func(_ *bench, in *officer.Owning) { in.Secret = "MFRGGZDFMZTWQ2LK" }, "code"},
		"a password typed in two ways": {func(_ *bench, in *officer.Owning) { in.Again = "Eigen-pass-2" }, "again"},
		"a password that is easy":      {func(_ *bench, in *officer.Owning) { in.Password, in.Again = "12345678", "12345678" }, "password"},
	} {
		t.Run(name+" is refused, nothing changes", func(t *testing.T) {
			b := newBench(t)
			in := b.owning(t)
			c.change(b, &in)
			_, err := b.Own(t.Context(), in)
			if e := api.From(err); e.Code != api.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Field != c.field {
				t.Errorf("got %+v", e)
			}
			if o, _, _ := b.Officer(t.Context(), "o-wang"); !o.Initial || !b.verify(t, b.code(t)) {
				t.Error("something has changed")
			}
		})
	}
	t.Run("a secret that was offered is offered again as it is", func(t *testing.T) {
		b := newBench(t)
		first, _ := b.Offer("wang", "")
		again, _ := b.Offer("wang", first.Secret)
		other, err := b.Offer("wang", "no secret")
		if err != nil || again.Secret != first.Secret || again.URI != first.URI || other.Secret == first.Secret {
			t.Errorf("%s %s %s %v", first.Secret, again.Secret, other.Secret, err)
		}
	})
}

func TestURI(t *testing.T) {
	got := officer.URI("社保费办理", "wang", []byte("12345678901234567890"))
	want := "otpauth://totp/%E7%A4%BE%E4%BF%9D%E8%B4%B9%E5%8A%9E%E7%90%86:wang?algorithm=SHA1&digits=6&issuer=" +
		"%E7%A4%BE%E4%BF%9D%E8%B4%B9%E5%8A%9E%E7%90%86&period=30&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got != want {
		t.Errorf("got %s", got)
	}
}
