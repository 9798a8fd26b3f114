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
	app := flag.String("app", "./app", "package of the browser app")
	out := flag.String("out", "", "folder to write, web/dist without it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *app, *out, level(*dev)); err != nil {
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

func run(ctx context.Context, app, out string, e effort) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(root, "web", "dist")
	}
	b := builder{root: root, out: out, app: app, effort: e, cache: filepath.Join(root, "build", "web")}
	return b.build(ctx)
}

func moduleRoot(ctx context.Context) (string, error) {
	b, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", wrap("find the module", err)
	}
	return strings.TrimSpace(string(b)), nil
}
