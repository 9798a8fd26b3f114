// Command build makes web/dist: the style sheet, the scripts, the icons, the service
// worker and the browser app, named by their content and compressed once. Package web
// embeds the result. Run it from anywhere in the module:
//
//	go run ./web/build        # what is released: brotli 11, gzip 9
//	go run ./web/build -dev   # quicker, larger
//
// Nothing is done twice: unchanged inputs leave dist alone, and what was compressed
// once is kept below build/.
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	dev := flag.Bool("dev", false, "compress quickly instead of well")
	app := flag.String("app", "", "package of one browser app to build instead of ours")
	pin := flag.Bool("pin", false, "write down the hashes of the go-app files that ours replace")
	sizes := flag.Bool("sizes", false, "print what is large in the browser app; fails when it is over its budget")
	out := flag.String("out", "", "folder to write, web/dist without it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	b := builder{out: *out, effort: level(*dev), programs: ours, pin: *pin}
	if *app != "" {
		b.programs = []program{{"app.wasm", *app}}
	}
	if err := b.run(ctx, *sizes); err != nil {
		slog.Error("build the web assets", "err", err)
		os.Exit(1)
	}
}

func level(dev bool) effort {
	if dev {
		return quick
	}
	return best
}

func (b *builder) run(ctx context.Context, sizes bool) (err error) {
	if b.root, err = moduleRoot(ctx); err != nil {
		return err
	}
	b.cache = filepath.Join(b.root, "build", "web")
	if err := os.MkdirAll(b.cache, 0o750); err != nil {
		return wrap("make the cache", err)
	}
	switch {
	case sizes:
		return b.sizes(ctx, os.Stdout)
	case b.pin:
		_, err = b.slim(ctx)
		return err
	case b.out == "":
		b.out = filepath.Join(b.root, "web", "dist")
	}
	return b.build(ctx)
}

func moduleRoot(ctx context.Context) (string, error) {
	b, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", wrap("find the module", err)
	}
	return strings.TrimSpace(string(b)), nil
}
