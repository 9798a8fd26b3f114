package fonts

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// MissingError says which characters no font has. It holds characters of a document,
// which may be a person's name: Error tells their code points only.
type MissingError struct{ Runes []rune }

// Error names the code points.
func (e *MissingError) Error() string { return fmt.Sprintf("no glyph for %U", e.Runes) }

// Missing returns a *MissingError for the runes that none of the fonts has, or nil.
func Missing(runes []rune, fonts ...*Font) error {
	var missing []rune
	for _, r := range runes {
		if find(r, fonts) == nil && !slices.Contains(missing, r) {
			missing = append(missing, r)
		}
	}
	if missing == nil {
		return nil
	}
	return &MissingError{Runes: missing}
}

func find(r rune, fonts []*Font) *Font {
	for _, f := range fonts {
		if f.Glyph(r) != 0 {
			return f
		}
	}
	return nil
}

// Subset is a small font made for one document.
type Subset struct {
	Data  []byte // TrueType
	Runes []rune // sorted; the glyph of Runes[i] is i+1
}

// piece is one glyph to be written: where it comes from and, for a figure that is made
// as wide as the others, its new advance.
type piece struct {
	font    *Font
	glyph   int
	advance int // font units, 0 for the glyph's own
}

// Cut makes a font of the runes, each from the first font that has it; all fonts must
// have the same em. The first font gives the line metrics. Figures become equally wide, so that columns of amounts align. A rune that
// no font has is a *MissingError and nothing is made.
func Cut(runes []rune, fonts ...*Font) (Subset, error) {
	if err := Missing(runes, fonts...); err != nil {
		return Subset{}, err
	}
	runes = slices.Clone(runes)
	slices.Sort(runes)
	runes = slices.Compact(runes)
	base := fonts[0]
	w := cutter{base: base, index: map[piece]int{}}
	w.add(piece{font: base})
	for i, r := range runes {
		f := find(r, fonts)
		if f.em != base.em {
			return Subset{}, fmt.Errorf("%w: fonts of different em", ErrFont)
		}
		// a glyph of two runes is written twice, so that glyph and text are one to one
		p := piece{font: f, glyph: f.Glyph(r), advance: f.figure(r)}
		w.pieces = append(w.pieces, p)
		w.index[p] = i + 1
		w.points(f)
	}
	for i := 0; i < len(w.pieces); i++ { // components are appended while going through
		if err := w.write(w.pieces[i]); err != nil {
			return Subset{}, err
		}
	}
	if len(w.pieces) > 0xFFFF {
		return Subset{}, fmt.Errorf("%w: too many glyphs", ErrFont)
	}
	return Subset{Data: w.font(runes), Runes: runes}, nil
}

type cutter struct {
	base       *Font
	pieces     []piece
	index      map[piece]int
	glyf, hmtx []byte
	loca       []byte
	maxima     [16]int // of the fonts' maxp, by its 16-bit fields
}

// points keeps the largest of the fonts' limits.
func (w *cutter) points(f *Font) {
	maxp := f.tables["maxp"]
	for i := 3; i < len(w.maxima) && 2*i+2 <= len(maxp); i++ {
		w.maxima[i] = max(w.maxima[i], u16(maxp, 2*i))
	}
}

// figure is the advance that the figure must get, or 0 when it is no figure or as wide
// as the widest already.
func (f *Font) figure(r rune) int {
	if r < '0' || r > '9' {
		return 0
	}
	widest := 0
	for c := '0'; c <= '9'; c++ {
		advance, _ := f.metric(f.Glyph(c))
		widest = max(widest, advance)
	}
	if own, _ := f.metric(f.Glyph(r)); own == widest {
		return 0
	}
	return widest
}

func (w *cutter) add(p piece) int {
	if i, ok := w.index[p]; ok {
		return i
	}
	w.pieces = append(w.pieces, p)
	w.index[p] = len(w.pieces) - 1
	return len(w.pieces) - 1
}

// write appends one glyph with its metrics; a composite one gets its components' new indexes.
func (w *cutter) write(p piece) error {
	w.loca = binary.BigEndian.AppendUint32(w.loca, uint32(len(w.glyf))) //nolint:gosec // far below 4 GiB
	advance, bearing := p.font.metric(p.glyph)
	var outline []byte
	if p.advance != 0 {
		shift := (p.advance - advance) / 2
		advance, bearing = p.advance, bearing+shift
		outline = w.shifted(p, shift)
	} else {
		outline = p.font.outline(p.glyph)
	}
	w.hmtx = binary.BigEndian.AppendUint16(w.hmtx, uint16(advance)) //nolint:gosec // read as 16 bits
	w.hmtx = binary.BigEndian.AppendUint16(w.hmtx, uint16(bearing)) //nolint:gosec // read as 16 bits
	start := len(w.glyf)
	w.glyf = append(w.glyf, outline...)
	for (len(w.glyf)-start)%4 != 0 {
		w.glyf = append(w.glyf, 0)
	}
	if g := w.glyf[start:]; p.advance == 0 && len(g) > 10 && g[0]&0x80 != 0 {
		return w.remap(p.font, g)
	}
	return nil
}

// shifted is a composite glyph: the piece's own glyph, moved to the right.
func (w *cutter) shifted(p piece, shift int) []byte {
	own := p.font.outline(p.glyph)
	out := []byte{0xFF, 0xFF}
	for i, move := range []int{shift, 0, shift, 0} { // bounding box
		out = binary.BigEndian.AppendUint16(out, uint16(u16(own, 2+2*i)+move)) //nolint:gosec // wraps as int16 does
	}
	component := w.add(piece{font: p.font, glyph: p.glyph})
	for _, v := range []int{wordArguments | offsets, component, shift, 0} {
		out = binary.BigEndian.AppendUint16(out, uint16(v)) //nolint:gosec // Cut checks the count
	}
	return out
}

// The flags of a component of a composite glyph.
const (
	wordArguments = 1 << 0
	offsets       = 1 << 1
	oneScale      = 1 << 3
	more          = 1 << 5
	twoScales     = 1 << 6
	matrix        = 1 << 7
)

func (w *cutter) remap(f *Font, g []byte) error {
	for at := 10; ; {
		if at+4 > len(g) {
			return fmt.Errorf("%w: composite glyph cut off", ErrFont)
		}
		flags, component := u16(g, at), u16(g, at+2)
		binary.BigEndian.PutUint16(g[at+2:], uint16(w.add(piece{font: f, glyph: component}))) //nolint:gosec // Cut checks the count
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&more == 0 {
			return nil
		}
	}
}
