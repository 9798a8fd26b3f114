//go:build !js

package view

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"shebao/app/node"
	"shebao/shared/page"
)

// Assets says where the program's files are; web.Assets does.
type Assets interface {
	URL(name string) string // address of app.css, boot.js, wasm_exec.js, app.wasm, icon.svg …
	Version() string
	// Installed is what the service calls itself on a phone in a language (BCP 47): the
	// manifest's address and the name below the icon.
	Installed(code string) (manifest, label string)
}

// Style is how a document gets its style sheet: the zero Style is a link to it.
type Style struct {
	text string
	hash string // SHA-256 of text in base64, as a policy names it
}

// Within is the style sheet written into the document: a browser that comes for the first
// time then shows it one round trip earlier.
func Within(css string) Style {
	sum := sha256.Sum256([]byte(css))
	return Style{text: css, hash: base64.StdEncoding.EncodeToString(sum[:])}
}

// Policy is the Content-Security-Policy to serve a document of the style with.
func (s Style) Policy() string {
	if s.text == "" {
		return Policy
	}
	return strings.Replace(Policy, "style-src 'self'", "style-src 'self' 'sha256-"+s.hash+"'", 1)
}

func (s Style) element(url string) string {
	if s.text == "" {
		return `<link rel="stylesheet" href="` + url + `">`
	}
	return `<style>` + s.text + `</style>`
}

// Document adds the whole HTML document for a page to dst: our own head, root (what
// Set.Page returned), the envelope as JSON for the browser app, and one script. Nothing
// in it is inline code, so the strict policy of Policy holds, with style's hash.
func Document(dst []byte, env page.Envelope, root *node.Element, assets Assets, style Style) ([]byte, error) {
	state, err := json.Marshal(env) // escapes < > & and the line separators, so it can't end its element
	if err != nil {
		return nil, fmt.Errorf("write the state of %s: %w", env.Pattern, err)
	}
	title := env.Frame.Title
	if env.Frame.Service != "" {
		title += " - " + env.Frame.Service
	}
	manifest, label := assets.Installed(env.Frame.Lang.Code())
	url := func(name string) string { return node.Escape(assets.URL(name)) }
	dst = append(dst, `<!doctype html><html lang="`+env.Frame.Lang.Code()+`"><head><meta charset="utf-8">`+
		`<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">`+
		`<meta name="format-detection" content="telephone=no">`+
		`<meta name="theme-color" content="#07669c" media="(prefers-color-scheme: light)">`+
		`<meta name="theme-color" content="#0c4a70" media="(prefers-color-scheme: dark)">`+
		`<meta name="mobile-web-app-capable" content="yes"><meta name="apple-mobile-web-app-capable" content="yes">`+
		`<meta name="apple-mobile-web-app-status-bar-style" content="default">`+
		`<meta name="apple-mobile-web-app-title" content="`+node.Escape(label)+`">`+
		style.element(url("app.css"))+
		`<link rel="icon" type="image/svg+xml" href="`+url("icon.svg")+`">`+
		`<link rel="apple-touch-icon" href="`+url("apple-touch-icon.png")+`">`+
		`<link rel="manifest" href="`+node.Escape(manifest)+`">`+ // as far as here pages in one language are alike: begin.js
		`<title>`+node.Escape(title)+`</title>`...)
	if env.Frame.Refresh > 0 {
		dst = append(dst, `<noscript><meta http-equiv="refresh" content="`+strconv.Itoa(env.Frame.Refresh)+`"></noscript>`...)
	}
	dst = append(dst, `</head><body>`...)
	dst = node.AppendHTML(dst, root)
	dst = append(dst, `<script type="application/json" id="`+IDState+`">`...)
	dst = append(dst, state...)
	return append(dst, `</script>`+ // the next one comes last: at every script the browser may stop reading to draw what it has
		`<script src="`+url("boot.js")+`" defer data-sw="`+url("sw.js")+`" data-late="`+url("late.js")+`" data-exec="`+url("wasm_exec.js")+
		`" data-compile="`+url("compile.js")+`" data-wasm="`+url(program(env.Pattern))+`" data-version="`+node.Escape(assets.Version())+`"></script>`+
		`</body></html>`...), nil
}

// program is the browser app that has the screen of a pattern.
func program(pattern string) string {
	if strings.HasPrefix(pattern, "/admin") {
		return "console.wasm"
	}
	return "app.wasm"
}

// Policy is the Content-Security-Policy that every page is served with.
const Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
	"media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"
