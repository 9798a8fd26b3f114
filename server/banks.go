package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/vault"
)

// bankLink is the way to the banks and, in demo mode, the simulator at its end.
type bankLink struct {
	gateway bank.Gateway
	sim     *banksim.Sim // nil outside demo mode or with a gateway of one's own
}

// bankKeyID names the key that both sides share.
const bankKeyID = "shebao"

// openBank connects to the configured gateway or starts the simulator on loopback.
func openBank(b *backend) (*bankLink, error) {
	o := bank.Options{URL: b.cfg.BankURL, Key: bank.Key{ID: bankKeyID, Secret: []byte(b.cfg.BankKey.Reveal())}, Now: b.clock.Now, Random: rand.Reader}
	link := &bankLink{}
	if o.URL == "" {
		var err error
		if o.Key.Secret, err = vault.LoadKey(filepath.Join(b.cfg.DataDir, "bank.key"), rand.Reader); err != nil {
			return nil, fmt.Errorf("bank key: %w", err)
		}
		if link.sim, o.URL, err = b.startSimulator(o.Key); err != nil {
			return nil, err
		}
	}
	client, err := bank.NewClient(o)
	if err != nil {
		return nil, err
	}
	link.gateway = client
	return link, nil
}

// startSimulator serves the simulator on a free loopback port.
func (b *backend) startSimulator(key bank.Key) (*banksim.Sim, string, error) {
	dir := filepath.Join(b.cfg.DataDir, "bank")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", fmt.Errorf("bank simulator: %w", err)
	}
	sim, err := banksim.New(banksim.Options{
		Dir: dir, Keys: []bank.Key{key}, Now: b.clock.Now, LateAfter: b.cfg.Late, SendSMS: b.deliverBankSMS, Log: b.log,
	})
	if err != nil {
		return nil, "", err
	}
	b.onClose(func(context.Context) error { return sim.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a loopback port is had at once or not at all
	if err != nil {
		return nil, "", fmt.Errorf("bank simulator: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sim.Serve(ctx, l) }()
	b.onClose(func(context.Context) error {
		stop()
		return <-done
	})
	return sim, "http://" + l.Addr().String(), nil
}

// bankSimulator is the command that runs the simulator alone.
func bankSimulator(ctx context.Context, args []string, out io.Writer) error {
	o, addr, err := banksim.ParseFlags(args, os.Getenv, out)
	if err != nil {
		return err
	}
	sim, err := banksim.New(o)
	if err != nil {
		return err
	}
	defer func() { _ = sim.Close() }() // Run's error tells more
	return sim.Run(ctx, addr)
}
