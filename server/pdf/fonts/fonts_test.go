package fonts_test

import (
	"bytes"
	"errors"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"shebao/server/pdf/fonts"
)

func embedded(tb testing.TB) fonts.Set {
	tb.Helper()
	set, err := fonts.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func TestEmbedded(t *testing.T) {
	set := embedded(t)
	t.Run("has_the_characters_of_names", func(t *testing.T) {
		for _, text := range []string{"李明王秀英张小雨陈嘉欣欧阳𠮷赵无保", "㛃龘䶮㐂", "·", "ABCxyz '-."} {
			if err := set.Printable(text); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
	t.Run("has_every_character_of_the_basic_Han_block", func(t *testing.T) {
		for r := rune(0x4E00); r <= 0x9FA5; r++ {
			if set.Regular[0].Glyph(r) == 0 {
				t.Fatalf("no %U", r)
			}
		}
	})
	t.Run("figures_are_equally_wide", func(t *testing.T) {
		for _, f := range []*fonts.Font{set.Regular[0], set.Bold} {
			for r := '1'; r <= '9'; r++ {
				if f.Advance(r) != f.Advance('0') {
					t.Errorf("%c is %d wide, 0 is %d", r, f.Advance(r), f.Advance('0'))
				}
			}
		}
	})
	t.Run("names_what_is_missing_without_saying_the_text", func(t *testing.T) {
		var missing *fonts.MissingError
		if err := set.Printable("李\U0003134F明"); !errors.As(err, &missing) || err.Error() != "no glyph for [U+3134F]" {
			t.Fatalf("%v", err)
		}
	})
}

func TestCut(t *testing.T) {
	set := embedded(t)
	runes := []rune("欧阳𠮷 0123456789 é ë·ÀÖ社保")
	cut, err := fonts.Cut(runes, set.Regular...)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("is_a_font_that_others_read_with_the_same_outlines", func(t *testing.T) {
		small, err := sfnt.Parse(cut.Data)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := fonts.Cut(set.Regular[0].Runes()[:3000], set.Regular...)
		if err != nil {
			t.Fatal(err)
		}
		large, err := sfnt.Parse(whole.Data)
		if err != nil {
			t.Fatal(err)
		}
		var a, b sfnt.Buffer
		for i, r := range cut.Runes {
			x, err := small.GlyphIndex(&a, r)
			if err != nil || int(x) != i+1 {
				t.Fatalf("%U is glyph %d, want %d: %v", r, x, i+1, err)
			}
			y, err := large.GlyphIndex(&b, r)
			if err != nil {
				t.Fatal(err)
			}
			if y == 0 {
				continue // not among the first 3,000
			}
			one, err := small.LoadGlyph(&a, x, fixed.I(100), nil)
			if err != nil {
				t.Fatalf("%U: %v", r, err)
			}
			two, err := large.LoadGlyph(&b, y, fixed.I(100), nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(one) != len(two) {
				t.Fatalf("%U has another outline", r)
			}
			for j := range one {
				if one[j] != two[j] {
					t.Fatalf("%U has another outline", r)
				}
			}
		}
	})
	t.Run("has_each_rune_once_whatever_the_order", func(t *testing.T) {
		again, err := fonts.Cut(append([]rune("保社"), runes...), set.Regular...)
		if err != nil || !bytes.Equal(again.Data, cut.Data) {
			t.Fatalf("another font: %v", err)
		}
	})
	t.Run("a_second_font_gives_what_the_first_lacks", func(t *testing.T) {
		only, err := fonts.Cut([]rune("𠮷"), set.Regular...)
		if err != nil {
			t.Fatal(err)
		}
		extra, err := fonts.Parse(only.Data)
		if err != nil {
			t.Fatal(err)
		}
		both, err := fonts.Cut([]rune("A𠮷"), set.Bold, extra)
		if err != nil || len(both.Runes) != 2 {
			t.Fatalf("%v %v", both.Runes, err)
		}
	})
	t.Run("makes_nothing_when_a_rune_is_missing", func(t *testing.T) {
		if got, err := fonts.Cut([]rune("A𠮷"), set.Bold); err == nil || got.Data != nil {
			t.Fatalf("%d bytes, %v", len(got.Data), err)
		}
	})
}

func TestParseRefusesWhatIsNoFont(t *testing.T) {
	set := embedded(t)
	cut, err := fonts.Cut([]rune("社保"), set.Regular...)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(cut.Data)-4; n += 97 {
		if _, err := fonts.Parse(cut.Data[:n]); !errors.Is(err, fonts.ErrFont) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}
