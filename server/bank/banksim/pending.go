package banksim

import (
	"hash/maphash"
	"strings"

	"shebao/shared/bankapi"
)

// pending holds what an open transaction has to write and what the store knows
// without asking SQLite. The driver parses a statement anew at each run, which
// costs more than the run: so new rows of a whole group are written with one
// statement per table, and hot rows are read once.
type pending struct {
	fresh map[bankapi.Ref]*Instruction
	added []*Instruction
	moved []Posting

	accounts map[string]*cachedAccount
	changed  []string // accounts to be written
	mandates map[string]mandate

	// seen has the hash of every reference in the table, and perhaps more.
	seed maphash.Seed
	seen map[uint64]struct{}
	// due is not later than the earliest open debit or waiting batch; 0: none.
	due int64
}

type cachedAccount struct {
	holder
	dirty bool
}

// maxCached bounds the rows kept from one transaction to the next.
const maxCached = 10_000

func newPending() pending {
	p := pending{seed: maphash.MakeSeed(), seen: map[uint64]struct{}{}}
	p.forget()
	return p
}

// forget drops everything that may not be in the file.
func (p *pending) forget() {
	p.clear()
	p.accounts, p.mandates, p.changed = map[string]*cachedAccount{}, map[string]mandate{}, nil
	p.due = 1 // look
}

func (p *pending) clear() {
	p.fresh, p.added, p.moved = map[bankapi.Ref]*Instruction{}, nil, nil
}

// committed makes room for the next transaction.
func (p *pending) committed() {
	if len(p.accounts) > maxCached || len(p.mandates) > maxCached {
		due := p.due
		p.forget()
		p.due = due
	}
}

func (p *pending) hash(ref bankapi.Ref) uint64 { return maphash.Comparable(p.seed, ref) }

func (p *pending) expect(due int64) {
	if due > 0 && (p.due == 0 || due < p.due) {
		p.due = due
	}
}

// load reads the references at the start.
func (t *tx) load() error {
	return t.each(`SELECT authority, date, serial FROM instruction`, nil, func(scan func(...any) error) error {
		var ref bankapi.Ref
		err := scan(&ref.Authority, &ref.Date, &ref.Serial)
		t.seen[t.hash(ref)] = struct{}{}
		return err
	})
}

// nextDue looks up when there is something to settle next.
func (t *tx) nextDue() error {
	if err := t.flush(); err != nil {
		return err
	}
	_, err := t.one(`SELECT coalesce(min(due), 0) FROM (SELECT min(due) AS due FROM instruction WHERE due > 0
		UNION ALL SELECT min(due) FROM batch WHERE due > 0)`, nil, &t.due)
	return err
}

func (t *tx) insert(i Instruction) {
	i.Seen = 1
	t.fresh[i.Ref] = &i
	t.added = append(t.added, &i)
	t.seen[t.hash(i.Ref)] = struct{}{}
	t.expect(micro(i.Due))
}

func (t *tx) post(p Posting) { t.moved = append(t.moved, p) }

// again counts one more delivery.
func (t *tx) again(ref bankapi.Ref) error {
	if i := t.fresh[ref]; i != nil {
		i.Seen++
		return nil
	}
	return t.exec(`UPDATE instruction SET seen = seen + 1 WHERE authority = ? AND date = ? AND serial = ?`,
		ref.Authority, ref.Date, ref.Serial)
}

// maxRows is how many rows one statement writes: the driver looks through all arguments for
// each of them.
const maxRows = 24

// flush writes the new rows and the changed accounts.
func (t *tx) flush() error {
	var rows [][]any
	for _, i := range t.added {
		rows = append(rows, []any{
			i.Authority, i.Date, i.Serial, i.Kind, i.content, i.Bank, i.Account, i.Mandate, int64(i.Amount), i.Purpose,
			string(i.Code), i.Message, i.Trace, micro(i.At), micro(i.Due), string(i.late), micro(i.Received), i.Seen,
		})
	}
	if err := t.bulk(`INSERT INTO instruction (`+instructionColumns+`) VALUES `, rows, ``); err != nil {
		return err
	}
	rows = nil
	for _, p := range t.moved {
		rows = append(rows, []any{
			p.Authority, p.Date, p.Serial, p.Bank, p.Account, p.Mandate, int64(p.Amount), p.Purpose, p.Trace, micro(p.At), p.Day,
		})
	}
	if err := t.bulk(`INSERT INTO posting (`+postingColumns+`) VALUES `, rows, ``); err != nil {
		return err
	}
	rows = nil
	for _, number := range t.changed {
		if a := t.accounts[number]; a.dirty {
			a.dirty = false
			rows = append(rows, []any{number, a.bank, a.name, a.document, a.id, a.phone, int64(a.balance), a.debits})
		}
	}
	t.changed = nil
	t.clear()
	return t.bulk(`INSERT INTO account (number, bank, holder, document, id, phone, balance, debits) VALUES `, rows,
		` ON CONFLICT (number) DO UPDATE SET balance = excluded.balance, debits = excluded.debits`)
}

// bulk runs one statement for many rows of the same length.
func (t *tx) bulk(before string, rows [][]any, after string) error {
	for len(rows) > 0 {
		n := min(len(rows), maxRows)
		one := "(?" + strings.Repeat(",?", len(rows[0])-1) + ")"
		var args []any
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		query := before + one + strings.Repeat(","+one, n-1) + after //nolint:gosec // constants and placeholders only
		if _, err := t.conn.ExecContext(t.ctx, query, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// putAccount keeps a new or changed account for the next flush.
func (t *tx) putAccount(number string, h holder) {
	t.accounts[number] = &cachedAccount{h, true}
	t.changed = append(t.changed, number)
}

func (t *tx) account(number string) (holder, bool, error) {
	if a := t.accounts[number]; a != nil {
		return a.holder, true, nil
	}
	var h holder
	ok, err := t.one(`SELECT bank, holder, document, id, phone, balance, debits FROM account WHERE number = ?`,
		[]any{number}, &h.bank, &h.name, &h.document, &h.id, &h.phone, &h.balance, &h.debits)
	if ok && err == nil {
		t.accounts[number] = &cachedAccount{h, false}
	}
	return h, ok, err
}

func (t *tx) mandate(number string) (mandate, bool, error) {
	if m, ok := t.mandates[number]; ok {
		return m, true, nil
	}
	var m mandate
	ok, err := t.one(`SELECT authority, account, bank, state FROM mandate WHERE number = ?`, []any{number},
		&m.authority, &m.account, &m.bank, &m.state)
	if ok && err == nil {
		t.mandates[number] = m
	}
	return m, ok, err
}

// endMandate gives the mandate another state.
func (t *tx) endMandate(number, state string) error {
	delete(t.mandates, number)
	return t.exec(`UPDATE mandate SET state = ? WHERE number = ?`, state, number)
}
