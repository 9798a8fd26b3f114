package verify

import (
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// pageTexts are the texts that a page shows, one for each text operator, in drawing
// order. It understands the text operators that our own pages use and no others: a page
// that says its text in another way shows nothing here.
func (d *document) pageTexts(number int) (texts []string, err error) {
	defer recovered(&err)
	page, _, inherited, err := d.ctx.PageDict(number, false)
	if err != nil {
		return nil, err
	}
	content, err := d.content(page["Contents"])
	if err != nil {
		return nil, err
	}
	fonts, err := d.pageFonts(page, inherited.Resources)
	if err != nil {
		return nil, err
	}
	var current map[uint16]string
	for _, m := range textOperator.FindAllStringSubmatch(string(content), -1) {
		if m[1] != "" {
			current = fonts[m[1]]
			continue
		}
		texts = append(texts, show(m[2], current))
	}
	return texts, nil
}

var textOperator = regexp.MustCompile(`/(F\d+)\s+[\d.]+\s+Tf|\[<([0-9A-F]*)>\]\s*TJ`)

func show(codes string, font map[uint16]string) string {
	raw, err := hex.DecodeString(codes)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for i := 0; i+1 < len(raw); i += 2 {
		b.WriteString(font[uint16(raw[i])<<8|uint16(raw[i+1])])
	}
	return b.String()
}

func (d *document) content(o types.Object) ([]byte, error) {
	o, err := d.ctx.Dereference(o)
	if err != nil {
		return nil, err
	}
	array, ok := o.(types.Array)
	if !ok {
		return d.decode(o)
	}
	var all []byte
	for _, part := range array {
		b, err := d.decode(part)
		if err != nil {
			return nil, err
		}
		all = append(append(all, b...), '\n')
	}
	return all, nil
}

// pageFonts are the maps from codes to characters of the page's fonts, by resource name.
func (d *document) pageFonts(page, resources types.Dict) (map[string]map[uint16]string, error) {
	if own, err := d.ctx.DereferenceDict(page["Resources"]); err == nil && own != nil {
		resources = own
	}
	list, err := d.ctx.DereferenceDict(resources["Font"])
	if err != nil || list == nil {
		return nil, errors.New("no fonts")
	}
	fonts := map[string]map[uint16]string{}
	for name, o := range list {
		font, err := d.ctx.DereferenceDict(o)
		if err != nil || font == nil || font["ToUnicode"] == nil {
			continue
		}
		m, err := d.decode(font["ToUnicode"])
		if err != nil {
			return nil, err
		}
		fonts[name] = readMap(m)
	}
	return fonts, nil
}

var mapEntry = regexp.MustCompile(`(?m)^<([0-9A-F]{4})> <((?:[0-9A-F]{4}){1,2})>$`)

// readMap reads a character map as our own documents have it.
func readMap(data []byte) map[uint16]string {
	m := map[uint16]string{}
	for _, e := range mapEntry.FindAllStringSubmatch(string(data), -1) {
		code, err := strconv.ParseUint(e[1], 16, 16)
		if err != nil {
			continue
		}
		var units []uint16
		for i := 0; i < len(e[2]); i += 4 {
			unit, err := strconv.ParseUint(e[2][i:i+4], 16, 16)
			if err != nil {
				continue
			}
			units = append(units, uint16(unit))
		}
		m[uint16(code)] = string(utf16.Decode(units))
	}
	return m
}

// says tells whether the expected texts stand on the page in their order: each is one
// shown text, or the end of one after its label, or one broken over several lines.
func says(shown, expected []string) bool {
	at := 0
	for _, want := range expected {
		end := -1
		for i := at; i < len(shown) && end < 0; i++ {
			if n := matches(shown[i:], want); n > 0 {
				end = i + n
			}
		}
		if end < 0 {
			return false
		}
		at = end
	}
	return true
}

// matches is how many of the shown texts make up the wanted one, 0 if they do not.
func matches(shown []string, want string) int {
	if shown[0] == want || strings.HasSuffix(shown[0], "："+want) || strings.HasSuffix(shown[0], "）"+want) {
		return 1
	}
	whole := ""
	for i, s := range shown {
		whole += s
		if i > 0 && whole == want {
			return i + 1
		}
		if !strings.HasPrefix(want, whole) || s == "" {
			return 0
		}
	}
	return 0
}
