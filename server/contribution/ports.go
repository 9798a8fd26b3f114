// Package contribution holds the rules of owing and paying: which dues a person may
// declare, how declarations are paid, and how every interrupted payment reaches its
// end. It knows neither HTTP nor the database; it declares the ports it needs.
package contribution

import (
	"context"
	"time"

	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
)

// Store keeps dues, settings, declarations and payments. Every write is durable
// when the method returns; every Swap is an atomic compare-and-set on one document.
type Store interface {
	// Enrolments lists a person's enrolments in a scheme.
	Enrolments(ctx context.Context, person string, scheme model.Scheme) ([]model.Enrolment, error)

	// AllEnrolments lists a person's enrolments in every scheme.
	AllEnrolments(ctx context.Context, person string) ([]model.Enrolment, error)

	// UnpaidDues lists a person's dues in every scheme that are not paid, at most 100, in no order.
	UnpaidDues(ctx context.Context, person string) ([]model.Due, error)
	// Dues lists a person's newest dues in a scheme, newest year first, at most 100.
	Dues(ctx context.Context, person string, scheme model.Scheme) ([]model.Due, error)
	// DuesByID returns those that exist, in no order.
	DuesByID(ctx context.Context, ids []string) ([]model.Due, error)
	// AddDue stores a new due; false when it is there already.
	AddDue(ctx context.Context, due model.Due) (bool, error)
	// SwapDues does each swap on its own and returns how many matched.
	SwapDues(ctx context.Context, swaps []DueSwap) (int, error)

	// SettingInForce returns the enrolment's setting that is neither replaced nor voided.
	SettingInForce(ctx context.Context, enrolment string) (model.Setting, bool, error)

	// AddDeclarations stores new declarations, all or an error.
	AddDeclarations(ctx context.Context, ds []model.Declaration) error
	// DeclarationsByID returns those that exist, in no order.
	DeclarationsByID(ctx context.Context, ids []string) ([]model.Declaration, error)
	// SwapDeclarations does each swap on its own and returns how many matched.
	SwapDeclarations(ctx context.Context, swaps []DeclarationSwap) (int, error)
	// UnsettledDeclarations lists declarations in passage (processing, voided with
	// the due not yet released, or debiting) last touched before the time, oldest first.
	UnsettledDeclarations(ctx context.Context, before time.Time, limit int) ([]model.Declaration, error)
	// TouchDeclarations postpones the next look at them.
	TouchDeclarations(ctx context.Context, ids []string, at time.Time) error

	// AddPayment stores a new payment; false when its id is taken.
	AddPayment(ctx context.Context, p model.Payment) (bool, error)
	// Payment returns a payment.
	Payment(ctx context.Context, id string) (model.Payment, bool, error)
	// SwapPayment writes the state and the bank's facts of next if the stored state
	// is still from; false when it is not.
	SwapPayment(ctx context.Context, from model.PaymentState, next model.Payment) (bool, error)
	// AddMissingDeclarations and AddMissingPayments store those that are not there yet and
	// return how many were new.
	AddMissingDeclarations(ctx context.Context, ds []model.Declaration) (int, error)
	AddMissingPayments(ctx context.Context, ps []model.Payment) (int, error)
	// PaymentsByID returns those that exist, in no order.
	PaymentsByID(ctx context.Context, ids []string) ([]model.Payment, error)
	// SwapPayments does each swap on its own and returns how many matched.
	SwapPayments(ctx context.Context, swaps []PaymentSwap) (int, error)
	// SendPayments moves those that are Pending into Sending, sent at the time, and returns how many.
	SendPayments(ctx context.Context, ids []string, at time.Time) (int, error)
	// HoldPayment takes a payment that nobody is at work on, that is in the state and closed or open
	// with its Next past now: it is open, and left to its taker until then. False when it is not so.
	HoldPayment(ctx context.Context, id string, state model.PaymentState, now, until time.Time) (bool, error)
	// ClosePayment marks that declarations and dues follow the payment's final state.
	ClosePayment(ctx context.Context, id string) error
	// LeasePayment takes the open payment that has waited longest past its Next and
	// moves Next to until, atomically.
	LeasePayment(ctx context.Context, now, until time.Time) (model.Payment, bool, error)
	// ReleaseLeases makes every open payment due now. Only for a store that this
	// process alone has open.
	ReleaseLeases(ctx context.Context, now time.Time) error

	// NextTickets reserves n consecutive numbers of the sequence and returns the first.
	NextTickets(ctx context.Context, sequence string, n int) (int64, error)
}

// PaymentSwap writes the state, the bank's facts and Open of Next if the stored state is still From.
type PaymentSwap struct {
	From model.PaymentState
	Held time.Time // when given, only for who holds the payment until then (HoldPayment)
	Next model.Payment
}

// DueSwap moves one due from a state and holder to another.
type DueSwap struct {
	ID           string
	From, To     model.DueState
	Holder, Next string // declaration before and after
	Refund       string // set when not empty
}

// DeclarationSwap moves one declaration.
type DeclarationSwap struct {
	ID                 string
	FromState, ToState model.DeclarationState
	FromPay, ToPay     model.PayState
	Holder, Next       string // payment before and after
	At                 time.Time
	Unsettled          bool              // somebody must look at it again
	Failure            string            // set when not empty
	VoidedFor          string            // with ToState Voided
	Settled            *model.Settlement // with ToPay Paid
}

// Bank debits accounts. See bankapi for codes.
type Bank interface {
	// Debit asks for one debit, once. An error that is bankapi.ErrNotSent means that
	// the bank certainly did not get it; any other error leaves the result unknown.
	Debit(ctx context.Context, d bankapi.Debit) (bankapi.Result, error)
	// Query asks what became of a debit. An error tells nothing about the debit.
	Query(ctx context.Context, q bankapi.Query) (bankapi.Result, error)
}

// Agreements are the mandates under which debits are made.
type Agreements interface {
	// Agreement returns an agreement.
	Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error)
	// AccountNumber returns the whole account number of an agreement, for the bank only.
	AccountNumber(ctx context.Context, id string) (string, error)
	// EndByBank marks that the bank no longer debits under the agreement (失效).
	EndByBank(ctx context.Context, id string, code bankapi.Code, reason string) error
}

// Trail keeps the audit trail of money events.
type Trail interface {
	Record(ctx context.Context, e Entry) error
}

// Entry is one money event.
type Entry struct {
	Person  string // who it is about
	Action  string // declare, void, pay, paid, failed, unknown, cancelled
	Subject string // id of the declaration or payment
	Result  string
	Amount  money.Fen
}

// Notices tell people what happened. Adding the same id again changes nothing.
type Notices interface {
	Tell(ctx context.Context, n Notice) error
}

// Notice is one message to a person.
type Notice struct {
	ID     string // the same event gives the same id
	Person string
	Kind   string // paid, failed
	Title  string
	Text   string
	Link   string // path of the page about it
}
