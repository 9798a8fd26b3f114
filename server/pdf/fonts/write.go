package fonts

import (
	"encoding/binary"
	"slices"
)

// font puts the tables together.
func (w *cutter) font(runes []rune) []byte {
	w.loca = binary.BigEndian.AppendUint32(w.loca, uint32(len(w.glyf))) //nolint:gosec // far below 4 GiB
	count := uint16(len(w.pieces))                                      //nolint:gosec // Cut checks the count
	head := slices.Clone(w.base.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)  // whole-file checksum: of no use inside a PDF
	binary.BigEndian.PutUint16(head[50:], 1) // long loca
	hhea := slices.Clone(w.base.tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], count)
	maxp := slices.Clone(w.base.tables["maxp"])
	binary.BigEndian.PutUint16(maxp[4:], count)
	w.limits(maxp)
	tables := []table{
		{"OS/2", w.base.tables["OS/2"]},
		{"cmap", charTable(runes)},
		{"glyf", w.glyf},
		{"head", head},
		{"hhea", hhea},
		{"hmtx", w.hmtx},
		{"loca", w.loca},
		{"maxp", maxp},
		{"name", nameTable("NotoSerifSC")},
		{"post", postTable(w.base.tables["post"])},
	}
	if prep := w.base.tables["prep"]; prep != nil {
		tables = append(tables, table{"prep", prep})
	}
	return assemble(tables)
}

// limits writes the largest limits of all fonts; a composite may be any glyph moved.
func (w *cutter) limits(maxp []byte) {
	const points, contours, compositePoints, compositeContours, elements, depth = 3, 4, 5, 6, 14, 15
	m := w.maxima
	m[compositePoints], m[compositeContours] = max(m[compositePoints], m[points]), max(m[compositeContours], m[contours])
	m[elements], m[depth] = max(m[elements], 1), m[depth]+1
	for i := points; i < len(m) && 2*i+2 <= len(maxp); i++ {
		binary.BigEndian.PutUint16(maxp[2*i:], uint16(m[i])) //nolint:gosec // read as 16 bits
	}
}

type table struct {
	tag  string
	data []byte
}

func assemble(tables []table) []byte {
	selector, n := 0, len(tables)
	for 2<<selector <= n {
		selector++
	}
	size := 12 + 16*n
	for _, t := range tables {
		size += (len(t.data) + 3) &^ 3
	}
	out := make([]byte, 0, size)
	out = binary.BigEndian.AppendUint32(out, 0x00010000)
	for _, v := range []int{n, 16 << selector, selector, 16*n - 16<<selector} {
		out = binary.BigEndian.AppendUint16(out, uint16(v)) //nolint:gosec // about ten tables
	}
	at := 12 + 16*n
	for _, t := range tables {
		out = append(out, t.tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(t.data))
		out = binary.BigEndian.AppendUint32(out, uint32(at))          //nolint:gosec // far below 4 GiB
		out = binary.BigEndian.AppendUint32(out, uint32(len(t.data))) //nolint:gosec // far below 4 GiB
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

func checksum(b []byte) uint32 {
	var sum uint32
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	if len(b) > 0 {
		var last [4]byte
		copy(last[:], b)
		sum += binary.BigEndian.Uint32(last[:])
	}
	return sum
}

// charTable is a cmap: format 4 for the basic plane and format 12 for all runes, the
// glyph of runes[i] being i+1.
func charTable(runes []rune) []byte {
	var groups []group
	for i, r := range runes {
		if n := len(groups); n > 0 && groups[n-1].last+1 == r {
			groups[n-1].last = r
			continue
		}
		groups = append(groups, group{r, r, i + 1})
	}
	basic := format4(groups)
	out := []byte{0, 0, 0, 2, 0, 3, 0, 1, 0, 0, 0, 20, 0, 3, 0, 10}
	out = binary.BigEndian.AppendUint32(out, uint32(20+len(basic))) //nolint:gosec // at most 64 KiB
	out = append(out, basic...)
	out = append(out, 0, 12, 0, 0)
	for _, v := range []int{16 + 12*len(groups), 0, len(groups)} {
		out = binary.BigEndian.AppendUint32(out, uint32(v)) //nolint:gosec // small
	}
	for _, g := range groups {
		for _, v := range []int{int(g.first), int(g.last), g.glyph} {
			out = binary.BigEndian.AppendUint32(out, uint32(v)) //nolint:gosec // code points and glyphs
		}
	}
	return out
}

// format4 leaves out what lies above the basic plane, and everything when the table
// could not say its own length (a build-time font; its readers use format 12).
func format4(groups []group) []byte {
	var basic []group
	for _, g := range groups {
		if g.first < 0xFFFF {
			g.last = min(g.last, 0xFFFE)
			basic = append(basic, g)
		}
	}
	if 16+8*(len(basic)+1) > 0xFFFF {
		basic = nil
	}
	basic = append(basic, group{0xFFFF, 0xFFFF, 0})
	n, selector := len(basic), 0
	for 2<<selector <= n {
		selector++
	}
	out := make([]byte, 0, 16+8*n)
	put := func(v int) { out = binary.BigEndian.AppendUint16(out, uint16(v)) } //nolint:gosec // wraps as the format wants
	for _, v := range []int{4, 16 + 8*n, 0, 2 * n, 2 << selector, selector, 2*n - 2<<selector} {
		put(v)
	}
	for _, g := range basic {
		put(int(g.last))
	}
	put(0)
	for _, g := range basic {
		put(int(g.first))
	}
	for _, g := range basic {
		put(g.glyph - int(g.first))
	}
	for range basic {
		put(0)
	}
	return out
}

// nameTable says the PostScript name only, for Windows, in English.
func nameTable(name string) []byte {
	out := []byte{0, 0, 0, 1, 0, 18, 0, 3, 0, 1, 4, 9, 0, 6, 0, byte(2 * len(name)), 0, 0} //nolint:gosec // a short constant
	for i := range len(name) {
		out = append(out, 0, name[i])
	}
	return out
}

// postTable is version 3: no glyph names.
func postTable(post []byte) []byte {
	out := slices.Clone(post[:min(len(post), 32)])
	binary.BigEndian.PutUint32(out, 0x00030000)
	return out
}
