package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compile builds the browser app and returns it. A slimmer build (other modules for
// some of go-app's files) would add its -modfile to flags here.
func (b *builder) compile(ctx context.Context) ([]byte, error) {
	if err := os.MkdirAll(b.cache, 0o750); err != nil {
		return nil, wrap("make the cache", err)
	}
	file := filepath.Join(b.cache, "app.wasm")
	if b.out != filepath.Join(b.root, "web", "dist") {
		file = filepath.Join(b.cache, "other.wasm")
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", file, b.app) //nolint:gosec // the package is a flag of a build tool
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, wrap("build the browser app", err)
	}
	body, err := os.ReadFile(file) //nolint:gosec // just built
	return body, wrap("read the browser app", err)
}

// wasmExec is the script of the Go distribution that starts a wasm program.
func wasmExec(ctx context.Context) ([]byte, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, wrap("find GOROOT", err)
	}
	body, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	return body, wrap("read wasm_exec.js", err)
}
