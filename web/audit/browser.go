package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// slowdown is how many times slower than this machine's the phone's processor is.
const slowdown = 4

// screen is one of the screens to measure, in both apps.
type screen struct {
	path string
	link string // the link that is tapped
	to   string // where it leads
	form string // the button that sends the screen's form, "" for a screen without
}

var screens = []screen{
	{"/login", `a[href="/verify"]`, "/verify", `main form:not([action]) button[type=submit]`},
	{"/shebao", `a[href="/pension"]`, "/pension", ""},
	{"/pension/pay", `a[href="/pension"]`, "/pension", `main form button[type=submit]`},
	{"/verify", `a[href="/"]`, "/", `main form button[type=submit].weui-btn_primary, main form .van-button`},
}

type browser struct {
	ctx   context.Context //nolint:containedctx // chromedp's browser is a context
	stops []func()
}

func (b *browser) stop() {
	for _, f := range b.stops {
		f()
	}
}

func startBrowser(dir string) (*browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(filepath.Join(dir, "profile")), chromedp.WindowSize(390, 844), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("disable-component-update", true))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	b := &browser{ctx: ctx, stops: []func(){stop, stopAlloc}}
	if err := chromedp.Do(ctx); err != nil {
		b.stop()
		return nil, fmt.Errorf("start Chromium (set CHROMIUM to its path): %w", err)
	}
	return b, nil
}

// probe runs before the scripts of every page. A click or submit writes down when it
// happened and what had been received; what survives the page is in sessionStorage.
const probe = `(() => {
  const seen = window.__seen = { fcp: 0, lcp: 0, cls: 0, boot: 0 };
  const watch = (type, f) => new PerformanceObserver((l) => { for (const e of l.getEntries()) f(e); }).observe({ type, buffered: true });
  watch("paint", (e) => { if (e.name === "first-contentful-paint") seen.fcp = e.startTime; });
  watch("largest-contentful-paint", (e) => { seen.lcp = e.startTime; });
  watch("layout-shift", (e) => { if (!e.hadRecentInput) seen.cls += e.value; });
  document.addEventListener("shebao:taken", () => { window.__taken = true; });
  const got = (by) => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((e) => e.responseEnd > 0 && e.responseEnd <= by).reduce((sum, e) => sum + (e.transferSize || 0), 0) / 1000;
  for (const type of ["click", "submit"]) addEventListener(type, (e) => {
    const first = sessionStorage.getItem("origin") || String(performance.timeOrigin); // later documents count on from the first one
    sessionStorage.setItem("origin", first);
    const at = e.timeStamp + performance.timeOrigin - Number(first);
    sessionStorage.setItem("audit", JSON.stringify({ type, at, kb: got(e.timeStamp), ...seen }));
  }, true);
})();`

// tab is one person's browser, empty at first.
type tab struct {
	ctx  context.Context //nolint:containedctx // chromedp's tab is a context
	stop func()
}

func (b *browser) tab(s *service) (*tab, error) {
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t := &tab{ctx, stop}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		stop()
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	t.ctx, t.stop = ctx, func() { cancel(); stop() }
	err := errors.Join(
		call(t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true}),
		call(t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: probe}),
		call(t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown}))
	if s.cookie != nil {
		err = errors.Join(err, call(t, network.SetCookie, network.SetCookieParams{Name: s.cookie.Name, Value: s.cookie.Value, URL: s.slow}))
	}
	if err != nil {
		t.stop()
		return nil, err
	}
	return t, nil
}

func call[P, R any](t *tab, cmd cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(t.ctx, cmd, params)
	return err
}

// measure makes one run of one screen: cold and warm, each by a load left alone, one
// where a link is tapped and one where the form is sent as soon as they are there.
func (b *browser) measure(ctx context.Context, s *service, sc screen) (figures, error) {
	var f figures
	if err := ctx.Err(); err != nil {
		return f, err
	}
	for i := range 3 { // cold loads each need an empty browser
		if i == 2 && sc.form == "" {
			break
		}
		t, err := b.tab(s) //nolint:contextcheck // the browser is the context
		if err != nil {
			return f, err
		}
		err = t.kind(i, s, sc, &f.Cold)
		if err == nil && i == 0 { // the browser now has everything
			err = t.warm(s, sc, &f)
		}
		t.stop()
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

// kind measures the load left alone (0), the tap on a link (1) or the form (2).
func (t *tab) kind(i int, s *service, sc screen, v *visit) error {
	switch i {
	case 0:
		return t.alone(s, sc, v)
	case 1:
		tapped, err := t.early(s, sc, sc.link, fmt.Sprintf("location.pathname === %q && !!document.getElementById('title')", sc.to))
		v.Link, v.KB = tapped.At, tapped.KB
		return err
	default:
		tapped, err := t.early(s, sc, sc.form, "!!document.getElementById('errors') || !location.href.endsWith("+strconv.Quote(sc.path)+")")
		v.Form = tapped.At
		return err
	}
}

// settled is how long a page is left alone before the next warm load. Cancelling what is
// still on its way takes HTTP/1.1's connections with it: the next load would begin with a
// handshake or not, as it happens.
const settled = time.Second

func (t *tab) warm(s *service, sc screen, f *figures) error {
	pause(time.Now().Add(settled))
	if err := t.alone(s, sc, &f.Warm); err != nil {
		return err
	}
	ms, err := t.inApp(sc)
	if err != nil {
		return err
	}
	f.InApp = ms
	kb := f.Warm.KB
	pause(time.Now().Add(settled))
	if err := t.kind(1, s, sc, &f.Warm); err != nil {
		return err
	}
	f.Warm.KB = max(kb, f.Warm.KB)
	if sc.form == "" {
		return nil
	}
	pause(time.Now().Add(settled))
	return t.kind(2, s, sc, &f.Warm)
}

// alone loads the screen and waits until the app is complete.
func (t *tab) alone(s *service, sc screen, v *visit) error {
	if err := chromedp.Do(t.ctx, chromedp.Navigate(s.slow+sc.path)); err != nil {
		return err
	}
	if err := t.until(s.taken + fmt.Sprintf(" && !!document.querySelector(%q)", sc.link)); err != nil {
		return err
	}
	var seen struct{ FCP, LCP, CLS, Boot float64 }
	err := t.eval(`(() => { const p = new Promise((r) => setTimeout(r, 500)); const now = performance.now(); return p.then(() => JSON.stringify({ ...window.__seen, boot: now })); })()`, &seen)
	v.FCP, v.LCP, v.CLS, v.Boot = seen.FCP, seen.LCP, seen.CLS, seen.Boot
	return err
}

// tapped is what the probe wrote down.
type tapped struct {
	At float64 `json:"at"`
	KB float64 `json:"kb"`
}

// early opens the screen and taps what the selector finds as soon as it is painted, again
// until it has worked. The tap that worked is the last one written down.
func (t *tab) early(s *service, sc screen, selector, worked string) (tapped, error) {
	var got tapped
	forget := `try { sessionStorage.removeItem("origin"); sessionStorage.removeItem("audit"); } catch { } ""` // of the load before
	if _, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](forget)); err != nil {
		return got, err
	}
	if _, err := chromedp.Call(t.ctx, page.Navigate, page.NavigateParams{URL: s.slow + sc.path}); err != nil {
		return got, err
	}
	if err := t.until(fmt.Sprintf("location.href === %q && window.__seen && __seen.fcp > 0 && !!document.querySelector(%q)", s.slow+sc.path, selector)); err != nil {
		return got, err
	}
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		var at struct{ X, Y float64 }
		if err := t.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); if (!e) return '{"X":-1,"Y":-1}'; e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return JSON.stringify({X: r.x + r.width / 2, Y: r.y + r.height / 2}); })()`, selector), &at); err != nil {
			return got, err
		}
		if at.X >= 0 {
			if err := chromedp.Do(t.ctx, chromedp.MouseClickXY(at.X, at.Y)); err != nil {
				return got, err
			}
		}
		short, cancel := context.WithTimeout(t.ctx, 10*time.Second)
		err := (&tab{ctx: short}).until(worked)
		cancel()
		if err == nil {
			return got, t.eval(`sessionStorage.getItem("audit")`, &got)
		}
	}
	return got, fmt.Errorf("a tap on %s never worked", selector)
}

// tapLasts is how long a finger rests on what it taps.
const tapLasts = 80 * time.Millisecond

// inApp taps the link of a complete app as a finger does and waits for the next page's
// picture. The time counts from the moment when the finger comes down.
func (t *tab) inApp(sc screen) (float64, error) {
	watch := fmt.Sprintf(`(() => {
	  const link = document.querySelector(%q), was = document.getElementById("title").textContent;
	  link.scrollIntoView({ block: "center" });
	  window.__next = new Promise((done, fail) => addEventListener("pointerdown", () => {
	    const from = performance.now();
	    const look = () => {
	      const now = document.getElementById("title");
	      if (location.pathname === %q && now && now.textContent !== was && document.querySelectorAll("main a, main button").length > 1) requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));
	      else if (performance.now() - from > 20000) fail("the next page never came");
	      else requestAnimationFrame(look);
	    };
	    look();
	  }, { once: true, capture: true }));
	  const r = link.getBoundingClientRect();
	  return JSON.stringify({ X: r.x + r.width / 2, Y: r.y + r.height / 2 });
	})()`, sc.link, sc.to)
	var at struct{ X, Y float64 }
	if err := t.eval(watch, &at); err != nil {
		return 0, err
	}
	button := func(kind input.DispatchMouseEventType) error {
		return call(t, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1})
	}
	if err := button(input.DispatchMouseEventTypeMousePressed); err != nil {
		return 0, err
	}
	pause(time.Now().Add(tapLasts))
	if err := button(input.DispatchMouseEventTypeMouseReleased); err != nil {
		return 0, err
	}
	var took float64
	return took, t.eval("window.__next", &took)
}

// eval evaluates to a number or to JSON text, read into v.
func (t *tab) eval(js string, v any) error {
	text, err := chromedp.Run(t.ctx, chromedp.Evaluate[string]("Promise.resolve("+js+").then(String)", chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("%q of %.80s: %w", text, js, err)
	}
	return nil
}

func (t *tab) until(js string) error {
	for {
		var is bool
		if err := t.eval("("+js+")", &is); err == nil && is {
			return nil
		}
		select {
		case <-t.ctx.Done():
			return fmt.Errorf("never true: %s: %w", js, t.ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// lighthouse asks Lighthouse for its scores of one screen, as it slows things down itself.
func lighthouse(ctx context.Context, s *service, path string) (scores, error) {
	args := []string{"lighthouse.mjs", s.direct + path}
	if s.cookie != nil {
		args = append(args, s.cookie.Name+"="+s.cookie.Value)
	}
	cmd := exec.CommandContext(ctx, "node", args...)
	cmd.Dir, cmd.Stderr = filepath.Join("web", "audit"), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return scores{}, fmt.Errorf("lighthouse of %s: %w", path, err)
	}
	var got scores
	return got, json.Unmarshal(out, &got)
}
