package e2e

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"shebao/server/browsertest"
)

// controlled waits until the service worker looks after the page.
const controlled = `navigator.serviceWorker.controller && navigator.serviceWorker.controller.state === "activated"`

// TestWorker looks at what is installed on a phone that opens the service.
func TestWorker(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	w := p.visit(t, browsertest.Options{})
	w.do(w.Open("/login"), w.Until(controlled))

	t.Run("every file that it keeps from the start is there", func(t *testing.T) {
		script, err := w.Await(`fetch("/sw.js").then((r) => r.text())`)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(script, "const PRECACHE = ")
		text, _, _ := strings.Cut(rest, ";")
		var urls []string
		if err := json.Unmarshal([]byte(text), &urls); err != nil || len(urls) < 5 {
			t.Fatalf("%d files, %v", len(urls), err)
		}
		for _, url := range urls {
			if status, _, _ := p.fetch(url, ""); status != 200 {
				t.Errorf("%s answers %d", url, status)
			}
			kept, err := w.Await(`caches.match(` + quoted(url) + `).then((r) => r && r.status)`)
			if err != nil || kept != "200" {
				t.Errorf("%s is kept as %s, %v", url, kept, err)
			}
		}
	})
	t.Run("the offline page has its files from it", func(t *testing.T) {
		w.do(w.Tell(browsertest.Gone))
		defer w.do(w.Tell(browsertest.Back))
		_, page, _ := p.fetch("/offline", "")
		files := regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(string(page), -1)
		if len(files) < 3 {
			t.Errorf("it names %q", files)
		}
		for _, f := range files {
			got, err := w.Await(`fetch(` + quoted(f[1]) + `, { cache: "no-store" }).then((r) => r.ok, () => "gone")`)
			if err != nil || got != "true" {
				t.Errorf("without a network %s is %s, %v", f[1], got, err)
			}
		}
	})
	t.Run("who reads another language installs it in that language", func(t *testing.T) {
		foreign := p.visit(t, browsertest.Options{})
		foreign.do(foreign.Open("/login"), foreign.Press("繁體中文"), foreign.Until(`document.documentElement.lang === "zh-HK"`))
		got, err := foreign.Await(`fetch(document.querySelector("link[rel=manifest]").href).then((r) => r.json()).then((m) => [m.id, m.lang, m.name, m.short_name, m.shortcuts.map((s) => s.name)].join(" ") +
			"|" + document.querySelector("meta[name=apple-mobile-web-app-title]").content)`)
		if err != nil || got != "/ zh-HK 社保費辦理（演示） 社保費演示 繳費,記錄查驗,我的證明|社保費演示" {
			t.Error(got, err)
		}
		if got, err := foreign.Installable(); err != nil || len(got) > 0 {
			t.Error(got, err)
		}
	})
	t.Run("the manifest has the deployment's name and pictures that are there", func(t *testing.T) {
		_, body, header := p.fetch("/manifest.webmanifest", "")
		var m struct {
			ID, Name, Scope, Lang string
			Start                 string `json:"start_url"`
			Label                 string `json:"short_name"`
			Display               string
			Icons                 []icon
			Shortcuts             []struct {
				Name, URL string
				Icons     []icon
			}
		}
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		if m.Name != "社保费办理（演示）" || m.Label != "社保费演示" || m.ID != "/" || m.Start != "/" || m.Scope != "/" || m.Display != "standalone" ||
			!strings.HasPrefix(header.Get("Content-Type"), "application/manifest+json") {
			t.Errorf("%+v %v", m, header)
		}
		icons := m.Icons
		var names []string
		for _, s := range m.Shortcuts {
			icons = append(icons, s.Icons...)
			names = append(names, s.Name)
			if status, _, _ := p.fetch(s.URL, ""); status != 200 && status != 303 {
				t.Errorf("%s leads to %d", s.Name, status)
			}
		}
		if got := strings.Join(names, " "); got != "缴费 记录查验 我的证明" {
			t.Error(got)
		}
		maskable := false
		for _, i := range icons {
			maskable = maskable || i.Purpose == "maskable"
			if i.Type == "image/png" {
				size, err := w.Await(`new Promise((ok, no) => { const i = new Image(); i.onload = () => ok(i.naturalWidth + "x" + i.naturalHeight); i.onerror = no; i.src = ` + quoted(i.Src) + `; })`)
				if err != nil || size != i.Sizes {
					t.Errorf("%s says %s and is %s, %v", i.Src, i.Sizes, size, err)
				}
			}
		}
		if !maskable || len(icons) < 7 {
			t.Errorf("icons %+v", icons)
		}
	})
	t.Run("Chromium finds nothing against installing it", func(t *testing.T) {
		problems, err := w.Installable()
		if err != nil || len(problems) > 0 {
			t.Errorf("%q, %v", problems, err)
		}
	})
}

type icon struct{ Src, Sizes, Type, Purpose string }

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(b)
}
