package pdf

import (
	"strings"
	"testing"
)

func TestToUnicodeHasBlocksOfAtMostAHundred(t *testing.T) {
	var runes []rune
	for r := rune(0x4E00); r < 0x4E00+250; r++ {
		runes = append(runes, r)
	}
	m := string(toUnicode(append(runes, '𠮷')))
	for _, want := range []string{"100 beginbfchar", "51 beginbfchar", "<0001> <4E00>\n", "<00FB> <D842DFB7>\n"} {
		if !strings.Contains(m, want) {
			t.Errorf("no %q", want)
		}
	}
}
