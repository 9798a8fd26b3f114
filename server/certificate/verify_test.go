package certificate_test

import (
	"fmt"
	"testing"

	"shebao/server/certificate"
)

func TestVerify(t *testing.T) {
	w := newWorld(t)
	c := w.issued(t, years(2021, 2025))
	code := c.Facts.CheckCode
	t.Run("number and code as people type them find it", func(t *testing.T) {
		for _, typed := range []string{string(code), code.Grouped(), " " + code.Grouped() + " "} {
			f, ok, err := w.Verify(t.Context(), " 110101 19900307 1233", typed)
			if err != nil || !ok || !f.Intact || !f.Genuine || f.Status != certificate.Valid || f.Record.Facts.Total != c.Total {
				t.Errorf("%+v %v %v", f, ok, err)
			}
		}
	})
	t.Run("anything else finds nothing and asks the store exactly the same", func(t *testing.T) {
		other := w.issued(t, years(2021, 2024))
		for name, typed := range map[string][2]string{
			"another person's number": {"11010519491231002X", string(code)},
			"an unknown code":         {liming, "0000000000000000"},
			"a mistyped code":         {liming, string(code[:15]) + "*"},
			"no code":                 {liming, ""},
			"no number":               {"", string(code)},
			"number and code swapped": {string(code), liming},
			"a code and its number":   {liming + "\x00" + string(other.Facts.CheckCode), string(code)},
		} {
			if f, ok, err := w.Verify(t.Context(), typed[0], typed[1]); ok || err != nil || f.Record.ID != "" {
				t.Errorf("%s: %+v %v %v", name, f, ok, err)
			}
		}
	})
	t.Run("one that is not made yet is not there", func(t *testing.T) {
		making := w.apply(t, years(2022, 2024))
		if _, ok, err := w.Verify(t.Context(), liming, string(making.Facts.CheckCode)); ok || err != nil {
			t.Error(ok, err)
		}
	})
}

func TestGuessing(t *testing.T) {
	w := newWorld(t)
	t.Run("one taxpayer can't be tried from many addresses", func(t *testing.T) {
		refused := 0
		for i := range 100 {
			if err := w.MayCheck(t.Context(), fmt.Sprint("10.0.0.", i), " 110101199003071233"); certificate.TooOften(err) {
				refused++
			}
		}
		if refused != 70 {
			t.Errorf("%d of 100 refused", refused)
		}
	})
	t.Run("one address can't try many taxpayers", func(t *testing.T) {
		refused := 0
		for i := range 100 {
			if err := w.MayCheck(t.Context(), "10.1.1.1", fmt.Sprint("T", i)); certificate.TooOften(err) {
				refused++
			}
		}
		if refused != 40 {
			t.Errorf("%d of 100 refused", refused)
		}
	})
}
