package person_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"shebao/shared/person"
)

func TestCheckName(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"two characters", "李明", nil},
		{"a character outside the basic plane", "欧阳𠮷", nil},
		{"two bytes are not two characters", "𠮷", person.ErrNameLength},
		{"a transliterated name", "阿卜杜拉·买买提", nil},
		{"the ideographic zero", "张〇", nil},
		{"Latin with spaces", "JOHN SMITH", nil},
		{"accents", "José Müller", nil},
		{"an apostrophe and a hyphen", "Anne-Marie O'Brien", nil},
		{"an initial", "John F. Kennedy", nil},
		{"sixty characters", strings.Repeat("李", 60), nil},
		{"sixty-one characters", strings.Repeat("李", 61), person.ErrNameLength},
		{"empty", "", person.ErrNameEmpty},
		{"one character", "李", person.ErrNameLength},
		{"digits", "李明2", person.ErrNameForm},
		{"markup", "李<b>", person.ErrNameForm},
		{"Han and Latin", "李Ming", person.ErrNameForm},
		{"Han with a space", "李 明", person.ErrNameForm},
		{"a dot at the end", "买买提·", person.ErrNameForm},
		{"a dot at the start", "·买买提", person.ErrNameForm},
		{"two dots", "阿卜·· 杜", person.ErrNameForm},
		{"only dots", "··", person.ErrNameForm},
		{"only spaces", "   ", person.ErrNameForm},
		{"Cyrillic", "Иван", person.ErrNameForm},
		{"a line break", "李\n明", person.ErrNameForm},
		{"an emoji", "李😀", person.ErrNameForm},
		{"broken UTF-8", "李\xff明", person.ErrNameForm},
		{"a zero-width space", "李\u200b明", person.ErrNameForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := person.CheckName(c.in); !errors.Is(err, c.want) {
				t.Errorf("CheckName(%q) = %v, want %v", c.in, err, c.want)
			}
		})
	}
}

func TestNormaliseName(t *testing.T) {
	for in, want := range map[string]string{
		"  李明　":        "李明",
		"JOHN   SMITH": "JOHN SMITH",
		"阿卜杜拉•买买提":     "阿卜杜拉·买买提",
	} {
		if got := person.NormaliseName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]error{
		"13800000001":       nil,
		"+86 138-0000-0001": nil,
		"１３８０００００００１":       nil,
		"19900000001":       nil,
		"":                  person.ErrPhoneEmpty,
		"12800000001":       person.ErrPhoneForm,
		"1380000000":        person.ErrPhoneForm,
		"138000000011":      person.ErrPhoneForm,
		"1380000000a":       person.ErrPhoneForm,
		"01000000001":       person.ErrPhoneForm,
	} {
		if err := person.CheckPhone(person.NormalisePhone(in)); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", in, err, want)
		}
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"李明": "李*", "欧阳𠮷": "欧**", "𠮷明": "𠮷*", "李": "李*", "JOHN SMITH": "J***", "": ""} {
		if got := person.MaskName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"13800000001": "138****0001", "123": "***", "": ""} {
		if got := person.MaskPhone(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"李明", "欧阳𠮷", "JOHN  SMITH", "\xff", "a·b", " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := person.NormaliseName(s)
		if again := person.NormaliseName(n); again != n {
			t.Fatalf("%q normalises to %q and then to %q", s, n, again)
		}
		if person.CheckName(n) != nil {
			return
		}
		if strings.ContainsAny(n, "<>&\"\n\r\t\x00$={}") || !utf8.ValidString(n) {
			t.Fatalf("%q passes as a name", n)
		}
		if m := person.MaskName(n); !strings.Contains(m, "*") || utf8.RuneCountInString(m) < 2 {
			t.Fatalf("%q masks to %q", n, m)
		}
	})
}
