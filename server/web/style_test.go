package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"shebao/app/view/all"
	"shebao/server/web"
	assets "shebao/web"
)

// TestStyle has a browser come for the first time, come back, and come back after the
// style sheet has changed.
func TestStyle(t *testing.T) {
	const list = `{"version":"1","assets":[{"name":"app.css","url":"/assets/app.1.css","file":"css"}]}`
	files, err := assets.Load(fstest.MapFS{assets.ListFile: {Data: []byte(list)}, "css": {Data: []byte("main{color:red}")}})
	if err != nil {
		t.Fatal(err)
	}
	s := web.New(web.Config{
		Sessions: nobody{}, Assets: files, Screens: all.Screens(), Service: "社保费办理", Now: time.Now, Log: slog.New(slog.DiscardHandler),
		NewID: func(prefix string) string { return prefix + "1" }, Ready: func(context.Context) error { return nil },
	})
	sum := sha256.Sum256([]byte("main{color:red}"))
	allowed := "style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
	for name, c := range map[string]struct {
		dest, cookie string
		within       bool
	}{
		"the first document has it within":            {"document", "", true},
		"the next one links to it":                    {"document", "/assets/app.1.css", false},
		"a changed one is within again":               {"document", "/assets/app.0.css", true},
		"a program that is no browser gets the link":  {"", "", false},
		"what a script asks for is no first document": {"empty", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/nowhere", nil) // the page that says so
			if c.dest != "" {
				r.Header.Set("Sec-Fetch-Dest", c.dest)
			}
			if c.cookie != "" {
				r.AddCookie(&http.Cookie{Name: "style", Value: c.cookie})
			}
			res, err := s.App().Test(r, -1)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			within := strings.Contains(string(body), "<style>main{color:red}</style>")
			linked := strings.Contains(string(body), `<link rel="stylesheet" href="/assets/app.1.css">`)
			policy := res.Header.Get("Content-Security-Policy")
			if within != c.within || linked == c.within || strings.Contains(policy, allowed) != c.within {
				t.Errorf("within %v, linked %v, policy %s\n%s", within, linked, policy, body)
			}
			kept := false
			for _, k := range res.Cookies() {
				kept = kept || k.Name == "style" && k.Value == "/assets/app.1.css" && k.MaxAge > 0
			}
			if kept != c.within {
				t.Errorf("the browser is told to remember it: %v", kept)
			}
		})
	}
}
