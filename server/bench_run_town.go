package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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

// bankOptions are the simulator of both runs: 0.5 % of the accounts of the rough one answer late.
func (b *runBench) bankOptions(f banksim.Faults) banksim.Options {
	var accounts []banksim.Account
	for i := b.items; i < b.items+b.rough; i += 200 {
		late := bankapi.OK
		if i/200%2 == 1 {
			late = bankapi.NoFunds
		}
		accounts = append(accounts, banksim.Account{Number: banksim.SyntheticAccount(i), Bank: benchBank(i), First: bankapi.Timeout, Late: late})
	}
	return banksim.Options{
		Dir: filepath.Join(b.dir, "bank"), Keys: []bank.Key{{ID: bankKeyID, Secret: []byte(benchBankKey)}}, LateAfter: 3 * time.Second,
		BatchAfter: time.Millisecond, Accounts: accounts, Faults: f,
	}
}

// simulator opens the bank in this process, before and after the runs.
func (b *runBench) simulator(f banksim.Faults) (*banksim.Sim, error) {
	return banksim.New(b.bankOptions(f))
}

// benchBank spreads people over three banks.
func benchBank(i int) string { return []string{"102", "105", "313"}[i%3] }

// seed stores the people of both runs; 2 % of the rough run have too little money. Half of
// them have no due yet: nobody has asked for it.
func (b *runBench) seed(ctx context.Context) (err error) {
	sim, err := b.simulator(banksim.Faults{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sim.Close()) }()
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
			a := synthesize(b.backend, p, benchBank(i), banksim.SyntheticAccount(i))
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
			bulk.Agreements = append(bulk.Agreements, store.Signed{Agreement: a, Account: banksim.SyntheticAccount(i)})
			mandates = append(mandates, banksim.Seed{
				Mandate: a.Mandate, Authority: a.Authority, Bank: a.Bank, Account: banksim.SyntheticAccount(i), Holder: p.Name, Document: "201",
				Number: p.Document.Number, Phone: p.Phone, Balance: balance,
			})
		}
		if b.dryOnly { // nobody asks the bank
			mandates = nil
		}
		if err := errors.Join(b.store.AddBulk(ctx, bulk), sim.Seed(ctx, mandates...)); err != nil {
			return err
		}
	}
	return nil
}
