package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/debit"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

// The authorities of the two runs: one undisturbed for speed, one with faults and a kill.
const (
	calmAuthority  = "11101020000"
	roughAuthority = "11101010000"
)

// runBench is one whole measurement of debit runs on a fresh store: the store is in this
// process, the bank and two servers are in processes of their own.
type runBench struct {
	*backend
	items   int // people of the calm run
	rough   int // people of the run with faults
	dryOnly bool
	dir     string
	say     func(any)
	data    string // address of the store
	profile string // beginning of the names of CPU profiles, "" for none
}

// benchRun is the command that measures debit runs:
//
//	bench run -items 100000             a calm run and one with faults and a killed server, each of so many people
//	bench run -people 10000,100000      a calm run for each number, beside each other; -dry only selects candidates
func benchRun(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench run", flag.ContinueOnError)
	f.SetOutput(out)
	b := runBench{say: func(v any) { _, _ = fmt.Fprintln(out, v) }}
	f.IntVar(&b.items, "items", 10000, "people in each of the two runs")
	people := f.String("people", "", "instead: sizes to compare, as 10000,100000")
	f.BoolVar(&b.dryOnly, "dry", false, "with -people: only select candidates")
	parent := f.String("dir", "", "where the throw-away stores are made; a temporary folder when empty")
	as := f.String("as", "", "be a part of the measurement: server or bank (used by the command itself)")
	f.StringVar(&b.profile, "profile", "", "write CPU profiles of the store and the servers to files that begin so")
	floor := f.Duration("time", 2*time.Second, "how long each figure of the raw floor is measured")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *as != "" {
		return benchPart(ctx, *as, b.profile, out)
	}
	dir, err := os.MkdirTemp(*parent, "shebao-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	b.dir = dir
	if err := benchFloor(ctx, dir, benchOptions{during: *floor}, b.say); err != nil {
		return err
	}
	if *people != "" {
		return b.sizes(ctx, *people)
	}
	b.rough = b.items
	_, err = b.run(ctx)
	return err
}

// sizes measures a calm run for each of the sizes and prints them beside each other.
func (b runBench) sizes(ctx context.Context, list string) error {
	dir := b.dir
	var rows []runFigures
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			return fmt.Errorf("a size is a number of people: %q", text)
		}
		b.items, b.rough, b.dir = n, 0, filepath.Join(dir, text)
		if err := os.MkdirAll(b.dir, 0o700); err != nil {
			return err
		}
		one := b // with a backend of its own
		figures, err := one.run(ctx)
		if err != nil {
			return err
		}
		rows = append(rows, figures)
		if err := os.RemoveAll(b.dir); err != nil {
			return err
		}
	}
	b.say("\nside by side; processor time is of store and servers, without the bank")
	b.say(fmt.Sprintf("%9s %14s %18s %12s %16s %10s %14s", "people", "candidates/s", "cpu µs/candidate", "items/s", "cpu µs/item", "store RSS", "server RSS"))
	for _, r := range rows {
		b.say(fmt.Sprintf("%9d %14d %18d %12d %16d %7d MB %11d MB", r.people, rate(r.people, r.dry), perItem(r.dryCPU, r.people), rate(r.people, r.took),
			perItem(r.cpu, r.people), r.storeMB, r.serverMB))
	}
	return nil
}

// runFigures are what one calm run took.
type runFigures struct {
	people            int
	dry, dryCPU       time.Duration
	took, cpu         time.Duration // cpu without the bank's
	storeMB, serverMB int64
}

func perItem(d time.Duration, n int) int64 { return d.Microseconds() / int64(max(n, 1)) }

func (b *runBench) run(ctx context.Context) (figures runFigures, err error) {
	figures.people = b.items
	cfg, err := benchConfig(b.dir + "/store")
	if err != nil {
		return figures, err
	}
	if b.backend, err = openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))); err != nil {
		return figures, err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	addr, err := b.local.ListenTCP("127.0.0.1:0")
	if err != nil {
		return figures, err
	}
	b.data = "mongodb://" + addr.String() + "/?directConnection=true"
	started := time.Now()
	if err := b.seed(ctx); err != nil {
		return figures, err
	}
	b.say(fmt.Sprintf("\n%d people seeded in %s", b.items+b.rough, time.Since(started).Round(100*time.Millisecond)))
	calm, err := b.dryRun(ctx, calmAuthority, b.items, &figures)
	if err != nil {
		return figures, err
	}
	if b.dryOnly {
		figures.storeMB = residentMB()
		return figures, nil
	}
	if err := b.calmRun(ctx, calm, &figures); err != nil {
		return figures, err
	}
	runs := []model.Run{calm}
	if b.rough > 0 {
		rough, err := b.roughRun(ctx)
		if err != nil {
			return figures, err
		}
		runs = append(runs, rough)
	}
	figures.storeMB = residentMB()
	return figures, b.compare(ctx, runs...)
}

func (b *runBench) calmRun(ctx context.Context, run model.Run, figures *runFigures) error {
	stopProfile, err := profile(b.profile)
	if err != nil {
		return err
	}
	m := &measuring{runBench: b, name: "undisturbed", items: b.items}
	err = m.measure(ctx, run)
	figures.took, figures.cpu, figures.serverMB = m.took, m.own+m.used["server"], m.peak["server"]
	return errors.Join(err, stopProfile())
}

func (b *runBench) roughRun(ctx context.Context) (model.Run, error) {
	run, err := b.dryRun(ctx, roughAuthority, b.rough, &runFigures{})
	if err != nil {
		return run, err
	}
	m := &measuring{
		runBench: b, name: "1 % lost answers, 2 % without funds, 0.5 % late, one server killed half-way", items: b.rough, kill: true,
		faults: banksim.Faults{Seed: 1, LostBefore: 3, LostAfter: 5, Garbled: 2},
	}
	return run, m.measure(ctx, run)
}

// dryRun chooses the candidates of one authority among everybody.
func (b *runBench) dryRun(ctx context.Context, authority string, people int, figures *runFigures) (model.Run, error) {
	today := period.DateOf(b.clock.Now())
	run, err := b.debits.Create(ctx, "maker", debit.Draft{
		Scheme: shared.Pension, Year: today.Year, Authorities: []string{authority}, Date: today,
	})
	if err != nil {
		return run, err
	}
	file := ""
	if b.dryOnly {
		file = b.profile
	}
	stopProfile, err := profile(file)
	if err != nil {
		return run, err
	}
	started, used := time.Now(), processorTime(self)
	if err := errors.Join(b.debits.Work(ctx), stopProfile()); err != nil {
		return run, err
	}
	took, cpu := time.Since(started), processorTime(self)-used
	if run, err = b.debits.Load(ctx, run.ID); err != nil {
		return run, err
	}
	if run.State != model.Ready || run.Chosen.Count != int64(people) {
		return run, fmt.Errorf("the dry run is %s with %d people", run.State, run.Chosen.Count)
	}
	all := b.items + b.rough
	figures.dry, figures.dryCPU = took, cpu
	b.say(fmt.Sprintf("dry run: %d settings judged, %d candidates stored in %s: %d settings/s, %d candidates/s; %d µs of processor time each setting",
		all, run.Chosen.Count, took.Round(time.Millisecond), rate(all, took), rate(people, took), perItem(cpu, all)))
	return run, nil
}

// rate is how many a second, 0 when nothing was measured.
func rate(n int, took time.Duration) int64 {
	if took == 0 {
		return 0
	}
	return int64(n) * int64(time.Second) / int64(took)
}
