package vault_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/quick"

	"shebao/server/vault"
)

func newRing(tb testing.TB) vault.Ring {
	tb.Helper()
	r, err := vault.NewRing(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func open(tb testing.TB, r vault.Ring) *vault.Vault {
	tb.Helper()
	v, err := vault.Open(r)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

func seal(tb testing.TB, v *vault.Vault, plain, ad string) string {
	tb.Helper()
	s, err := v.Seal(plain, ad)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestSeal(t *testing.T) {
	v := open(t, newRing(t))
	t.Run("every text comes back", func(t *testing.T) {
		check := func(plain, ad string) bool {
			got, err := v.Open(seal(t, v, plain, ad), ad)
			return err == nil && got == plain
		}
		if err := quick.Check(check, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("two seals of one text differ and show nothing of it", func(t *testing.T) {
		a, b := seal(t, v, "110101199003071233", "x"), seal(t, v, "110101199003071233", "x")
		if a == b || strings.Contains(a, "110101") {
			t.Errorf("%s, %s", a, b)
		}
	})
	t.Run("another record's field does not open it", func(t *testing.T) {
		if _, err := v.Open(seal(t, v, "secret", "person:p1:phone"), "person:p2:phone"); !errors.Is(err, vault.ErrTampered) {
			t.Error(err)
		}
	})
	t.Run("another ring does not open it", func(t *testing.T) {
		if _, err := open(t, newRing(t)).Open(seal(t, v, "secret", "x"), "x"); !errors.Is(err, vault.ErrTampered) {
			t.Error(err)
		}
	})
	t.Run("no changed character goes unnoticed", func(t *testing.T) {
		s := seal(t, v, "secret", "x")
		for i := range len(s) {
			for _, c := range []byte("A.2_") {
				if s[i] == c {
					continue
				}
				changed := s[:i] + string(c) + s[i+1:]
				if plain, err := v.Open(changed, "x"); err == nil {
					t.Fatalf("%s opens as %q", changed, plain)
				}
			}
			if plain, err := v.Open(s[:i], "x"); err == nil {
				t.Fatalf("%s opens as %q", s[:i], plain)
			}
		}
	})
	t.Run("what is no sealed value is refused", func(t *testing.T) {
		for _, s := range []string{"", "secret", "v1.k1.", "v2.k1.AAAA", "v1..AAAA", "v1.k1.AAAA", "v1.k1.%%%%"} {
			if _, err := v.Open(s, ""); !errors.Is(err, vault.ErrForm) {
				t.Errorf("%q: %v", s, err)
			}
		}
	})
}

func TestIndex(t *testing.T) {
	r := newRing(t)
	v := open(t, r)
	a := v.Index("document", "110101199003071233")
	for name, other := range map[string]string{
		"another value":  v.Index("document", "11010519491231002X"),
		"another kind":   v.Index("phone", "110101199003071233"),
		"another key":    open(t, newRing(t)).Index("document", "110101199003071233"),
		"a shifted kind": v.Index("documen", "t110101199003071233"),
	} {
		if other == a {
			t.Errorf("%s has the same index", name)
		}
	}
	if again := open(t, r).Index("document", "110101199003071233"); again != a || len(a) != 32 {
		t.Errorf("%s, %s", a, again)
	}
}

func TestRotation(t *testing.T) {
	old := newRing(t)
	v := open(t, old)
	sealed, index := seal(t, v, "secret", "x"), v.Index("phone", "13800000001")
	ring, err := old.Rotated(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Use(ring); err != nil {
		t.Fatal(err)
	}
	t.Run("the old values still open and the indexes stay", func(t *testing.T) {
		if got, err := v.Open(sealed, "x"); got != "secret" || err != nil {
			t.Error(got, err)
		}
		if v.Index("phone", "13800000001") != index {
			t.Error("the index changed")
		}
	})
	fresh, err := v.Reseal(sealed, "x")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("a resealed value opens without the old key, the old value no more", func(t *testing.T) {
		alone, err := ring.Without("k1")
		if err != nil {
			t.Fatal(err)
		}
		w := open(t, alone)
		if got, err := w.Open(fresh, "x"); got != "secret" || err != nil {
			t.Error(got, err)
		}
		if _, err := w.Open(sealed, "x"); !errors.Is(err, vault.ErrKey) {
			t.Error(err)
		}
	})
	t.Run("a value of the newest key is left as it is", func(t *testing.T) {
		if got, err := v.Reseal(fresh, "x"); got != fresh || err != nil {
			t.Error(got, err)
		}
	})
	t.Run("the key in use can't be dropped", func(t *testing.T) {
		if _, err := ring.Without("k2"); !errors.Is(err, vault.ErrRing) {
			t.Error(err)
		}
	})
}

func TestParseRing(t *testing.T) {
	index, key := strings.Repeat("ab", 32), strings.Repeat("cd", 16)
	for name, text := range map[string]string{
		"empty":             "",
		"no seal key":       "index - " + index,
		"no index key":      "seal k1 " + key,
		"a short key":       "index - " + index + "\nseal k1 abcd",
		"a short index key": "index - abcd\nseal k1 " + key,
		"two of one id":     "index - " + index + "\nseal k1 " + key + "\nseal k1 " + key,
		"two index keys":    "index - " + index + "\nindex - " + index + "\nseal k1 " + key,
		"an unknown kind":   "index - " + index + "\nsign k1 " + key,
		"a dot in an id":    "index - " + index + "\nseal k.1 " + key,
		"not hexadecimal":   "index - " + index + "\nseal k1 " + strings.Repeat("zz", 16),
		"a missing part":    "index " + index + "\nseal k1 " + key,
	} {
		if _, err := vault.ParseRing(text); !errors.Is(err, vault.ErrRing) || strings.Contains(err.Error(), "abab") || strings.Contains(err.Error(), "cdcd") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := newRing(t)
	again, err := vault.ParseRing(strings.ReplaceAll(r.Text(), "\n", ";")[strings.Index(r.Text(), "\n"):])
	if err != nil || again.Text() != r.Text() {
		t.Errorf("a ring in one line: %v", err)
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", r, r, r, r); strings.Contains(shown, "index -") || len(shown) > 200 {
		t.Errorf("the keys are shown: %s", shown)
	}
}

func TestLoadRing(t *testing.T) {
	t.Run("it is made once, for its owner alone", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.keys")
		rings := make([]string, 8)
		var wg sync.WaitGroup
		for i := range rings {
			wg.Go(func() {
				r, err := vault.LoadRing(path, rand.Reader)
				if err != nil {
					t.Error(err)
				}
				rings[i] = r.Text()
			})
		}
		wg.Wait()
		for _, text := range rings {
			if text != rings[0] {
				t.Error("two rings were made")
			}
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		left, err := os.ReadDir(filepath.Dir(path))
		if err != nil || len(left) != 1 {
			t.Errorf("files are left behind: %v, %v", left, err)
		}
	})
	t.Run("a file that others can read is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.keys")
		if err := os.WriteFile(path, []byte(newRing(t).Text()), 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.LoadRing(path, rand.Reader); !errors.Is(err, vault.ErrPermissions) {
			t.Error(err)
		}
	})
	t.Run("a broken file is refused and not replaced", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.keys")
		if err := os.WriteFile(path, []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.LoadRing(path, rand.Reader); !errors.Is(err, vault.ErrRing) {
			t.Error(err)
		}
		if b, err := os.ReadFile(path); string(b) != "broken" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
	})
	t.Run("a rotation is written to the file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.keys")
		old, err := vault.LoadRing(path, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		sealed := seal(t, open(t, old), "secret", "x")
		if _, err := vault.RotateFile(path, rand.Reader); err != nil {
			t.Fatal(err)
		}
		r, err := vault.LoadRing(path, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		v := open(t, r)
		if got, err := v.Open(sealed, "x"); got != "secret" || err != nil {
			t.Error(got, err)
		}
		if s := seal(t, v, "secret", "x"); !strings.HasPrefix(s, "v1.k2.") {
			t.Error(s)
		}
	})
}

func TestLoadKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "session.key")
	a, err := vault.LoadKey(path, rand.Reader)
	if err != nil || len(a) != 32 {
		t.Fatal(a, err)
	}
	if b, err := vault.LoadKey(path, rand.Reader); err != nil || string(b) != string(a) {
		t.Error(b, err)
	}
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := vault.LoadKey(path, rand.Reader); err == nil {
		t.Error("a broken key file is used")
	}
}

func TestConcurrentUse(t *testing.T) {
	ring := newRing(t)
	v := open(t, ring)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				ad := fmt.Sprint(i, j)
				s, err := v.Seal(ad, ad)
				if err != nil {
					t.Error(err)
				}
				if got, err := v.Open(s, ad); got != ad || err != nil {
					t.Error(got, err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 20 {
			next, err := ring.Rotated(rand.Reader)
			if err != nil {
				t.Error(err)
			}
			ring = next
			if err := v.Use(ring); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
}

func BenchmarkSeal(b *testing.B) {
	v := open(b, newRing(b))
	for b.Loop() {
		seal(b, v, "110101199003071233", "person:p1:document")
	}
}

func BenchmarkOpen(b *testing.B) {
	v := open(b, newRing(b))
	s := seal(b, v, "110101199003071233", "person:p1:document")
	for b.Loop() {
		if _, err := v.Open(s, "person:p1:document"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndex(b *testing.B) {
	v := open(b, newRing(b))
	for b.Loop() {
		v.Index("document", "110101199003071233")
	}
}
