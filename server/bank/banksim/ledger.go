package banksim

import (
	"context"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

// Posting is money that moved: one debit of one account.
type Posting struct {
	bankapi.Ref
	Bank    string    `json:"bank"`
	Account string    `json:"account"`
	Mandate string    `json:"mandate"`
	Amount  money.Fen `json:"amount"` // fen
	Purpose string    `json:"purpose"`
	Trace   string    `json:"trace"`
	At      time.Time `json:"at"`
	Day     string    `json:"day"` // posting day, Asia/Shanghai
}

// Ledger is a list of postings in posting order.
type Ledger []Posting

// By counts the postings per key, for instance per due: no count may be above one.
func (l Ledger) By(key func(Posting) string) map[string]int {
	counts := map[string]int{}
	for _, p := range l {
		counts[key(p)]++
	}
	return counts
}

// Of lists the postings under the reference: none or one.
func (l Ledger) Of(ref bankapi.Ref) Ledger {
	var found Ledger
	for _, p := range l {
		if p.Ref == ref {
			found = append(found, p)
		}
	}
	return found
}

// Total is the sum in fen.
func (l Ledger) Total() money.Fen {
	var sum money.Fen
	for _, p := range l {
		sum += p.Amount
	}
	return sum
}

const postingColumns = `authority, date, serial, bank, account, mandate, amount, purpose, trace, at, day`

func (t *tx) postings(where string, args ...any) (Ledger, error) {
	var all Ledger
	err := t.each(`SELECT `+postingColumns+` FROM posting `+where, args, func(scan func(...any) error) error {
		var p Posting
		var at int64
		err := scan(&p.Authority, &p.Date, &p.Serial, &p.Bank, &p.Account, &p.Mandate, &p.Amount, &p.Purpose, &p.Trace, &at, &p.Day)
		p.At = fromMicro(at)
		all = append(all, p)
		return err
	})
	return all, err
}

// Ledger is everything that was posted so far.
func (s *Sim) Ledger(_ context.Context) (Ledger, error) {
	var all Ledger
	err := s.store.do(func(t *tx) (err error) {
		all, err = t.postings(`ORDER BY id`)
		return err
	})
	return all, err
}

// Instructions lists what arrived for an account, oldest first; at most 1000.
func (s *Sim) Instructions(_ context.Context, account string) ([]Instruction, error) {
	var all []Instruction
	err := s.store.do(func(t *tx) (err error) {
		all, err = t.instructions(`account = ? ORDER BY received, serial LIMIT 1000`, account)
		return err
	})
	return all, err
}

// Balance is the money of an account in fen; false when the account is not open.
func (s *Sim) Balance(_ context.Context, account string) (money.Fen, bool, error) {
	var h holder
	var ok bool
	err := s.store.do(func(t *tx) (err error) {
		h, ok, err = t.account(account)
		return err
	})
	return h.balance, ok, err
}

// statement is the day file, with the differences that the faults ask for.
func (s *Sim) statement(t *tx, m bankapi.StatementQuery, now time.Time) (bankapi.FileAnswer, error) {
	f := s.dice.get()
	day, err := time.Parse(time.DateOnly, m.Day)
	if err != nil {
		return bankapi.FileAnswer{}, err
	}
	before := day.AddDate(0, 0, -1).Format(time.DateOnly)
	all, err := t.postings(`WHERE authority = ? AND day IN (?, ?) ORDER BY id`, m.Authority, before, m.Day)
	if err != nil {
		return bankapi.FileAnswer{}, err
	}
	back, err := t.returns(`AND authority = ? AND day IN (?, ?)`, m.Authority, before, m.Day)
	if err != nil {
		return bankapi.FileAnswer{}, err
	}
	st := bankapi.Statement{StatementQuery: m, Closed: m.Day < dayOf(now)}
	for _, p := range append(debited(all), returned(back)...) {
		if m.Bank != "" && p.row.Bank != m.Bank {
			continue
		}
		difference := s.accounts[p.row.Account].Statement
		if difference == NoDifference {
			difference = f.row(p.row.Ref)
		}
		if (p.day == m.Day) == (difference == RowCrossed) {
			continue
		}
		st.Rows = append(st.Rows, rows(p.row, difference)...)
	}
	return bankapi.FileAnswer{Code: bankapi.OK, Message: s.data.Messages[bankapi.OK], File: st.Encode()}, nil
}

// dayRow is a row that belongs in the statement of a day.
type dayRow struct {
	row bankapi.StatementRow
	day string
}

func debited(all Ledger) []dayRow {
	var out []dayRow
	for _, p := range all {
		out = append(out, dayRow{bankapi.StatementRow{
			Ref: p.Ref, Movement: bankapi.Debited, Bank: p.Bank, Trace: p.Trace, Mandate: p.Mandate, Account: p.Account, Amount: p.Amount, At: p.At,
		}, p.Day})
	}
	return out
}

func returned(all []Return) []dayRow {
	var out []dayRow
	for _, p := range all {
		out = append(out, dayRow{bankapi.StatementRow{
			Ref: p.Ref, Movement: bankapi.Returned, Bank: p.Bank, Trace: p.Trace, Mandate: p.Mandate, Account: p.Account, Amount: p.Amount, At: p.At,
		}, p.Day})
	}
	return out
}

// rows are the statement rows of one posting.
func rows(row bankapi.StatementRow, d Difference) []bankapi.StatementRow {
	switch d {
	case RowMissing:
		return nil
	case RowTwice:
		return []bankapi.StatementRow{row, row}
	case RowAmount:
		row.Amount++
	case RowExtra:
		extra := row
		extra.Serial = "X" + row.Trace
		extra.Trace = "X" + row.Trace
		return []bankapi.StatementRow{row, extra}
	case NoDifference, RowCrossed:
	}
	return []bankapi.StatementRow{row}
}
