// Command audit measures how fast the phone app arrives, side by side with a peer: the same
// four screens as a Vue and Vant app (peer/), served and compressed the same way. It is run
// by `make audit`, which installs what it needs by lock file; it is no test.
//
// Both are looked at in headless Chromium with the processor slowed down four times and
// through a loopback proxy of our own with 1.6 Mbit/s down and 150 ms a round trip, taking
// turns, so that the machine's other work hits both.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	bin := flag.String("bin", "bin/shebao", "the program")
	out := flag.String("json", "build/audit.json", "where the figures go")
	runs := flag.Int("runs", 3, "how often each is measured; the median counts")
	scores := flag.Bool("lighthouse", true, "ask Lighthouse too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *bin, *out, plan{runs: *runs, lighthouse: *scores}); err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(1)
	}
}

// plan is how much to measure.
type plan struct {
	runs       int
	lighthouse bool
}

func run(ctx context.Context, bin, out string, p plan) error {
	dir, err := os.MkdirTemp("", "shebao-audit-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ours, err := startService(ctx, bin, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer ours.stop()
	peer, err := startPeer(ctx, filepath.Join(dir, "peer"))
	if err != nil {
		return err
	}
	defer peer.stop()
	browser, err := startBrowser(dir) //nolint:contextcheck // closed by stop
	if err != nil {
		return err
	}
	defer browser.stop()
	report := report{Conditions: conditions(p.runs)}
	for _, s := range screens {
		row := row{Screen: s.path}
		for range p.runs { // in turns: what else the machine does hits both
			for _, side := range []struct {
				of *service
				to *[]figures
			}{{ours, &row.ours}, {peer, &row.peer}} {
				f, err := browser.measure(ctx, side.of, s)
				if err != nil {
					return fmt.Errorf("measure %s of %s: %w", s.path, side.of.name, err)
				}
				*side.to = append(*side.to, f)
				fmt.Fprint(os.Stderr, ".")
			}
		}
		row.Ours, row.Peer = median(row.ours), median(row.peer)
		if p.lighthouse {
			if row.Ours.Lighthouse, err = lighthouse(ctx, ours, s.path); err == nil {
				row.Peer.Lighthouse, err = lighthouse(ctx, peer, s.path)
			}
			if err != nil {
				return err
			}
		}
		report.Rows = append(report.Rows, row)
	}
	fmt.Fprintln(os.Stderr)
	report.print(os.Stdout)
	body, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, body, 0o600)
}
