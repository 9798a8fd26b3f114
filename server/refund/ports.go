// Package refund holds the rules of giving a contribution back (退费): who may ask for it,
// the two officers who decide, and how every refund that was sent to the bank reaches its
// end. It knows neither HTTP nor the database; it declares the ports it needs.
package refund

import (
	"context"
	"time"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/money"
	model "shebao/shared/refund"
)

// Store keeps refunds. Every write is durable when the method returns; Swap is an atomic
// compare-and-set.
type Store interface {
	// AddRefund stores a new refund; false when its id is taken.
	AddRefund(ctx context.Context, r model.Refund) (bool, error)
	// Refund returns a refund.
	Refund(ctx context.Context, id string) (model.Refund, bool, error)
	// RefundsOfDeclaration lists the refunds asked for a declaration, newest first, at most 20.
	RefundsOfDeclaration(ctx context.Context, declaration string) ([]model.Refund, error)
	// RefundsOf lists a person's refunds, newest first, those after the cursor ("" for all).
	RefundsOf(ctx context.Context, person, after string, limit int) ([]model.Refund, error)
	// RefundsIn lists the refunds of a state, oldest application first, those after the cursor.
	RefundsIn(ctx context.Context, state model.State, after string, limit int) ([]model.Refund, error)
	// RecentRefunds lists the refunds of a state, newest application first, those after the cursor.
	RecentRefunds(ctx context.Context, state model.State, after string, limit int) ([]model.Refund, error)
	// RefundCursor is where such a list goes on after the refund.
	RefundCursor(r model.Refund) string
	// SwapRefund stores the refund if the stored one still has r.Rev; false when it has not.
	SwapRefund(ctx context.Context, r model.Refund) (bool, error)
	// LeaseRefund takes the open refund that has waited longest past its Next and moves
	// Next to until, atomically.
	LeaseRefund(ctx context.Context, now, until time.Time) (model.Refund, bool, error)
	// ReleaseRefunds makes every open refund due now. Only for a store that this process
	// alone has open.
	ReleaseRefunds(ctx context.Context, now time.Time) error
}

// Records are what was paid. *store.Store is one.
type Records interface {
	DeclarationsByID(ctx context.Context, ids []string) ([]shared.Declaration, error)
	Payment(ctx context.Context, id string) (shared.Payment, bool, error)
	DuesByID(ctx context.Context, ids []string) ([]shared.Due, error)
	PaidIn(ctx context.Context, f contribution.PaidFilter) ([]shared.Declaration, error)
}

// Contributions is the payment core.
type Contributions interface {
	// Reverse makes a declaration and its due follow the money. It may be repeated.
	Reverse(ctx context.Context, r contribution.Reversal) error
}

// Certificate is one that states a declaration.
type Certificate struct {
	ID, Number, State string
	Applied           time.Time
}

// Certificates react to money that went back.
type Certificates interface {
	// Stating lists those that state the declaration.
	Stating(ctx context.Context, declaration string) ([]Certificate, error)
	// Reversed ends every certificate that states the declaration; reason is what the
	// holders read. It may be repeated.
	Reversed(ctx context.Context, declaration, reason string) error
}

// Bank gives money back. See bankapi for codes.
type Bank interface {
	// Refund asks for one refund, once. An error that is bankapi.ErrNotSent means that the
	// bank certainly did not get it; any other error leaves the result unknown.
	Refund(ctx context.Context, m bankapi.Refund) (bankapi.Result, error)
	// Query asks what became of it. An error tells nothing about the refund.
	Query(ctx context.Context, q bankapi.Query) (bankapi.Result, error)
}

// Trail keeps the audit trail.
type Trail interface {
	Record(ctx context.Context, e Entry) error
}

// Entry is one step of a refund.
type Entry struct {
	Officer string // who did it, "" for the resident or the program
	Person  string // who gets the money back
	Action  string // refund_apply, refund_check, refund_moved…
	Subject string // id of the refund
	Result  string // state that it led to
	Amount  money.Fen
	Note    string
}

// Notices tell people what happened. Adding the same id again changes nothing.
type Notices interface {
	Tell(ctx context.Context, n Notice) error
}

// Notice is one message to a person.
type Notice struct {
	ID     string // the same event gives the same id
	Person string
	State  model.State // Refunded, Failed or Refused
	Title  string
	Text   string
	Link   string // path of the page about it
}

// Evidence is what an officer decides by.
type Evidence struct {
	Refund       model.Refund
	Declaration  shared.Declaration
	Payment      shared.Payment
	Due          shared.Due
	Others       []shared.Declaration // other paid contributions of the insured in the scheme and period
	Certificates []Certificate
}
