package main

import (
	"context"
	"strconv"

	"shebao/server/account"
	"shebao/server/agreement"
	"shebao/server/audit"
	"shebao/server/contribution"
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
