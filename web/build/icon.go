package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/fogleman/gg"
)

// drawing is an icon file.
type drawing struct {
	name string
	body []byte
}

// icons are the program's own mark, a shield with a coin's line, drawn from one list of
// shapes as SVG and as the PNG sizes that phones ask for.
func icons() []drawing {
	return []drawing{
		{"icon.svg", svg()},
		{"icon-192.png", png(192, rounded)},
		{"icon-512.png", png(512, rounded)},
		{"icon-maskable.png", png(512, full)},
		{"apple-touch-icon.png", png(180, full)},
		{"shortcut-pay.png", shortcut(strokes)},
		{"shortcut-verify.png", shortcut(tick)},
		{"shortcut-paper.png", shortcut(paper)},
		{"badge.png", badge()},
	}
}

// curve is a cubic Bézier segment on a 100 × 100 grid: two controls and the end.
type curve [6]float64 //nolint:forbidigo // coordinates, not money

// shield is the mark's outline, from its top.
var (
	shieldStart = [2]float64{50, 18} //nolint:forbidigo // coordinates
	shield      = []curve{
		{58, 24, 68, 27, 77, 27.5}, {78.5, 52, 72, 71, 50, 83}, {28, 71, 21.5, 52, 23, 27.5}, {32, 27, 42, 24, 50, 18},
	}
	// strokes are straight lines: the yuan sign on the shield.
	strokes = [][4]float64{{39, 36, 50, 50}, {61, 36, 50, 50}, {50, 50, 50, 68}, {40, 52, 60, 52}, {40, 60, 60, 60}} //nolint:forbidigo // coordinates
)

// What stands on the icons of the shortcuts: the yuan sign of the mark, a tick, a sheet.
var (
	tick  = [][4]float64{{34, 51, 46, 63}, {46, 63, 67, 38}}                                                                                                             //nolint:forbidigo // coordinates
	paper = [][4]float64{{34, 28, 58, 28}, {58, 28, 67, 37}, {67, 37, 67, 73}, {67, 73, 34, 73}, {34, 73, 34, 28}, {43, 44, 58, 44}, {43, 53, 58, 53}, {43, 62, 52, 62}} //nolint:forbidigo // coordinates
)

const (
	blue  = "#07669c"
	white = "#ffffff"
	width = 5
)

// ground is how far the blue reaches.
type ground int

const (
	rounded ground = 22 // radius of the corners, percent
	full    ground = 0  // to the edge: the phone cuts its own shape
)

func svg() []byte {
	var p strings.Builder
	_, _ = fmt.Fprintf(&p, "M%g %g", shieldStart[0], shieldStart[1])
	for _, c := range shield {
		_, _ = fmt.Fprintf(&p, "C%g %g %g %g %g %g", c[0], c[1], c[2], c[3], c[4], c[5])
	}
	var l strings.Builder
	for _, s := range strokes {
		_, _ = fmt.Fprintf(&l, "M%g %gL%g %g", s[0], s[1], s[2], s[3])
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="%d" fill="%s"/>`+
		`<path d="%sZ" fill="%s"/><path d="%s" fill="none" stroke="%s" stroke-width="%d" stroke-linecap="round"/></svg>`,
		rounded, blue, p.String(), white, l.String(), blue, width)
}

func png(size int, g ground) []byte {
	dc := gg.NewContext(size, size)
	k := float64(size) / 100 //nolint:forbidigo // pixels
	dc.Scale(k, k)
	dc.SetHexColor(blue)
	dc.DrawRoundedRectangle(0, 0, 100, 100, float64(g)) //nolint:forbidigo // pixels
	dc.Fill()
	if g == full { // inside the circle that every phone keeps
		dc.ScaleAbout(0.8, 0.8, 50, 50)
	}
	dc.SetHexColor(white)
	dc.MoveTo(shieldStart[0], shieldStart[1])
	for _, c := range shield {
		dc.CubicTo(c[0], c[1], c[2], c[3], c[4], c[5])
	}
	dc.ClosePath()
	dc.Fill()
	dc.SetHexColor(blue)
	draw(dc, strokes, k)
	return encoded(dc)
}

// shortcut is the icon of one of the shortcuts that a phone offers on the app's own: white
// lines in a blue circle.
func shortcut(lines [][4]float64) []byte { //nolint:forbidigo // coordinates
	const size = 96
	dc := gg.NewContext(size, size)
	k := float64(size) / 100 //nolint:forbidigo // pixels
	dc.Scale(k, k)
	dc.SetHexColor(blue)
	dc.DrawCircle(50, 50, 50)
	dc.Fill()
	dc.SetHexColor(white)
	draw(dc, lines, k)
	return encoded(dc)
}

// badge is what Android shows beside the clock for a notification: only its outline counts.
func badge() []byte {
	const size = 96
	dc := gg.NewContext(size, size)
	k := float64(size) / 100 //nolint:forbidigo // pixels
	dc.Scale(k, k)
	dc.SetHexColor(white)
	dc.DrawCircle(50, 50, 46)
	dc.SetLineWidth(width * k)
	dc.Stroke()
	draw(dc, strokes, k)
	return encoded(dc)
}

func draw(dc *gg.Context, lines [][4]float64, k float64) { //nolint:forbidigo // coordinates
	dc.SetLineWidth(width * k)
	dc.SetLineCapRound()
	for _, s := range lines {
		dc.DrawLine(s[0], s[1], s[2], s[3])
		dc.Stroke()
	}
}

func encoded(dc *gg.Context) []byte {
	var b bytes.Buffer
	if err := dc.EncodePNG(&b); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
