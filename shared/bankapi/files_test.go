package bankapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
)

func batch() bankapi.Batch {
	return bankapi.Batch{
		Ref:  bankapi.Ref{Authority: "11101010000", Date: "2026-11-23", Serial: "F1"},
		Bank: "103",
		Items: []bankapi.BatchItem{
			{Serial: "S1", Mandate: "M1", Account: "6228480000000000018", Amount: money.Yuan(3000), Purpose: "养老 2026"},
			{Serial: "S2", Mandate: "M2", Account: "6217000000000000012", Amount: 79500},
		},
	}
}

func encode(tb testing.TB, b bankapi.Batch) string {
	tb.Helper()
	text, err := b.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// sealed replaces the trailer's digest by the right one.
func sealed(text string) string {
	n := strings.LastIndex(text, "T|")
	sum := sha256.Sum256([]byte(text[:n]))
	tail := strings.Split(strings.TrimSuffix(text[n:], "\n"), "|")
	tail[len(tail)-1] = hex.EncodeToString(sum[:])
	return text[:n] + strings.Join(tail, "|") + "\n"
}

func TestParseBatch(t *testing.T) {
	t.Run("reads what was written", func(t *testing.T) {
		b := batch()
		got, err := bankapi.ParseBatch(encode(t, b))
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Errorf("%+v, %v", got, err)
		}
	})
	good := encode(t, batch())
	change := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	for _, c := range []struct {
		name, text string
		code       bankapi.Code
		line       int
	}{
		{"nothing", "", bankapi.BadFile, 0},
		{"no line end", strings.TrimSuffix(good, "\n"), bankapi.BadFile, 0},
		{"carriage returns", strings.ReplaceAll(good, "\n", "\r\n"), bankapi.BadFile, 0},
		{"another kind", sealed(change("DB1", "DB2")), bankapi.BadFile, 1},
		{"no trailer", good[:strings.Index(good, "T|")], bankapi.BadFile, 3},
		{"changed amount", change("|79500|", "|79501|"), bankapi.BadFile, 4},
		{"no such day", sealed(change("2026-11-23", "2026-11-31")), bankapi.BadFile, 1},
		{"no authority", sealed(change("11101010000", "1110101000")), bankapi.BadFile, 1},
		{"a detail is missing", sealed(change("D|S2|M2|6217000000000000012|79500|\n", "")), bankapi.BadLength, 3},
		{"header and trailer differ", sealed(change("|103|2|", "|103|3|")), bankapi.BadLength, 4},
		{"total is not the sum", sealed(strings.ReplaceAll(good, "|379500", "|379501")), bankapi.BadLength, 1},
		{"too few fields", sealed(change("|养老 2026", "")), bankapi.BadRecord, 2},
		{"zero amount", sealed(change("|79500|", "|0|")), bankapi.BadRecord, 3},
		{"amount with a sign", sealed(change("|79500|", "|+79500|")), bankapi.BadRecord, 3},
		{"no account", sealed(change("6217000000000000012", "x")), bankapi.BadRecord, 3},
		{"the same serial", sealed(change("D|S2", "D|S1")), bankapi.DuplicateRecord, 3},
		{"the file's own serial", sealed(change("D|S2", "D|F1")), bankapi.DuplicateRecord, 3},
		{"too long", strings.Repeat("x", bankapi.MaxFile+1), bankapi.BadLength, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := bankapi.ParseBatch(c.text)
			var e *bankapi.FileError
			if !errors.As(err, &e) || e.Code != c.code || e.Line != c.line {
				t.Errorf("error %v, want %s at line %d", err, c.code, c.line)
			}
		})
	}
}

func TestBatch_Encode(t *testing.T) {
	for name, change := range map[string]func(*bankapi.Batch){
		"no items":          func(b *bankapi.Batch) { b.Items = nil },
		"too many items":    func(b *bankapi.Batch) { b.Items = make([]bankapi.BatchItem, bankapi.MaxItems+1) },
		"a separator":       func(b *bankapi.Batch) { b.Items[0].Purpose = "a|b" },
		"a line break":      func(b *bankapi.Batch) { b.Items[0].Purpose = "a\nb" },
		"not UTF-8":         func(b *bankapi.Batch) { b.Items[0].Purpose = "\xff" },
		"an endless amount": func(b *bankapi.Batch) { b.Items[0].Amount = math.MaxInt64 },
		"a serial twice":    func(b *bankapi.Batch) { b.Items[1].Serial = "S1" },
		"a long serial":     func(b *bankapi.Batch) { b.Serial = strings.Repeat("x", 33) },
		"no bank":           func(b *bankapi.Batch) { b.Bank = "" },
	} {
		b := batch()
		change(&b)
		if text, err := b.Encode(); err == nil {
			t.Errorf("%s is written: %s", name, text)
		}
	}
	b := batch()
	b.Items = nil
	for n := range bankapi.MaxItems {
		b.Items = append(b.Items, bankapi.BatchItem{Serial: fmt.Sprint("S", n), Mandate: "M", Account: "6228480000000000018", Amount: 1})
	}
	if _, err := b.Encode(); err != nil {
		t.Error(err)
	}
}

var at = time.Date(2026, 11, 23, 2, 0, 0, 123456000, time.UTC)

func result() bankapi.BatchResult {
	b := batch()
	return bankapi.BatchResult{Ref: b.Ref, Bank: b.Bank, Code: bankapi.OK, Items: []bankapi.Result{
		{Ref: b.Debit(b.Items[0]).Ref, Code: bankapi.OK, Message: "成功", Trace: "T1", Mandate: "M1", Amount: 300000, At: at},
		{Ref: b.Debit(b.Items[1]).Ref, Code: bankapi.NoFunds, Message: "余额不足", Trace: "T2", At: at},
		{Ref: bankapi.Ref{Authority: b.Authority, Date: b.Date, Serial: "S3"}, Code: bankapi.Timeout},
	}}
}

func statement() bankapi.Statement {
	row := bankapi.StatementRow{
		Movement: bankapi.Debited, Ref: batch().Ref, Bank: "103", Trace: "T1", Mandate: "M1", Account: "6228480000000000018", Amount: 300000, At: at,
	}
	back := row
	back.Movement, back.Serial, back.Trace = bankapi.Returned, "R1", "T2"
	return bankapi.Statement{
		StatementQuery: bankapi.StatementQuery{Authority: "11101010000", Bank: "103", Day: "2026-11-23"},
		Closed:         true, Rows: []bankapi.StatementRow{row, row, back},
	}
}

func TestParseResult_readsWhatWasWritten(t *testing.T) {
	text := result().Encode()
	got, err := bankapi.ParseResult(text)
	if err != nil || !reflect.DeepEqual(got, result()) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := bankapi.ParseResult(strings.Replace(text, "|51|", "|00|", 1)); err == nil {
		t.Error("a changed result is accepted")
	}
	if _, err := bankapi.ParseResult(sealed(strings.Replace(text, "D|S2", "D|S1", 1))); err == nil {
		t.Error("two results for one item are accepted")
	}
	if _, err := bankapi.ParseBatch(text); err == nil {
		t.Error("a result is accepted as a batch")
	}
}

func TestParseStatement_readsWhatWasWritten(t *testing.T) {
	for _, s := range []bankapi.Statement{
		statement(),
		{StatementQuery: bankapi.StatementQuery{Authority: "11101010000", Day: "2026-11-23"}},
	} {
		got, err := bankapi.ParseStatement(s.Encode())
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%+v, %v", got, err)
		}
	}
	text := statement().Encode()
	for name, bad := range map[string]string{
		"movement": sealed(strings.Replace(text, "D|R|", "D|X|", 1)),
		"state":    sealed(strings.Replace(text, "|closed|", "|shut|", 1)),
		"amount":   sealed(strings.Replace(text, "|300000|", "|300001|", 1)),
		"time":     sealed(strings.Replace(text, "T02:00:00.123456Z", "T02:00:00Z", 1)),
	} {
		if _, err := bankapi.ParseStatement(bad); err == nil {
			t.Errorf("a statement with a bad %s is accepted", name)
		}
	}
}

func FuzzParseBatch(f *testing.F) {
	f.Add(encode(f, batch()))
	f.Add("H|DB1|11101010000|2026-11-23|F1|103|0|0\nT|0|0|\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, try := range []string{text, resealed(text)} {
			b, err := bankapi.ParseBatch(try)
			if err != nil {
				var e *bankapi.FileError
				if !errors.As(err, &e) {
					t.Fatalf("error %v", err)
				}
				continue
			}
			if again := encode(t, b); again != try {
				t.Errorf("%q is written as %q", try, again)
			}
		}
	})
}

func FuzzParseResult(f *testing.F) {
	f.Add(result().Encode())
	f.Fuzz(func(t *testing.T, text string) {
		for _, try := range []string{text, resealed(text)} {
			if r, err := bankapi.ParseResult(try); err == nil && r.Encode() != try {
				t.Errorf("%q is written as %q", try, r.Encode())
			}
		}
	})
}

func FuzzParseStatement(f *testing.F) {
	f.Add(statement().Encode())
	f.Fuzz(func(t *testing.T, text string) {
		for _, try := range []string{text, resealed(text)} {
			if s, err := bankapi.ParseStatement(try); err == nil && s.Encode() != try {
				t.Errorf("%q is written as %q", try, s.Encode())
			}
		}
	})
}

// resealed gives the fuzzer's text the right digest when it has a trailer.
func resealed(text string) string {
	if !strings.HasSuffix(text, "\n") || !strings.Contains(text, "T|") {
		return text
	}
	return sealed(text)
}
