package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/config"
	"shebao/server/debit"
	"shebao/server/store"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/bankcard"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/money"
	"shebao/shared/period"
)

// The authorities of the two runs: one undisturbed for speed, one with faults and a kill.
const (
	calmAuthority  = "11101020000"
	roughAuthority = "11101010000"
)

const benchBankKey = "bench-bench-bench-bench-bench-bench"

// runBench is one whole measurement of debit runs: store and bank in this process, two
// servers in processes of their own.
type runBench struct {
	*backend
	items int
	dir   string
	say   func(any)
	sim   *banksim.Sim
	gate  string // its address
	data  string // address of the store

	profile string // beginning of the names of CPU profiles, "" for none
}

// benchRun is the command that measures debit runs: bench run -items N.
func benchRun(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench run", flag.ContinueOnError)
	f.SetOutput(out)
	b := &runBench{say: func(v any) { _, _ = fmt.Fprintln(out, v) }}
	f.IntVar(&b.items, "items", 10000, "people in each of the two runs")
	parent := f.String("dir", "", "where the throw-away stores are made; a temporary folder when empty")
	worker := f.Bool("worker", false, "be one of the servers (used by the command itself)")
	f.StringVar(&b.profile, "profile", "", "write CPU profiles of the store and the servers to files that begin so")
	floor := f.Duration("time", 2*time.Second, "how long each figure of the raw floor is measured")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *worker {
		return benchWorker(ctx, b.profile)
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
	return b.run(ctx)
}

// benchWorker is one server without pages, as the environment describes it.
func benchWorker(ctx context.Context, file string) error {
	stopProfile, err := profile(file)
	if err != nil {
		return err
	}
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	b, err := openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	b.work(ctx)
	return errors.Join(stopProfile(), b.close(context.WithoutCancel(ctx)))
}

func (b *runBench) run(ctx context.Context) (err error) {
	cfg, err := benchConfig(b.dir + "/store")
	if err != nil {
		return err
	}
	if b.backend, err = openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	addr, err := b.local.ListenTCP("127.0.0.1:0")
	if err != nil {
		return err
	}
	b.data = "mongodb://" + addr.String() + "/?directConnection=true"
	if err := b.openBank(ctx); err != nil {
		return err
	}
	started := time.Now()
	if err := b.seed(ctx); err != nil {
		return err
	}
	b.say(fmt.Sprintf("\n%d people seeded in %s", 2*b.items, time.Since(started).Round(100*time.Millisecond)))
	calm, err := b.dryRun(ctx, calmAuthority)
	if err != nil {
		return err
	}
	rough, err := b.dryRun(ctx, roughAuthority)
	if err != nil {
		return err
	}
	stopProfile, err := profile(b.profile)
	if err != nil {
		return err
	}
	err = b.measure(ctx, "undisturbed", calm, false)
	if err = errors.Join(err, stopProfile()); err != nil {
		return err
	}
	if err := b.sim.SetFaults(banksim.Faults{Seed: 1, LostBefore: 3, LostAfter: 5, Garbled: 2}); err != nil {
		return err
	}
	if err := b.measure(ctx, "1 % lost, 2 % without funds, 0.5 % late, one server killed half-way", rough, true); err != nil {
		return err
	}
	return b.compare(ctx, calm, rough)
}

// openBank serves a simulator of its own: 0.5 % of the accounts of the rough run answer late.
func (b *runBench) openBank(ctx context.Context) error {
	var accounts []banksim.Account
	for i := b.items; i < 2*b.items; i += 200 {
		late := bankapi.OK
		if i/200%2 == 1 {
			late = bankapi.NoFunds
		}
		accounts = append(accounts, banksim.Account{Number: seedAccount(i), Bank: benchBank(i), First: bankapi.Timeout, Late: late})
	}
	var err error
	b.sim, err = banksim.New(banksim.Options{
		Dir: b.dir, Keys: []bank.Key{{ID: bankKeyID, Secret: []byte(benchBankKey)}}, Now: b.clock.Now, LateAfter: 3 * time.Second,
		BatchAfter: time.Millisecond, Accounts: accounts,
	})
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, b.sim.Close())
	}
	b.gate = "http://" + l.Addr().String()
	serve, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- b.sim.Serve(serve, l) }()
	b.onClose(func(context.Context) error {
		stop()
		return errors.Join(<-done, b.sim.Close())
	})
	return nil
}

// benchBank spreads people over three banks.
func benchBank(i int) string { return []string{"102", "105", "313"}[i%3] }

// seed stores the people of both runs; 2 % of the rough run have too little money.
func (b *runBench) seed(ctx context.Context) error {
	today := period.DateOf(b.clock.Now())
	rate, ok := b.city.Rates.Find(shared.Pension, "10", today.Year)
	if !ok {
		return fmt.Errorf("no pension rate for %d", today.Year)
	}
	for from := 0; from < 2*b.items; from += seedBatch {
		bulk := store.Bulk{}
		var list []agreement.Agreement
		var mandates []banksim.Seed
		for i := from; i < min(2*b.items, from+seedBatch); i++ {
			p, e := synthetic(i, today)
			e.Authority = calmAuthority
			var balance money.Fen
			if i >= b.items {
				e.Authority = roughAuthority
				if i%50 == 1 {
					balance = 100
				}
			}
			bulk.People, bulk.Enrolments = append(bulk.People, p), append(bulk.Enrolments, e)
			bulk.Settings = append(bulk.Settings, shared.Setting{
				ID: "set:" + e.ID + ":1", Person: p.ID, Enrolment: e.ID, Scheme: shared.Pension, Tier: money.Yuan(3000),
				From: rate.Benefit.From.First(), To: rate.Benefit.To.Last(), Set: b.clock.Now(),
			})
			a := agreement.Agreement{
				ID: seedAgreement(p.ID), Payer: p.ID, Authority: e.Authority, Bank: benchBank(i), Account: bankcard.Mask(seedAccount(i)),
				Mandate: "MS" + p.ID, State: agreement.Verified, Applied: b.clock.Now().AddDate(0, -1, 0), Effective: today.AddMonths(-1),
				Ref: bankapi.Ref{Authority: e.Authority, Date: today.String(), Serial: "sign" + p.ID},
			}
			list = append(list, a)
			mandates = append(mandates, banksim.Seed{
				Mandate: a.Mandate, Authority: a.Authority, Bank: a.Bank, Account: seedAccount(i), Holder: p.Name, Document: "201",
				Number: p.Document.Number, Phone: p.Phone, Balance: balance,
			})
		}
		err := errors.Join(b.store.AddBulk(ctx, bulk), b.sim.Seed(ctx, mandates...), b.sign(ctx, list, from))
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *runBench) sign(ctx context.Context, list []agreement.Agreement, from int) error {
	failed := make([]error, 64)
	var all sync.WaitGroup
	for w := range failed {
		all.Go(func() {
			for i := w; i < len(list) && failed[w] == nil; i += len(failed) {
				_, failed[w] = b.store.AddAgreement(ctx, list[i], seedAccount(from+i))
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// dryRun chooses the candidates of one authority among everybody.
func (b *runBench) dryRun(ctx context.Context, authority string) (model.Run, error) {
	today := period.DateOf(b.clock.Now())
	run, err := b.debits.Create(ctx, "maker", debit.Draft{
		Scheme: shared.Pension, Year: today.Year, Authorities: []string{authority}, Date: today,
	})
	if err != nil {
		return run, err
	}
	started := time.Now()
	if err := b.debits.Work(ctx); err != nil {
		return run, err
	}
	took := time.Since(started)
	if run, err = b.debits.Load(ctx, run.ID); err != nil {
		return run, err
	}
	if run.State != model.Ready || run.Chosen.Count != int64(b.items) {
		return run, fmt.Errorf("the dry run is %s with %d people", run.State, run.Chosen.Count)
	}
	b.say(fmt.Sprintf("dry run: %d settings judged, %d candidates stored in %s: %d settings/s, %d candidates/s", 2*b.items, run.Chosen.Count,
		took.Round(time.Millisecond), rate(2*b.items, took), rate(b.items, took)))
	return run, nil
}

func rate(n int, took time.Duration) int64 {
	return int64(n) * int64(time.Second) / int64(max(took, 1))
}

// start starts a server in a process of its own.
func (b *runBench) start(ctx context.Context, name string) (*exec.Cmd, error) {
	ring, err := os.ReadFile(filepath.Join(b.cfg.DataDir, "vault.keys"))
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"bench", "run", "-worker"}
	if b.profile != "" {
		args = append(args, "-profile", b.profile+"."+name)
	}
	c := exec.CommandContext(ctx, self, args...)
	c.Env = append(os.Environ(), "SHEBAO_MONGODB_URI="+b.data, "SHEBAO_DATA_DIR="+filepath.Join(b.dir, name), "SHEBAO_BANK_URL="+b.gate,
		"SHEBAO_BANK_KEY="+benchBankKey, "SHEBAO_VAULT_KEY="+strings.TrimSpace(string(ring)), "SHEBAO_SESSION_KEY="+strings.Repeat("bench", 8),
		"SHEBAO_LOG_LEVEL=error")
	c.Stderr = os.Stderr
	return c, c.Start()
}

// measure approves a run, lets two servers work on it to its end and prints how long it
// took; with kill, one of them is killed when half of the items have their end.
func (b *runBench) measure(ctx context.Context, name string, run model.Run, kill bool) error {
	b.say("\nrun " + name)
	var servers []*exec.Cmd
	defer func() {
		for _, c := range servers {
			_ = c.Process.Signal(os.Interrupt) // they have nothing left to do
			_ = c.Wait()
		}
	}()
	for i := range 2 {
		c, err := b.start(ctx, fmt.Sprintf("server%d", i))
		if err != nil {
			return err
		}
		servers = append(servers, c)
	}
	if _, err := b.debits.Submit(ctx, "maker", run.ID); err != nil {
		return err
	}
	if _, err := b.debits.Approve(ctx, "checker", run.ID); err != nil {
		return err
	}
	return b.follow(ctx, run.ID, servers, kill)
}

// follow watches a run to its end.
func (b *runBench) follow(ctx context.Context, id string, servers []*exec.Cmd, kill bool) error {
	started := time.Now()
	marks := map[int64]time.Duration{}
	for ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		r, err := b.debits.Report(ctx, id)
		if err != nil {
			return err
		}
		ended := r.Total.Paid.Count + r.Total.Failed.Count + r.Total.Skipped.Count
		for _, share := range []int64{50, 90, 99, 100} {
			if _, ok := marks[share]; !ok && ended*100 >= int64(b.items)*share {
				marks[share] = time.Since(started)
			}
		}
		if kill && ended*2 >= int64(b.items) {
			kill = false
			if err := servers[0].Process.Kill(); err != nil {
				return err
			}
			b.say(fmt.Sprintf("one server killed after %s, %d items ended", time.Since(started).Round(time.Millisecond), ended))
		}
		if r.Run.State == model.Finished {
			b.say(fmt.Sprintf("%d paid, %d failed %v, %d skipped, %d files; 90 %% after %s, 99 %% after %s, all after %s: %d items/s to 90 %%, %d items/s to the end",
				r.Total.Paid.Count, r.Total.Failed.Count, r.Codes, r.Total.Skipped.Count, r.Files[model.FileDone], marks[90].Round(time.Millisecond),
				marks[99].Round(time.Millisecond), time.Since(started).Round(time.Millisecond), rate(b.items*9/10, marks[90]), rate(b.items, time.Since(started))))
			return nil
		}
	}
	return ctx.Err()
}

// compare prints the bank's ledger beside ours, payment by payment.
func (b *runBench) compare(ctx context.Context, runs ...model.Run) error {
	ledger, err := b.sim.Ledger(ctx)
	if err != nil {
		return err
	}
	posted := map[string]money.Fen{}
	people := map[string]int{}
	for _, p := range ledger {
		posted[p.Serial] = p.Amount
		people[p.Account]++
	}
	twice := 0
	for _, n := range people {
		if n > 1 {
			twice++
		}
	}
	var ours money.Fen
	wrong := 0
	for _, run := range runs {
		after := ""
		for {
			items, err := b.debits.Items(ctx, debit.ItemFilter{Run: run.ID, State: model.Paid, After: after, Limit: 1000})
			if err != nil {
				return err
			}
			if len(items) == 0 {
				break
			}
			for _, it := range items {
				ours += it.Amount
				if posted[it.Payment] != it.Amount {
					wrong++
				}
				delete(posted, it.Payment)
			}
			after = items[len(items)-1].ID
		}
	}
	b.say(fmt.Sprintf("\nledger of the bank %d fen, ours %d fen, difference %d; %d payments differ, %d only at the bank, %d people debited twice",
		ledger.Total(), ours, ledger.Total()-ours, wrong, len(posted), twice))
	b.say(fmt.Sprintf("memory of the process with store and bank (RSS) %d MB", residentMB()))
	if ledger.Total() != ours || wrong > 0 || len(posted) > 0 || twice > 0 {
		return errors.New("the bank and we do not agree")
	}
	return nil
}
