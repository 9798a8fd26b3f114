// Package agreement holds the rules of debit agreements (缴费协议): how a payer signs
// one with a bank, revokes it, and how every signing and revocation whose answer was
// lost is settled. It knows neither HTTP nor the database; it declares the ports it
// needs.
package agreement

import (
	"context"
	"time"

	model "shebao/shared/agreement"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/notice"
	"shebao/shared/person"
)

// Numbers are the whole numbers of an agreement, for the bank only.
type Numbers struct {
	Account string // digits
	Phone   string // 预留手机号; "" once the agreement is signed
}

// Store keeps agreements. Every write is durable when the method returns.
type Store interface {
	// AddApplication stores a new agreement; false when its id is taken or the account
	// has a live agreement with the authority.
	AddApplication(ctx context.Context, a model.Agreement, n Numbers) (bool, error)
	// Agreement returns an agreement.
	Agreement(ctx context.Context, id string) (model.Agreement, bool, error)
	// LiveAgreement returns the live agreement of an account with the authority.
	LiveAgreement(ctx context.Context, authority, account string) (model.Agreement, bool, error)
	// Numbers returns the whole numbers of an agreement.
	Numbers(ctx context.Context, id string) (Numbers, error)
	// Agreements lists a payer's agreements, newest first, at most 100.
	Agreements(ctx context.Context, payer string) ([]model.Agreement, error)
	// SwapAgreement writes next if the stored state is still from and nothing has
	// changed since next.Rev was read; the stored revision then is one more.
	SwapAgreement(ctx context.Context, from model.State, next model.Agreement) (bool, error)
	// LeaseAgreement takes the open agreement that has waited longest past its Next and
	// moves Next to until, atomically; the revision stays.
	LeaseAgreement(ctx context.Context, now, until time.Time) (model.Agreement, bool, error)
}

// Bank keeps mandates. Each call is idempotent by its Ref. An error that is
// bankapi.ErrNotSent means that the bank certainly did not get the message; any other
// error leaves its fate unknown.
type Bank interface {
	Sign(ctx context.Context, m bankapi.Mandate) (bankapi.Result, error)
	Confirm(ctx context.Context, m bankapi.Confirm) (bankapi.Result, error)
	Revoke(ctx context.Context, m bankapi.Revoke) (bankapi.Result, error)
	Query(ctx context.Context, q bankapi.Query) (bankapi.Result, error)
}

// People are the persons that the population register knows.
type People interface {
	// Person returns a person by our own key.
	Person(ctx context.Context, id string) (person.Person, bool, error)
}

// Enrolments are a person's registrations (参保信息).
type Enrolments interface {
	Enrolments(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Enrolment, error)
}

// Notices tell people what happened. Telling the same id again changes nothing.
type Notices interface {
	Tell(ctx context.Context, n notice.Notice) error
}

// Trail keeps the audit trail.
type Trail interface {
	Record(ctx context.Context, e Entry) error
}

// Entry is one event of an agreement.
type Entry struct {
	Person  string // the payer
	Action  string // the event: submit, verify, refuse, revoke, release, end …
	Subject string // id of the agreement
	Result  string // the bank's code
}
