package preview

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// The bins of colours: the highest bits of each channel.
const (
	binBits = 5
	bins    = 1 << (3 * binBits)
	most    = 256 // colours of a palette
)

// bin collects the pixels of nearly one colour.
type bin struct {
	key     int
	count   uint32
	r, g, b uint64 // sums
}

func (b bin) mean() color.RGBA {
	n := uint64(b.count)
	return color.RGBA{R: uint8((b.r + n/2) / n), G: uint8((b.g + n/2) / n), B: uint8((b.b + n/2) / n), A: 0xFF} //nolint:gosec // a mean of bytes
}

// paletted is the picture with at most 256 colours: black type, pale watermark and one
// colour of seal need no more, and a phone loads a third of the bytes.
func paletted(src *image.RGBA) *image.Paletted {
	size := src.Bounds().Size()
	all := make([]bin, bins)
	keys := make([]uint16, 0, size.X*size.Y)
	for y := range size.Y {
		row := src.Pix[y*src.Stride : y*src.Stride+4*size.X]
		for ; len(row) > 0; row = row[4:] {
			key := int(row[0]>>(8-binBits))<<(2*binBits) | int(row[1]>>(8-binBits))<<binBits | int(row[2]>>(8-binBits))
			b := &all[key]
			b.count++
			b.r, b.g, b.b = b.r+uint64(row[0]), b.g+uint64(row[1]), b.b+uint64(row[2])
			keys = append(keys, uint16(key)) //nolint:gosec // 15 bits
		}
	}
	for key := range all {
		all[key].key = key
	}
	used := slices.DeleteFunc(all, func(b bin) bool { return b.count == 0 })
	slices.SortFunc(used, func(a, b bin) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key)) })
	var palette color.Palette
	index := make([]uint8, bins)
	for i, b := range used {
		if i < most {
			palette = append(palette, b.mean())
			index[b.key] = uint8(i)
			continue
		}
		index[b.key] = uint8(palette.Index(b.mean())) //nolint:gosec // of a palette of 256
	}
	out := image.NewPaletted(image.Rectangle{Max: size}, palette)
	for i, key := range keys {
		out.Pix[i] = index[key]
	}
	return out
}
