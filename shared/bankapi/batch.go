package bankapi

import (
	"time"

	"shebao/shared/money"
)

// MaxItems is the most items that one batch file may have.
const MaxItems = 1000

// Batch is a file of debits of one authority at one bank, sent in one piece (批量扣款文件).
// The Ref names the file; every item is an instruction of its own under the
// file's authority and date and its own serial, so it can be queried like a single debit.
type Batch struct {
	Ref
	Bank  string      `json:"bank"`
	Items []BatchItem `json:"items"` // 1 to MaxItems
}

// BatchItem is one debit of a batch.
type BatchItem struct {
	Serial  string    `json:"serial"`
	Mandate string    `json:"mandate"`
	Account string    `json:"account"`
	Amount  money.Fen `json:"amount"` // fen, > 0
	Purpose string    `json:"purpose"`
}

// Debit is the item as a single debit.
func (b Batch) Debit(i BatchItem) Debit {
	return Debit{
		Ref:  Ref{Authority: b.Authority, Date: b.Date, Serial: i.Serial},
		Bank: b.Bank, Mandate: i.Mandate, Account: i.Account, Amount: i.Amount, Purpose: i.Purpose,
	}
}

// Total is the sum of the amounts in fen; false when it does not fit.
func (b Batch) Total() (money.Fen, bool) {
	var total money.Fen
	for _, i := range b.Items {
		total += i.Amount
		if i.Amount <= 0 || total <= 0 {
			return 0, false
		}
	}
	return total, true
}

func (m Debit) item() BatchItem {
	return BatchItem{Serial: m.Serial, Mandate: m.Mandate, Account: m.Account, Amount: m.Amount, Purpose: m.Purpose}
}

func (i BatchItem) check() error {
	switch {
	case !token(i.Serial, maxSerial):
		return &FormatError{"serial"}
	case !token(i.Mandate, maxMandate):
		return &FormatError{"mandate"}
	case !account(i.Account):
		return &FormatError{"account"}
	case i.Amount <= 0:
		return &FormatError{"amount"}
	case !text(i.Purpose, maxPurpose):
		return &FormatError{"purpose"}
	}
	return nil
}

// BatchReceipt is the bank's answer to a submitted file: Accepted, or a
// file-level code and then no item of it is or ever will be debited. FileDone
// says that the bank holds a file under this Ref already: Digest tells whether
// it is the same one (then go on with BatchQuery) or another.
type BatchReceipt struct {
	Ref
	Code    Code   `json:"code"`
	Message string `json:"message,omitempty"`
	Line    int    `json:"line,omitempty"`   // line of the fault, 1 is the header
	Trace   string `json:"trace,omitempty"`  // the bank's own number of the file
	Digest  string `json:"digest,omitempty"` // of the file that the bank holds
}

// BatchQuery asks for the result of a file.
type BatchQuery struct {
	Ref
	Bank string `json:"bank"`
	// Sent is when the caller recorded that it was about to send the file, as in Query.
	Sent time.Time `json:"sent,omitzero"`
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m BatchQuery) Check() error { return Query(m).Check() }

// BatchResult is the result of a file. Code is Accepted while the bank still
// works on it, OK when Items holds one result per item in the file's order, and
// NotFound when the bank has no such file (Final as in Result). Items whose own
// code is Unknown have to be queried one by one.
type BatchResult struct {
	Ref
	Bank    string   `json:"bank"`
	Code    Code     `json:"code"`
	Message string   `json:"message,omitempty"`
	Final   bool     `json:"final,omitempty"`
	Items   []Result `json:"items,omitempty"`
}

// StatementQuery asks for the debits and refunds that the bank posted on one day.
type StatementQuery struct {
	Authority string `json:"authority"`
	Bank      string `json:"bank"` // empty for all banks behind the gateway
	Day       string `json:"day"`  // posting day, Asia/Shanghai, 2006-01-02
}

// Check tells whether the message has the format that the bank accepts; the error is a *FormatError.
func (m StatementQuery) Check() error {
	switch {
	case len(m.Authority) != 11 || !digits(m.Authority):
		return &FormatError{"authority"}
	case m.Bank != "" && !bankCode(m.Bank):
		return &FormatError{"bank"}
	case !day(m.Day):
		return &FormatError{"day"}
	}
	return nil
}

// Statement is the bank's list of postings of one day (对账文件), in posting order.
type Statement struct {
	StatementQuery
	Closed bool           `json:"closed"` // the day is over: no row can be added
	Rows   []StatementRow `json:"rows"`
}

// Movement is the direction of a posting.
type Movement string

// The movements.
const (
	Debited  Movement = "D" // from the payer
	Returned Movement = "R" // back to the payer (退费)
)

// StatementRow is one posted debit or refund.
type StatementRow struct {
	Ref
	Movement Movement  `json:"movement"`
	Bank     string    `json:"bank"`
	Trace    string    `json:"trace"`
	Mandate  string    `json:"mandate"`
	Account  string    `json:"account"`
	Amount   money.Fen `json:"amount"` // fen, > 0 in both directions
	At       time.Time `json:"at"`     // when it was posted
}

// FileAnswer carries a file from the bank: the code, and with OK the file's text.
type FileAnswer struct {
	Code    Code   `json:"code"`
	Message string `json:"message,omitempty"`
	Final   bool   `json:"final,omitempty"`
	File    string `json:"file,omitempty"`
}
