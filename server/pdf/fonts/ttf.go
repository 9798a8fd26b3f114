// Package fonts holds the printing fonts of certificates and cuts out of them, per
// document, a small TrueType font with exactly the characters that the document needs.
// It reads TrueType outlines (glyf) only and knows nothing of PDF.
package fonts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sort"
)

// ErrFont says that the data is no TrueType font that this package can read.
var ErrFont = errors.New("not a usable TrueType font")

// Font is a parsed TrueType font. It is read-only and may be used by several
// goroutines. The font's data is not copied.
type Font struct {
	tables  map[string][]byte
	glyf    []byte
	loca    []byte
	hmtx    []byte
	long    bool // loca has 32-bit offsets
	glyphs  int
	metrics int // entries of hmtx with an advance
	em      int
	groups  []group // sorted by first rune, not overlapping
}

// group maps the runes first…last to the glyphs glyph, glyph+1, ….
type group struct {
	first, last rune
	glyph       int
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func u32(b []byte, at int) int { return int(binary.BigEndian.Uint32(b[at:])) }

// Parse reads a font. The data must not change afterwards.
func Parse(data []byte) (font *Font, err error) {
	defer func() { // a cut font would be read past its end; deployers may name font files
		if p := recover(); p != nil {
			font, err = nil, fmt.Errorf("%w: cut off", ErrFont)
		}
	}()
	data = data[:len(data):len(data)] // what lies behind it is not the font's
	if len(data) < 12 || u32(data, 0) != 0x00010000 {
		return nil, fmt.Errorf("%w: no TrueType header", ErrFont)
	}
	f := &Font{tables: map[string][]byte{}}
	for i := range u16(data, 4) {
		entry := data[12+16*i:]
		at, size := u32(entry, 8), u32(entry, 12)
		f.tables[string(entry[:4])] = data[at : at+size]
	}
	for _, tag := range []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "OS/2", "post"} {
		if f.tables[tag] == nil {
			return nil, fmt.Errorf("%w: no table %s", ErrFont, tag)
		}
	}
	f.glyf, f.loca, f.hmtx = f.tables["glyf"], f.tables["loca"], f.tables["hmtx"]
	f.em = u16(f.tables["head"], 18)
	f.long = u16(f.tables["head"], 50) == 1
	f.metrics = u16(f.tables["hhea"], 34)
	f.glyphs = u16(f.tables["maxp"], 4)
	if err := f.readCmap(f.tables["cmap"]); err != nil {
		return nil, err
	}
	return f, nil
}

// readCmap reads the full Unicode table (format 12), or else the table of the basic
// plane (format 4).
func (f *Font) readCmap(cmap []byte) error {
	best := -1
	for i := range u16(cmap, 2) {
		at := u32(cmap, 4+8*i+4)
		switch format := u16(cmap, at); {
		case format == 12:
			best = at
		case format == 4 && best < 0:
			best = at
		}
	}
	switch {
	case best < 0:
		return fmt.Errorf("%w: no Unicode character table", ErrFont)
	case u16(cmap, best) == 12:
		f.readSegments12(cmap[best:])
	default:
		f.readSegments4(cmap[best:])
	}
	sort.Slice(f.groups, func(i, j int) bool { return f.groups[i].first < f.groups[j].first })
	return nil
}

func (f *Font) readSegments12(t []byte) {
	for i := range u32(t, 12) {
		g := t[16+12*i:]
		f.groups = append(f.groups, group{rune(u32(g, 0)), rune(u32(g, 4)), u32(g, 8)}) //nolint:gosec // code points
	}
}

func (f *Font) readSegments4(t []byte) {
	n := u16(t, 6)
	for i := 0; i < n; i += 2 {
		first, last := u16(t, 16+n+i), u16(t, 14+i)
		delta, offset := u16(t, 16+2*n+i), u16(t, 16+3*n+i)
		for c := first; c <= last && c != 0xFFFF; c++ {
			glyph := (c + delta) & 0xFFFF
			if offset != 0 {
				if glyph = u16(t, 16+3*n+i+offset+2*(c-first)); glyph != 0 {
					glyph = (glyph + delta) & 0xFFFF
				}
			}
			if glyph != 0 {
				f.groups = append(f.groups, group{rune(c), rune(c), glyph}) //nolint:gosec // ≤ 0xFFFF
			}
		}
	}
}

// Glyph is the index of the rune's glyph, or 0 when the font has none.
func (f *Font) Glyph(r rune) int {
	i := sort.Search(len(f.groups), func(i int) bool { return f.groups[i].last >= r })
	if i == len(f.groups) || f.groups[i].first > r {
		return 0
	}
	return f.groups[i].glyph + int(r-f.groups[i].first)
}

// Runes lists the runes that have a glyph, in order.
func (f *Font) Runes() []rune {
	var rs []rune
	for _, g := range f.groups {
		for r := g.first; r <= g.last; r++ {
			if f.Glyph(r) != 0 {
				rs = append(rs, r)
			}
		}
	}
	return rs
}

// outline is the glyph's data in glyf, empty for a blank one.
func (f *Font) outline(glyph int) []byte {
	if f.long {
		return f.glyf[u32(f.loca, 4*glyph):u32(f.loca, 4*glyph+4)]
	}
	return f.glyf[2*u16(f.loca, 2*glyph) : 2*u16(f.loca, 2*glyph+2)]
}

// metric is the glyph's advance and left side bearing, as in hmtx.
func (f *Font) metric(glyph int) (advance, bearing int) {
	h := f.hmtx
	if glyph < f.metrics {
		return u16(h, 4*glyph), u16(h, 4*glyph+2)
	}
	return u16(h, 4*f.metrics-4), u16(h, 4*f.metrics+2*(glyph-f.metrics))
}

// Advance is the rune's width in thousandths of the font size, 0 for a missing glyph.
func (f *Font) Advance(r rune) int {
	glyph := f.Glyph(r)
	if glyph == 0 {
		return 0
	}
	advance, _ := f.metric(glyph)
	return advance * 1000 / f.em
}
