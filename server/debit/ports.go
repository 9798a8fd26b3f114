package debit

import (
	"context"
	"time"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

const maxItems = bankapi.MaxItems

// Store keeps runs, their items and files, and the calendar. Every write is durable when
// the method returns.
type Store interface {
	People

	// AddPlanned stores a plan; false when its scheme has one at one of its authorities on the day.
	AddPlanned(ctx context.Context, p model.Planned) (bool, error)
	// PlannedFrom lists the plans of the day and later, earliest first.
	PlannedFrom(ctx context.Context, day period.Date, limit int) ([]model.Planned, error)
	// Planned returns a plan.
	Planned(ctx context.Context, id string) (model.Planned, bool, error)
	// DuePlanned lists plans that are not closed and whose cut-off has come, earliest first.
	DuePlanned(ctx context.Context, now time.Time, limit int) ([]model.Planned, error)
	// ClosePlanned notes that nothing more is to be made from a plan.
	ClosePlanned(ctx context.Context, id string) error
	// UsePlanned notes the run made from a plan; false when it has another one or is gone.
	UsePlanned(ctx context.Context, id, run string) (bool, error)
	// ForgetPlanned deletes a plan if that run was made from it.
	ForgetPlanned(ctx context.Context, id, run string) error
	// DropPlanned deletes a plan from which no run was made; false when there is none.
	DropPlanned(ctx context.Context, id string) (bool, error)

	// AddRun stores a new run; false when its id is taken.
	AddRun(ctx context.Context, r model.Run) (bool, error)
	// DebitRun returns a run.
	DebitRun(ctx context.Context, id string) (model.Run, bool, error)
	// DebitRuns lists runs, newest first, those before the run given.
	DebitRuns(ctx context.Context, before string, limit int) ([]model.Run, error)
	// SwapRun stores the run if the stored one still has r.Rev; false when it has not.
	SwapRun(ctx context.Context, r model.Run) (bool, error)
	// LeaseRun takes the run in work that has waited longest past its Next and moves Next to until.
	LeaseRun(ctx context.Context, now, until time.Time) (model.Run, bool, error)

	// AddPages stores new pages and returns how many were new; those that are there stay.
	AddPages(ctx context.Context, pages []model.Page) (int, error)
	// DropPages deletes the run's pages of steps after the step: what an interrupted dry run left.
	DropPages(ctx context.Context, run string, step int64) error
	// PagesOf lists the pages of a file in order of ID.
	PagesOf(ctx context.Context, file string) ([]model.Page, error)
	// PagesOfRound lists pages of a run's round in order of ID, those after the page given.
	PagesOfRound(ctx context.Context, run string, round int, after string, limit int) ([]model.Page, error)
	// SwapPages stores each page if the stored one still has its Rev; it returns how many matched.
	SwapPages(ctx context.Context, pages []model.Page) (int, error)
	// RunItems lists items of a run in order of ID.
	RunItems(ctx context.Context, f ItemFilter) ([]model.Item, error)

	// AddFiles stores new files; those that are there stay.
	AddFiles(ctx context.Context, files []model.File) error
	// File returns a file.
	File(ctx context.Context, id string) (model.File, bool, error)
	// FilesOf lists a run's files in order of ID.
	FilesOf(ctx context.Context, run string) ([]model.File, error)
	// OpenFiles lists a run's files that somebody must go on with, at most limit.
	OpenFiles(ctx context.Context, run string, limit int) ([]model.File, error)
	// SwapFile stores the file if the stored one still has f.Rev; false when it has not.
	SwapFile(ctx context.Context, f model.File) (bool, error)
	// LeaseFile takes the open file that has waited longest past its Next and moves Next to until.
	LeaseFile(ctx context.Context, now, until time.Time) (model.File, bool, error)
}

// People are what candidates are chosen from. Lists by ids come in no order, without those
// that do not exist.
type People interface {
	// SettingsInForce lists settings in force of a scheme in order of enrolment, those after
	// the enrolment given.
	SettingsInForce(ctx context.Context, scheme shared.Scheme, after string, limit int) ([]shared.Setting, error)
	// SettingsVoidedSince lists settings that were voided after since and have no successor, in
	// order of enrolment; those after the enrolment given, up to last ("": all).
	SettingsVoidedSince(ctx context.Context, scheme shared.Scheme, since time.Time, after, last string) ([]shared.Setting, error)
	// Book returns everything ever set for an enrolment.
	Book(ctx context.Context, enrolment string) (contribution.Book, error)
	// SettingsOf returns the settings in force of the enrolments.
	SettingsOf(ctx context.Context, enrolments []string) ([]shared.Setting, error)
	// BeingDebited lists a person's declarations in a scheme that are being debited, at most 20.
	BeingDebited(ctx context.Context, person string, scheme shared.Scheme) ([]shared.Declaration, error)
	// EnrolmentsByID returns enrolments.
	EnrolmentsByID(ctx context.Context, ids []string) ([]shared.Enrolment, error)
	// AddDues stores new dues; those that are there stay.
	AddDues(ctx context.Context, dues []shared.Due) error
	// DuesOf returns dues.
	DuesOf(ctx context.Context, ids []string) ([]shared.Due, error)
	// VerifiedAgreements lists the verified agreements of the payers.
	VerifiedAgreements(ctx context.Context, payers []string) ([]agreement.Agreement, error)
	// Mandates returns agreements with their whole account numbers, for the bank only.
	Mandates(ctx context.Context, ids []string) ([]Mandate, error)
}

// Mandate is an agreement with its whole account number.
type Mandate struct {
	agreement.Agreement
	Number string
}

// Bank takes files. Errors as for contribution.Bank.
type Bank interface {
	SubmitBatch(ctx context.Context, m bankapi.Batch) (bankapi.BatchReceipt, error)
	FetchBatch(ctx context.Context, m bankapi.BatchQuery) (bankapi.BatchResult, error)
}

// Payments is the payment core: each item of a run is a declaration and a payment of it.
type Payments interface {
	// ClaimBatch makes a declaration and a payment for each order and takes the dues for
	// them. It returns the payments that hold theirs; repeating it changes nothing.
	ClaimBatch(ctx context.Context, orders []contribution.Order) ([]shared.Payment, error)
	// SendBatch moves payments, as they were loaded or claimed, into Sending and returns those that are.
	SendBatch(ctx context.Context, ps []shared.Payment, at time.Time) ([]shared.Payment, error)
	// ResolveBatch applies the bank's results to payments that were sent, follows those that
	// are final to their end and returns all as they are now. Repeating it changes nothing.
	ResolveBatch(ctx context.Context, results []contribution.Outcome) ([]shared.Payment, error)
	// GiveUpBatch cancels payments that were never sent and gives their dues back.
	GiveUpBatch(ctx context.Context, ids []string, reason string) error
	// PaymentsByID returns payments, in no order.
	PaymentsByID(ctx context.Context, ids []string) ([]shared.Payment, error)
}
