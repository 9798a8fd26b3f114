package browsertest

import (
	"github.com/chromedp/cdproto/emulation"
)

// Resize makes the screen so many CSS pixels large, as zooming in does; 0 and 0 bring the
// device's own size back.
func (t *Tab) Resize(width, height int64) error {
	if width == 0 {
		width, height = t.o.Width, t.o.Height
	}
	return call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 2, Mobile: width < 768,
	})
}
