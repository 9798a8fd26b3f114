package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"sync/atomic"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/intake"
	"shebao/server/sheet"
	model "shebao/shared/intake"
	"shebao/shared/period"
)

// importBench is one measurement of imports on a throw-away store.
type importBench struct {
	*backend
	rows, people int
	say          func(any)
}

// benchImport is the command that measures imports: bench import -rows N.
func benchImport(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench import", flag.ContinueOnError)
	f.SetOutput(out)
	rows := f.Int("rows", intake.MaxRows, "rows of each file, at most 100,000")
	people := f.Int("people", 20_000, "residents that the rows are about")
	profile := f.String("profile", "", "write a CPU profile to this file")
	parent := f.String("dir", "", "where the throw-away stores are made; a temporary folder when empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *profile != "" {
		to, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer func() { _ = to.Close() }() // a profile is only looked at
		if err := pprof.StartCPUProfile(to); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	say := func(v any) { _, _ = fmt.Fprintln(out, v) }
	say(fmt.Sprintf("%d processors, %s, files of %d assessed dues, one row in a hundred refused\n", runtime.NumCPU(), runtime.Version(), *rows))
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		if err := benchImportOf(ctx, *parent, format, importBench{rows: *rows, people: *people, say: say}); err != nil {
			return fmt.Errorf("import of %s: %w", format, err)
		}
	}
	return nil
}

func benchImportOf(ctx context.Context, parent string, format sheet.Format, i importBench) error {
	dir, err := os.MkdirTemp(parent, "shebao-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	cfg, err := benchConfig(dir)
	if err != nil {
		return err
	}
	i.backend, err = openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	err = i.measure(ctx, format)
	return errors.Join(err, i.close(context.WithoutCancel(ctx)))
}

// measure imports one file twice: new rows, then the same again, as after a crash.
func (i importBench) measure(ctx context.Context, format sheet.Format) error {
	if err := seedPeople(ctx, i.backend, seeding{people: i.people, cards: cardsOf(banksim.SyntheticAccount)}, func(int) {}); err != nil {
		return err
	}
	file, err := i.file(format)
	if err != nil {
		return err
	}
	debug.FreeOSMemory()
	i.say(fmt.Sprintf("%-44s %d KB, memory before %d MB (RSS)", format, len(file)>>10, residentMB()))
	for _, what := range []string{"new rows", "the same again"} {
		peak := watchMemory()
		started := time.Now()
		j, err := i.console.intake.Start(ctx, "bench", model.Dues, "bench."+string(format), file)
		if err != nil {
			return err
		}
		read := time.Since(started)
		if err := i.console.intake.Work(ctx); err != nil {
			return err
		}
		took := time.Since(started)
		j, _, err = i.store.Import(ctx, j.ID)
		if err != nil {
			return err
		}
		if j.State != model.Done || j.Refused != i.rows/100 || j.Taken != i.rows-j.Refused {
			return fmt.Errorf("%d rows taken, %d refused, %s", j.Taken, j.Refused, j.State)
		}
		i.say(fmt.Sprintf("  %-42s read and stored in %6s, worked on in %6s, %6d rows/s in all   peak %d MB (RSS)", what,
			read.Round(10*time.Millisecond), (took - read).Round(10*time.Millisecond), int64(i.rows)*int64(time.Second)/int64(took), peak()))
	}
	return nil
}

// file is a file of assessed dues of the synthetic residents; each hundredth has a wrong amount.
func (i importBench) file(format sheet.Format) ([]byte, error) {
	var columns []sheet.Column
	for _, c := range intake.Columns(model.Dues) {
		columns = append(columns, sheet.Column{Head: c.Head})
	}
	var b bytes.Buffer
	w, err := sheet.New(&b, format, "核定", columns)
	if err != nil {
		return nil, err
	}
	today := period.DateOf(i.clock.Now())
	deadline := today.AddYears(2).String()
	for n := range i.rows {
		p, _ := synthetic(n%i.people, today)
		amount := "500.00"
		if n%100 == 99 {
			amount = "-1"
		}
		err := w.Row(string(p.Document.Type), p.Document.Number, p.Name, "城乡居民养老", "B-"+strconv.Itoa(n), "2024", "2024-01", "2024-12", amount, "补缴", deadline)
		if err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return b.Bytes(), err
}

// watchMemory looks at the resident memory until the function that it returns is called,
// which tells the most there was.
func watchMemory() func() int64 {
	var most atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			most.Store(max(most.Load(), residentMB()))
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 {
		close(done)
		<-ended
		return most.Load()
	}
}
