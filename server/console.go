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
	"strings"
	"time"

	"shebao/server/audit"
	"shebao/server/config"
	"shebao/server/debit"
	"shebao/server/demo"
	"shebao/server/intake"
	"shebao/server/officer"
	"shebao/server/overview"
	"shebao/server/rates"
	"shebao/server/web/pages/admin"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// console is what the officers' pages stand on.
type console struct {
	officers *officer.Service
	intake   *intake.Service
	rates    *rates.Service
	days     *overview.Book
	started  time.Time
}

// openConsole makes the rules behind the officers' pages.
func (b *backend) openConsole(ctx context.Context) error {
	b.console.started = b.clock.Now()
	b.console.officers = officer.New(officer.Config{Store: b.store, Accounts: b.accounts.Service, Now: b.clock.Now, Issuer: b.city.Service})
	b.console.rates = rates.New(rates.Config{
		Store: b.store, Base: func() contribution.Rates { return b.city.Rates }, Now: b.clock.Now, NewID: newID, Log: b.log,
	})
	if err := b.console.rates.Refresh(ctx); err != nil {
		return err
	}
	b.console.intake = intake.New(intake.Config{
		Jobs: b.store, Register: b.store, Records: b.store, City: b.city, Rates: b.console.rates.Rates, Trail: b.audit,
		Now: b.clock.Now, NewID: newID, Log: b.log,
	})
	b.console.days = overview.New(b.store, b.clock.Now)
	return nil
}

// adminDeps is what the officers' pages work with.
func (b *backend) adminDeps() admin.Deps {
	d := admin.Deps{
		Service: b.city.Service, Accounts: b.accounts.Service, Officers: b.console.officers, Audit: b.audit, Records: b.store,
		Days: b.console.days, Intake: b.console.intake, Rates: b.console.rates, City: b.city, Facts: b.facts, Runs: b.debits, Recon: b.reconcile, Doubts: b.doubts, Refunds: b.refunds, Papers: b.certificates,
	}
	if b.cfg.IsDemo() {
		d.Demo = demoOfficerLogins
	}
	return d
}

// facts are what the program says of itself.
func (b *backend) facts() []page.Fact {
	kind := "MongoDB"
	if b.local != nil {
		kind = "内嵌存储（" + b.cfg.DataDir + "）"
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []page.Fact{
		{Label: "版本", Value: version},
		{Label: "启动时间", Value: b.console.started.In(period.Zone).Format("2006-01-02 15:04:05")},
		{Label: "存储", Value: kind},
		{Label: "内存（堆）", Value: fmt.Sprintf("%d MB", m.HeapInuse>>20)},
		{Label: "协程", Value: fmt.Sprint(runtime.NumGoroutine())},
		{Label: "审计保留", Value: fmt.Sprintf("%d 天", b.cfg.AuditDays)},
	}
}

// lookImport tells officers how an import goes on.
func (b *backend) lookImport(ctx context.Context, id string) (string, bool, error) {
	j, ok, err := b.store.Import(ctx, id)
	return j.Look(), ok, err
}

// lookRun tells how a debit run goes on.
func (b *backend) lookRun(ctx context.Context, id string) (string, bool, error) {
	r, err := b.debits.Report(ctx, id)
	if errors.Is(err, debit.RefuseUnknown) {
		return "", false, nil
	}
	return admin.RunLook(r), err == nil, err
}

// polled wakes nobody: what others do is seen by asking.
type polled struct{}

func (polled) Watch(string) (<-chan struct{}, func()) { return nil, func() {} }

// seedOfficers adds the demo officers that are not there yet.
func (b *backend) seedOfficers(ctx context.Context) error {
	for _, o := range demo.Officers() {
		secret, err := officer.ParseSecret(o.Secret)
		if err != nil {
			return fmt.Errorf("demo officer %s: %w", o.User, err)
		}
		_, known, err := b.store.Officer(ctx, "o-"+o.User)
		if err != nil {
			return err
		}
		if known {
			continue
		}
		in := officer.Addition{User: o.User, Name: o.Name, Role: o.Role, Password: demo.Password, Secret: secret, Own: true}
		if _, err := b.console.officers.Add(ctx, in); err != nil && !errors.Is(err, officer.ErrTaken) {
			return fmt.Errorf("demo officer %s: %w", o.User, err)
		}
	}
	return nil
}

// demoOfficerLogins are the demo officers with their one-time codes of the moment.
func demoOfficerLogins(now time.Time) []page.DemoLogin {
	var out []page.DemoLogin
	for _, o := range demo.Officers() {
		l := page.DemoLogin{User: o.User, Role: o.Role.Label(), Password: demo.Password, Secret: o.Secret}
		if secret, err := officer.ParseSecret(o.Secret); err == nil {
			l.Code = officer.Code(secret, officer.Step(now), 6)
		}
		out = append(out, l)
	}
	return out
}

// officerCommand is the command that adds an officer or gives one new keys.
func officerCommand(ctx context.Context, args []string, out io.Writer) error {
	const usage = "usage: shebao officer add NAME -role operator|reviewer|admin|auditor [-name 姓名], shebao officer reset NAME"
	if len(args) < 2 || args[0] != "add" && args[0] != "reset" {
		return errors.New(usage)
	}
	f := flag.NewFlagSet("officer", flag.ContinueOnError)
	f.SetOutput(out)
	role := f.String("role", "", "operator, reviewer, admin or auditor")
	name := f.String("name", args[1], "the officer's own name")
	if err := f.Parse(args[2:]); err != nil {
		return err
	}
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	b, err := openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	var fresh officer.Fresh
	if args[0] == "add" {
		fresh, err = b.console.officers.Add(ctx, officer.Addition{User: args[1], Name: *name, Role: model.Role(*role)})
	} else {
		fresh, err = b.console.officers.Reset(ctx, "o-"+strings.ToLower(args[1]))
	}
	if err == nil {
		err = b.audit.Append(ctx, audit.Event{
			WhoKind: "system", What: "officer_" + args[0], Subject: fresh.Officer.ID, Result: "ok",
			Details: map[string]string{"role": string(fresh.Officer.Role), "by": "command line"},
		})
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "%s (%s)\n  password  %s\n  secret    %s\n  %s\n  recovery  %s\nshown once; hand it over in person\n",
			fresh.Officer.User, fresh.Officer.Role, fresh.Password, fresh.Secret, fresh.URI, strings.Join(fresh.Recovery, " "))
	}
	return errors.Join(err, b.close(context.WithoutCancel(ctx)))
}
