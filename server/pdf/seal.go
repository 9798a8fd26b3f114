package pdf

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"github.com/fogleman/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"

	"shebao/server/pdf/fonts"
)

// Seal says what a drawn seal shows. A drawn seal is no state seal: its Center should
// say so (样章).
type Seal struct {
	Ring   string // along the upper rim, whose seal it is
	Center string // large, in the middle
	Band   string // below the middle, what it is for
}

// The drawing's size in pixels, about 300 a printed inch.
const sealPixels = 440

// canvas draws with one font, cut to the characters needed.
type canvas struct {
	*gg.Context
	font *opentype.Font
}

func newCanvas(set fonts.Set, width, height int, texts ...string) (canvas, error) {
	var runes []rune
	for _, t := range texts {
		runes = append(runes, []rune(t)...)
	}
	cut, err := fonts.Cut(runes, set.Regular...)
	if err != nil {
		return canvas{}, err
	}
	f, err := opentype.Parse(cut.Data)
	if err != nil {
		return canvas{}, fmt.Errorf("font for drawing: %w", err)
	}
	return canvas{gg.NewContext(width, height), f}, nil
}

func (c canvas) size(pixels pt) error {
	face, err := opentype.NewFace(c.font, &opentype.FaceOptions{Size: pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return fmt.Errorf("font for drawing: %w", err)
	}
	c.SetFontFace(face)
	return nil
}

func drawSeal(set fonts.Set, s Seal) (mask, error) {
	c, err := newCanvas(set, sealPixels, sealPixels, s.Ring, s.Center, s.Band)
	if err != nil {
		return mask{}, err
	}
	const middle, radius = sealPixels / 2.0, sealPixels/2.0 - 8
	c.SetColor(sealRed)
	c.SetLineWidth(9)
	c.DrawCircle(middle, middle, radius)
	c.Stroke()
	c.SetLineWidth(2)
	c.DrawCircle(middle, middle, radius-11)
	c.Stroke()
	ring := []rune(s.Ring)
	span := math.Min(250, 24*pt(len(ring))) / 180 * math.Pi
	if err := c.size(math.Min(50, 1.05*span*(radius-50)/pt(max(len(ring), 1)))); err != nil {
		return mask{}, err
	}
	for i, r := range ring {
		angle := -math.Pi/2 + span*((pt(i)+0.5)/pt(len(ring))-0.5)
		x, y := middle+(radius-48)*math.Cos(angle), middle+(radius-48)*math.Sin(angle)
		c.Push()
		c.RotateAbout(angle+math.Pi/2, x, y)
		c.bold(string(r), x, y)
		c.Pop()
	}
	if err := c.size(104); err != nil {
		return mask{}, err
	}
	c.bold(s.Center, middle, middle+4)
	if err := c.size(math.Min(40, 290/pt(max(len([]rune(s.Band)), 1)))); err != nil {
		return mask{}, err
	}
	c.bold(s.Band, middle, middle+116)
	return maskOf(c.Image()), nil
}

// bold draws the text a little fatter than its font, as a seal is cut.
func (c canvas) bold(text string, x, y pt) {
	for _, d := range [][2]pt{{-0.8, 0}, {0.8, 0}, {0, -0.8}, {0, 0.8}} {
		c.DrawStringAnchored(text, x+d[0], y+d[1], 0.5, 0.35)
	}
}

var sealRed = color.NRGBA{R: 0xC8, G: 0x1E, B: 0x1E, A: 0xFF}

// The watermark's tile, repeated over the page, in pixels and on paper.
const (
	tilePixelsX, tilePixelsY    = 400, 300
	tileWidth, tileHeight    pt = 200, 150
)

func drawWatermark(set fonts.Set, text string) (mask, error) {
	c, err := newCanvas(set, tilePixelsX, tilePixelsY, text)
	if err != nil {
		return mask{}, err
	}
	if err := c.size(84); err != nil {
		return mask{}, err
	}
	c.SetColor(color.NRGBA{R: 0x80, G: 0x80, B: 0x80, A: 0xFF})
	c.RotateAbout(gg.Radians(-30), tilePixelsX/2, tilePixelsY/2)
	c.DrawStringAnchored(text, tilePixelsX/2, tilePixelsY/2, 0.5, 0.35)
	return maskOf(c.Image()), nil
}

// mask is a picture in one colour: how much of it covers each pixel.
type mask struct {
	width, height int
	colour        [3]byte
	alpha         []byte // deflated, one byte a pixel
	ground        []byte // deflated, one zero byte a pixel: the colour's index
}

// maskOf takes the picture's opacity and its average colour.
func maskOf(img image.Image) mask {
	b := img.Bounds()
	m := mask{width: b.Dx(), height: b.Dy()}
	alpha := make([]byte, 0, m.width*m.height)
	var sum [3]uint64
	var weight uint64
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, a := img.At(x, y).RGBA()
			alpha = append(alpha, byte(a>>8)) //nolint:gosec // 16 bits to 8
			sum[0], sum[1], sum[2], weight = sum[0]+uint64(r), sum[1]+uint64(g), sum[2]+uint64(bl), weight+uint64(a)
		}
	}
	if weight > 0 {
		for i := range sum {
			m.colour[i] = byte(min(sum[i]*255/weight, 255))
		}
	}
	m.alpha, m.ground = squeeze(alpha), squeeze(make([]byte, len(alpha)))
	return m
}
