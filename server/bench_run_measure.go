package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shebao/server/debit"
	model "shebao/shared/debit"
	"shebao/shared/money"
)

// measuring is one run that two servers take to its end.
type measuring struct {
	*runBench
	name  string
	items int
	kill  bool // one server, when half of the items have their end

	servers  []*exec.Cmd
	took     time.Duration
	cpu      time.Duration // of this process and the servers
	serverMB int64         // most resident memory of a server
}

// start starts a server in a process of its own.
func (m *measuring) start(ctx context.Context, name string) error {
	ring, err := os.ReadFile(filepath.Join(m.cfg.DataDir, "vault.keys"))
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"bench", "run", "-worker"}
	if m.profile != "" {
		args = append(args, "-profile", m.profile+"."+name)
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(os.Environ(), "SHEBAO_MONGODB_URI="+m.data, "SHEBAO_DATA_DIR="+filepath.Join(m.dir, name), "SHEBAO_BANK_URL="+m.gate,
		"SHEBAO_BANK_KEY="+benchBankKey, "SHEBAO_VAULT_KEY="+strings.TrimSpace(string(ring)), "SHEBAO_SESSION_KEY="+strings.Repeat("bench", 8),
		"SHEBAO_LOG_LEVEL=error")
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		return err
	}
	m.servers = append(m.servers, c)
	return nil
}

// end ends the servers and adds up what they used.
func (m *measuring) end() {
	for _, c := range m.servers {
		_ = c.Process.Signal(os.Interrupt) // they have nothing left to do; one may be dead
		_ = c.Wait()                       // killed or interrupted is how they end
		m.cpu += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
		m.serverMB = max(m.serverMB, peakMB(c.ProcessState))
	}
	m.servers = nil
}

// measure approves a run, lets two servers work on it to its end and prints how long it took.
func (m *measuring) measure(ctx context.Context, run model.Run) error {
	m.say("\nrun " + m.name)
	used := processorTime(self)
	for i := range 2 {
		if err := m.start(ctx, fmt.Sprintf("server%d", i)); err != nil {
			m.end()
			return err
		}
	}
	_, err := m.debits.Submit(ctx, "maker", run.ID)
	if err == nil {
		_, err = m.debits.Approve(ctx, "checker", run.ID)
	}
	if err == nil {
		err = m.follow(ctx, run.ID)
	}
	m.cpu = processorTime(self) - used
	m.end()
	m.say(fmt.Sprintf("processor time of store, bank and servers together: %s, %d µs an item; a server used %d MB", m.cpu.Round(10*time.Millisecond),
		perItem(m.cpu, m.items), m.serverMB))
	return err
}

// follow watches a run to its end.
func (m *measuring) follow(ctx context.Context, id string) error {
	started := time.Now()
	marks := map[int64]time.Duration{}
	for ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
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
			if err := m.servers[0].Process.Kill(); err != nil {
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
