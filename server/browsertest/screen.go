package browsertest

import (
	"github.com/chromedp/cdproto/emulation"
)

// scale is how many pixels of the screen make one of CSS, along a line.
func (o Options) scale() float64 {
	if o.Scale == 0 {
		return 2
	}
	return o.Scale
}

// Resize makes the screen so many CSS pixels large, as zooming in does; 0 and 0 bring the
// device's own size back.
func (t *Tab) Resize(width, height int64) error {
	if width == 0 {
		width, height = t.o.Width, t.o.Height
	}
	return call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: t.o.scale(), Mobile: width < 768,
	})
}
