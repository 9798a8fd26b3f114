package bankapi

import (
	"errors"

	"shebao/shared/money"
)

// Encode is the batch as a file. The error is a *FormatError for a value that a
// file can't carry, or a *FileError for a batch that the bank would refuse.
func (b Batch) Encode() (string, error) {
	if err := b.Check(); err != nil {
		return "", err
	}
	total, _ := b.Total()
	f := file{head: []string{b.Authority, b.Date, b.Serial, b.Bank}, total: total}
	for _, i := range b.Items {
		f.rows = append(f.rows, []string{i.Serial, i.Mandate, i.Account, fen(i.Amount), i.Purpose})
	}
	return encodeFile(batchKind, f), nil
}

// Check tells whether the batch can be written as a file; errors as in Encode.
func (b Batch) Check() error {
	if err := b.Ref.Check(); err != nil {
		return err
	}
	if !bankCode(b.Bank) {
		return &FormatError{"bank"}
	}
	if len(b.Items) == 0 || len(b.Items) > MaxItems {
		return &FileError{BadLength, 0, "number of items"}
	}
	seen := map[string]bool{b.Serial: true}
	for n, i := range b.Items {
		var bad *FormatError
		if err := i.check(); errors.As(err, &bad) {
			return &FileError{BadRecord, n + 2, bad.Field}
		}
		if seen[i.Serial] {
			return &FileError{DuplicateRecord, n + 2, "serial"}
		}
		seen[i.Serial] = true
	}
	if _, ok := b.Total(); !ok {
		return &FileError{BadLength, 0, "total too large"}
	}
	return nil
}

// ParseBatch reads a batch file; the error is a *FileError with the file-level code.
func ParseBatch(text string) (Batch, error) {
	f, err := decodeFile(batchKind, text, 4, 5)
	if err != nil {
		return Batch{}, err
	}
	b := Batch{Ref: Ref{f.head[0], f.head[1], f.head[2]}, Bank: f.head[3]}
	for n, r := range f.rows {
		amount, ok := number(r[3])
		if !ok {
			return Batch{}, &FileError{BadRecord, n + 2, "amount"}
		}
		b.Items = append(b.Items, BatchItem{Serial: r[0], Mandate: r[1], Account: r[2], Amount: money.Fen(amount), Purpose: r[4]})
	}
	var bad *FormatError
	if err := b.Check(); errors.As(err, &bad) {
		return Batch{}, &FileError{BadFile, 1, bad.Field}
	} else if err != nil {
		return Batch{}, err
	}
	if total, _ := b.Total(); total != f.total {
		return Batch{}, &FileError{BadLength, 1, "total"}
	}
	return b, nil
}

// Encode is the result as a file; only a result with Code OK has one. Its total
// is the sum of what was debited.
func (r BatchResult) Encode() string {
	f := file{head: []string{r.Authority, r.Date, r.Serial, r.Bank}}
	for _, i := range r.Items {
		if i.Code == OK {
			f.total += i.Amount
		}
		f.rows = append(f.rows, []string{i.Serial, string(i.Code), fen(i.Amount), i.Trace, i.Mandate, at(i.At), i.Message})
	}
	return encodeFile(resultKind, f)
}

// ParseResult reads a result file; the error is a *FileError.
func ParseResult(text string) (BatchResult, error) {
	f, err := decodeFile(resultKind, text, 4, 7)
	if err != nil {
		return BatchResult{}, err
	}
	b := BatchResult{Ref: Ref{f.head[0], f.head[1], f.head[2]}, Bank: f.head[3], Code: OK}
	if ref := b.Ref; ref.Check() != nil || !bankCode(b.Bank) {
		return BatchResult{}, &FileError{BadFile, 1, "header"}
	}
	var total money.Fen
	seen := map[string]bool{}
	for n, r := range f.rows {
		amount, ok := number(r[2])
		when, ok2 := parseAt(r[5])
		if !ok || !ok2 || !token(r[0], maxSerial) || !token(r[1], 2) || !text1(r[6]) {
			return BatchResult{}, &FileError{BadRecord, n + 2, "fields"}
		}
		if seen[r[0]] {
			return BatchResult{}, &FileError{DuplicateRecord, n + 2, "serial"}
		}
		seen[r[0]] = true
		i := Result{
			Ref: Ref{b.Authority, b.Date, r[0]}, Code: Code(r[1]), Message: r[6],
			Trace: r[3], Mandate: r[4], Amount: money.Fen(amount), At: when,
		}
		if i.Code == OK {
			total += i.Amount
		}
		b.Items = append(b.Items, i)
	}
	if total != f.total {
		return BatchResult{}, &FileError{BadLength, 1, "total"}
	}
	return b, nil
}

// Encode is the statement as a file.
func (s Statement) Encode() string {
	state := "open"
	if s.Closed {
		state = "closed"
	}
	f := file{head: []string{s.Authority, s.Day, s.Bank, state}}
	for _, r := range s.Rows {
		f.total += r.Amount
		f.rows = append(f.rows, []string{string(r.Movement), r.Date, r.Serial, r.Bank, r.Trace, r.Mandate, r.Account, fen(r.Amount), at(r.At)})
	}
	return encodeFile(statementKind, f)
}

// ParseStatement reads a statement file; the error is a *FileError. It does not
// judge the rows against each other: the same row twice is a finding for
// reconciliation, not a reason to refuse the file.
func ParseStatement(text string) (Statement, error) {
	f, err := decodeFile(statementKind, text, 4, 9)
	if err != nil {
		return Statement{}, err
	}
	s := Statement{
		StatementQuery: StatementQuery{Authority: f.head[0], Day: f.head[1], Bank: f.head[2]},
		Closed:         f.head[3] == "closed",
	}
	if s.Check() != nil || !s.Closed && f.head[3] != "open" {
		return Statement{}, &FileError{BadFile, 1, "header"}
	}
	var total money.Fen
	for n, r := range f.rows {
		amount, ok := number(r[7])
		when, ok2 := parseAt(r[8])
		row := StatementRow{
			Movement: Movement(r[0]), Ref: Ref{s.Authority, r[1], r[2]}, Bank: r[3], Trace: r[4],
			Mandate: r[5], Account: r[6], Amount: money.Fen(amount), At: when,
		}
		known := row.Movement == Debited || row.Movement == Returned
		if !known || !ok || !ok2 || when.IsZero() || row.Check() != nil || !bankCode(row.Bank) || !account(row.Account) {
			return Statement{}, &FileError{BadRecord, n + 2, "fields"}
		}
		total += row.Amount
		s.Rows = append(s.Rows, row)
	}
	if total != f.total {
		return Statement{}, &FileError{BadLength, 1, "total"}
	}
	return s, nil
}

func text1(s string) bool { return text(s, 200) }
