package main

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"shebao/server/agreement"
	"shebao/server/audit"
	"shebao/server/city"
	"shebao/server/clock"
	"shebao/server/config"
	"shebao/server/contribution"
	"shebao/server/debit"
	"shebao/server/doubt"
	"shebao/server/localmongo"
	"shebao/server/notice"
	"shebao/server/reconcile"
	"shebao/server/refund"
	"shebao/server/store"
	"shebao/server/translate"
	"shebao/server/vault"
	"shebao/shared/period"
	"shebao/shared/region"
)

// backend is everything below the pages: store, vault, city data, bank, rules.
type backend struct {
	cfg          config.Config
	log          *slog.Logger
	clock        clock.Clock
	city         *city.City
	vault        *vault.Vault
	local        *localmongo.Server // nil with a MongoDB server
	store        *store.Store
	speaks       translate.Languages
	bank         *bankLink
	audit        *audit.Log
	notices      *notice.Service
	phones       phones
	agreements   *agreement.Service
	payments     *contribution.Service
	debits       *debit.Service
	reconcile    *reconcile.Service
	doubts       *doubt.Service
	refunds      *refund.Service
	accounts     accounts
	console      console
	certificates certificates

	live    context.Context // ends when the program stops: live events end then
	hangUp  context.CancelFunc
	closers []func(context.Context) error // run in reverse
}

// checkpoint is called at each step of a payment; crash tests end the process in it.
var checkpoint func(step string)

// fullScan is told of every query of the embedded store that looks at a whole collection;
// tests want none.
var fullScan func(namespace string, paths []string)

// openBackend opens the parts in order. On an error nothing stays open.
func openBackend(ctx context.Context, cfg config.Config, log *slog.Logger) (b *backend, err error) {
	b = &backend{cfg: cfg, log: log, clock: clock.Ahead{Clock: clock.System{}, By: cfg.ClockAhead}}
	b.live, b.hangUp = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close(context.WithoutCancel(ctx)))
			b = nil
		}
	}()
	if b.city, err = city.Load(cfg.CityFile); err != nil {
		return b, err
	}
	if cfg.IsDemo() {
		b.city.Service += "（演示）"
		b.city.Label += "演示"
		b.city.ExtendTo(period.DateOf(b.clock.Now()).Year + 1)
	}
	if b.speaks, err = catalogues(b.city); err != nil {
		return b, err
	}
	if err = os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return b, fmt.Errorf("data directory: %w", err)
	}
	if err = b.openStore(ctx); err != nil {
		return b, err
	}
	if b.bank, err = openBank(b); err != nil {
		return b, err
	}
	if err = b.openRules(ctx); err != nil {
		return b, err
	}
	return b, nil
}

// openStore opens the embedded store or reaches the MongoDB server. Never both.
func (b *backend) openStore(ctx context.Context) error {
	o := store.Options{URI: b.cfg.MongoURI.Reveal(), Database: b.cfg.MongoDB}
	if o.URI == "" {
		local, err := localmongo.Open(ctx, localmongo.Options{Dir: b.cfg.DataDir, Logger: b.log, Now: b.clock.Now, OnFullScan: fullScan})
		if err != nil {
			return fmt.Errorf("embedded store: %w", err)
		}
		b.local = local
		b.onClose(func(context.Context) error { return local.Close() })
		o.URI, o.Dialer = local.URI(), local.Dialer()
		if b.cfg.LocalAddr != "" {
			if _, err := local.ListenTCP(b.cfg.LocalAddr); err != nil {
				return fmt.Errorf("embedded store: %w", err)
			}
		}
	}
	var err error
	if b.vault, err = b.openVault(); err != nil {
		return err
	}
	o.Vault = b.vault
	if b.store, err = store.Open(ctx, o); err != nil {
		return err
	}
	b.onClose(b.store.Close)
	return nil
}

func (b *backend) openVault() (*vault.Vault, error) {
	ring, err := b.ring()
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return vault.Open(ring)
}

func (b *backend) ring() (vault.Ring, error) {
	if text := b.cfg.VaultKey.Reveal(); text != "" {
		return vault.ParseRing(text)
	}
	return vault.LoadRing(filepath.Join(b.cfg.DataDir, "vault.keys"), rand.Reader)
}

// openRules starts the rules and the work that goes on behind the pages.
func (b *backend) openRules(ctx context.Context) error {
	var err error
	if b.audit, err = audit.New(audit.Config{Store: b.store, Now: b.clock.Now, Log: b.log, Keep: b.cfg.AuditDays}); err != nil {
		return err
	}
	if err := b.openAccounts(); err != nil {
		return err
	}
	if err := b.openConsole(ctx); err != nil {
		return err
	}
	if err := b.openPhones(); err != nil {
		return err
	}
	b.notices = notice.New(notice.Config{
		Store: b.store, Phones: b.phones, SMS: b.accounts.sender, People: b.store, Service: b.city.Service, Now: b.clock.Now, Log: b.log,
		Languages: b.store, Say: b.speaks.Text,
	})
	b.agreements = agreement.New(agreement.Config{
		Store: b.store, Bank: b.bank.gateway, People: b.store, Enrolments: b.store, Notices: b.notices, Trail: agreementTrail{b.audit},
		Authorities: func() []region.Authority { return b.city.Authorities }, Now: b.clock.Now, NewID: newID, Log: b.log,
	})
	b.payments = contribution.New(contribution.Config{
		Store: b.store, Bank: b.bank.gateway, Agreements: b.agreements, Trail: paymentTrail{b.audit},
		Notices: notice.Payments{Service: b.notices},
		Rates:   b.console.rates.Rates, Now: b.clock.Now, NewID: newID, Log: b.log, Checkpoint: checkpoint,
	})
	b.openDebits()
	if err := b.openCertificates(); err != nil {
		return err
	}
	b.openRefunds()
	b.openReconcile()
	if b.local != nil { // nobody else can be working on a payment or refund
		if err := errors.Join(b.payments.TakeOver(ctx), b.refunds.TakeOver(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// work runs what goes on behind the pages until ctx ends.
func (b *backend) work(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { b.payments.Run(ctx) })
	all.Go(func() { b.debits.Run(ctx) })
	all.Go(func() { b.refunds.Run(ctx) })
	all.Go(func() { b.reconcile.Run(ctx, b.log) })
	all.Go(func() { b.doubts.Run(ctx) })
	all.Go(func() { b.console.rates.Run(ctx) })
	all.Go(func() { b.console.intake.Run(ctx) })
	all.Go(func() { b.agreements.Run(ctx) })
	all.Go(func() { b.notices.Run(ctx) })
	all.Go(func() { b.phones.Run(ctx) })
	all.Go(func() { b.forewarned().Run(ctx) })
	all.Go(func() { b.certificates.Run(ctx) })
	all.Go(func() { b.warmPictures(ctx) })
	all.Wait()
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	b.payments.Wait(wait)
	b.refunds.Wait(wait)
	b.agreements.Wait(wait)
	b.certificates.Wait(wait)
	b.accounts.Flush()
	b.audit.Wait()
}

func (b *backend) onClose(f func(context.Context) error) { b.closers = append(b.closers, f) }

// close ends everything that openBackend opened, last first.
func (b *backend) close(ctx context.Context) error {
	var failed error
	for i := len(b.closers) - 1; i >= 0; i-- {
		failed = errors.Join(failed, b.closers[i](ctx))
	}
	b.closers = nil
	return failed
}

var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID is a fresh id of 130 random bits behind the prefix.
func newID(prefix string) string {
	var b [17]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand never fails on the systems we run on
	}
	return prefix + idText.EncodeToString(b[:])[:26]
}
