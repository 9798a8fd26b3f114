package idcard_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"shebao/shared/idcard"
	"shebao/shared/period"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		t    idcard.Type
		in   string
		want string
		err  error
	}{
		{"a resident's number", "201", "110101199003071233", "110101199003071233", nil},
		{"the check character X", "201", "11010519491231002X", "11010519491231002X", nil},
		{"a small x becomes a capital", "201", "11010519491231002x", "11010519491231002X", nil},
		{"a child's number", "201", "110108201506012010", "110108201506012010", nil},
		{"spaces inside and around", "201", " 110101 19900307 1233 ", "110101199003071233", nil},
		{"full width", "201", "１１０１０５１９４９１２３１００２ｘ", "11010519491231002X", nil},
		{"a date that does not exist", "201", "110228196202290019", "", idcard.ErrDate},
		{"a wrong check digit", "201", "110101199003071234", "", idcard.ErrCheck},
		{"a digit short", "201", "11010119900307123", "", idcard.ErrLength},
		{"a digit too many", "201", "1101011990030712330", "", idcard.ErrLength},
		{"fifteen digits of the first generation", "201", "110101900307123", "", idcard.ErrLength},
		{"a letter inside", "201", "1101011990030712A3", "", idcard.ErrForm},
		{"X inside", "201", "11010X199003071233", "", idcard.ErrForm},
		{"empty", "201", "  ", "", idcard.ErrEmpty},
		{"other digits of the same width", "201", "١١٠١٠١١٩٩٠٠٣٠٧١٢٣٣", "", idcard.ErrLength},
		{"an unknown kind", "999", "110101199003071233", "", idcard.ErrType},
		{"a Hong Kong residence permit", "237", "810000199001010019", "810000199001010019", nil},
		{"a residence permit of the wrong area", "237", "830000198507123028", "", idcard.ErrArea},
		{"a Taiwan residence permit", "238", "830000198507123028", "830000198507123028", nil},
		{"a mainland number as a residence permit", "238", "110101199003071233", "", idcard.ErrArea},
		{"a Hong Kong pass", "210", "h12345678", "H12345678", nil},
		{"a Macau pass with its issue number", "210", "M1234567801", "M1234567801", nil},
		{"a pass of neither", "210", "K12345678", "", idcard.ErrForm},
		{"a pass one digit short", "210", "H1234567", "", idcard.ErrForm},
		{"a pass with half an issue number", "210", "H123456780", "", idcard.ErrForm},
		{"a Taiwan pass", "213", "01234567", "01234567", nil},
		{"a long Taiwan pass", "213", "012345678", "", idcard.ErrForm},
		{"a foreign passport", "208", "k0123456", "K0123456", nil},
		{"a short passport", "208", "A123", "", idcard.ErrForm},
		{"a long passport", "208", strings.Repeat("A", 21), "", idcard.ErrForm},
		{"a passport with a dash", "208", "AB-12345", "", idcard.ErrForm},
		{"a Chinese passport", "227", "E12345678", "E12345678", nil},
		{"a permanent residence card of 2017", "233", "CAN110101234567", "CAN110101234567", nil},
		{"a permanent residence card of 2023", "233", "911840198507123015", "911840198507123015", nil},
		{"a permanent residence card with a wrong check", "233", "911840198507123016", "", idcard.ErrCheck},
		{"18 digits that do not begin with 9", "233", "110101199003071233", "", idcard.ErrForm},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := idcard.Parse(c.t, c.in)
			if got.Number != c.want || !errors.Is(err, c.err) {
				t.Errorf("Parse(%s, %q) = %q, %v; want %q, %v", c.t, c.in, got.Number, err, c.want, c.err)
			}
		})
	}
}

func TestParseOn(t *testing.T) {
	born := period.Date{Year: 2015, Month: 6, Day: 1}
	if _, err := idcard.ParseOn(idcard.ResidentID, "110108201506012010", born); err != nil {
		t.Errorf("on the day of birth: %v", err)
	}
	if _, err := idcard.ParseOn(idcard.ResidentID, "110108201506012010", born.AddDays(-1)); !errors.Is(err, idcard.ErrFuture) {
		t.Errorf("the day before: %v", err)
	}
	if _, err := idcard.ParseOn(idcard.Passport, "K0123456", born); err != nil {
		t.Errorf("a document without a birth date: %v", err)
	}
}

func TestMasked(t *testing.T) {
	for in, want := range map[string]string{
		"110101199003071233": "110101********1233",
		"CAN110101234567":    "CAN********4567",
		"H12345678":          "H1*****78",
		"01234567":           "01****67",
		"E1234":              "E***4",
		"E12":                "***",
		"":                   "",
	} {
		if got := (idcard.Document{Number: in}).Masked(); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestBirth(t *testing.T) {
	for _, c := range []struct {
		t      idcard.Type
		number string
		want   string
	}{
		{"201", "11010519491231002X", "1949-12-31"},
		{"237", "810000199001010019", "1990-01-01"},
		{"233", "911840198507123015", "1985-07-12"},
		{"208", "K0123456", ""},
		{"233", "CAN110101234567", ""},
	} {
		got, ok := idcard.Document{Type: c.t, Number: c.number}.Birth()
		if got.String() != c.want || ok != (c.want != "") {
			t.Errorf("%s %s: %v, %v", c.t, c.number, got, ok)
		}
	}
}

func TestAgeOn(t *testing.T) {
	leap := period.Date{Year: 2008, Month: 2, Day: 29}
	for _, c := range []struct {
		day  period.Date
		want int
	}{
		{period.Date{Year: 2022, Month: 2, Day: 28}, 13},
		{period.Date{Year: 2022, Month: 3, Day: 1}, 14},
		{period.Date{Year: 2024, Month: 2, Day: 29}, 16},
		{leap, 0},
	} {
		if got := idcard.AgeOn(leap, c.day); got != c.want {
			t.Errorf("on %s: %d, want %d", c.day, got, c.want)
		}
	}
}

func TestNationalities(t *testing.T) {
	codes := func(t idcard.Type) string {
		var s []string
		for _, c := range idcard.Nationalities(t) {
			s = append(s, c.Alpha3)
		}
		return strings.Join(s, " ")
	}
	for typ, want := range map[idcard.Type]string{
		"201": "CHN", "227": "CHN", "210": "HKG MAC", "237": "HKG MAC", "213": "TWN", "238": "TWN", "999": "",
	} {
		if got := codes(typ); got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
	for _, typ := range []idcard.Type{idcard.Passport, idcard.ForeignPermanent} {
		if got := idcard.Nationalities(typ); len(got) != 248 {
			t.Errorf("%s has %d nationalities, want every one but CHN", typ, len(got))
		}
		if err := idcard.CheckNationality(typ, "CHN"); !errors.Is(err, idcard.ErrNationality) {
			t.Errorf("%s with CHN: %v", typ, err)
		}
	}
	for _, alpha3 := range []string{"", "XXX", "US", "usa"} { // XXX stands in passports for no nationality told (ICAO Doc 9303-3)
		if err := idcard.CheckNationality(idcard.Passport, alpha3); !errors.Is(err, idcard.ErrNationality) {
			t.Errorf("%q: %v", alpha3, err)
		}
	}
}

func TestCountryTable(t *testing.T) {
	seen := map[string]string{}
	for _, c := range append(idcard.Nationalities(idcard.Passport), idcard.Nationalities(idcard.ResidentID)...) {
		if len(c.Alpha3) != 3 || len(c.Numeric) != 3 || c.Name == "" || c.NameHK == "" || c.NameEN == "" {
			t.Errorf("incomplete: %+v", c)
		}
		for _, key := range []string{c.Alpha3, c.Numeric, c.Name, c.NameEN} {
			if other, twice := seen[key]; twice {
				t.Errorf("%s stands for %s and %s", key, other, c.Alpha3)
			}
			seen[key] = c.Alpha3
		}
	}
	for _, want := range []idcard.Country{
		{"CHN", "156", "中国", "中國", "China"},
		{"HKG", "344", "中国香港", "中國香港", "Hong Kong, China"},
		{"TWN", "158", "中国台湾", "中國台灣", "Taiwan, China"},
		{"USA", "840", "美国", "美國", "United States"},
		{"AFG", "004", "阿富汗", "阿富汗", "Afghanistan"},
	} {
		if got, ok := idcard.CountryOf(want.Alpha3); !ok || got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestTypes(t *testing.T) {
	seen := map[string]bool{}
	for _, typ := range idcard.Types() {
		if !typ.Valid() || seen[typ.Label()] {
			t.Errorf("%s is listed as %q", typ, typ.Label())
		}
		seen[typ.Label()] = true
	}
	if len(seen) != 8 || idcard.Type("999").Valid() {
		t.Errorf("%d kinds", len(seen))
	}
}

// number builds a resident's number with its right check character.
func number(area, day, serial int) string {
	born := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, day)
	s := fmt.Sprintf("%06d%s%03d", area, born.Format("20060102"), serial)
	return s + string(idcard.Check([17]byte([]byte(s))))
}

func TestEverySingleMistakeIsFound(t *testing.T) {
	check := func(a, b, c uint32, at uint8, by uint8) bool {
		n := number(110000+int(a%9999), int(b%45000), int(c%1000))
		if d, err := idcard.Parse(idcard.ResidentID, n); err != nil || d.Number != n {
			t.Logf("%s: %v", n, err)
			return false
		}
		wrong := []byte(n)
		i := int(at) % 17
		wrong[i] = '0' + (wrong[i]-'0'+1+by%9)%10
		_, err := idcard.Parse(idcard.ResidentID, string(wrong))
		return err != nil
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, typ := range idcard.Types() {
		for _, s := range []string{"110101199003071233", "11010519491231002x", "H12345678", "01234567", "CAN110101234567", "\xff", "９"} {
			f.Add(string(typ), s)
		}
	}
	f.Fuzz(func(t *testing.T, typ, s string) {
		d, err := idcard.Parse(idcard.Type(typ), s)
		if err != nil {
			if d != (idcard.Document{}) {
				t.Fatalf("a refused number is returned: %+v", d)
			}
			return
		}
		again, err := idcard.Parse(d.Type, d.Number)
		if err != nil || again != d {
			t.Fatalf("%+v read again is %+v, %v", d, again, err)
		}
		if m := d.Masked(); len(m) != len(d.Number) || !strings.Contains(m, "***") {
			t.Fatalf("%s masks to %s", d.Number, m)
		}
		if birth, ok := d.Birth(); ok && !birth.Valid() {
			t.Fatalf("%s: %v", d.Number, birth)
		}
	})
}
