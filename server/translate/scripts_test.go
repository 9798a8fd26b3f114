package translate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shebao/server/translate"
	"shebao/server/web"
	"shebao/shared/lang"
)

// TestScripts: what the scripts say themselves is on the list that pages carry in other
// languages, and nothing else is.
func TestScripts(t *testing.T) {
	for _, c := range []struct {
		name  string
		list  []string
		files []string
	}{
		{"ByScripts", web.ByScripts, []string{"behave.js", "offline.js", "boot.js", "stay.js", "update.js", "install.js", "keep.js", "push.js"}},
		{"ByOfflinePage", web.ByOfflinePage, []string{"kept.js", "offline.html"}},
	} {
		var say []string
		for _, f := range c.files {
			say = append(say, script(t, f)...)
		}
		if c.name == "ByScripts" {
			for literal, where := range literals(t) {
				if strings.HasPrefix(where[0], "app/host/") {
					say = append(say, literal)
				}
			}
		} else {
			say = append(say, "演示环境 · 数据均为虚构") // assets.Deployment.Mark
		}
		for _, s := range say {
			if !slices.Contains(c.list, s) {
				t.Errorf("%q of the scripts is not in web.%s (server/web/said.go)", s, c.name)
			}
		}
		for _, s := range c.list {
			if !slices.Contains(say, s) {
				t.Errorf("%q of web.%s is said by no script", s, c.name)
			}
			if en := load(t, lang.English).Template(s); translate.Chinese(en) {
				t.Errorf("%q of the scripts has no translation.%s", s, hint)
			}
		}
	}
}

// TestManifest: an app that is installed in a language has its names in it.
func TestManifest(t *testing.T) {
	for _, tag := range []lang.Tag{lang.English, lang.HongKong} {
		for _, s := range append(script(t, "manifest.webmanifest"), "社保费", "社保费演示") {
			if _, whole := load(t, tag).Parts(s); !whole {
				t.Errorf("%s: %q has no translation.%s", tag.Code(), s, hint)
			}
		}
	}
}

// script are the Chinese texts of a script, of the manifest or of the offline page.
func script(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "web/src", name))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".html") {
		var all []string
		doc, err := html.Parse(strings.NewReader(string(b)))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			for _, a := range n.Attr {
				if a.Key == "aria-label" && translate.Chinese(a.Val) {
					all = append(all, a.Val)
				}
			}
			if s := strings.TrimSpace(n.Data); n.Type == html.TextNode && n.Parent.Data != "title" && n.Parent.Data != "noscript" && // no script is there to translate that
				translate.Chinese(s) {
				all = append(all, s)
			}
		}
		return all
	}
	var all []string
	for _, q := range quoted.FindAllString(remark.ReplaceAllString(string(b), ""), -1) {
		if s := strings.Trim(q, `"`); translate.Chinese(s) {
			all = append(all, s)
		}
	}
	return all
}
