// Command shots takes a picture of every screen in every way to look at it: light, dark, in
// 关怀模式, zoomed in, with forced colours, in other languages; of a program that it starts with an empty store.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"shebao/server/browsertest"
	"shebao/server/browsertest/tour"
	"shebao/shared/lang"
)

func main() {
	bin := flag.String("bin", "bin/shebao", "the program")
	out := flag.String("out", "build/shots", "folder for the pictures")
	only := flag.String("only", "", "modes to take, comma separated; all when empty: see modes")
	flag.Parse()
	if err := run(*bin, *out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

// mode is a way to look at the screens.
type mode struct {
	name    string
	options browsertest.Options
	prepare func(*browsertest.Tab) error // what the person sets first, nil for nothing
	lang    lang.Tag
	legs    []tour.Leg
}

func modes() []mode {
	return []mode{
		{name: "light", legs: tour.Residents()},
		{name: "dark", options: browsertest.Options{Dark: true}, legs: tour.Residents()},
		{name: "care", prepare: tour.Care, legs: tour.Residents()},
		{name: "care-dark", options: browsertest.Options{Dark: true}, prepare: tour.Care, legs: tour.Residents()},
		{name: "care-24", prepare: tour.CareMore, legs: tour.Residents()},
		{name: "care-30", prepare: tour.CareMost, legs: tour.Residents()},
		{name: "care-30-dark", options: browsertest.Options{Dark: true}, prepare: tour.CareMost, legs: tour.Residents()},
		{name: "zoom", options: browsertest.Options{Width: 320, Height: 844}, legs: tour.Residents()},
		{name: "plain", options: browsertest.Options{NoScript: true}, legs: tour.Residents()},
		{name: "contrast", options: browsertest.Options{Forced: true}, legs: tour.Residents()},
		{name: "zh-HK", lang: lang.HongKong, legs: tour.Residents()},
		{name: "en", lang: lang.English, legs: tour.Residents()},
		{name: "admin", options: browsertest.Options{Width: 1280, Height: 800}, legs: tour.Officers()},
		{name: "admin-dark", options: browsertest.Options{Width: 1280, Height: 800, Dark: true}, legs: tour.Officers()},
		{name: "admin-tablet", options: browsertest.Options{Width: 820, Height: 1180}, legs: tour.Officers()},
		{name: "admin-tablet-dark", options: browsertest.Options{Width: 820, Height: 1180, Dark: true}, legs: tour.Officers()},
	}
}

func run(bin, out, only string) error {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "shebao-shots-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	browser, err := browsertest.Start(filepath.Join(dir, "profile"))
	if err != nil {
		return err
	}
	defer browser.Close()
	var failed error
	for _, m := range modes() {
		if only != "" && !strings.Contains(","+only+",", ","+m.name+",") {
			continue
		}
		failed = errors.Join(failed, walk(browser, bin, filepath.Join(dir, m.name), out, m))
	}
	return failed
}

// walk takes the pictures of one mode on a program of its own.
func walk(browser *browsertest.Browser, bin, data, out string, m mode) error {
	url, stop, err := start(bin, data)
	if err != nil {
		return err
	}
	defer stop()
	var failed error
	for _, leg := range m.legs {
		if err := walkLeg(browser, url, out, m, leg); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", m.name, err))
		}
	}
	return failed
}

func walkLeg(browser *browsertest.Browser, url, out string, m mode, leg tour.Leg) error {
	o, err := m.options, error(nil)
	if m.lang != lang.Chinese {
		if o.Words, err = tour.Words(m.lang); err != nil {
			return err
		}
	}
	tab, err := browser.New(url, o)
	if err != nil {
		return err
	}
	defer tab.Close()
	if m.lang != lang.Chinese {
		if err := tour.Speak(tab, m.lang); err != nil {
			return err
		}
	}
	if err := leg.Enter(tab); err != nil {
		return err
	}
	if m.prepare != nil {
		if err := m.prepare(tab); err != nil {
			return err
		}
	}
	var failed error
	for _, s := range leg.Stops {
		if s.Scripted && o.NoScript {
			continue
		}
		if err := s.Go(tab); err != nil {
			failed = errors.Join(failed, err)
			tab.Forgive()
		}
		picture, err := tab.Shot("page")
		if err != nil {
			return fmt.Errorf("picture of %s: %w", s.Name, err)
		}
		if err := os.WriteFile(filepath.Join(out, s.Name+"."+m.name+".png"), picture, 0o600); err != nil {
			return err
		}
	}
	return failed
}

// start runs the program on a free port and gives its address.
func start(bin, data string) (url string, stop func(), err error) {
	cmd := exec.Command(bin, "serve")
	cmd.Env = append(os.Environ(), "SHEBAO_ADDR=127.0.0.1:0", "SHEBAO_DATA_DIR="+data, "SHEBAO_LATE_SECONDS=60")
	said, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if u := strings.TrimSpace(lines.Text()); strings.HasPrefix(u, "http://") {
			return u, stop, nil
		}
	}
	stop()
	return "", nil, fmt.Errorf("%s serve says no address", bin)
}
