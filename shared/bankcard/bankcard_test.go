package bankcard_test

import (
	"errors"
	"strings"
	"testing"

	"shebao/shared/bankcard"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, in, want, warning string
		err                     error
	}{
		{"a card", "6217000000000000012", "6217000000000000012", "", nil},
		{"another", "6222020000000000018", "6222020000000000018", "", nil},
		{"another", "6228480000000000018", "6228480000000000018", "", nil},
		{"another", "6216610000000000016", "6216610000000000016", "", nil},
		{"another", "6221500000000000019", "6221500000000000019", "", nil},
		{"grouped", "6217 0000 0000 0000 012", "6217000000000000012", "", nil},
		{"full width", "６２１７０００００００００００００１２", "6217000000000000012", "", nil},
		{"a card of 16 digits", "4111111111111111", "4111111111111111", "", nil},
		{"a wrong check digit", "6217000000000000013", "6217000000000000013", bankcard.Unchecked, nil},
		{"two digits swapped", "6271000000000000012", "6271000000000000012", bankcard.Unchecked, nil},
		{"a passbook of 10 digits", "0123456789", "0123456789", bankcard.Unchecked, nil},
		{"a passbook of 24 digits", strings.Repeat("1", 24), strings.Repeat("1", 24), bankcard.Unchecked, nil},
		{"nine digits", "123456789", "", "", bankcard.ErrLength},
		{"25 digits", strings.Repeat("1", 25), "", "", bankcard.ErrLength},
		{"letters", "62170000000O0000012", "", "", bankcard.ErrForm},
		{"empty", " ", "", "", bankcard.ErrEmpty},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, warning, err := bankcard.Check(c.in)
			if got != c.want || warning != c.warning || !errors.Is(err, c.err) {
				t.Errorf("Check(%q) = %q, %q, %v", c.in, got, warning, err)
			}
		})
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct{ in, mask, tail, group string }{
		{"6217000000000000012", "6217 **** **** 0012", "0012", "6217 0000 0000 0000 012"},
		{"0123456789", "**** 6789", "6789", "0123 4567 89"},
		{"0012", "****", "0012", "0012"},
		{"12", "**", "12", "12"},
		{"", "", "", ""},
	} {
		if got := bankcard.Mask(c.in); got != c.mask {
			t.Errorf("Mask(%q) = %q", c.in, got)
		}
		if got := bankcard.Tail(c.in); got != c.tail {
			t.Errorf("Tail(%q) = %q", c.in, got)
		}
		if got := bankcard.Group(c.in); got != c.group {
			t.Errorf("Group(%q) = %q", c.in, got)
		}
	}
}

func TestBanks(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range bankcard.Banks() {
		if len(b.Code) != 3 || len(b.Clearing) != 12 || !strings.HasPrefix(b.Clearing, b.Code) || b.Name == "" || seen[b.Code] {
			t.Errorf("%+v", b)
		}
		seen[b.Code] = true
		if got, ok := bankcard.Lookup(b.Code); !ok || got != b {
			t.Errorf("Lookup(%s) = %+v, %v", b.Code, got, ok)
		}
	}
	if len(seen) != 12 {
		t.Errorf("%d banks", len(seen))
	}
	if _, ok := bankcard.Lookup("999"); ok {
		t.Error("an unknown code finds a bank")
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"6217000000000000012", "6217 0000", "", "\xff", "９"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, warning, err := bankcard.Check(s)
		if err != nil {
			return
		}
		if again, w, err := bankcard.Check(bankcard.Group(n)); again != n || w != warning || err != nil {
			t.Fatalf("%q: %q, %q, %v", n, again, w, err)
		}
		shown := 0
		for _, r := range bankcard.Mask(n) {
			if r >= '0' && r <= '9' {
				shown++
			}
		}
		if shown > 8 || shown > len(n)-4 {
			t.Fatalf("%s masks to %s", n, bankcard.Mask(n))
		}
	})
}
