package web_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"shebao/web"
)

func template() fstest.MapFS {
	return fstest.MapFS{
		web.ListFile: {Data: []byte(`{"version":"v1","assets":[
			{"name":"app.css","url":"/assets/app.1.css","type":"text/css","etag":"\"1\"","file":"a","br":"a.br"},
			{"name":"manifest.webmanifest","url":"/manifest.webmanifest","type":"application/manifest+json","etag":"\"2\"","file":"m","br":"m.br"},
			{"name":"offline.html","url":"/offline","type":"text/html","etag":"\"3\"","file":"o"},
			{"name":"sw.js","url":"/sw.js","type":"text/javascript","etag":"\"4\"","file":"s"}]}`)},
		"a": {Data: []byte("{{service}}")}, "a.br": {Data: []byte("br")},
		"m": {Data: []byte(`{"id":"/","name":"{{service}}","short_name":"{{label}}","lang":"zh-CN","shortcuts":[{"name":"缴费","url":"/shebao"}]}`)}, "m.br": {Data: []byte("br")},
		"o": {Data: []byte("<title>{{service}}</title>")}, "s": {Data: []byte(`const VERSION = "{{version}}", NAME = "{{service}}", PAGES = {{pages}}`)},
	}
}

func TestFor(t *testing.T) {
	built, err := web.Load(template())
	if err != nil {
		t.Fatal(err)
	}
	const name = `市民"社保" <费>`
	deploy := func(d web.Deployment) *web.Assets {
		t.Helper()
		s, err := built.For(d)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := deploy(web.Deployment{Service: name, Label: "社保费"})
	body := func(s *web.Assets, name, encoding string) string {
		a, ok := s.ByURL(s.URL(name))
		if !ok {
			t.Fatalf("no %s", name)
		}
		b, _ := s.Body(a, encoding)
		return string(b)
	}
	t.Run("the manifest says the deployment's names whatever is in them", func(t *testing.T) {
		var m struct {
			Name  string
			Label string `json:"short_name"`
		}
		if err := json.Unmarshal([]byte(body(s, "manifest.webmanifest", "br")), &m); err != nil || m.Name != name || m.Label != "社保费" {
			t.Errorf("%+v, %v", m, err)
		}
	})
	t.Run("a language has a manifest that says everything in it and is the same app", func(t *testing.T) {
		en := deploy(web.Deployment{Service: name, Label: "社保费", Speaks: []web.Language{{Code: "en", Text: func(zh string) string { return "in English: " + zh }}}})
		at, label := en.Installed("en")
		var m struct {
			ID, Name, Lang string
			Label          string `json:"short_name"`
			Shortcuts      []struct{ Name, URL string }
		}
		a, ok := en.ByURL(at)
		b, _ := en.Body(a, "br")
		if err := json.Unmarshal(b, &m); err != nil || !ok || a.CacheControl() != "public, max-age=3600" || a.Type != "application/manifest+json" || a.ETag == "" {
			t.Fatalf("%s %+v: %s, %v", at, a, b, err)
		}
		if m.ID != "/" || m.Lang != "en" || m.Name != "in English: "+name || m.Label != label || label != "in English: 社保费" ||
			len(m.Shortcuts) != 1 || m.Shortcuts[0].Name != "in English: 缴费" || m.Shortcuts[0].URL != "/shebao" {
			t.Errorf("%+v, label %q", m, label)
		}
		for _, code := range []string{"zh-CN", "fr"} {
			if at, label := en.Installed(code); at != "/manifest.webmanifest" || label != "社保费" {
				t.Error(code, at, label)
			}
		}
	})
	t.Run("a manifest that is no JSON is refused", func(t *testing.T) {
		broken := template()
		broken["m"].Data = []byte("{")
		built, err := web.Load(broken)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := built.For(web.Deployment{Speaks: []web.Language{{Code: "en", Text: func(zh string) string { return zh }}}}); err == nil {
			t.Error("it was taken")
		}
	})
	t.Run("a name never becomes markup or code", func(t *testing.T) {
		if got := body(s, "offline.html", ""); got != "<title>市民&#34;社保&#34; &lt;费&gt;</title>" {
			t.Error(got)
		}
		if got := body(s, "sw.js", ""); !strings.Contains(got, `NAME = "市民\"社保\" \u003c费\u003e"`) {
			t.Error(got)
		}
	})
	t.Run("files whose address names their content stay as they are", func(t *testing.T) {
		if got := body(s, "app.css", "br"); got != "br" {
			t.Error(got)
		}
		if got := body(s, "app.css", ""); got != "{{service}}" {
			t.Error(got)
		}
	})
	t.Run("the worker is told the pages that begin alike", func(t *testing.T) {
		some := deploy(web.Deployment{Service: name, Pages: []string{"/verify", "/payments/{id}"}})
		if got := body(some, "sw.js", ""); !strings.Contains(got, `PAGES = ["/verify","/payments/{id}"]`) {
			t.Error(got)
		}
		if got := body(s, "sw.js", ""); !strings.Contains(got, `PAGES = []`) {
			t.Error(got)
		}
		if some.Version() == deploy(web.Deployment{Service: name}).Version() {
			t.Error("other pages are no other version")
		}
	})
	t.Run("another name is another version, the same name the same", func(t *testing.T) {
		again, other := deploy(web.Deployment{Service: name, Label: "社保费"}), deploy(web.Deployment{Service: "别的", Label: "社保费"})
		if s.Version() != again.Version() || s.Version() == other.Version() || s.Version() == built.Version() {
			t.Error(s.Version(), again.Version(), other.Version(), built.Version())
		}
		if !strings.Contains(body(s, "sw.js", ""), `VERSION = "`+s.Version()+`"`) {
			t.Error("the worker has another version")
		}
		a, _ := s.ByURL("/sw.js")
		b, _ := other.ByURL("/sw.js")
		if a.ETag == b.ETag {
			t.Error("the worker's tag stays")
		}
	})
}
