package preview

import (
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
)

// furthest is the largest difference of any channel of any pixel.
func furthest(a *image.RGBA, b *image.Paletted) int {
	far := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p := a.RGBAAt(x, y)
			q := b.Palette[b.ColorIndexAt(x, y)].(color.RGBA) //nolint:errcheck,forcetypeassert // paletted makes no others
			for _, d := range []int{int(p.R) - int(q.R), int(p.G) - int(q.G), int(p.B) - int(q.B)} {
				far = max(far, d, -d)
			}
		}
	}
	return far
}

func TestPaletted(t *testing.T) {
	t.Run("few colours stay exactly as they are", func(t *testing.T) {
		src := image.NewRGBA(image.Rect(0, 0, 40, 30))
		inks := []color.RGBA{{255, 255, 255, 255}, {0, 0, 0, 255}, {200, 30, 30, 255}, {241, 241, 241, 255}}
		for i := range 40 * 30 {
			src.SetRGBA(i%40, i/40, inks[i*7%len(inks)])
		}
		if d := furthest(src, paletted(src)); d != 0 {
			t.Errorf("off by %d", d)
		}
	})
	t.Run("greys and the edge of a seal stay as good as they are", func(t *testing.T) {
		src := image.NewRGBA(image.Rect(0, 0, 256, 2))
		for x := range 256 {
			v := uint8(x)
			src.SetRGBA(x, 0, color.RGBA{v, v, v, 255}) // type
			src.SetRGBA(x, 1, color.RGBA{uint8(200 + x*55/255), uint8(30 + x*225/255), uint8(30 + x*225/255), 255})
		}
		if d := furthest(src, paletted(src)); d > 8 {
			t.Errorf("off by %d", d)
		}
	})
	t.Run("more colours than a palette has are the nearest there are", func(t *testing.T) {
		src := image.NewRGBA(image.Rect(0, 0, 200, 200))
		random := rand.New(rand.NewPCG(1, 2))
		for i := range src.Pix {
			src.Pix[i] = byte(random.IntN(256))
			if i%4 == 3 {
				src.Pix[i] = 255
			}
		}
		if got := paletted(src); len(got.Palette) != most || furthest(src, got) > 128 {
			t.Errorf("%d colours, off by %d", len(got.Palette), furthest(src, got))
		}
	})
}
