package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
)

// pdfName is a name as it stands in the file.
func pdfName(name string) string { return strings.ReplaceAll(name, "+", "#2B") }

// toUnicode is the map from glyphs to characters of a font whose glyph i+1 is runes[i]:
// UTF-16, at most 100 entries a block (the format's limit).
func toUnicode(runes []rune) []byte {
	const block = 100
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for first := 0; first < len(runes); first += block {
		part := runes[first:min(first+block, len(runes))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for i, r := range part {
			fmt.Fprintf(&b, "<%04X> <", first+i+1)
			for _, u := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
