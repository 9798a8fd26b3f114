package main

import (
	"context"
	"strconv"

	"shebao/server/audit"
	"shebao/server/certificate"
	"shebao/server/notice"
	"shebao/server/refund"
	"shebao/server/store"
)

// openRefunds makes the rules of refunds. Payments and certificates come first.
func (b *backend) openRefunds() {
	b.refunds = refund.New(refund.Config{
		Store: b.store, Records: b.store, Contributions: b.payments, Certificates: statements{b.certificates.Service, b.store},
		Bank: b.bank.gateway, Trail: refundTrail{b.audit}, Notices: notice.Refunds{Service: b.notices}, Now: b.clock.Now, Log: b.log,
		Checkpoint: checkpoint,
	})
}

// lookRefund tells how a refund goes on.
func (b *backend) lookRefund(ctx context.Context, id string) (owner, state string, ok bool, err error) {
	r, ok, err := b.store.Refund(ctx, id)
	return r.Person, r.Shown(), ok, err
}

// stateOfRefund tells officers how a refund goes on.
func (b *backend) stateOfRefund(ctx context.Context, id string) (string, bool, error) {
	_, state, ok, err := b.lookRefund(ctx, id)
	return state, ok, err
}

// statements are the certificates as the rules of refunds ask for them.
type statements struct {
	rules *certificate.Service
	store *store.Store
}

// mostStated bounds the certificates that an officer is shown beside a refund.
const mostStated = 50

func (s statements) Stating(ctx context.Context, declaration string) ([]refund.Certificate, error) {
	list, err := s.store.CertificatesStating(ctx, declaration, "", mostStated)
	out := make([]refund.Certificate, len(list))
	for i, c := range list {
		out[i] = refund.Certificate{ID: c.ID, Number: c.Number, State: c.State.Label(), Applied: c.Applied}
	}
	return out, err
}

func (s statements) Reversed(ctx context.Context, declaration, reason string) error {
	return s.rules.Reversed(ctx, []string{declaration}, reason)
}

// refundTrail keeps the steps of refunds.
type refundTrail struct{ log *audit.Log }

func (t refundTrail) Record(ctx context.Context, e refund.Entry) error {
	event := audit.Event{
		WhoKind: "resident", Who: e.Person, What: e.Action, Subject: e.Subject, Result: e.Result,
		Details: map[string]string{"fen": strconv.FormatInt(int64(e.Amount), 10)},
	}
	if e.Officer != "" {
		event.WhoKind, event.Who = "officer", e.Officer
		event.Details["person"] = e.Person
	}
	if e.Note != "" {
		event.Details["note"] = e.Note
	}
	return t.log.Append(ctx, event)
}
