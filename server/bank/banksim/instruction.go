package banksim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

// The kinds of instruction.
const (
	kindDebit  = "debit"
	kindRefund = "refund"
	kindSign   = "sign"
	kindRevoke = "revoke"
	kindClosed = "closed" // never arrived, answered NotFound for good
)

// Instruction is what the bank knows under one reference.
type Instruction struct {
	bankapi.Ref
	Kind     string       `json:"kind"` // debit, refund, sign, revoke, or closed
	Bank     string       `json:"bank"`
	Account  string       `json:"account"`
	Mandate  string       `json:"mandate"`
	Amount   money.Fen    `json:"amount"` // fen
	Purpose  string       `json:"purpose"`
	Code     bankapi.Code `json:"code"` // as a query is answered now
	Message  string       `json:"message"`
	Trace    string       `json:"trace"`
	At       time.Time    `json:"at,omitzero"`  // posted or refused; zero while open
	Due      time.Time    `json:"due,omitzero"` // when an open debit is settled
	Received time.Time    `json:"received"`
	Seen     int          `json:"seen"` // deliveries of the message

	content string
	late    bankapi.Code
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicro(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

const instructionColumns = `authority, date, serial, kind, content, bank, account, mandate, amount, purpose,
	code, message, trace, at, due, late, received, seen`

func scanInstruction(scan func(...any) error) (Instruction, error) {
	var i Instruction
	var at, due, received int64
	err := scan(&i.Authority, &i.Date, &i.Serial, &i.Kind, &i.content, &i.Bank, &i.Account, &i.Mandate, &i.Amount, &i.Purpose,
		&i.Code, &i.Message, &i.Trace, &at, &due, &i.late, &received, &i.Seen)
	i.At, i.Due, i.Received = fromMicro(at), fromMicro(due), fromMicro(received)
	return i, err
}

func (t *tx) instruction(ref bankapi.Ref) (Instruction, bool, error) {
	if i := t.fresh[ref]; i != nil {
		return *i, true, nil
	}
	if _, may := t.seen[t.hash(ref)]; !may {
		return Instruction{}, false, nil
	}
	var i Instruction
	var at, due, received int64
	ok, err := t.one(`SELECT `+instructionColumns+` FROM instruction WHERE authority = ? AND date = ? AND serial = ?`,
		[]any{ref.Authority, ref.Date, ref.Serial},
		&i.Authority, &i.Date, &i.Serial, &i.Kind, &i.content, &i.Bank, &i.Account, &i.Mandate, &i.Amount, &i.Purpose,
		&i.Code, &i.Message, &i.Trace, &at, &due, &i.late, &received, &i.Seen)
	i.At, i.Due, i.Received = fromMicro(at), fromMicro(due), fromMicro(received)
	return i, ok, err
}

// instructions collects before it returns: a cursor must not stay open while the transaction writes.
func (t *tx) instructions(where string, args ...any) ([]Instruction, error) {
	var all []Instruction
	err := t.each(`SELECT `+instructionColumns+` FROM instruction WHERE `+where, args, func(scan func(...any) error) error {
		i, err := scanInstruction(scan)
		all = append(all, i)
		return err
	})
	return all, err
}

// settle writes the end of an instruction.
func (t *tx) settle(i Instruction) error {
	return t.exec(`UPDATE instruction SET code = ?, message = ?, mandate = ?, at = ?, due = 0 WHERE authority = ? AND date = ? AND serial = ?`,
		string(i.Code), i.Message, i.Mandate, micro(i.At), i.Authority, i.Date, i.Serial)
}

func (i Instruction) result() bankapi.Result {
	r := bankapi.Result{Ref: i.Ref, Code: i.Code, Message: i.Message, Trace: i.Trace, At: i.At, Final: i.Kind == kindClosed}
	if (i.Kind == kindDebit || i.Kind == kindRefund) && i.Code == bankapi.OK {
		r.Amount = i.Amount
	}
	if i.Code == bankapi.OK {
		r.Mandate = i.Mandate
	}
	return r
}

// repeat answers a message whose reference is known: the current answer of the
// first one, or Duplicate when the content differs.
func (s *Sim) repeat(t *tx, i Instruction, kind, content string) (bankapi.Result, error) {
	if err := t.again(i.Ref); err != nil {
		return bankapi.Result{}, err
	}
	switch {
	case i.Kind == kindClosed:
		s.count.Closed.Add(1)
		return i.result(), nil
	case i.Kind != kind || i.content != content:
		s.count.Conflicts.Add(1)
		return bankapi.Result{Ref: i.Ref, Code: bankapi.Duplicate, Message: s.data.Messages[bankapi.Duplicate]}, nil
	}
	s.count.Repeats.Add(1)
	return i.result(), nil
}

// contentOf is a digest of all fields of a message.
func contentOf(message any) (string, error) {
	text, err := json.Marshal(message)
	if err != nil {
		return "", fmt.Errorf("digest message: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// receive starts the row of a message that arrived now.
func (s *Sim) receive(ref bankapi.Ref, kind, content string, now time.Time) Instruction {
	return Instruction{Ref: ref, Kind: kind, content: content, Trace: s.trace(now), Received: now}
}

// end gives the instruction its final code.
func (s *Sim) end(i Instruction, code bankapi.Code, now time.Time) Instruction {
	i.Code, i.Message, i.At, i.Due = code, s.data.Messages[code], now, time.Time{}
	return i
}
