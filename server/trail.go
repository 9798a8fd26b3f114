package main

import (
	"context"
	"strconv"

	"shebao/server/account"
	"shebao/server/agreement"
	"shebao/server/audit"
	"shebao/server/contribution"
	"shebao/server/web"
)

// The audit trail as the rules packages ask for it.
type (
	accountTrail   struct{ log *audit.Log }
	agreementTrail struct{ log *audit.Log }
	paymentTrail   struct{ log *audit.Log }
)

func (t accountTrail) Note(ctx context.Context, e account.Event) error {
	return t.log.Append(ctx, audit.Event{
		WhoKind: string(e.Kind), Who: e.Subject, What: e.Action, Subject: e.Subject, Result: e.Result, Address: e.Address,
	})
}

func (t agreementTrail) Record(ctx context.Context, e agreement.Entry) error {
	return t.log.Append(ctx, audit.Event{WhoKind: "resident", Who: e.Person, What: "agreement_" + e.Action, Subject: e.Subject, Result: e.Result})
}

func (t paymentTrail) Record(ctx context.Context, e contribution.Entry) error {
	return t.log.Append(ctx, audit.Event{
		WhoKind: "resident", Who: e.Person, What: e.Action, Subject: e.Subject, Result: e.Result,
		Details: map[string]string{"fen": strconv.FormatInt(int64(e.Amount), 10)},
	})
}

// noteStray records that a resident asked for a record that is not there or not theirs.
func (b *backend) noteStray(ctx context.Context, s web.Stray) {
	err := b.audit.Append(context.WithoutCancel(ctx), audit.Event{
		WhoKind: "resident", Who: s.Person, What: "record_not_theirs", Subject: s.Path, Result: "not_found", Address: s.Address,
	})
	if err != nil {
		b.log.ErrorContext(ctx, "stray request not recorded", "error", err)
	}
}
