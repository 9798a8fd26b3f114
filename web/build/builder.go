package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"shebao/web"
)

// builder makes one dist folder.
type builder struct {
	root, out, cache string
	effort           effort
	programs         []program
	pin              bool // write the pins down instead of comparing them
	made             []made
}

// made is an asset before it is written.
type made struct {
	web.Asset
	body []byte
}

// stamp is the file in dist that says what it was made from.
const stamp = "inputs"

func (b *builder) build(ctx context.Context) error {
	wasm, err := b.compile(ctx)
	if err != nil {
		return err
	}
	inputs, err := b.inputs(ctx, wasm)
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(filepath.Join(b.out, stamp)); err == nil && string(old) == inputs {
		slog.Info("web assets are up to date", "dist", b.out)
		return nil
	}
	if err := b.make(ctx, wasm); err != nil {
		return err
	}
	return b.write(inputs)
}

// make turns the sources into assets; those that name others come after them.
func (b *builder) make(ctx context.Context, wasm [][]byte) error {
	css, err := b.styles()
	if err != nil {
		return err
	}
	b.hashed("app.css", css)
	for _, icon := range icons() {
		b.hashed(icon.name, icon.body)
	}
	for _, s := range scripts {
		body, err := b.joined(s.from)
		if err != nil {
			return err
		}
		b.hashed(s.name, body)
	}
	exec, err := wasmExec(ctx)
	if err != nil {
		return err
	}
	b.hashed("wasm_exec.js", exec)
	for i, p := range b.programs {
		b.hashed(p.name, wasm[i])
	}
	for _, f := range []struct{ name, url string }{
		{"manifest.webmanifest", "/manifest.webmanifest"}, {"offline.html", "/offline"},
	} {
		body, err := b.source(f.name)
		if err != nil {
			return err
		}
		b.fixed(f.name, f.url, b.fill(body))
	}
	return b.worker()
}

// scripts are made of several sources each: one for before the first tap, one that pages
// load when idle, one that compiles the app beside the page, one for the page that is shown
// without network.
var scripts = []struct {
	name string
	from []string
}{
	{"boot.js", []string{"said.js", "behave.js", "speak.js", "offline.js", "boot.js"}},
	{"late.js", []string{"filled.js", "vault.js", "stay.js", "update.js", "install.js", "keep.js", "push.js"}},
	{"compile.js", []string{"compile.js"}},
	{"again.js", []string{"again.js"}},
	{"kept.js", []string{"said.js", "vault.js", "kept.js"}},
}

func (b *builder) joined(names []string) ([]byte, error) {
	var all []byte
	for _, name := range names {
		body, err := b.source(name)
		if err != nil {
			return nil, err
		}
		all = append(append(all, body...), '\n')
	}
	return all, nil
}

// shell is what the service worker fetches before it is needed: what the offline page is
// made of, and what every page has. Everything else is kept when it is first used.
var shell = []string{"app.css", "boot.js", "late.js", "again.js", "kept.js", "icon.svg", "icon-192.png", "offline.html"}

// worker adds the service worker last. Its version is filled in by package web.
func (b *builder) worker() error {
	body, err := b.joined([]string{"vault.js", "begin.js", "sw.js"})
	if err != nil {
		return err
	}
	var list []string
	for _, m := range b.made {
		if slices.Contains(shell, m.Name) {
			list = append(list, m.URL)
		}
	}
	urls, err := json.Marshal(list)
	if err != nil {
		return wrap("list the worker's files", err)
	}
	b.fixed("sw.js", "/sw.js", []byte(strings.Replace(string(b.fill(body)), "{{precache}}", string(urls), 1)))
	return nil
}

// version names the whole set of assets.
func (b *builder) version() string {
	h := sha256.New()
	for _, m := range b.made {
		_, _ = fmt.Fprintln(h, m.URL, m.ETag)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func (b *builder) source(name string) ([]byte, error) {
	body, err := os.ReadFile(filepath.Join(b.root, "web", "src", name)) //nolint:gosec // our own sources
	if err != nil {
		return nil, wrap("read "+name, err)
	}
	return body, nil
}

// hashed adds an asset whose address changes with its content.
func (b *builder) hashed(name string, body []byte) {
	ext := filepath.Ext(name)
	b.add(name, "/assets/"+strings.TrimSuffix(name, ext)+"."+digest(body)+ext, body)
}

// fixed adds an asset with a well-known address.
func (b *builder) fixed(name, url string, body []byte) { b.add(name, url, body) }

func (b *builder) add(name, url string, body []byte) {
	b.made = append(b.made, made{body: body, Asset: web.Asset{
		Name: name, URL: url, Type: types[filepath.Ext(name)], ETag: `"` + digest(body) + `"`,
	}})
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])[:12]
}

var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm",
	".svg": "image/svg+xml", ".png": "image/png", ".html": "text/html; charset=utf-8", ".webmanifest": "application/manifest+json",
}

// fill puts the addresses of assets where a source names them: {{app.css}}.
func (b *builder) fill(body []byte) []byte {
	s := string(body)
	for _, m := range b.made {
		s = strings.ReplaceAll(s, "{{"+m.Name+"}}", m.URL)
	}
	return []byte(s)
}

// write replaces dist by what was made. The list is written last.
func (b *builder) write(inputs string) error {
	if err := b.empty(); err != nil {
		return err
	}
	var list web.List
	list.Version = b.version()
	for _, m := range b.made {
		file := strings.TrimPrefix(strings.ReplaceAll(m.URL, "/", "_"), "_")
		m.File = file
		if err := b.put(file, m.body); err != nil {
			return err
		}
		if compressible(m.Name) {
			for _, c := range []struct {
				ext string
				f   func([]byte) ([]byte, error)
				at  *string
			}{{".br", b.brotli, &m.Brotli}, {".gz", b.gzip, &m.Gzip}} {
				z, err := c.f(m.body)
				if err != nil {
					return wrap("compress "+m.Name, err)
				}
				if len(z) >= len(m.body) {
					continue
				}
				*c.at = file + c.ext
				if err := b.put(*c.at, z); err != nil {
					return err
				}
			}
		}
		list.Assets = append(list.Assets, m.Asset)
	}
	body, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return wrap("list the assets", err)
	}
	if err := b.put(web.ListFile, body); err != nil {
		return err
	}
	slog.Info("web assets built", "dist", b.out, "version", list.Version, "files", len(list.Assets))
	return b.put(stamp, []byte(inputs))
}

func (b *builder) empty() error {
	if err := os.MkdirAll(b.out, 0o750); err != nil {
		return wrap("make dist", err)
	}
	entries, err := os.ReadDir(b.out)
	if err != nil {
		return wrap("read dist", err)
	}
	for _, e := range entries {
		if e.Name() != ".gitkeep" {
			if err := os.Remove(filepath.Join(b.out, e.Name())); err != nil {
				return wrap("empty dist", err)
			}
		}
	}
	return nil
}

func (b *builder) put(name string, body []byte) error {
	return wrap("write "+name, os.WriteFile(filepath.Join(b.out, name), body, 0o600))
}

// inputs is a digest of everything that dist is made from.
func (b *builder) inputs(ctx context.Context, wasm [][]byte) (string, error) {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, b.effort)
	for _, w := range wasm {
		_, _ = fmt.Fprintln(h, digest(w))
	}
	exec, err := wasmExec(ctx)
	if err != nil {
		return "", err
	}
	_, _ = h.Write(exec)
	var files []string
	for _, dir := range []string{"web/src", "web/build", "app/widget", "app/view"} {
		err := filepath.WalkDir(filepath.Join(b.root, dir), func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files = append(files, p)
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", wrap("read "+dir, err)
		}
	}
	files = append(files, filepath.Join(b.root, "web", "package-lock.json"))
	slices.Sort(files)
	for _, f := range files {
		body, err := os.ReadFile(f) //nolint:gosec // our own sources
		if err != nil {
			return "", wrap("read the inputs", err)
		}
		_, _ = fmt.Fprintln(h, f, digest(body))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
