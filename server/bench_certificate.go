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
	"slices"
	"time"

	"shebao/server/pdf"
	model "shebao/shared/certificate"
	shared "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// whose processor time is meant.
type whose int

const (
	self whose = iota
	children
)

// certificateBench is one measurement of certificates, in the whole program on a
// throw-away store.
type certificateBench struct {
	*backend
	during  time.Duration
	profile string // file for a CPU profile of verification by code, "" for none
	say     func(any)
	paper   *pdf.Maker
}

// benchCertificate is the command that measures certificates: bench certificate -count N.
func benchCertificate(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench certificate", flag.ContinueOnError)
	f.SetOutput(out)
	during := f.Duration("time", 3*time.Second, "how long each figure is measured")
	count := f.Int("count", 10000, "certificates to make while the memory is watched")
	file := f.String("profile", "", "write a CPU profile of verification by code to this file")
	parent := f.String("dir", "", "where the throw-away store is made, about 130 KB a certificate; a temporary folder when empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*parent, "shebao-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	cfg, err := benchConfig(dir)
	if err != nil {
		return err
	}
	p, err := newProgram(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.run(run) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			_, _ = fmt.Fprintln(out, err)
		}
	}()
	b := &certificateBench{backend: p.backend, during: *during, profile: *file, say: func(v any) { _, _ = fmt.Fprintln(out, v) }}
	b.say(fmt.Sprintf("%d processors, %s, each figure over %s; cpu is the processor time of one\n", runtime.NumCPU(), runtime.Version(), b.during))
	keys, err := signingKeys(cfg, b.organization(), b.backend)
	if err != nil {
		return err
	}
	if b.paper, err = b.backend.paper(keys); err != nil {
		return err
	}
	ten, err := b.documents(ctx)
	if err != nil {
		return err
	}
	return errors.Join(b.checking(ctx, ten), b.guessing(ctx, ten), b.pictured(ctx, ten), b.memory(ctx, *count))
}

// each runs op for the time and says how much processor time one takes.
func (b *certificateBench) each(name string, of whose, op func() error) error {
	if err := op(); err != nil { // what the first one prepares is not counted
		return fmt.Errorf("%s: %w", name, err)
	}
	n, used, started := 0, processorTime(of), time.Now()
	for ; time.Since(started) < b.during; n++ {
		if err := op(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	took := time.Since(started)
	used = processorTime(of) - used
	b.say(fmt.Sprintf("%-44s %9d/s   cpu %8s", name, int64(n)*int64(time.Second)/int64(took), (used / time.Duration(n)).Round(10*time.Microsecond)))
	return nil
}

// documents measures drawing alone and making, and returns a made certificate of ten rows.
func (b *certificateBench) documents(ctx context.Context) (model.Record, error) {
	var ten model.Record
	for _, rows := range []int{10, 300} {
		id := fmt.Sprint("bench-rows-", rows)
		if err := b.contributor(ctx, id, rows, rows); err != nil {
			return ten, err
		}
		c, err := b.issue(ctx, id, model.Range{Months: benchMonths(0, rows)})
		if err != nil {
			return ten, err
		}
		if rows == 10 {
			ten = c
		}
		size := 0
		err = errors.Join(
			b.each(fmt.Sprintf("layout only, %d rows", rows), self, func() error {
				_, err := b.paper.Draft(c.Facts)
				return err
			}),
			b.each(fmt.Sprintf("complete signed certificate, %d rows", rows), self, func() error {
				made, err := b.paper.Make(c.Facts)
				size = len(made)
				return err
			}))
		if err != nil {
			return ten, err
		}
		b.say(fmt.Sprintf("%-44s %9.1f KB", fmt.Sprintf("file, %d rows", rows), float64(size)/1024))
	}
	return ten, nil
}

// contributor stores a person with paid contributions, one month each.
func (b *certificateBench) contributor(ctx context.Context, id string, n, rows int) error {
	front := [17]byte([]byte(fmt.Sprintf("11010119%02d0101%03d", 30+n/1000, n%1000)))
	number := string(front[:]) + string(idcard.Check(front))
	p := person.Person{ID: id, Name: "基准", Document: idcard.Document{Type: idcard.ResidentID, Number: number}, Nationality: "CHN", Phone: "13800000009"}
	if _, err := b.store.AddPerson(ctx, p); err != nil {
		return err
	}
	for i := range rows {
		month := benchMonths(i, 1)
		d := shared.Declaration{
			ID: fmt.Sprint("dec-", id, "-", i), Insured: id, Payer: id, Scheme: shared.Pension, Kind: shared.Assessed, Authority: seedAuthority,
			Year: month.From.Year, Period: month, Amount: money.Yuan(int64(100 + i)), State: shared.Declared, Pay: shared.Paid, Payment: "p",
			Declared: b.clock.Now(), Settled: shared.Settlement{Ticket: fmt.Sprintf("31101%013d", n*1000+i), At: b.clock.Now()},
		}
		if err := b.store.PutDeclaration(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// benchMonths are so many months, some months after January 2000.
func benchMonths(after, many int) period.Period {
	at := func(n int) period.Month { return period.Month{Year: 2000 + n/12, Month: n%12 + 1} }
	return period.Period{From: at(after), To: at(after + many - 1)}
}

// issue applies and waits until it is made.
func (b *certificateBench) issue(ctx context.Context, holder string, r model.Range) (model.Record, error) {
	c, err := b.certificates.Apply(ctx, holder, r)
	if err != nil {
		return c, err
	}
	changed, end := b.certificates.Watch(c.ID)
	defer end()
	for c.State == model.Making {
		if c, err = b.certificates.Own(ctx, holder, c.ID); err != nil {
			return c, err
		}
		if c.State != model.Making {
			break
		}
		select {
		case <-changed:
		case <-time.After(time.Second):
		case <-ctx.Done():
			return c, ctx.Err()
		}
	}
	if c.State != model.Ready {
		return c, fmt.Errorf("certificate %s is %s (%s)", c.ID, c.State, c.Reason)
	}
	return c, nil
}

// checking measures verification by code and by file.
func (b *certificateBench) checking(ctx context.Context, c model.Record) error {
	_, document, err := b.certificates.Document(ctx, c.Person, c.ID)
	if err != nil {
		return err
	}
	number, code := c.Facts.TaxpayerID, string(c.Facts.CheckCode)
	stopProfile, err := profile(b.profile)
	if err != nil {
		return err
	}
	err = b.each("verification by code, one after another", self, func() error {
		_, ok, err := b.certificates.Verify(ctx, number, code)
		if err == nil && !ok {
			err = errors.New("no match")
		}
		return err
	})
	if err = errors.Join(err, stopProfile()); err != nil {
		return err
	}
	for _, clients := range []int{1, 8} {
		b.say(hammer(ctx, "verification by code", clients, b.during, func(ctx context.Context, _ int64) error {
			_, ok, err := b.certificates.Verify(ctx, number, code)
			if err == nil && !ok {
				err = errors.New("no match")
			}
			return err
		}))
	}
	files := b.certificateFiles()
	return b.each("verification by file, in a child (its cpu)", children, func() error {
		report, err := files.Verify(ctx, document)
		if err == nil && !report.Current {
			err = fmt.Errorf("refused: %s", report.Reason)
		}
		return err
	})
}

// guessing puts a wrong code for a taxpayer who has a certificate beside the same code
// for one who is unknown, by turns.
func (b *certificateBench) guessing(ctx context.Context, c model.Record) error {
	const rounds = 5000
	wrong, err := model.NewCheckCode(b.certificates.Random)
	if err != nil {
		return err
	}
	var times [2][]time.Duration
	for i := range 2 * rounds {
		number := c.Facts.TaxpayerID
		if i%2 == 1 {
			number = "110101193001019999"
		}
		started := time.Now()
		_, ok, err := b.certificates.Verify(ctx, number, string(wrong))
		if err != nil || ok {
			return fmt.Errorf("a wrong code: found %t: %w", ok, err)
		}
		times[i%2] = append(times[i%2], time.Since(started))
	}
	for i := range times {
		slices.Sort(times[i])
	}
	known, unknown := times[0][rounds/2], times[1][rounds/2]
	b.say(fmt.Sprintf("%-44s known taxpayer p50 %s, unknown %s, ratio %d.%03d", "wrong code, by turns", known, unknown,
		known/unknown, known*1000/unknown%1000))
	return nil
}

// pictured measures the first picture of a page and the next one.
func (b *certificateBench) pictured(ctx context.Context, c model.Record) error {
	_, document, err := b.certificates.Document(ctx, c.Person, c.ID)
	if err != nil {
		return err
	}
	if err := b.certificates.pictures.Close(); err != nil {
		return err
	}
	for _, name := range []string{"page picture, renderer not started", "page picture, renderer started"} {
		started, size := time.Now(), 0
		picture, err := b.certificates.pictures.Page(ctx, document, 1, 110)
		if err != nil {
			return err
		}
		size = len(picture) >> 10
		b.say(fmt.Sprintf("%-44s %12s   %d KB", name, time.Since(started).Round(time.Millisecond), size))
	}
	return b.certificates.pictures.Close()
}

// memory makes many certificates through the rules and says how large the process is.
func (b *certificateBench) memory(ctx context.Context, count int) error {
	const eachPerson, steps = 40, 5
	b.say(fmt.Sprintf("\n%-44s %d MB", "memory of this process before (RSS)", residentMB()))
	started, used := time.Now(), processorTime(self)
	for n := range count {
		holder := fmt.Sprint("bench-holder-", n/eachPerson)
		if n%eachPerson == 0 {
			if err := b.contributor(ctx, holder, 1000+n/eachPerson, 10); err != nil {
				return err
			}
		}
		// every range of the ten months contains the last one: each states something else
		i := n % eachPerson
		r := model.Range{Months: period.Period{From: benchMonths(i%10, 1).From, To: benchMonths(9+i/10, 1).To}}
		if _, err := b.issue(ctx, holder, r); err != nil {
			return err
		}
		if step := count / steps; step > 0 && (n+1)%step == 0 {
			b.say(fmt.Sprintf("%-44s %d MB", fmt.Sprintf("after %d certificates", n+1), residentMB()))
		}
	}
	took := time.Since(started)
	b.say(fmt.Sprintf("%-44s %9d/s   cpu %8s", "applied for, made and stored, one by one", int64(count)*int64(time.Second)/int64(took),
		((processorTime(self) - used) / time.Duration(max(count, 1))).Round(10*time.Microsecond)))
	return nil
}
