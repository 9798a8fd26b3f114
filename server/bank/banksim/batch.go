package banksim

import (
	"errors"
	"fmt"
	"time"

	"shebao/shared/bankapi"
)

// The states of a batch file.
const (
	batchAccepted = "accepted"
	batchDone     = "done"
	batchClosed   = "closed" // never arrived, answered NotFound for good
)

type batchRow struct{ bank, digest, trace, file, state string }

func (t *tx) batch(ref bankapi.Ref) (batchRow, bool, error) {
	var b batchRow
	ok, err := t.one(`SELECT bank, digest, trace, file, state FROM batch WHERE authority = ? AND date = ? AND serial = ?`,
		[]any{ref.Authority, ref.Date, ref.Serial}, &b.bank, &b.digest, &b.trace, &b.file, &b.state)
	return b, ok, err
}

func (t *tx) addBatch(ref bankapi.Ref, b batchRow, received, due time.Time) error {
	t.expect(micro(due))
	return t.exec(`INSERT INTO batch (authority, date, serial, bank, digest, trace, file, received, due, state) VALUES (?,?,?,?,?,?,?,?,?,?)`,
		ref.Authority, ref.Date, ref.Serial, b.bank, b.digest, b.trace, b.file, micro(received), micro(due), b.state)
}

// submit takes a readable file in; its items are worked on after Options.BatchAfter.
func (s *Sim) submit(t *tx, b bankapi.Batch, file string, now time.Time) (bankapi.BatchReceipt, error) {
	digest := bankapi.FileDigest(file)
	known, ok, err := t.batch(b.Ref)
	if err != nil {
		return bankapi.BatchReceipt{}, err
	}
	answer := func(code bankapi.Code, row batchRow) bankapi.BatchReceipt {
		return bankapi.BatchReceipt{Ref: b.Ref, Code: code, Message: s.data.Messages[code], Trace: row.trace, Digest: row.digest}
	}
	switch {
	case ok && known.state == batchClosed:
		s.count.Closed.Add(1)
		return answer(bankapi.NotFound, known), nil
	case ok && known.digest == digest:
		s.count.Repeats.Add(1)
		return answer(bankapi.FileDone, known), nil
	case ok:
		s.count.Conflicts.Add(1)
		return answer(bankapi.FileDone, known), nil
	}
	row := batchRow{bank: b.Bank, digest: digest, trace: s.trace(now), file: file, state: batchAccepted}
	return answer(bankapi.Accepted, row), t.addBatch(b.Ref, row, now, now.Add(s.o.BatchAfter))
}

// workBatches debits the items of the files whose time has come.
func (s *Sim) workBatches(t *tx, now time.Time) error {
	var files []string
	err := t.each(`SELECT file FROM batch WHERE due > 0 AND due <= ? ORDER BY due, serial`, []any{micro(now)}, func(scan func(...any) error) error {
		var file string
		err := scan(&file)
		files = append(files, file)
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range files {
		b, err := bankapi.ParseBatch(file)
		if err != nil {
			return fmt.Errorf("read stored batch: %w", err)
		}
		if err := t.ahead(b); err != nil {
			return err
		}
		for _, i := range b.Items {
			if _, err := s.debit(t, b.Debit(i), forced{}, now); err != nil {
				return err
			}
		}
		if err := t.exec(`UPDATE batch SET due = 0, state = ? WHERE authority = ? AND date = ? AND serial = ?`,
			batchDone, b.Authority, b.Date, b.Serial); err != nil {
			return err
		}
	}
	return nil
}

// fetch is the result of a file as of now.
func (s *Sim) fetch(t *tx, m bankapi.BatchQuery, now time.Time) (bankapi.FileAnswer, error) {
	answer := func(code bankapi.Code) bankapi.FileAnswer {
		return bankapi.FileAnswer{Code: code, Message: s.data.Messages[code]}
	}
	row, ok, err := t.batch(m.Ref)
	switch {
	case err != nil:
		return bankapi.FileAnswer{}, err
	case !ok && s.tooOld(m.Sent, now):
		row = batchRow{bank: m.Bank, state: batchClosed}
		if err := t.addBatch(m.Ref, row, now, time.Time{}); err != nil {
			return bankapi.FileAnswer{}, err
		}
	case !ok, row.bank != m.Bank:
		return answer(bankapi.NotFound), nil
	case row.state == batchAccepted:
		return answer(bankapi.Accepted), nil
	}
	if row.state == batchClosed {
		a := answer(bankapi.NotFound)
		a.Final = true
		return a, nil
	}
	b, err := bankapi.ParseBatch(row.file)
	if err != nil {
		return bankapi.FileAnswer{}, fmt.Errorf("read stored batch: %w", err)
	}
	result := bankapi.BatchResult{Ref: b.Ref, Bank: b.Bank}
	known, err := t.instructionsOf(b)
	if err != nil {
		return bankapi.FileAnswer{}, err
	}
	for _, item := range b.Items {
		r, err := s.itemResult(known, b.Debit(item))
		if err != nil {
			return bankapi.FileAnswer{}, err
		}
		result.Items = append(result.Items, r)
	}
	a := answer(bankapi.OK)
	a.File = result.Encode()
	return a, nil
}

func (s *Sim) itemResult(known map[bankapi.Ref]Instruction, m bankapi.Debit) (bankapi.Result, error) {
	i, ok := known[m.Ref]
	content, err := contentOf(m)
	if err != nil {
		return bankapi.Result{}, err
	}
	if !ok {
		return bankapi.Result{}, errors.New("item of a finished batch is missing")
	}
	if i.Kind != kindClosed && (i.Kind != kindDebit || i.content != content) {
		return bankapi.Result{Ref: m.Ref, Code: bankapi.Duplicate, Message: s.data.Messages[bankapi.Duplicate]}, nil
	}
	return i.result(), nil
}
