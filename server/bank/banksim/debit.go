package banksim

import (
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/period"
)

// forced is how a rate fault bends the decision about one debit or refund.
type forced struct {
	refuse      bankapi.Code // refuse with this code
	first, late bankapi.Code // answer first and end as late, later
}

// debit decides about a debit and posts it, once for its reference.
func (s *Sim) debit(t *tx, m bankapi.Debit, f forced, now time.Time) (bankapi.Result, error) {
	content, err := contentOf(m)
	if err != nil {
		return bankapi.Result{}, err
	}
	known, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, err
	}
	if ok {
		return s.repeat(t, known, kindDebit, content)
	}
	i := s.receive(m.Ref, kindDebit, content, now)
	i.Bank, i.Account, i.Mandate, i.Amount, i.Purpose = m.Bank, m.Account, m.Mandate, m.Amount, m.Purpose
	a := s.accounts[m.Account]
	if a.First != "" {
		f.first, f.late = a.First, a.Late
	}
	refusal, err := s.refusal(t, m, f, now)
	switch {
	case err != nil:
		return bankapi.Result{}, err
	case refusal != "":
		i = s.end(i, refusal, now)
	case f.first != "":
		i.Code, i.Message, i.late = f.first, s.data.Messages[f.first], f.late
		if !a.Silent {
			i.Due = now.Add(s.o.LateAfter)
		}
	default:
		if i, err = s.post(t, i, now); err != nil {
			return bankapi.Result{}, err
		}
	}
	t.insert(i)
	return i.result(), nil
}

// refusal is the reason not to take the debit at all; empty when there is none.
func (s *Sim) refusal(t *tx, m bankapi.Debit, f forced, now time.Time) (bankapi.Code, error) {
	a := s.accounts[m.Account]
	if f.refuse != "" {
		return f.refuse, nil
	}
	if s.o.DayEnd.holds(now) {
		return bankapi.DayEnd, nil
	}
	mandate, ok, err := t.mandate(m.Mandate)
	switch {
	case err != nil:
		return "", err
	case !ok, mandate.state != stateActive, mandate.authority != m.Authority,
		mandate.account != m.Account, mandate.bank != m.Bank:
		return bankapi.NoMandate, nil
	case a.Debit != "":
		return a.Debit, nil
	case a.Limit > 0 && m.Amount > a.Limit:
		return bankapi.OverLimit, nil
	}
	return "", nil
}

// post moves the money and ends the instruction: OK, or NoFunds.
func (s *Sim) post(t *tx, i Instruction, now time.Time) (Instruction, error) {
	h, ok, err := t.account(i.Account)
	switch {
	case err != nil:
		return i, err
	case !ok:
		return s.end(i, bankapi.BadCard, now), nil
	case h.balance < i.Amount:
		if s.accounts[i.Account].PaysIn {
			h.balance = s.data.Opening
			t.putAccount(i.Account, h)
		}
		return s.end(i, bankapi.NoFunds, now), nil
	}
	h.balance -= i.Amount
	h.debits++
	t.putAccount(i.Account, h)
	if n := s.accounts[i.Account].EndsAfter; n > 0 && h.debits >= n {
		if err := t.endMandate(i.Mandate, stateEnded); err != nil {
			return i, err
		}
	}
	i = s.end(i, bankapi.OK, now)
	t.post(Posting{
		Ref: i.Ref, Bank: i.Bank, Account: i.Account, Mandate: i.Mandate, Amount: i.Amount,
		Purpose: i.Purpose, Trace: i.Trace, At: now, Day: dayOf(now),
	})
	return i, nil
}

// settleDue ends the open debits and refunds whose time has come and works on waiting
// batches. It runs at the start of every transaction, so no reader sees a
// debit open past its time.
func (s *Sim) settleDue(t *tx) error {
	now := s.now()
	if t.due == 0 || t.due > micro(now) {
		return nil
	}
	due, err := t.instructions(`due > 0 AND due <= ? ORDER BY due, serial`, micro(now))
	if err != nil {
		return err
	}
	for _, i := range due {
		when := i.Due
		switch {
		case i.Kind == kindRefund:
			i, err = s.settleRefund(t, i)
		case i.late == bankapi.OK:
			i, err = s.post(t, i, when)
		default:
			i = s.end(i, i.late, when)
		}
		if err == nil {
			err = t.settle(i)
		}
		if err != nil {
			return err
		}
	}
	if err := s.workBatches(t, now); err != nil {
		return err
	}
	return t.nextDue()
}

// query answers what became of a reference. A reference that is unknown and
// whose message would be too old by now is closed: it is refused if it arrives.
func (s *Sim) query(t *tx, m bankapi.Query, now time.Time) (bankapi.Result, error) {
	i, ok, err := t.instruction(m.Ref)
	if err != nil {
		return bankapi.Result{}, err
	}
	if ok {
		return i.result(), nil
	}
	if !s.tooOld(m.Sent, now) {
		return bankapi.Result{Ref: m.Ref, Code: bankapi.NotFound, Message: s.data.Messages[bankapi.NotFound]}, nil
	}
	i = s.end(s.receive(m.Ref, kindClosed, "", now), bankapi.NotFound, now)
	i.Bank = m.Bank
	t.insert(i)
	return i.result(), nil
}

// tooOld tells that a message sent then can't be accepted any more.
func (s *Sim) tooOld(sent, now time.Time) bool {
	return !sent.IsZero() && now.Sub(sent) > s.o.Validity+s.o.Margin
}

func dayOf(t time.Time) string { return t.In(period.Zone).Format(time.DateOnly) }
