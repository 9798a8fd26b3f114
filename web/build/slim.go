package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The browser build takes go-app from a copy of ours in build/dep, made from the module
// that go.mod names. Go refuses an -overlay of files in the module cache, and a fork would
// have to be kept up; so the copy has single files replaced and some imports led to small
// packages of ours, and every original that this touches is pinned by its hash.
const (
	goApp = "github.com/maxence-charriere/go-app/v10"
	// replacements holds our files, by their path in the module. Go passes over the
	// folder (_): they compile among go-app's own.
	replacements = "web/build/slim/_goapp"
	pinFile      = "web/build/slim/pins.txt"
)

// copied are the module's packages that the browser needs.
var copied = []string{"pkg/app", "pkg/errors"}

// ledTo says which of our packages the copy imports instead of another.
var ledTo = map[string]string{
	"encoding/json":          "shebao/app/small/json",
	"fmt":                    "shebao/app/small/fmt",
	"github.com/google/uuid": "shebao/app/small/uuid",
	"net/url":                "shebao/app/small/url",
	"os":                     "shebao/app/small/os",
	"path/filepath":          "path",
}

// errPins means that go-app is not the one that our files were written for.
var errPins = errors.New("go-app has changed under our replacements")

// slim makes build/dep and returns the go.mod to build the browser app with.
func (b *builder) slim(ctx context.Context) (modfile string, err error) {
	module, err := moduleOf(ctx, b.root, goApp)
	if err != nil {
		return "", err
	}
	files, pins, err := b.copyOf(module.Dir)
	if err != nil {
		return "", err
	}
	if err := b.checkPins(pins, module.Version); err != nil {
		return "", err
	}
	dep := filepath.Join("build", "dep", "goapp")
	if err := errors.Join(sync(filepath.Join(b.root, dep), files), prune(filepath.Join(b.root, dep), files)); err != nil {
		return "", err
	}
	mod, err := os.ReadFile(filepath.Join(b.root, "go.mod"))
	if err != nil {
		return "", wrap("read go.mod", err)
	}
	sum, err := os.ReadFile(filepath.Join(b.root, "go.sum"))
	if err != nil {
		return "", wrap("read go.sum", err)
	}
	mod = fmt.Appendf(mod, "\nreplace %s => ./%s\n", goApp, filepath.ToSlash(dep))
	build := filepath.Join(b.root, "build")
	return filepath.Join(build, "wasm.mod"), sync(build, map[string][]byte{"wasm.mod": mod, "wasm.sum": sum})
}

// module is where Go keeps a module.
type module struct{ Dir, Version string }

func moduleOf(ctx context.Context, root, name string) (module, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", name) //nolint:gosec // a constant
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return module{}, wrap("fetch "+name, err)
	}
	var m module
	return m, wrap("find "+name, json.Unmarshal(out, &m))
}

// copyOf is what the copy of the module in dir holds, and the hash of each original that
// is not there as it was.
func (b *builder) copyOf(dir string) (files map[string][]byte, pins map[string]string, err error) {
	files, pins = map[string][]byte{}, map[string]string{}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // of the module cache
	if err != nil {
		return nil, nil, wrap("read go-app's go.mod", err)
	}
	files["go.mod"] = mod
	for _, pkg := range copied {
		entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(pkg)))
		if err != nil {
			return nil, nil, wrap("read go-app", err)
		}
		for _, e := range entries {
			name := path.Join(pkg, e.Name())
			if e.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
				continue
			}
			body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) //nolint:gosec // of the module cache
			if err != nil {
				return nil, nil, wrap("read go-app", err)
			}
			ours, err := b.instead(name, body)
			if err != nil {
				return nil, nil, err
			}
			if string(ours) != string(body) {
				sum := sha256.Sum256(body)
				pins[name] = hex.EncodeToString(sum[:])
			}
			files[name] = ours
		}
	}
	return files, pins, b.allUsed(files)
}

// instead is the file of ours in place of name, or name's body with its imports led elsewhere.
func (b *builder) instead(name string, body []byte) ([]byte, error) {
	ours, err := os.ReadFile(filepath.Join(b.root, replacements, filepath.FromSlash(name)))
	if !errors.Is(err, fs.ErrNotExist) {
		return ours, wrap("read our "+name, err)
	}
	return lead(name, body)
}

// allUsed refuses a file of ours that stands in for nothing.
func (b *builder) allUsed(files map[string][]byte) error {
	root := filepath.Join(b.root, replacements)
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return wrap("read "+replacements, err)
		}
		name, err := filepath.Rel(root, p)
		if _, ok := files[filepath.ToSlash(name)]; err == nil && !ok {
			return fmt.Errorf("%w: it has no file %s any more", errPins, name)
		}
		return err
	})
}

// lead writes other import paths into a Go file; the name it knows a package by stays.
func lead(name string, body []byte) ([]byte, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, body, parser.ImportsOnly)
	if err != nil {
		return nil, wrap("read the imports of go-app", err)
	}
	out := slices.Clone(body)
	for _, i := range slices.Backward(f.Imports) {
		from, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, wrap("read the imports of go-app", err)
		}
		to, ok := ledTo[from]
		if !ok {
			continue
		}
		text := strconv.Quote(to)
		if i.Name == nil && path.Base(to) != path.Base(from) {
			text = path.Base(from) + " " + text
		}
		at := int(i.Path.Pos()) - 1
		out = slices.Replace(out, at, at+len(i.Path.Value), []byte(text)...)
	}
	return out, nil
}

// checkPins compares the originals with those that our files were written for.
func (b *builder) checkPins(now map[string]string, version string) error {
	file := filepath.Join(b.root, filepath.FromSlash(pinFile))
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(now)) {
		_, _ = fmt.Fprintf(&list, "%s  %s\n", now[name], name)
	}
	if b.pin {
		return wrap("write the pins", os.WriteFile(file, []byte(list.String()), 0o600))
	}
	body, err := os.ReadFile(file) //nolint:gosec // our own sources
	if err != nil {
		return wrap("read the pins", err)
	}
	pinned := map[string]string{}
	for line := range strings.Lines(string(body)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		pinned[name] = sum
	}
	var changed []string
	for name, sum := range now {
		if pinned[name] != sum {
			changed = append(changed, name)
		}
	}
	for name := range pinned {
		if now[name] == "" {
			changed = append(changed, name)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	slices.Sort(changed)
	return fmt.Errorf("%w: %s of %s differ from the ones pinned; compare them with %s, run the tests of ./app/host, then `go run ./web/build -pin`",
		errPins, strings.Join(changed, ", "), version, replacements)
}

// sync makes a folder hold the files, touching only what differs: other builds may be
// reading it.
func sync(dir string, files map[string][]byte) error {
	for name, body := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if old, err := os.ReadFile(file); err == nil && string(old) == string(body) { //nolint:gosec // below build/
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return wrap("make build/dep", err)
		}
		tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
		if err != nil {
			return wrap("write build/dep", err)
		}
		_, err = tmp.Write(body)
		if err := errors.Join(err, tmp.Close(), os.Rename(tmp.Name(), file)); err != nil {
			return wrap("write build/dep", err)
		}
	}
	return nil
}

// prune takes away what another go-app left in the copy.
func prune(dir string, files map[string][]byte) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".go" {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if _, ok := files[filepath.ToSlash(name)]; err == nil && !ok {
			return os.Remove(p) //nolint:gosec // below build/
		}
		return err
	})
}
