package certificate_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/state"
)

func sample(t *testing.T) certificate.Facts {
	t.Helper()
	code, err := certificate.NewCheckCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rows := []certificate.Row{{
		Scheme: contribution.Pension, Period: period.YearPeriod(2025), Authority: "国家税务总局北京市东城区税务局",
		PaidOn: period.Date{Year: 2025, Month: 3, Day: 4}, Ticket: "311010250300000001", Amount: money.Yuan(3000),
	}, {
		Scheme: contribution.Medical, Period: period.YearPeriod(2026), Authority: "国家税务总局北京市东城区税务局",
		PaidOn: period.Date{Year: 2025, Month: 10, Day: 4}, Ticket: "311010251000000002", Amount: money.Yuan(795),
	}}
	return certificate.Facts{
		Number: "BJ2026112300000001", Edition: 1, Name: "欧阳𠮷",
		Document:   idcard.Document{Type: idcard.ResidentID, Number: "110105198810010016"},
		TaxpayerID: "110105198810010016",
		Period:     period.Period{From: period.Month{Year: 2025, Month: 1}, To: period.Month{Year: 2026, Month: 12}},
		Rows:       rows, Total: certificate.Sum(rows), CheckCode: code, Issuer: "社保费办理（演示）",
		IssuedAt: time.Date(2026, 11, 23, 7, 4, 5, 0, time.UTC),
	}
}

func TestCanonical(t *testing.T) {
	f := sample(t)
	b, err := f.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("reads_back_to_the_same_bytes", func(t *testing.T) {
		g, err := certificate.ParseCanonical(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := g.Canonical()
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%v\n%s\n%s", err, b, again)
		}
	})
	t.Run("the_zone_of_the_issue_time_does_not_matter", func(t *testing.T) {
		g := f
		g.IssuedAt = g.IssuedAt.In(time.FixedZone("x", -3600))
		again, err := g.Canonical()
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%v\n%s\n%s", err, b, again)
		}
	})
	t.Run("keeps_characters_outside_the_BMP_as_they_are", func(t *testing.T) {
		if !strings.Contains(string(b), `"欧阳𠮷"`) {
			t.Fatalf("%s", b)
		}
	})
	for name, bad := range map[string][]byte{
		"white_space":          append([]byte(" "), b...),
		"something_after_it":   append(bytes.Clone(b), "{}"...),
		"an_unknown_field":     bytes.Replace(b, []byte(`{"format"`), []byte(`{"x":1,"format"`), 1),
		"a_repeated_field":     bytes.Replace(b, []byte(`"edition":1`), []byte(`"edition":1,"edition":1`), 1),
		"another_amount":       bytes.Replace(b, []byte("79500"), []byte("79501"), 1),
		"another_format":       bytes.Replace(b, []byte("certificate/1"), []byte("certificate/2"), 1),
		"a_wrong_check_code":   bytes.Replace(b, []byte(f.CheckCode), []byte("0123456789ABCDEG"), 1),
		"nothing":              nil,
		"a_spelling_in_ASCII":  bytes.Replace(b, []byte("欧"), []byte(`\u6b27`), 1),
		"another_case_of_name": bytes.Replace(b, []byte(`"name"`), []byte(`"Name"`), 1),
	} {
		t.Run("refuses_"+name, func(t *testing.T) {
			if _, err := certificate.ParseCanonical(bad); !errors.Is(err, certificate.ErrFacts) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for name, change := range map[string]func(*certificate.Facts){
		"no_rows":                     func(f *certificate.Facts) { f.Rows = nil },
		"too_many_rows":               func(f *certificate.Facts) { f.Rows = make([]certificate.Row, certificate.MaxRows+1) },
		"another_total":               func(f *certificate.Facts) { f.Total++ },
		"an_amount_of_zero":           func(f *certificate.Facts) { f.Rows[0].Amount = 0 },
		"sums_past_int64":             func(f *certificate.Facts) { f.Rows[0].Amount, f.Rows[1].Amount = 1<<62, 1<<62 },
		"a_row_outside_the_range":     func(f *certificate.Facts) { f.Period = period.YearPeriod(2025) },
		"fractions_of_a_second":       func(f *certificate.Facts) { f.IssuedAt = f.IssuedAt.Add(1) },
		"no_name":                     func(f *certificate.Facts) { f.Name = " " },
		"an_unknown_document":         func(f *certificate.Facts) { f.Document.Type = "999" },
		"a_number_with_a_slash":       func(f *certificate.Facts) { f.Number = "../1" },
		"a_row_of_an_unknown_scheme":  func(f *certificate.Facts) { f.Rows[1].Scheme = "x" },
		"an_edition_before_the_first": func(f *certificate.Facts) { f.Edition = 0 },
	} {
		t.Run("refuses_"+name, func(t *testing.T) {
			f := sample(t)
			change(&f)
			if err := f.Check(); !errors.Is(err, certificate.ErrFacts) {
				t.Fatalf("got %v", err)
			}
		})
	}
	if err := sample(t).Check(); err != nil {
		t.Fatal(err)
	}
}

func TestCheckCode(t *testing.T) {
	code := sample(t).CheckCode
	t.Run("is_read_in_the_ways_people_write_it", func(t *testing.T) {
		s := string(code)
		wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, s)
		for _, text := range []string{
			s, strings.ToLower(s), code.Grouped(), " " + strings.ReplaceAll(code.Grouped(), " ", "-") + "\n",
			strings.ReplaceAll(strings.ReplaceAll(s, "0", "o"), "1", "l"), wide, s[:4] + "　" + s[4:],
		} {
			if got, err := certificate.ParseCheckCode(text); err != nil || got != code {
				t.Errorf("%q: %q %v", text, got, err)
			}
		}
	})
	t.Run("one_wrong_character_is_found", func(t *testing.T) {
		for i := range len(code) {
			for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
				wrong := string(code[:i]) + string(c) + string(code[i+1:])
				if _, err := certificate.ParseCheckCode(wrong); (err == nil) != (wrong == string(code)) {
					t.Fatalf("%s for %s: %v", wrong, code, err)
				}
			}
		}
	})
	t.Run("two_changed_places_are_found", func(t *testing.T) {
		for i := range len(code) - 1 {
			b := []byte(code)
			b[i], b[i+1] = b[i+1], b[i]
			if _, err := certificate.ParseCheckCode(string(b)); (err == nil) != (b[i] == b[i+1]) {
				t.Fatalf("%s for %s: %v", b, code, err)
			}
		}
	})
	t.Run("other_texts_are_refused", func(t *testing.T) {
		for _, text := range []string{"", "0", string(code) + "0", string(code[:15]), "李明", strings.Repeat("U", 16), strings.Repeat("\x80", 16)} {
			if got, err := certificate.ParseCheckCode(text); !errors.Is(err, certificate.ErrCheckCode) {
				t.Errorf("%q: %q %v", text, got, err)
			}
		}
	})
	t.Run("a_source_that_fails_gives_no_code", func(t *testing.T) {
		if got, err := certificate.NewCheckCode(strings.NewReader("short")); err == nil || got != "" {
			t.Fatalf("%q %v", got, err)
		}
	})
}

func TestStates(t *testing.T) {
	if _, err := certificate.States.Next(certificate.Withdrawn, certificate.Complete); !errors.Is(err, state.ErrIllegal) {
		t.Fatalf("a withdrawn certificate came back: %v", err)
	}
	if s, err := certificate.States.Next(certificate.Ready, certificate.Withdraw); err != nil || s != certificate.Withdrawn {
		t.Fatalf("%v %v", s, err)
	}
}

func FuzzParseCheckCode(f *testing.F) {
	f.Add("7K3M 9QXA 0CDE 12FT")
	f.Fuzz(func(t *testing.T, s string) {
		code, err := certificate.ParseCheckCode(s)
		if err != nil {
			return
		}
		again, err := certificate.ParseCheckCode(code.Grouped())
		if err != nil || again != code {
			t.Fatalf("%q: %q, again %q %v", s, code, again, err)
		}
	})
}
