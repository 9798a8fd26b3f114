package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shebao/server/bank/banksim"
	"shebao/server/config"
)

// part is the bank or a server in a process of its own.
type part struct {
	*exec.Cmd
	as     string        // server or bank
	says   string        // what it said when it was at work: the bank its address
	before time.Duration // processor time that it had taken by then
	peakMB int64         // the most memory it had, once it has ended
	killed bool
}

// startPart starts this program as a part and waits until it is at work.
func (b *runBench) startPart(ctx context.Context, as, name string, env []string, in io.Reader) (*part, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"bench", "run", "-as", as}
	if b.profile != "" {
		args = append(args, "-profile", b.profile+"."+name)
	}
	p := &part{Cmd: exec.CommandContext(ctx, program, args...), as: as}
	p.Env, p.Stdin, p.Stderr = append(os.Environ(), env...), in, os.Stderr
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		p.before, err = p.hears(line)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: it said %q: %w", name, line, err), p.kill(), p.end())
	}
	return p, nil
}

// hears reads the line with which a part is at work: what it has to say, and the processor
// time that it has taken.
func (p *part) hears(line string) (used time.Duration, err error) {
	says, took, _ := strings.Cut(strings.TrimSpace(line), " ")
	p.says = says
	return time.ParseDuration(took)
}

// startServer starts a server without pages on the store and bank of the measurement.
func (b *runBench) startServer(ctx context.Context, name, gate string) (*part, error) {
	ring, err := os.ReadFile(filepath.Join(b.cfg.DataDir, "vault.keys"))
	if err != nil {
		return nil, err
	}
	return b.startPart(ctx, "server", name, []string{
		"SHEBAO_MONGODB_URI=" + b.data, "SHEBAO_DATA_DIR=" + filepath.Join(b.dir, name), "SHEBAO_BANK_URL=" + gate,
		"SHEBAO_BANK_KEY=" + benchBankKey, "SHEBAO_VAULT_KEY=" + strings.TrimSpace(string(ring)),
		"SHEBAO_SESSION_KEY=" + strings.Repeat("bench", 8), "SHEBAO_LOG_LEVEL=error",
	}, nil)
}

// startBank starts the simulator with the faults.
func (b *runBench) startBank(ctx context.Context, f banksim.Faults) (*part, error) {
	options, err := json.Marshal(bankSeat{Items: b.items, Rough: b.rough, Dir: b.dir, Faults: f})
	if err != nil {
		return nil, err
	}
	return b.startPart(ctx, "bank", "bank", nil, strings.NewReader(string(options)))
}

// bankSeat is what the bank's process is told.
type bankSeat struct {
	Items, Rough int
	Dir          string
	Faults       banksim.Faults
}

func (p *part) kill() error {
	p.killed, p.peakMB = true, peakMB(p.Process.Pid)
	return p.Process.Kill()
}

// end ends the part, which has nothing left to do.
func (p *part) end() error {
	if !p.killed {
		p.peakMB = peakMB(p.Process.Pid)
		if err := p.Process.Signal(os.Interrupt); err != nil {
			return err
		}
	}
	if err := p.Wait(); err != nil && !p.killed {
		return fmt.Errorf("%s: %w", p.as, err)
	}
	return nil
}

// used is the processor time of an ended part since it was at work.
func (p *part) used() time.Duration {
	return p.ProcessState.UserTime() + p.ProcessState.SystemTime() - p.before
}

// benchPart is a part of a measurement, until it is interrupted.
func benchPart(ctx context.Context, as, file string, out io.Writer) error {
	stopProfile, err := profile(file)
	if err != nil {
		return err
	}
	switch as {
	case "server":
		err = benchServer(ctx, out)
	case "bank":
		err = benchBankSeat(ctx, out)
	default:
		err = fmt.Errorf("no part of the measurement is called %q", as)
	}
	return errors.Join(err, stopProfile())
}

// benchServer is one server without pages, as the environment describes it.
func benchServer(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load(os.Getenv, os.ReadFile)
	if err != nil {
		return err
	}
	b, err := openBackend(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "ready", processorTime(self).String())
	b.work(ctx)
	return errors.Join(err, b.close(context.WithoutCancel(ctx)))
}

// benchBankSeat is the simulated bank.
func benchBankSeat(ctx context.Context, out io.Writer) error {
	var seat bankSeat
	if err := json.NewDecoder(os.Stdin).Decode(&seat); err != nil {
		return err
	}
	b := runBench{items: seat.Items, rough: seat.Rough, dir: seat.Dir}
	sim, err := b.simulator(seat.Faults)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, sim.Close())
	}
	_, err = fmt.Fprintln(out, "http://"+l.Addr().String(), processorTime(self).String())
	return errors.Join(err, sim.Serve(ctx, l), sim.Close())
}
