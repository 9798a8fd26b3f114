// Package browsertest drives Chromium through the service by what a person sees:
// visible labels and accessible names. Tests and the screenshot command use it.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Browser is one Chromium.
type Browser struct {
	ctx  context.Context //nolint:containedctx // chromedp's browser is a context
	stop []context.CancelFunc
}

// Start starts Chromium with an empty profile in dir.
func Start(dir string) (*Browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(dir), chromedp.Env("LANGUAGE=zh_CN"), chromedp.WindowSize(390, 844), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(alloc)
	b := &Browser{ctx: ctx, stop: []context.CancelFunc{stop, stopAlloc}}
	if err := chromedp.Do(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("start Chromium (set CHROMIUM to its path): %w", err)
	}
	return b, nil
}

// Close ends Chromium.
func (b *Browser) Close() {
	for _, stop := range b.stop {
		stop()
	}
}

// Options say how a person's device is.
type Options struct {
	NoScript      bool   // JavaScript is switched off
	NoApp         bool   // the browser app can't run: no WebAssembly
	Before        string // script that runs before those of every page
	Dark          bool
	Forced        bool  // the system's own few colours, as people with low vision choose them
	Width, Height int64 // 390×844 when zero
	// Scale is how many pixels make one of CSS; 0 is 2, a phone's. Fewer are less work.
	Scale float64
	// Words says what a Chinese label is in the language that the tab reads; nil in zh-CN.
	Words func(label string) string
}

// Tab is one tab of a person's own browser: cookies are shared with the tabs that
// Another opens and nobody else. After a step that did not work every further one gives
// the same error at once, so that steps can be listed.
type Tab struct {
	ctx    context.Context //nolint:containedctx // chromedp's tab is a context
	stop   context.CancelFunc
	o      Options
	base   string
	failed error
}

// New opens a tab with no cookies on the service at base.
func (b *Browser) New(base string, o Options) (*Tab, error) {
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	return newTab(ctx, stop, base, o)
}

// Another opens a second tab with the same cookies.
func (t *Tab) Another() (*Tab, error) {
	ctx, stop := chromedp.NewContext(t.ctx)
	return newTab(ctx, stop, t.base, t.o)
}

func newTab(ctx context.Context, stop context.CancelFunc, base string, o Options) (*Tab, error) {
	t := &Tab{ctx: ctx, stop: stop, o: o, base: base}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		stop()
		return nil, fmt.Errorf("open tab: %w", err)
	}
	if o.Width == 0 {
		t.o.Width, t.o.Height = 390, 844
	}
	err := t.size(t.o.Height)
	if err == nil && o.NoScript {
		err = call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}
	if o.NoApp {
		o.Before += "\ndelete window.WebAssembly"
	}
	if err == nil && o.Before != "" {
		err = call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: o.Before})
	}
	if err == nil && o.Dark {
		err = t.Prefer("dark")
	}
	if err == nil && o.Forced {
		err = t.prefer("prefers-color-scheme", "dark", "forced-colors", "active")
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("set up tab: %w", err)
	}
	return t, nil
}

// Prefer makes the device light or dark, and nothing on it move.
func (t *Tab) Prefer(scheme string) error {
	return t.prefer("prefers-color-scheme", scheme, "prefers-reduced-motion", "reduce")
}

// prefer sets media features: name, value, name, value.
func (t *Tab) prefer(pairs ...string) error {
	var features []*emulation.MediaFeature
	for i := 0; i+1 < len(pairs); i += 2 {
		features = append(features, &emulation.MediaFeature{Name: pairs[i], Value: pairs[i+1]})
	}
	return call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

// Close closes the tab.
func (t *Tab) Close() { t.stop() }

func call[P, R any](ctx context.Context, cmd cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(ctx, cmd, params)
	return err
}

// Wait bounds every wait for something to appear.
const Wait = 20 * time.Second

// Open loads a path of the service.
func (t *Tab) Open(path string) error {
	if t.failed != nil {
		return t.failed
	}
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Navigate(t.base+path))
	if err != nil && strings.Contains(err.Error(), "ERR_ABORTED") { // what was pressed before was still leading elsewhere
		err = chromedp.Do(ctx, chromedp.Navigate(t.base+path))
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return nil
}

// Eval gives the expression's value as text.
func (t *Tab) Eval(js string) (string, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string]("String("+js+")"))
}

// Until waits until the expression is true in whatever document is there then.
func (t *Tab) Until(js string) error {
	if t.failed == nil {
		t.failed = t.until(js)
	}
	return t.failed
}

// Forgive lets a tab go on after a step that did not work.
func (t *Tab) Forgive() { t.failed = nil }

func (t *Tab) until(js string) error {
	deadline := time.NewTimer(Wait)
	defer deadline.Stop()
	look := time.NewTicker(30 * time.Millisecond)
	defer look.Stop()
	for {
		got, err := t.Eval("(() => { try { return !!(" + js + "); } catch (e) { return false; } })()")
		if err == nil && got == "true" {
			return nil
		}
		select {
		case <-look.C:
		case <-deadline.C:
			seen, _ := t.Eval(`location.pathname + location.search + "\n" + document.body.innerText.slice(0, 1500)`)
			return fmt.Errorf("never true: %s\nthe page: %s", js, seen)
		}
	}
}

// word is the label as the tab's language has it.
func (t *Tab) word(label string) string {
	if t.o.Words == nil {
		return label
	}
	return t.o.Words(label)
}

// See waits until the text is visible on the page.
func (t *Tab) See(text string) error {
	text = t.word(text)
	return t.Until(`document.body.innerText.replace(/\s+/g, "").includes(` + quote(strings.Join(strings.Fields(text), "")) + `)`)
}

// Shows tells whether the text is visible now.
func (t *Tab) Shows(text string) (bool, error) {
	text = t.word(text)
	got, err := t.Eval(`document.body.innerText.replace(/\s+/g, "").includes(` + quote(strings.Join(strings.Fields(text), "")) + `)`)
	return got == "true", err
}

// Title waits until the page's h1 is the text.
func (t *Tab) Title(text string) error {
	return t.Until(`document.readyState !== "loading" && document.querySelector("h1").textContent.trim() === ` + quote(t.word(text)))
}

// find is a function that finds the control whose accessible name is, or begins with, the label;
// for choices, or has it in it.
const find = `((label, what) => {
  const squeeze = (s) => (s || "").replace(/\s+/g, "");
  const want = squeeze(label);
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== "hidden"; };
  const name = (e) => squeeze(e.getAttribute("aria-label") || (e.labels && e.labels.length ? [...e.labels].map((l) => l.innerText).join("") : "") || e.innerText || e.value);
  const all = [...document.querySelectorAll(what)].filter((e) => seen(e) || (e.labels && [...e.labels].some(seen)));
  return all.find((e) => name(e) === want) || all.find((e) => name(e).startsWith(want)) || (what.includes("checkbox") ? all.find((e) => name(e).includes(want)) : undefined);
})`

const (
	pressable = `a[href], button:not([disabled]), summary, [role=button]`
	typable   = `input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea, select`
	tickable  = `input[type=checkbox]:not([disabled]), input[type=radio]:not([disabled])`
)

// Press clicks the link or button with the label, as a finger would: in its middle,
// where something that covers it would be hit instead.
func (t *Tab) Press(label string) error { return t.hit(label, pressable) }

// Tick clicks the check box or radio button with the label.
func (t *Tab) Tick(label string) error { return t.hit(label, tickable) }

func (t *Tab) hit(label, what string) error {
	label = t.word(label)
	expr := find + `(` + quote(label) + `, ` + quote(what) + `)`
	// Before its first paint a browser ignores what is pressed.
	if err := t.Until(`document.readyState === "complete" && performance.getEntriesByType("paint").length > 0 && ` + expr); err != nil {
		return fmt.Errorf("nothing to press is called %s: %w", label, err)
	}
	at, err := t.Eval(`(() => { let e = ` + expr + `;
  if (e.matches("input") && e.labels && e.labels.length) { const r = e.getBoundingClientRect(); if (r.width < 2 || r.height < 2 || getComputedStyle(e).opacity === "0") e = e.labels[0]; }
  e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getClientRects()[0];
  return JSON.stringify([r.left + Math.min(r.width / 2, 120), r.top + Math.min(r.height / 2, 30)]); })()`)
	if err != nil {
		return fmt.Errorf("press %s: %w", label, err)
	}
	var xy [2]float64
	if err := json.Unmarshal([]byte(at), &xy); err != nil {
		return fmt.Errorf("press %s: %w", label, err)
	}
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.MouseClickXY(xy[0], xy[1])); err != nil {
		return fmt.Errorf("press %s: %w", label, err)
	}
	return nil
}

// Fill types into the field with the label, replacing what is there.
func (t *Tab) Fill(label, text string) error {
	label = t.word(label)
	expr := find + `(` + quote(label) + `, ` + quote(typable) + `)`
	if err := t.Until(expr); err != nil {
		return fmt.Errorf("no field is called %s: %w", label, err)
	}
	kind, err := t.Eval(`(() => { const e = ` + expr + `; e.focus(); if (e.select) e.select(); return e.tagName + " " + e.type; })()`)
	if err != nil {
		return fmt.Errorf("fill %s: %w", label, err)
	}
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if strings.HasPrefix(kind, "SELECT") || strings.HasSuffix(kind, "date") || strings.HasSuffix(kind, "month") || strings.HasSuffix(kind, "-local") {
		text = t.word(text)
		_, err = t.Eval(`(() => { const e = ` + expr + `; const o = e.options && [...e.options].find((o) => o.text.includes(` + quote(text) + `));
  e.value = o ? o.value : ` + quote(text) + `; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return e.value; })()`)
		return err
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent(text)); err != nil {
		return fmt.Errorf("fill %s: %w", label, err)
	}
	return nil
}

// Reload loads the page again; when the browser is just going to another one, that one.
func (t *Tab) Reload() error {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	look := time.NewTicker(30 * time.Millisecond)
	defer look.Stop()
	for {
		err := chromedp.Do(ctx, chromedp.Reload())
		if err == nil {
			return t.until(`document.body && document.readyState !== "loading"`)
		}
		if !strings.Contains(err.Error(), "Not attached to an active page") {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return err
		}
	}
}

// Back goes back in the tab's history.
func (t *Tab) Back() error {
	_, err := t.Eval("history.back()")
	return err
}

// URL is the path and query of the page.
func (t *Tab) URL() (string, error) { return t.Eval("location.pathname + location.search") }

// Shot takes a picture of the screen or, when extent is "page", of a screen as high as the page.
func (t *Tab) Shot(extent string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, Wait)
	defer cancel()
	if extent == "page" {
		if err := t.stretch(); err != nil {
			return nil, err
		}
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return nil, fmt.Errorf("take a picture: %w", err)
	}
	return picture, t.size(t.o.Height)
}

// stretch makes the screen as high as the page on it.
func (t *Tab) stretch() error {
	high, err := t.Eval("document.documentElement.scrollHeight")
	if err != nil {
		return fmt.Errorf("height of the page: %w", err)
	}
	height, err := strconv.ParseInt(high, 10, 64)
	if err != nil {
		return fmt.Errorf("height of the page: %w", err)
	}
	return t.size(max(t.o.Height, height))
}

func (t *Tab) size(height int64) error {
	return call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: t.o.Width, Height: height, DeviceScaleFactor: t.o.scale(), Mobile: t.o.Width < 768,
	})
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always has a JSON form
	}
	return string(b)
}
