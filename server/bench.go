package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/config"
)

// measure is one figure: operations a second with the spread of their times.
type measure struct {
	name     string
	clients  int
	perSec   int64
	p50, p99 time.Duration
	failed   int64
}

func (m measure) String() string {
	return fmt.Sprintf("%-44s %3d clients %9d/s   p50 %8s   p99 %8s%s", m.name, m.clients, m.perSec,
		m.p50.Round(10*time.Microsecond), m.p99.Round(10*time.Microsecond), failures(m.failed))
}

// times is the measure where each operation did so many things.
func (m measure) times(n int64) measure {
	m.perSec *= n
	return m
}

func failures(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("   %d FAILED", n)
}

// hammer runs op from so many clients for the time and measures it. op gets a number
// that no other call gets.
func hammer(ctx context.Context, name string, clients int, during time.Duration, op func(ctx context.Context, n int64) error) measure {
	var next, failed atomic.Int64
	times := make([][]time.Duration, clients)
	started := time.Now()
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for time.Since(started) < during && ctx.Err() == nil {
				t := time.Now()
				if err := op(ctx, next.Add(1)); err != nil {
					failed.Add(1)
				}
				times[c] = append(times[c], time.Since(t))
			}
		})
	}
	all.Wait()
	took := time.Since(started)
	sorted := slices.Concat(times...)
	slices.Sort(sorted)
	m := measure{name: name, clients: clients, failed: failed.Load()}
	if n := len(sorted); n > 0 {
		m.perSec = int64(n) * int64(time.Second) / int64(took)
		m.p50, m.p99 = sorted[n/2], sorted[n*99/100]
	}
	return m
}

type benchOptions struct {
	during  time.Duration
	people  int
	dir     string
	profile string // file for a CPU profile of the payments
}

// bench is the command that prints the figures.
func bench(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 && args[0] == "run" {
		return benchRun(ctx, args[1:], out)
	}
	if len(args) > 0 && args[0] == "certificate" {
		return benchCertificate(ctx, args[1:], out)
	}
	if len(args) > 0 && args[0] == "import" {
		return benchImport(ctx, args[1:], out)
	}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(out)
	o := benchOptions{}
	f.DurationVar(&o.during, "time", 3*time.Second, "how long each figure is measured")
	f.IntVar(&o.people, "people", 0, "also measure the pages with so many people in the store, beside a small one")
	f.StringVar(&o.dir, "dir", "", "where the throw-away stores are made; a temporary folder when empty")
	f.StringVar(&o.profile, "profile", "", "write a CPU profile of the payments to this file")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(o.dir, "shebao-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	say := func(v any) { _, _ = fmt.Fprintln(out, v) }
	say(fmt.Sprintf("%d processors, %s, each figure over %s\n", runtime.NumCPU(), runtime.Version(), o.during))
	if err := benchFloor(ctx, dir, o, say); err != nil {
		return err
	}
	if err := benchService(ctx, dir+"/small", benchPeople, o, say); err != nil {
		return err
	}
	if o.people > 0 {
		return benchService(ctx, dir+"/large", o.people, o, say)
	}
	return nil
}

// benchPeople is the size of the small store.
const benchPeople = 2000

// benchConfig is demo mode in a throw-away folder on a free port, without waiting.
func benchConfig(dir string) (config.Config, error) {
	settings := map[string]string{
		"SHEBAO_ADDR": "127.0.0.1:0", "SHEBAO_DATA_DIR": dir, "SHEBAO_LATE_SECONDS": "1", "SHEBAO_LOG_LEVEL": "error",
		"SHEBAO_SESSION_KEY": strings.Repeat("bench", 8),
	}
	return config.Load(func(name string) string { return settings[name] }, os.ReadFile)
}

// benchService opens a store with so many people and measures reads, payments and pages.
func benchService(ctx context.Context, dir string, people int, o benchOptions, say func(any)) error {
	cfg, err := benchConfig(dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	p, err := newProgram(ctx, cfg, log)
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.run(run) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			say(err)
		}
	}()
	started := time.Now()
	if err := seedPeople(ctx, p.backend, seeding{people: people, payers: seedPayers, cards: cardsOf(banksim.SyntheticAccount)}, func(int) {}); err != nil {
		return err
	}
	say(fmt.Sprintf("\nwith %d people in the store (seeded in %s)", people, time.Since(started).Round(100*time.Millisecond)))
	if err := benchReads(ctx, p.backend, people, o, say); err != nil {
		return err
	}
	stopProfile, err := profile(o.profile)
	if err != nil {
		return err
	}
	err = benchPayments(ctx, p.backend, people, o, say)
	if err = errors.Join(err, stopProfile()); err != nil {
		return err
	}
	if err := benchPages(ctx, p, people, o, say); err != nil {
		return err
	}
	say(fmt.Sprintf("%-44s %d MB", "memory of this process (RSS)", residentMB()))
	return nil
}

// profile writes a CPU profile to the file until the function it returns is called; to
// none when the name is empty.
func profile(file string) (func() error, error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// residentMB is the process's resident memory, 0 where /proc does not tell.
func residentMB() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, resident int64
	if _, err := fmt.Sscan(string(text), &total, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize()) >> 20
}

// peakMB is the most memory that a running process has had resident since it was started, 0
// where /proc does not tell. (What wait reports of a child begins with its parent's.)
func peakMB(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0
	}
	return kb >> 10
}
