package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"shebao/server/browsertest"
)

// begun is a promise of how the service worker knows that pages begin.
const begun = `caches.match("/assets/begun").then((r) => r ? r.text() : "")`

// acquainted opens a page on a phone until the service worker can begin pages by itself.
func acquainted(t *testing.T, url string) *person {
	t.Helper()
	tab, err := browser.New(url, browsertest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	w := &person{t, tab}
	w.do(w.Open("/help"), w.Until(controlled), w.UntilAwait(`(`+begun+`).then((s) => s !== "")`))
	return w
}

// behind is the address of something that stands before the program and changes its n-th answer.
func (p *program) behind(t *testing.T, change func(r *http.Response, n int64) error) string {
	t.Helper()
	to, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
		},
		ModifyResponse: func(r *http.Response) error { return change(r, n.Add(1)) },
	})
	t.Cleanup(front.Close)
	return front.URL
}

// slowly is for behind: a network in which pages take so long that they are begun.
func slowly(r *http.Response, _ int64) error {
	if !strings.HasPrefix(r.Request.URL.Path, "/assets/") {
		time.Sleep(150 * time.Millisecond) // is the network: the service worker begins what takes longer than 50 ms
	}
	return nil
}

// signal stops the program where it stands (SIGSTOP) or lets it go on (SIGCONT).
func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// sets waits until the browser sets up the page at a path whose answer is not there.
func (w *person) sets(path string) {
	w.t.Helper()
	err := w.Until(`location.pathname === ` + quoted(path) + ` && document.styleSheets.length === 1 && document.readyState === "loading" && !document.body && document.title === ""`)
	if err != nil {
		is, _ := w.Eval(`JSON.stringify([location.pathname, document.readyState, document.styleSheets.length, document.documentElement.outerHTML])`)
		w.t.Fatalf("it was not begun: %v\n%s", err, is)
	}
}

// goes leaves for a path as a link does, without waiting for it.
func (w *person) goes(path string) {
	w.t.Helper()
	if _, err := w.Eval(`(location.href = ` + quoted(path) + `, 1)`); err != nil {
		w.t.Fatal(err)
	}
}

// again tells whether the page was begun in vain and loaded again.
const again = `(performance.getEntriesByType("navigation")[0].type === "reload")`

// TestBegin opens pages that the service worker begins before their answer is there.
func TestBegin(t *testing.T) {
	t.Parallel()
	const answered = `performance.getEntriesByType("navigation")[0].responseStatus`

	for name, change := range map[string]func(r *http.Response, n int64) error{
		"the browser sets up the page while the server is still thinking": nil,
		"headers that something on the way adds don't matter": func(r *http.Response, n int64) error {
			r.Header.Set("X-Trace", fmt.Sprint(n))
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, t.TempDir())
			at := p.url
			if change != nil {
				at = p.behind(t, change)
			}
			w := acquainted(t, at)
			p.signal(syscall.SIGSTOP)
			defer p.signal(syscall.SIGCONT)
			w.goes("/login")
			w.sets("/login")
			p.signal(syscall.SIGCONT)
			w.do(w.Title("登录"), w.Until(answered+` === 200 && !`+again), w.Until(`history.state !== null`)) // the app takes over as ever
		})
	}
	t.Run("where something on the way changes every page they are shown and soon not begun", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.behind(t, func(r *http.Response, n int64) error {
			if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			body = bytes.Replace(body, []byte("<head>"), fmt.Appendf(nil, "<head><!--%d-->", n), 1)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Length", fmt.Sprint(len(body)))
			return slowly(r, n)
		}))
		for i, path := range []string{"/verify", "/login", "/register", "/reset", "/verify", "/login"} {
			w.do(w.Open(path), w.Until(`location.pathname === `+quoted(path)+` && document.querySelector("h1") && `+again+` === `+fmt.Sprint(i < 4)))
		}
		w.do(w.Sleep())
		for _, path := range []string{"/verify", "/login", "/reset"} {
			w.do(w.Open(path), w.Until(`location.pathname === `+quoted(path)+` && document.querySelector("h1") && !`+again))
		}
	})
	t.Run("what it knows is what every page begins with, and nobody's", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.url)
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
		w := acquainted(t, p.behind(t, slowly))
		w.do(w.Open("/verify"), w.Title("记录查验"), w.Open("/pension/pay"), w.Title("登录"), w.Until(`location.search === "?next=%2Fpension%2Fpay"`), w.Until(again),
			w.Back(), w.Title("记录查验"))
	})
	t.Run("a page that is not there says so with its own status and is asked for once", func(t *testing.T) {
		p := start(t, t.TempDir())
		var asked atomic.Int64
		w := acquainted(t, p.behind(t, func(r *http.Response, n int64) error {
			if r.Request.URL.Path == "/refunds/none" {
				asked.Add(1)
			}
			return slowly(r, n)
		}))
		w.login(liming)
		w.do(w.Open("/help"), w.Title("咨询与办理部门"), w.Open("/refunds/none"), w.Title("页面不存在"), w.Until(answered+` === 404 && `+again), w.Until(`location.pathname === "/refunds/none"`))
		if n := asked.Load(); n != 1 {
			t.Errorf("asked for %d times", n)
		}
	})
	t.Run("when the network goes meanwhile the offline page comes, at the page's address", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.url)
		p.signal(syscall.SIGSTOP)
		w.goes("/verify")
		w.sets("/verify")
		p.kill()
		w.do(w.Title("网络不可用"), w.Until(`location.pathname === "/verify"`))
		p.again(t, binary)
		w.do(w.Press("重试"), w.Title("记录查验"), w.Open("/help"), w.Title("咨询与办理部门"))
	})
	t.Run("where scripts are off meanwhile the browser finds its way too", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.behind(t, slowly))
		w.do(w.Scripts(false), w.Open("/pension/pay"), w.Title("登录"), w.Until(`location.search === "?next=%2Fpension%2Fpay"`))
	})
	t.Run("a page in another language says its notice, and from then on pages begin as it does", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.behind(t, slowly))
		w.do(w.Open("/login"), w.Press("English"), w.Until(again), w.See("The language has been changed"),
			w.Open("/verify"), w.Until(`document.documentElement.lang === "en" && document.querySelector("h1") && !`+again),
			w.UntilAwait(`(`+begun+`).then((s) => s.includes('<html lang="en">'))`))
	})
	t.Run("logging out, which takes the worker away, does not go through it and ends on the login page", func(t *testing.T) {
		p := start(t, t.TempDir())
		var by atomic.Value
		w := acquainted(t, p.behind(t, func(r *http.Response, n int64) error {
			if r.Request.Method == http.MethodPost && r.Request.URL.Path == "/logout" {
				by.Store(r.Request.Header.Get("Sec-Fetch-Dest"))
			}
			return slowly(r, n)
		}))
		w.login(liming)
		w.do(w.Open("/logout"), w.Title("退出登录"), w.Press("退出登录"), w.Until(`location.pathname === "/login"`), w.See("已退出登录"))
		if by.Load() != "document" { // "empty" is the worker, and some browsers would wait for each other
			t.Errorf("asked for by %v", by.Load())
		}
	})
	t.Run("no page waits for a worker that sleeps, and the one that wakes it is not begun", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := acquainted(t, p.behind(t, slowly))
		w.do(w.Sleep(), w.Open("/verify"), w.Title("记录查验"),
			w.Until(`performance.getEntriesByType("navigation")[0].workerMatchedSourceType === "race-network-and-fetch-handler" && !`+again))
	})
}
