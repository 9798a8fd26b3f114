package banksim

import (
	"context"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

// Return is money that went back: one refund of one debit.
type Return struct {
	bankapi.Ref
	Original bankapi.Ref `json:"original"` // of the debit
	Bank     string      `json:"bank"`
	Account  string      `json:"account"` // the one that the original was taken from
	Mandate  string      `json:"mandate"` // of the original
	Amount   money.Fen   `json:"amount"`  // fen
	Purpose  string      `json:"purpose"`
	Trace    string      `json:"trace"`
	At       time.Time   `json:"at"`
	Day      string      `json:"day"` // posting day, Asia/Shanghai
}

// refund decides about a refund and posts it, once for its reference.
func (s *Sim) refund(t *tx, m bankapi.Refund, f forced, now time.Time) (bankapi.Result, error) {
	content, err := contentOf(m)
	if err != nil {
		return bankapi.Result{}, err
	}
	known, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, err
	}
	if ok {
		return s.repeat(t, known, kindRefund, content)
	}
	original, err := t.postings(`WHERE authority = ? AND date = ? AND serial = ?`, m.Original.Authority, m.Original.Date, m.Original.Serial)
	if err != nil {
		return bankapi.Result{}, err
	}
	i := s.receive(m.Ref, kindRefund, content, now)
	i.Bank, i.Amount, i.Purpose = m.Bank, m.Amount, m.Purpose
	refusal, err := s.refundRefusal(t, m, original, f, now)
	if err != nil {
		return bankapi.Result{}, err
	}
	if refusal != "" {
		i = s.end(i, refusal, now)
		t.insert(i)
		return i.result(), nil
	}
	i.Account, i.Mandate = original[0].Account, original[0].Mandate
	if err := t.reserve(m, i); err != nil {
		return bankapi.Result{}, err
	}
	if first, late := s.refundLate(i.Account, f); first != "" {
		i.Code, i.Message, i.late, i.Due = first, s.data.Messages[first], late, now.Add(s.o.LateAfter)
	} else if i, err = s.giveBack(t, i, now); err != nil {
		return bankapi.Result{}, err
	}
	t.insert(i)
	return i.result(), nil
}

// refundLate is how a refund is answered at first and how it ends later; empty: it ends at once.
func (s *Sim) refundLate(account string, f forced) (first, late bankapi.Code) {
	if a := s.accounts[account]; a.RefundFirst != "" {
		return a.RefundFirst, a.RefundLate
	}
	if f.late == bankapi.NoFunds { // a refund takes nothing from the account: it fails otherwise
		return f.first, bankapi.Restricted
	}
	return f.first, f.late
}

// refundRefusal is the reason not to take the refund at all; empty when there is none.
func (s *Sim) refundRefusal(t *tx, m bankapi.Refund, original Ledger, f forced, now time.Time) (bankapi.Code, error) {
	switch {
	case f.refuse != "":
		return f.refuse, nil
	case s.o.DayEnd.holds(now):
		return bankapi.DayEnd, nil
	case len(original) == 0, original[0].Bank != m.Bank:
		return bankapi.NoOriginal, nil
	case s.accounts[original[0].Account].Refund != "":
		return s.accounts[original[0].Account].Refund, nil
	}
	back, err := t.returnedOf(m.Original)
	if err != nil {
		return "", err
	}
	if m.Amount > original[0].Amount-back {
		return bankapi.OverRefund, nil
	}
	return "", nil
}

// giveBack moves the money to the account and ends the instruction.
func (s *Sim) giveBack(t *tx, i Instruction, now time.Time) (Instruction, error) {
	h, ok, err := t.account(i.Account)
	if err != nil {
		return i, err
	}
	if !ok {
		return s.keep(t, i, bankapi.BadCard, now)
	}
	h.balance += i.Amount
	t.putAccount(i.Account, h)
	i = s.end(i, bankapi.OK, now)
	return i, t.exec(`UPDATE refund SET at = ?, day = ? WHERE authority = ? AND date = ? AND serial = ?`,
		micro(now), dayOf(now), i.Authority, i.Date, i.Serial)
}

// keep ends a refund that does not come about: the original can be given back again.
func (s *Sim) keep(t *tx, i Instruction, code bankapi.Code, now time.Time) (Instruction, error) {
	return s.end(i, code, now), t.exec(`DELETE FROM refund WHERE authority = ? AND date = ? AND serial = ?`, i.Authority, i.Date, i.Serial)
}

// settleRefund ends an open refund whose time has come.
func (s *Sim) settleRefund(t *tx, i Instruction) (Instruction, error) {
	if i.late == bankapi.OK {
		return s.giveBack(t, i, i.Due)
	}
	return s.keep(t, i, i.late, i.Due)
}

// reserve counts the refund against its original.
func (t *tx) reserve(m bankapi.Refund, i Instruction) error {
	return t.exec(`INSERT INTO refund (authority, date, serial, original_date, original_serial, bank, account, mandate, amount, purpose, trace, at, day)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,0,'')`,
		m.Authority, m.Date, m.Serial, m.Original.Date, m.Original.Serial, i.Bank, i.Account, i.Mandate, int64(i.Amount), i.Purpose, i.Trace)
}

// returnedOf is what was given back of the debit, and what is about to be.
func (t *tx) returnedOf(original bankapi.Ref) (money.Fen, error) {
	if err := t.flush(); err != nil {
		return 0, err
	}
	var sum int64
	_, err := t.one(`SELECT coalesce(sum(amount), 0) FROM refund WHERE authority = ? AND original_date = ? AND original_serial = ?`,
		[]any{original.Authority, original.Date, original.Serial}, &sum)
	return money.Fen(sum), err
}

func (t *tx) returns(where string, args ...any) ([]Return, error) {
	var all []Return
	err := t.each(`SELECT authority, date, serial, original_date, original_serial, bank, account, mandate, amount, purpose, trace, at, day
		FROM refund WHERE at > 0 `+where+` ORDER BY at, id`, args, func(scan func(...any) error) error {
		var r Return
		var at int64
		err := scan(&r.Authority, &r.Date, &r.Serial, &r.Original.Date, &r.Original.Serial, &r.Bank, &r.Account, &r.Mandate, &r.Amount,
			&r.Purpose, &r.Trace, &at, &r.Day)
		r.Original.Authority, r.At = r.Authority, fromMicro(at)
		all = append(all, r)
		return err
	})
	return all, err
}

// Returns is everything that was given back so far, in posting order.
func (s *Sim) Returns(_ context.Context) ([]Return, error) {
	var all []Return
	err := s.store.do(func(t *tx) (err error) {
		all, err = t.returns(``)
		return err
	})
	return all, err
}
