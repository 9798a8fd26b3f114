package e2e

import (
	"testing"

	"shebao/server/browsertest"
)

// TestUpdate installs a new version while a form is half filled in.
func TestUpdate(t *testing.T) {
	t.Parallel()
	next := nextBuild(t)
	version := func(w *person) string {
		w.t.Helper()
		v, err := w.Eval(`document.querySelector("script[data-version]").dataset.version`)
		if err != nil {
			w.t.Fatal(err)
		}
		return v
	}
	// sheet is the address of the style sheet that the page uses.
	const sheet = `document.querySelector("link[rel=stylesheet]").href`
	release := func(t *testing.T, p *program, w *person) *program {
		t.Helper()
		p.stop()
		p = p.again(t, next)
		w.do(w.Until(controlled))
		if _, err := w.Eval(`(dispatchEvent(new Event("online")), 1)`); err != nil { // the phone is back in the network
			t.Fatal(err)
		}
		return p
	}

	t.Run("a half filled form loses nothing and is sent to the new version", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.do(w.Open("/help"), w.Open("/register"), w.Until(controlled), w.Fill("姓名", "欧阳𠮷"), w.Fill("证件号码", "110105198810010016"), w.Fill("手机号", "138"))
		old := version(w)
		oldSheet, err := w.Eval(sheet)
		if err != nil {
			t.Fatal(err)
		}
		release(t, p, w)
		w.do(w.See("有新版本"))
		waiting, err := w.Await(`navigator.serviceWorker.getRegistration().then((r) => !!r.waiting)`)
		if err != nil || waiting != "true" {
			t.Fatalf("the new version does not wait: %s, %v", waiting, err)
		}
		w.do(w.Press("更新"), w.See("离开本页后启用"))
		w.do(w.Until(`navigator.serviceWorker.getRegistration && document.getElementById("name").value === "欧阳𠮷" && document.getElementById("number").value === "110105198810010016"`),
			w.Press("知道了"), w.Until(`!document.querySelector(".offer")`), w.Until(controlled))
		kept, err := w.Await(`navigator.serviceWorker.getRegistration().then((r) => !r.waiting && caches.keys()).then((k) => k.length)`)
		if err != nil || kept != "1" {
			t.Errorf("caches of %s versions, %v", kept, err)
		}
		w.do(w.Press("注册"), w.See("请先处理以下问题"),
			w.Until(`document.getElementById("name").value === "欧阳𠮷" && document.getElementById("number").value === "110105198810010016" && document.getElementById("phone").value === "138"`))
		if now := version(w); now == old {
			t.Errorf("still version %s after the form was sent", now)
		}
		if status, _, _ := p.fetch(oldSheet[len(p.url):], ""); status != 404 {
			t.Errorf("the next build has the old style sheet: %d", status)
		}
	})
	t.Run("a page with nothing filled in starts it at once and stays where it was", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.do(w.Open("/help?from=test"), w.Until(controlled), w.See("12366"))
		old := version(w)
		release(t, p, w)
		w.do(w.See("有新版本"), w.Press("更新"), w.Until(`document.querySelector("script[data-version]").dataset.version !== `+quoted(old)),
			w.See("12366"), w.Until(`location.search === "?from=test" && !document.querySelector(".offer")`))
		w.do(w.UntilAwait(`fetch(` + sheet + `, { cache: "only-if-cached", mode: "same-origin" }).then((r) => r.text()).then((s) => s.endsWith("/* next */"))`)) // it was there before the document
	})
	t.Run("nobody is asked when the first version comes", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.do(w.Open("/help"), w.Until(controlled))
		if shown, err := w.Shows("有新版本"); err != nil || shown {
			t.Error(shown, err)
		}
	})
}
