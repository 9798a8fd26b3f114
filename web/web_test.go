package web_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"shebao/web"
)

func dist() fstest.MapFS {
	return fstest.MapFS{
		web.ListFile: {Data: []byte(`{"version":"v1","assets":[
			{"name":"app.css","url":"/assets/app.1.css","type":"text/css","etag":"\"1\"","file":"a","br":"a.br","gz":"a.gz"},
			{"name":"sw.js","url":"/sw.js","type":"text/javascript","etag":"\"2\"","file":"s"}]}`)},
		"a": {Data: []byte("raw")}, "a.br": {Data: []byte("br")}, "a.gz": {Data: []byte("gz")}, "s": {Data: []byte("worker")},
	}
}

func TestLoad(t *testing.T) {
	t.Run("an empty folder says what to do", func(t *testing.T) {
		if _, err := web.Load(fstest.MapFS{".gitkeep": {}}); !errors.Is(err, web.ErrNotBuilt) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a missing file is found at the start", func(t *testing.T) {
		d := dist()
		delete(d, "a.br")
		if _, err := web.Load(d); err == nil {
			t.Error("it was loaded")
		}
	})
	s, err := web.Load(dist())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("hashed files are kept for good, others are asked for again", func(t *testing.T) {
		css, _ := s.ByURL(s.URL("app.css"))
		worker, _ := s.ByURL("/sw.js")
		if !css.Immutable() || worker.Immutable() || worker.CacheControl() != "no-cache" {
			t.Errorf("css %s, worker %s", css.CacheControl(), worker.CacheControl())
		}
	})
	t.Run("the manifest is not asked for on every page", func(t *testing.T) {
		if got := (web.Asset{Name: "manifest.webmanifest", URL: "/manifest.webmanifest"}).CacheControl(); got != "public, max-age=3600" {
			t.Error(got)
		}
	})
	t.Run("an unknown path has no file", func(t *testing.T) {
		if _, ok := s.ByURL("/assets/app.2.css"); ok || s.URL("other.css") != "" {
			t.Error("it has one")
		}
	})
	t.Run("the best form that the browser takes is sent", func(t *testing.T) {
		css, _ := s.ByURL("/assets/app.1.css")
		for header, want := range map[string]string{
			"": "raw", "gzip, deflate, br": "br", "gzip": "gz", "br;q=0, gzip;q=0.5": "gz", "identity": "raw", "BR": "br", "brx": "raw",
		} {
			body, encoding := s.Body(css, header)
			if string(body) != want {
				t.Errorf("%q: got %s (%s), want %s", header, body, encoding, want)
			}
		}
	})
}
