package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/server/store"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

const benchBankKey = "bench-bench-bench-bench-bench-bench"

// openBank serves a simulator of its own: 0.5 % of the accounts of the rough run answer late.
func (b *runBench) openBank(ctx context.Context) error {
	var accounts []banksim.Account
	for i := b.items; i < b.items+b.rough; i += 200 {
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

// seed stores the people of both runs; 2 % of the rough run have too little money. Half of
// them have no due yet: nobody has asked for it.
func (b *runBench) seed(ctx context.Context) error {
	today := period.DateOf(b.clock.Now())
	rate, ok := b.city.Rates.Find(shared.Pension, "10", today.Year)
	if !ok {
		return fmt.Errorf("no pension rate for %d", today.Year)
	}
	all := b.items + b.rough
	for from := 0; from < all; from += seedBatch {
		bulk := store.Bulk{}
		var mandates []banksim.Seed
		for i := from; i < min(all, from+seedBatch); i++ {
			p, e := synthetic(i, today)
			e.Authority = calmAuthority
			var balance money.Fen
			if i >= b.items {
				e.Authority = roughAuthority
				if i%50 == 1 {
					balance = 100
				}
			}
			a := synthesize(b.backend, p, benchBank(i), seedAccount(i))
			a.Authority, a.Ref.Authority = e.Authority, e.Authority
			bulk.People, bulk.Enrolments = append(bulk.People, p), append(bulk.Enrolments, e)
			bulk.Settings = append(bulk.Settings, shared.Setting{
				ID: "set:" + e.ID + ":1", Person: p.ID, Enrolment: e.ID, Scheme: shared.Pension, Tier: money.Yuan(3000),
				From: rate.Benefit.From.First(), To: rate.Benefit.To.Last(), Set: b.clock.Now(),
			})
			if i%2 == 0 {
				bulk.Dues = append(bulk.Dues, shared.Due{
					ID: seedDue(i, rate.Year), Person: p.ID, Enrolment: e.ID, Scheme: shared.Pension, Kind: shared.Regular, Year: rate.Year,
					Period: rate.Benefit, Authority: e.Authority, Opens: rate.Opens, Deadline: rate.Closes, State: shared.DueOpen,
				})
			}
			bulk.Agreements = append(bulk.Agreements, store.Signed{Agreement: a, Account: seedAccount(i)})
			mandates = append(mandates, banksim.Seed{
				Mandate: a.Mandate, Authority: a.Authority, Bank: a.Bank, Account: seedAccount(i), Holder: p.Name, Document: "201",
				Number: p.Document.Number, Phone: p.Phone, Balance: balance,
			})
		}
		if err := errors.Join(b.store.AddBulk(ctx, bulk), b.sim.Seed(ctx, mandates...)); err != nil {
			return err
		}
	}
	return nil
}
