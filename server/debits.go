package main

import (
	"context"

	"shebao/server/audit"
	"shebao/server/debit"
	"shebao/server/doubt"
	"shebao/server/notice"
	"shebao/server/reconcile"
)

// openDebits makes the rules of batch debit runs.
func (b *backend) openDebits() {
	b.debits = debit.New(debit.Config{
		Store: b.store, Bank: b.bank.gateway, Payments: b.payments, Notices: notice.Payments{Service: b.notices},
		Trail: officerTrail{b.audit}, Rates: b.console.rates.Rates, Now: b.clock.Now, NewID: newID, Log: b.log,
	})
}

// openReconcile makes the rules of reconciliation and of what officers decide about payments
// in doubt. Refunds and certificates come first.
func (b *backend) openReconcile() {
	b.reconcile = reconcile.New(reconcile.Config{
		Store: b.store, Payments: b.payments, Refunds: b.refunds, Certificates: statements{b.certificates.Service, b.store},
		Bank: b.bank.gateway, Trail: officerTrail{b.audit}, Now: b.clock.Now,
	})
	b.doubts = doubt.New(doubt.Config{
		Store: b.store, Payments: b.payments, Bank: b.bank.gateway, Differences: b.reconcile, Trail: officerTrail{b.audit},
		Now: b.clock.Now, Log: b.log, Checkpoint: checkpoint,
	})
}

// officerTrail keeps what officers do with debit runs and differences.
type officerTrail struct{ log *audit.Log }

func (t officerTrail) Officer(ctx context.Context, e debit.Entry) error {
	kind := "officer"
	if e.Officer == "" {
		kind = "system"
	}
	return t.log.Append(ctx, audit.Event{
		WhoKind: kind, Who: e.Officer, What: e.Action, Subject: e.Subject, Result: e.Result, Details: e.Details,
	})
}

func (t officerTrail) Reconciled(ctx context.Context, e reconcile.Entry) error {
	return t.Officer(ctx, debit.Entry(e))
}

func (t officerTrail) Decided(ctx context.Context, e doubt.Entry) error {
	return t.Officer(ctx, debit.Entry(e))
}
