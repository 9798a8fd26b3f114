package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is a browser app: the asset's name and its package.
type program struct{ name, pkg string }

// ours are the residents' app, which has to be small, and the officers'.
var ours = []program{{"app.wasm", "./app"}, {"console.wasm", "./app/console"}}

// notInlined keeps functions from being copied into their callers, but for the runtime,
// which is busy with memory all the time. Less code and fewer tables: 4 % of the download.
var notInlined = []string{"-gcflags=all=-l", "-gcflags=runtime=", "-gcflags=internal/runtime/...="}

// compile builds the browser apps, in the order of b.programs.
func (b *builder) compile(ctx context.Context) ([][]byte, error) {
	modfile, err := b.slim(ctx)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, p := range b.programs {
		body, err := b.link(ctx, modfile, p, "-s -w")
		if err != nil {
			return nil, err
		}
		all = append(all, body)
	}
	return all, nil
}

// link builds one browser app with the linker's flags.
func (b *builder) link(ctx context.Context, modfile string, p program, flags string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "shebao-wasm-")
	if err != nil {
		return nil, wrap("make a folder", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, p.name)
	args := append([]string{"build", "-modfile", modfile, "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", file}, notInlined...)
	cmd := exec.CommandContext(ctx, "go", append(args, p.pkg)...) //nolint:gosec // the package is a flag of a build tool
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, wrap("build "+p.pkg, err)
	}
	body, err := os.ReadFile(file) //nolint:gosec // just built
	return body, wrap("read "+p.name, err)
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
