// Package web holds the files that browsers fetch: style sheet, scripts, icons and the
// browser app. They are made by ./build and embedded, so the program is one file.
package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt means that web/dist is empty.
var ErrNotBuilt = errors.New("the web assets are not built: run make build")

// ListFile is the name of the list of assets in a dist folder.
const ListFile = "assets.json"

// List is what a dist folder says it holds.
type List struct {
	Version string  `json:"version"`
	Assets  []Asset `json:"assets"`
}

// Asset is one file. Brotli and Gzip name its compressed forms, "" for none.
type Asset struct {
	Name   string `json:"name"` // app.css: what the program calls it
	URL    string `json:"url"`  // /assets/app.0123456789ab.css, or a well-known address such as /sw.js
	Type   string `json:"type"` // Content-Type
	ETag   string `json:"etag"` // with its quotes
	File   string `json:"file"`
	Brotli string `json:"br,omitempty"`
	Gzip   string `json:"gz,omitempty"`
}

// Immutable reports whether the address changes whenever the content does.
func (a Asset) Immutable() bool { return strings.HasPrefix(a.URL, "/assets/") }

// CacheControl is the header to send with the asset.
func (a Asset) CacheControl() string {
	if a.Immutable() {
		return "public, max-age=31536000, immutable"
	}
	if path.Ext(a.Name) == manifestType { // browsers ask for it on every page; what it says may come an hour late
		return "public, max-age=3600"
	}
	return "no-cache"
}

// Assets are the files of one build, in memory.
type Assets struct {
	version string
	labels  map[string]string // by language, "" for zh-CN; nil before For
	byName  map[string]Asset
	byURL   map[string]Asset
	files   map[string][]byte
}

// Embedded are the assets inside this program. Without a build it is ErrNotBuilt.
func Embedded() (*Assets, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the embedded assets: %w", err)
	}
	return Load(sub)
}

// Load reads a dist folder. Every file that its list names must be there.
func Load(folder fs.FS) (*Assets, error) {
	b, err := fs.ReadFile(folder, ListFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of assets: %w", err)
	}
	var list List
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("read the list of assets: %w", err)
	}
	s := &Assets{version: list.Version, byName: map[string]Asset{}, byURL: map[string]Asset{}, files: map[string][]byte{}}
	for _, a := range list.Assets {
		for _, f := range []string{a.File, a.Brotli, a.Gzip} {
			if f == "" {
				continue
			}
			if s.files[f], err = fs.ReadFile(folder, f); err != nil {
				return nil, fmt.Errorf("read asset %s: %w", f, err)
			}
		}
		s.byName[a.Name], s.byURL[a.URL] = a, a
	}
	return s, nil
}

// Version names the whole set; it changes when any asset does. The browser app compares
// it with the header X-Shebao-Version.
func (s *Assets) Version() string { return s.version }

// URL is the address of the asset called name, "" if there is none.
func (s *Assets) URL(name string) string { return s.byName[name].URL }

// ByURL finds the asset at a path.
func (s *Assets) ByURL(path string) (Asset, bool) {
	a, ok := s.byURL[path]
	return a, ok
}

// URLs are the paths of all assets, in no order.
func (s *Assets) URLs() []string {
	urls := make([]string, 0, len(s.byURL))
	for u := range s.byURL {
		urls = append(urls, u)
	}
	return urls
}

// Body is the asset's content in the best form that acceptEncoding (the request's header)
// allows, with the Content-Encoding to send, "" for none. It must not be changed.
func (s *Assets) Body(a Asset, acceptEncoding string) (body []byte, encoding string) {
	switch {
	case a.Brotli != "" && accepts(acceptEncoding, "br"):
		return s.files[a.Brotli], "br"
	case a.Gzip != "" && accepts(acceptEncoding, "gzip"):
		return s.files[a.Gzip], "gzip"
	}
	return s.files[a.File], ""
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.TrimSpace(params), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 32)
		return err == nil && weight > 0
	}
	return false
}
