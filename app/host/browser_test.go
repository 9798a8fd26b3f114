//go:build !js

package host

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"shebao/web"
)

// TestBrowser runs all browser tests in one Chromium, each in a context of its own.
func TestBrowser(t *testing.T) {
	dist := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "run", "./web/build", "-dev", "-app", "./app/host/internal/trial/app", "-out", dist)
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the trial app (npm ci in web/ comes first): %v\n%s", err, out)
	}
	assets, err := web.Load(os.DirFS(dist))
	if err != nil {
		t.Fatal(err)
	}
	if assets, err = assets.For(web.Deployment{Service: "社保费办理（演示）", Label: "社保费"}); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(390, 844), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if path := os.Getenv("CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(alloc)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start Chromium (set CHROMIUM to its path): %v", err)
	}
	for name, f := range map[string]func(*tab){
		"taking over changes nothing in the document":               takesOver,
		"go-app makes the document that the server writes":          sameDocument,
		"what was typed before the app came stays":                  keepsTyped,
		"a document changed by others is taken over when quiet":     waitsForQuiet,
		"a link opens without a new document":                       followsLink,
		"what was ticked and typed is there on going back":          keepsFilled,
		"a later tap wins over an earlier answer":                   laterWins,
		"a press on a link asks before it is a click":               asksAhead,
		"a press that becomes a scroll is given up":                 givesUpPress,
		"a menu is there before it is opened, and is made new":      stocksMenus,
		"an empty form is there before it is opened, and stays":     stocksForms,
		"a form throws away what was in stock":                      emptiesStock,
		"a form with a mistake shows it and keeps everything":       showsProblems,
		"a form follows the redirect":                               followsRedirect,
		"a form pressed twice is sent once":                         sendsOnce,
		"a form pressed twice before the app came is sent once":     sendsOnceBefore,
		"a form without a tick can't be sent":                       needsTick,
		"everything works with scripts off":                         withoutScripts,
		"what a person typed never becomes markup":                  noInjection,
		"without network the typed text stays and the page says so": offline,
		"a form whose answer is an error keeps what was typed":      brokenForm,
		"a page that is not ours is left to the browser":            leavesDocuments,
		"without a session one is led to the login":                 leadsToLogin,
		"a newer server gets the next page loaded afresh":           reloadsStale,
		"a page that changes by itself keeps the focus":             liveUpdate,
		"a page that no person asked for says so":                   saysUnasked,
		"so does one that is loaded again without the app":          reloadsUnasked,
		"the question whether to stay outlives such a page":         keepsQuestion,
		"files are sent by the browser":                             uploads,
		"the offline page is there without network":                 offlinePage,
		"account numbers are grouped while typing":                  groupsDigits,
		"500 pages hardly grow the program's memory":                keepsMemory,
		"what is being composed when the app comes stays":           keepsComposing,
		"where data is dear the app comes when it is asked for":     sparesData,
		"without the browser app the page stays usable":             withoutApp,
		"back before the app came leads back":                       backBefore,
		"every page fits the phone in every look":                   pictures,
	} {
		t.Run(name, func(t *testing.T) { f(newTab(t, browser, assets)) })
	}
}

// tab is a browser tab on a site of its own.
type tab struct {
	*site
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp's tab is a context
}

// probe runs before any script of a page: it notes what the tests ask for.
const probe = `window.__taken = false; window.__csp = []; window.__shift = 0; window.__records = [];
document.addEventListener("shebao:taken", () => { window.__taken = true; });
document.addEventListener("shebao:shown", () => { window.__shown = (window.__shown || 0) + 1; });
document.addEventListener("securitypolicyviolation", (e) => window.__csp.push(e.violatedDirective + " " + e.blockedURI));
new PerformanceObserver((l) => { for (const e of l.getEntries()) { window.__shift += e.value; window.__moved = e.sources.map((s) => s.node && (s.node.outerHTML || s.node.data).slice(0, 80)).join(" | "); } }).observe({type: "layout-shift", buffered: true});
document.addEventListener("DOMContentLoaded", () => {
  window.__nodes = [...document.querySelectorAll("#app, #app *")];
  window.__observer = new MutationObserver((l) => { for (const r of l) window.__records.push(r.type + " " + r.target.nodeName + " " + (r.attributeName || "")); });
  setTimeout(() => window.__observer.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true}), 200);
});`

func newTab(t *testing.T, browser context.Context, assets *web.Assets) *tab { //nolint:revive // chromedp's browser is not this test's context
	t.Helper()
	s := newSite(t, assets)
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &tab{site: s, t: t, ctx: ctx}
	b.do(chromedp.Navigate("about:blank")) // the first run makes the tab; it may have no deadline
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	b.ctx = ctx
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 2, Mobile: true})
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: probe})
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// call runs a command of the browser's protocol.
func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, cmd, params); err != nil {
		b.t.Fatal(err)
	}
}

// open loads a page and waits until the app has taken it.
func (b *tab) open(path string) {
	b.t.Helper()
	b.load(path)
	b.until("window.__taken")
}

// load loads a page and does not wait for the app.
func (b *tab) load(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.URL + path))
}

// until waits until the expression is true, in whatever document is there then.
func (b *tab) until(js string) {
	b.t.Helper()
	deadline := time.After(15 * time.Second)
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("(() => { try { return !!("+js+"); } catch { return false; } })()"))
		if err == nil && ok {
			return
		}
		select {
		case <-time.After(25 * time.Millisecond):
		case <-deadline:
			state, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.href + "\n" + document.title + "\nfocus " + document.activeElement.outerHTML.slice(0, 200) + "\n" + document.body.innerText.slice(0, 400)`))
			b.t.Fatalf("never true: %s: %v\n%s", js, err, state)
		}
	}
}

// served waits until the site has counted so many, and fails when it counted more.
func (b *tab) served(n *atomic.Int64, want int64) {
	b.t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for n.Load() < want && time.Now().Before(deadline) {
		<-time.After(10 * time.Millisecond)
	}
	if got := n.Load(); got != want {
		b.t.Fatalf("counted %d, want %d", got, want)
	}
}

// is fails the test unless the expression gives want.
func (b *tab) is(js, want string) {
	b.t.Helper()
	if got := b.get(js); got != want {
		b.t.Errorf("%s\n got %s\nwant %s", js, got, want)
	}
}

// get is the value of the expression, as text.
func (b *tab) get(js string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// run runs a script.
func (b *tab) run(js string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void]("{ " + js + " }"))
}

// press clicks the link or button in the page with this text, or with this accessible
// name, as a finger would.
func (b *tab) press(label string) {
	b.t.Helper()
	b.do(chromedp.Click(`//main//*[self::a or self::button][normalize-space(.)="` + label + `"] | //*[@aria-label="` + label + `"]`))
}

// click clicks the element that the selector finds.
func (b *tab) click(css string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(css)))
}

// field types into the field called name.
func (b *tab) field(name, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(`[name="`+name+`"]`), text))
}

// set gives the control with this id a value, as a script or a filler would.
func (b *tab) set(id, value string) {
	b.t.Helper()
	b.do(chromedp.SetValue(chromedp.CSS("#"+id), value))
}

// seen waits until the element that the selector finds can be seen.
func (b *tab) seen(css string) {
	b.t.Helper()
	b.do(chromedp.WaitVisible(chromedp.CSS(css)))
}
