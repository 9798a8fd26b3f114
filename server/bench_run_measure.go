package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/debit"
	model "shebao/shared/debit"
	"shebao/shared/money"
)

// measuring is one run that two servers take to its end.
type measuring struct {
	*runBench
	name   string
	items  int
	kill   bool // one server, when half of the items have their end
	faults banksim.Faults

	bank    *part
	servers []*part
	took    time.Duration
	own     time.Duration            // processor time of this process, the store's
	used    map[string]time.Duration // processor time of the others, by what they are
	peak    map[string]int64         // most memory that one of them had, in MB
}

// start starts the bank and two servers and returns when they are at work.
func (m *measuring) start(ctx context.Context) (err error) {
	if m.bank, err = m.startBank(ctx, m.faults); err != nil {
		return err
	}
	for i := range 2 {
		p, err := m.startServer(ctx, fmt.Sprint("server", i), m.bank.says)
		if err != nil {
			return err
		}
		m.servers = append(m.servers, p)
	}
	return nil
}

// end ends the others and adds up what they used since they were at work.
func (m *measuring) end() error {
	m.used, m.peak = map[string]time.Duration{}, map[string]int64{}
	var failed error
	for _, p := range append(m.servers, m.bank) {
		if p == nil {
			continue
		}
		failed = errors.Join(failed, p.end())
		m.used[p.as] += p.used()
		m.peak[p.as] = max(m.peak[p.as], p.peakMB)
	}
	return failed
}

// measure approves a run, lets two servers work on it to its end and prints how long it took.
func (m *measuring) measure(ctx context.Context, run model.Run) error {
	m.say("\nrun " + m.name)
	err := m.start(ctx)
	used := processorTime(self)
	if err == nil {
		run, err = m.debits.Submit(ctx, "maker", run.ID)
	}
	if err == nil {
		_, err = m.debits.Approve(ctx, "checker", run.ID, run.Seen())
	}
	if err == nil {
		err = m.follow(ctx, run.ID)
	}
	m.own = processorTime(self) - used
	if err = errors.Join(err, m.end()); err != nil {
		return err
	}
	m.say(fmt.Sprintf("processor time an item: %d µs of ours (store %d, two servers %d), %d µs of the simulated bank; a server used %d MB, the bank %d MB",
		perItem(m.own+m.used["server"], m.items), perItem(m.own, m.items), perItem(m.used["server"], m.items), perItem(m.used["bank"], m.items),
		m.peak["server"], m.peak["bank"]))
	return nil
}

// follow watches a run to its end.
func (m *measuring) follow(ctx context.Context, id string) error {
	started := time.Now()
	marks := map[int64]time.Duration{}
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		r, err := m.debits.Report(ctx, id)
		if err != nil {
			return err
		}
		m.took = time.Since(started)
		ended := r.Total.Paid.Count + r.Total.Failed.Count + r.Total.Skipped.Count
		for _, share := range []int64{50, 90, 99, 100} {
			if _, ok := marks[share]; !ok && ended*100 >= int64(m.items)*share {
				marks[share] = m.took
			}
		}
		if m.kill && ended*2 >= int64(m.items) {
			m.kill = false
			if err := m.servers[0].kill(); err != nil {
				return err
			}
			m.say(fmt.Sprintf("one server killed after %s, %d items ended", m.took.Round(time.Millisecond), ended))
		}
		if r.Run.State == model.Finished {
			m.say(fmt.Sprintf("%d paid, %d failed %v, %d skipped, %d files; 90 %% after %s, 99 %% after %s, all after %s: %d items/s to 90 %%, %d items/s to the end",
				r.Total.Paid.Count, r.Total.Failed.Count, r.Codes, r.Total.Skipped.Count, r.Files[model.FileDone], marks[90].Round(time.Millisecond),
				marks[99].Round(time.Millisecond), m.took.Round(time.Millisecond), rate(m.items*9/10, marks[90]), rate(m.items, m.took)))
			return nil
		}
	}
}

// compare prints the bank's ledger beside ours, payment by payment.
func (b *runBench) compare(ctx context.Context, runs ...model.Run) error {
	b.say(fmt.Sprintf("\nmemory of the process with the store (RSS) %d MB", residentMB())) // before everything is read to compare it
	sim, err := b.simulator(banksim.Faults{})
	if err != nil {
		return err
	}
	ledger, err := sim.Ledger(ctx)
	if err = errors.Join(err, sim.Close()); err != nil {
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
	b.say(fmt.Sprintf("ledger of the bank %d fen, ours %d fen, difference %d; %d payments differ, %d only at the bank, %d people debited twice",
		ledger.Total(), ours, ledger.Total()-ours, wrong, len(posted), twice))
	if ledger.Total() != ours || wrong > 0 || len(posted) > 0 || twice > 0 {
		return errors.New("the bank and we do not agree")
	}
	return nil
}
