// Package bank is the way to the banks: the Gateway port, the errors that say
// what is known after a failed call, and the HTTP client that signs messages
// and verifies answers. It decides nothing about money.
package bank

import (
	"context"
	"fmt"

	"shebao/shared/bankapi"
)

// Gateway sends instructions to the banks. A nil error means that the bank
// answered and the answer is genuine; what it says is in its code. Otherwise the
// error is one of
//
//   - *NotSentError: not one byte left this program, the instruction does not exist;
//   - *LostError: the instruction may have reached the bank. For anything that
//     moves money this is the state unknown: query it, never send it again.
//
// Every call is idempotent by its Ref: the same content again gets the first
// answer, another content under the same Ref is answered Duplicate.
type Gateway interface {
	// Sign starts a mandate. Accepted: the bank sent an SMS code, go on with Confirm.
	Sign(ctx context.Context, m bankapi.Mandate) (bankapi.Result, error)
	// Confirm finishes the signing with the holder's SMS code; OK carries the mandate number.
	Confirm(ctx context.Context, m bankapi.Confirm) (bankapi.Result, error)
	// Revoke ends a mandate.
	Revoke(ctx context.Context, m bankapi.Revoke) (bankapi.Result, error)
	// Debit asks for one debit. Store the intent durably before calling it.
	Debit(ctx context.Context, m bankapi.Debit) (bankapi.Result, error)
	// Refund gives back what was debited. Store the intent durably before calling it.
	Refund(ctx context.Context, m bankapi.Refund) (bankapi.Result, error)
	// Query asks what became of a Sign, Revoke, Debit or Refund (or an item of a batch). It is safe to repeat.
	Query(ctx context.Context, m bankapi.Query) (bankapi.Result, error)
	// SubmitBatch sends a file of debits.
	SubmitBatch(ctx context.Context, m bankapi.Batch) (bankapi.BatchReceipt, error)
	// FetchBatch asks for the result of a file. It is safe to repeat.
	FetchBatch(ctx context.Context, m bankapi.BatchQuery) (bankapi.BatchResult, error)
	// Statement asks for the debits and refunds posted on a day. It is safe to repeat.
	Statement(ctx context.Context, m bankapi.StatementQuery) (bankapi.Statement, error)
}

// The paths of the interface; every message is a POST.
const (
	PathSign       = "/v1/mandates/sign"
	PathConfirm    = "/v1/mandates/confirm"
	PathRevoke     = "/v1/mandates/revoke"
	PathDebit      = "/v1/debits"
	PathRefund     = "/v1/refunds"
	PathQuery      = "/v1/query"
	PathBatch      = "/v1/batches"
	PathBatchFetch = "/v1/batches/fetch"
	PathStatement  = "/v1/statement"
)

// NotSentError says that the instruction certainly did not leave this program.
type NotSentError struct {
	Op  string // path of the interface
	Key string // reference
	Err error
}

func (e *NotSentError) Error() string {
	return fmt.Sprintf("bank %s %s: not sent: %v", e.Op, e.Key, e.Err)
}

func (e *NotSentError) Unwrap() error { return e.Err }

// Is makes errors.Is(err, bankapi.ErrNotSent) true, for rules that don't know this package.
func (e *NotSentError) Is(target error) bool { return target == bankapi.ErrNotSent }

// LostError says that the answer is missing or not to be trusted: the
// instruction may or may not have been carried out.
type LostError struct {
	Op  string // path of the interface
	Key string // reference
	Err error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("bank %s %s: answer lost: %v", e.Op, e.Key, e.Err)
}

func (e *LostError) Unwrap() error { return e.Err }
