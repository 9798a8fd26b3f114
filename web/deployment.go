package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"path"
	"strings"
)

// Deployment is what the files that have no content in their address say of who runs
// the service.
type Deployment struct {
	Service string // the service's name
	Label   string // the name below the icon on a phone's home screen
	Mark    string // stands on top of the offline page, as on every page of a demonstration; "" for nothing
	// Languages are the offline page's texts in other languages than zh-CN: a JSON object by
	// language of objects by Chinese text, as it may stand in a script element. "" for none.
	Languages string
	// Speaks are the languages in which it can be installed besides zh-CN.
	Speaks []Language
	// Pages are the patterns of the pages that begin alike, /payments/{id}: the service worker
	// begins them before their answer is there.
	Pages []string
}

// For fills in the deployment's names: the manifests, the offline page and the service
// worker. The version is then this deployment's: it changes with its names, so that
// installed apps take over new ones. The filled files have no compressed forms. A manifest
// that is no JSON is an error.
func (s *Assets) For(d Deployment) (*Assets, error) {
	named := &Assets{labels: map[string]string{"": d.Label}, version: digest(s.version + "\x00" + d.Service + "\x00" + d.Label + "\x00" + d.Mark + "\x00" + d.Languages + "\x00" + list(d.Pages)), byName: map[string]Asset{}, byURL: map[string]Asset{}, files: map[string][]byte{}}
	for name, a := range s.byName {
		named.files[a.File] = s.files[a.File]
		if !a.Immutable() {
			body := fill(a, s.files[a.File], d, named.version)
			a.ETag, a.Brotli, a.Gzip = `"`+digest(body)+`"`, "", ""
			named.files[a.File] = []byte(body)
		}
		for _, f := range []string{a.Brotli, a.Gzip} {
			if f != "" {
				named.files[f] = s.files[f]
			}
		}
		named.byName[name], named.byURL[a.URL] = a, a
	}
	for _, l := range d.Speaks {
		if err := named.speak(l, d.Label); err != nil {
			return nil, fmt.Errorf("the manifest in %s: %w", l.Code, err)
		}
	}
	return named, nil
}

func fill(a Asset, body []byte, d Deployment, version string) string {
	write := inString
	if path.Ext(a.Name) == ".html" {
		write = html.EscapeString
	}
	return strings.NewReplacer("{{languages}}", cmp.Or(d.Languages, "{}"), "{{service}}", write(d.Service), "{{label}}", write(d.Label), "{{mark}}", write(d.Mark), "{{pages}}", list(d.Pages), "{{version}}", version).Replace(string(body))
}

// inString is the text as it stands between the quotes of JSON or JavaScript.
func inString(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return "" // a string always has a JSON form
	}
	return string(quoted[1 : len(quoted)-1])
}

// list is the texts as an array of JSON or JavaScript.
func list(texts []string) string {
	b, err := json.Marshal(append([]string{}, texts...)) // none is [], not null
	if err != nil {
		return "[]" // strings always have a JSON form
	}
	return string(b)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:12]
}
