package pdf

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/signintech/gopdf"

	"shebao/server/pdf/fonts"
)

// weight chooses one of the document's two fonts.
type weight int

const (
	regular weight = iota
	bold
)

var fontNames = [...]string{regular: "SHEBAO+NotoSerifSC-Regular", bold: "SHEBAO+NotoSerifSC-Bold"}

// align says where a text stands in its box.
type align int

const (
	left align = iota
	center
	right
)

// sheet collects what is drawn on the pages. The fonts are cut when all is known; the
// first error stays and is bytes' answer.
type sheet struct {
	fonts  [2][]*fonts.Font
	widths [2]map[rune]int // advances seen so far
	runes  [2]map[rune]bool
	steps  []func(*gopdf.GoPdf) error
	pages  int
	seal   box // on the last page, under the text
	weight weight
	size   pt
}

func newSheet(set fonts.Set) *sheet {
	return &sheet{
		fonts: [2][]*fonts.Font{regular: set.Regular, bold: {set.Bold}},
		runes: [2]map[rune]bool{{}, {}}, widths: [2]map[rune]int{{}, {}},
	}
}

func (s *sheet) do(step func(*gopdf.GoPdf) error) { s.steps = append(s.steps, step) }

func (s *sheet) draw(step func(*gopdf.GoPdf)) {
	s.do(func(p *gopdf.GoPdf) error {
		step(p)
		return nil
	})
}

func (s *sheet) page() {
	s.pages++
	s.draw((*gopdf.GoPdf).AddPage)
}

func (s *sheet) font(w weight, size pt) { s.weight, s.size = w, size }

// width is the text's width in the present font.
func (s *sheet) width(text string) pt { return s.widthAt(text, s.size) }

func (s *sheet) widthAt(text string, size pt) pt {
	total := 0
	for _, r := range text {
		total += s.advance(r)
	}
	return pt(total) * size / 1000
}

// advance is the rune's width in the present font, thousandths of the size.
func (s *sheet) advance(r rune) int {
	known := s.widths[s.weight]
	advance, ok := known[r]
	if ok {
		return advance
	}
	for _, f := range s.fonts[s.weight] {
		if advance = f.Advance(r); advance != 0 {
			break
		}
	}
	known[r] = advance
	return advance
}

// text draws one line with its baseline at y, in the present font.
func (s *sheet) text(x, y pt, text string) { s.spaced(x, y, 0, text) }

// spaced is text with a space added after each character.
func (s *sheet) spaced(x, y, space pt, text string) {
	if text == "" {
		return
	}
	for _, r := range text {
		s.runes[s.weight][r] = true
	}
	name, size := fontNames[s.weight], s.size
	s.do(func(p *gopdf.GoPdf) error {
		if err := p.SetFont(name, "", size); err != nil {
			return err
		}
		if err := p.SetCharSpacing(space); err != nil {
			return err
		}
		p.SetXY(x, y)
		return p.Text(text)
	})
}

// box is a rectangle for text.
type box struct{ x, y, w, h pt }

// smallest is the smallest type that is still well read on paper.
const smallest pt = 5.5

// fit draws the text inside the box, in the middle of its height: at the wanted size, or
// a little smaller, or on two lines, or as small as it must be.
func (s *sheet) fit(b box, a align, size pt, text string) {
	for least := max(size-0.75, smallest); size > least && s.widthAt(text, size) > b.w && s.widthAt(text, least) <= b.w; {
		size -= 0.25
	}
	for ; ; size -= 0.25 {
		lines := s.split(text, b.w, size)
		if pitch := size * 1.15; size <= smallest || len(lines) == 1 || len(lines) == 2 && 2*pitch <= b.h-2 {
			s.font(s.weight, size)
			for i, line := range lines {
				middle := b.y + b.h/2 + pitch*(pt(i)-pt(len(lines)-1)/2)
				s.text(s.place(b, a, line), middle+size*0.36, line)
			}
			return
		}
	}
}

func (s *sheet) place(b box, a align, text string) pt {
	switch a {
	case left:
		return b.x
	case center:
		return b.x + (b.w-s.width(text))/2
	case right:
		return b.x + b.w - s.width(text)
	}
	return b.x
}

// split breaks the text into lines: at a space where there is one, else between any two
// characters. Spaces at a break are kept at the end of the line, so that the lines put
// together are the text.
func (s *sheet) split(text string, width, size pt) []string {
	if s.widthAt(text, size) <= width {
		return []string{text}
	}
	var lines []string
	limit := int(width * 1000 / size)
	start, space, used, atSpace := 0, 0, 0, 0
	for i, r := range text {
		advance := s.advance(r)
		if used+advance > limit && i > start && r != ' ' {
			if space > start {
				lines, start, used = append(lines, text[start:space]), space, used-atSpace
			} else {
				lines, start, used = append(lines, text[start:i]), i, 0
			}
		}
		used += advance
		if r == ' ' {
			space, atSpace = i+1, used
		}
	}
	return append(lines, text[start:])
}

func (s *sheet) line(x1, y1, x2, y2, width pt) {
	s.draw(func(p *gopdf.GoPdf) {
		if width < 0.5 { // inner lines stay behind the figures
			p.SetStrokeColor(110, 110, 110)
		}
		p.SetLineWidth(width)
		p.Line(x1, y1, x2, y2)
		p.SetStrokeColor(0, 0, 0)
	})
}

func (s *sheet) frame(b box, width pt) {
	s.draw(func(p *gopdf.GoPdf) {
		p.SetLineWidth(width)
		p.RectFromUpperLeftWithStyle(b.x, b.y, b.w, b.h, "D")
	})
}

// fill paints boxes in a grey: 0 black, 255 white.
func (s *sheet) fill(grey uint8, boxes ...box) {
	s.draw(func(p *gopdf.GoPdf) {
		p.SetFillColor(grey, grey, grey)
		for _, b := range boxes {
			p.RectFromUpperLeftWithStyle(b.x, b.y, b.w, b.h, "F")
		}
		p.SetFillColor(0, 0, 0) // texts have it too
	})
}

// paper is the drawn pages, not yet compressed and stamped.
type paper struct {
	data    []byte          // PDF
	subsets [2]fonts.Subset // by weight
}

// finish cuts the fonts and draws all. A *fonts.MissingError says what can't be printed.
func (s *sheet) finish() (paper, error) {
	var out paper
	var p gopdf.GoPdf
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	p.SetNoCompression() // it would make a compressor a page and feed it character by character
	for w := range s.runes {
		subset, err := fonts.Cut(slices.Collect(maps.Keys(s.runes[w])), s.fonts[w]...)
		if err != nil {
			return paper{}, err
		}
		out.subsets[w] = subset
		if err := p.AddTTFFontData(fontNames[w], subset.Data); err != nil {
			return paper{}, fmt.Errorf("add font: %w", err)
		}
	}
	for _, step := range s.steps {
		if err := step(&p); err != nil {
			return paper{}, fmt.Errorf("draw: %w", err)
		}
	}
	var b bytes.Buffer
	if _, err := p.WriteTo(&b); err != nil {
		return paper{}, fmt.Errorf("write pages: %w", err)
	}
	out.data = b.Bytes()
	return out, nil
}
