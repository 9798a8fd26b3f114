package verify

import (
	"testing"

	"shebao/server/pdf/pdftest"
	"shebao/shared/money"
)

func TestPagesAreComparedWithTheFacts(t *testing.T) {
	f := pdftest.Facts(t, 30)
	doc, err := open(pdftest.Make(t, pdftest.Maker(t, pdftest.Keys(t)), f))
	if err != nil {
		t.Fatal(err)
	}
	if !doc.comparable() {
		t.Fatal("our own document is not comparable")
	}
	var r Report
	if r.pageChanges(doc, f); len(r.Changes) != 0 {
		t.Fatalf("%+v", r)
	}
	t.Run("one_other_amount_is_found_on_its_page", func(t *testing.T) {
		g := f
		g.Rows = append(g.Rows[:0:0], f.Rows...)
		g.Rows[27].Amount += money.Yuan(1)
		var r Report
		if r.pageChanges(doc, g); len(r.Changes) != 1 || r.Changes[0] != (Change{PageText, 2}) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("another_number_is_another_certificate", func(t *testing.T) {
		g := f
		g.Number = "BJ0"
		var r Report
		if r.pageChanges(doc, g); !r.Has(AttachmentSwapped) || !r.Has(PageText) {
			t.Fatalf("%+v", r)
		}
	})
	t.Run("fewer_pages_are_found", func(t *testing.T) {
		g := f
		g.Rows = f.Rows[:25]
		var r Report
		if r.pageChanges(doc, g); !r.Has(PageCount) {
			t.Fatalf("%+v", r)
		}
	})
}

func TestTextsOnAPage(t *testing.T) {
	for name, c := range map[string]struct {
		shown []string
		want  string
		found bool
	}{
		"as_it_is":                          {[]string{"a", "1,000.00"}, "1,000.00", true},
		"after_its_label":                   {[]string{"证明编号：BJ1"}, "BJ1", true},
		"broken_over_two_lines":             {[]string{"Maria ", "del Carmen"}, "Maria del Carmen", true},
		"a_longer_amount_is_another_amount": {[]string{"21,000.00"}, "1,000.00", false},
		"a_part_is_not_the_whole":           {[]string{"1,000"}, "1,000.00", false},
		"nothing":                           {nil, "x", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := says(c.shown, []string{c.want}); got != c.found {
				t.Fatal(got)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	k := pdftest.Keys(b)
	m := pdftest.Maker(b, k)
	for name, rows := range map[string]int{"10_rows": 10, "300_rows": 300} {
		data := pdftest.Make(b, m, pdftest.Facts(b, rows))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if r := Read(data, k.Trust()); r.Reason != Valid {
					b.Fatalf("%+v", r)
				}
			}
		})
	}
}
