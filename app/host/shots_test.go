//go:build !js

package host

import (
	"flag"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"shebao/app/host/internal/trial"
	"shebao/shared/page"
)

var shots = flag.String("shots", "", "folder for pictures of the trial pages")

// pictures takes every part of the gallery in light, dark and care mode, and checks on
// the way that no page is wider than the phone.
func pictures(b *tab) {
	looks := map[string]struct {
		scheme string
		care   bool
	}{"light": {"light", false}, "dark": {"dark", false}, "care": {"light", true}}
	titles := map[string]string{"pay": "选择支付方式", "dues": "缴费信息提交", "fields": "新增协议", "results": "缴费完成", "lists": "首页"}
	b.holdApp(b.t) // the server's document is enough
	for look, l := range looks {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}})
		for _, part := range trial.Parts() {
			b.mu.Lock()
			b.gallery = trial.GalleryState{Part: part, Typed: "李明"}
			b.frame = func(f *page.Frame) {
				f.Care, f.Title, f.Back, f.Tab = l.care, titles[part], "/list", ""
				if part == "lists" {
					f.Tab, f.Bare, f.Back = "/", true, ""
				}
			}
			b.mu.Unlock()
			call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1.5, Mobile: true})
			b.load("/gallery")
			b.run(`document.activeElement.blur(); window.scrollTo(0, 0)`)
			b.is("document.documentElement.scrollWidth", "390")
			b.shot(part+"-"+look, false)
			b.shot(part+"-"+look+"-full", true)
			call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 320, Height: 640, DeviceScaleFactor: 1, Mobile: true})
			b.is("document.documentElement.scrollWidth", "320")
		}
		b.mu.Lock()
		b.frame = nil
		b.mu.Unlock()
		call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 1280, Height: 800, DeviceScaleFactor: 1})
		b.load("/desk")
		b.shot("desk-"+look, false)
		call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 820, Height: 1000, DeviceScaleFactor: 1})
		b.is("document.documentElement.scrollWidth", "820")
		b.shot("desk-tablet-"+look, false)
	}
}

func (b *tab) shot(name string, whole bool) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if whole {
		take = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(b.ctx, take)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(*shots, 0o750); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
