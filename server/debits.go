package main

import (
	"context"

	"shebao/server/audit"
	"shebao/server/debit"
	"shebao/server/notice"
)

// openDebits makes the rules of batch debit runs.
func (b *backend) openDebits() {
	b.debits = debit.New(debit.Config{
		Store: b.store, Bank: b.bank.gateway, Payments: b.payments, Notices: notice.Payments{Service: b.notices},
		Trail: officerTrail{b.audit}, Rates: b.console.rates.Rates, Now: b.clock.Now, NewID: newID, Log: b.log,
	})
}

// officerTrail keeps what officers do with debit runs.
type officerTrail struct{ log *audit.Log }

func (t officerTrail) Officer(ctx context.Context, e debit.Entry) error {
	return t.log.Append(ctx, audit.Event{
		WhoKind: "officer", Who: e.Officer, What: e.Action, Subject: e.Subject, Result: e.Result, Details: e.Details,
	})
}
