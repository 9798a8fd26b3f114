package e2e

import (
	"strings"
	"syscall"
	"testing"

	"shebao/server/browsertest"
)

// begun is a promise of how the service worker knows that pages begin.
const begun = `caches.match("/assets/begun").then((r) => r ? r.text() : "")`

// acquainted opens a page on a phone until the service worker can begin pages by itself.
func (p *program) acquainted(t *testing.T) *person {
	t.Helper()
	w := p.visit(t, browsertest.Options{})
	w.do(w.Open("/help"), w.Until(controlled), w.UntilAwait(`(`+begun+`).then((s) => s !== "")`))
	return w
}

// signal stops the program where it stands (SIGSTOP) or lets it go on (SIGCONT).
func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// TestBegin opens pages that the service worker begins before their answer is there.
func TestBegin(t *testing.T) {
	t.Parallel()
	const answered = `performance.getEntriesByType("navigation")[0].responseStatus`
	const source = `performance.getEntriesByType("navigation")[0].workerFinalSourceType`

	t.Run("the browser sets up the page while the server is still thinking", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		p.signal(syscall.SIGSTOP)
		defer p.signal(syscall.SIGCONT)
		if _, err := w.Eval(`(location.href = "/login", 1)`); err != nil {
			t.Fatal(err)
		}
		w.do(w.Until(`location.pathname === "/login" && document.styleSheets.length === 1 && document.readyState === "loading" && !document.body && document.title === ""`))
		p.signal(syscall.SIGCONT)
		w.do(w.Title("登录"), w.Until(source+` === "fetch-event" && `+answered+` === 200`), w.Until(`history.state !== null`)) // the app takes over as ever
	})
	t.Run("what it knows is what every page begins with, and nobody's", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		_, page, _ := p.fetch("/verify", "")
		want, _, _ := strings.Cut(string(page), "<title>")
		if got, err := w.Await(begun); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
		w.login(liming)
		got, err := w.Await(begun)
		if err != nil {
			t.Fatal(err)
		}
		w.nothingIn(got)
	})
	t.Run("a page that leads elsewhere does so, and back again", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		w.do(w.Open("/verify"), w.Title("记录查验"), w.Open("/pension/pay"), w.Title("登录"), w.Until(`location.search === "?next=%2Fpension%2Fpay"`),
			w.Back(), w.Title("记录查验"))
	})
	t.Run("a page that is not there says so with its own status", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		w.login(liming)
		w.do(w.Open("/help"), w.Title("咨询与办理部门"), w.Open("/refunds/none"), w.Title("页面不存在"), w.Until(answered+` === 404`), w.Until(`location.pathname === "/refunds/none"`))
	})
	t.Run("without a network the offline page comes, at the page's address", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		p.stop()
		w.do(w.Open("/verify"), w.Title("网络不可用"), w.Until(`location.pathname === "/verify"`))
		p.again(t, binary)
		w.do(w.Press("重试"), w.Title("记录查验"), w.Open("/help"), w.Title("咨询与办理部门"))
	})
	t.Run("where scripts are off meanwhile the browser finds its way too", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		w.do(w.Scripts(false), w.Open("/pension/pay"), w.Title("登录"), w.Until(`location.search === "?next=%2Fpension%2Fpay"`))
	})
	t.Run("pages in another language begin as theirs do from then on", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		w.do(w.Open("/login"), w.Press("English"), w.Until(`document.documentElement.lang === "en"`),
			w.Open("/verify"), w.Until(`document.documentElement.lang === "en" && document.querySelector("h1")`),
			w.UntilAwait(`(`+begun+`).then((s) => s.includes('<html lang="en">'))`))
	})
	t.Run("no page waits for a worker that sleeps", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.acquainted(t)
		w.do(w.Sleep(), w.Open("/verify"), w.Title("记录查验"),
			w.Until(`performance.getEntriesByType("navigation")[0].workerMatchedSourceType === "race-network-and-fetch-handler"`))
	})
}
