package banksim_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"shebao/server/bank"
	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

func TestStatement(t *testing.T) {
	t.Run("lists the day's postings of the bank", func(t *testing.T) {
		r := start(t, banksim.Options{})
		a, b := r.seed(plain), r.seed(demoPays)
		b.Ref = r.ref()
		r.code(bankapi.OK)(r.client.Debit(t.Context(), a))
		r.code(bankapi.OK)(r.client.Debit(t.Context(), b))
		got := r.statement("103", "2026-11-23")
		if len(got.Rows) != 1 || got.Rows[0].Ref != a.Ref || got.Rows[0].Amount != a.Amount || got.Closed {
			t.Errorf("statement %+v", got)
		}
		r.clock.Move(24 * time.Hour)
		if got := r.statement("", "2026-11-23"); len(got.Rows) != 2 || !got.Closed {
			t.Errorf("statement %+v", got)
		}
		if got := r.statement("", "2026-11-24"); len(got.Rows) != 0 || got.Closed {
			t.Errorf("statement %+v", got)
		}
	})
	t.Run("the day is that of Shanghai", func(t *testing.T) {
		r := start(t, banksim.Options{})
		d := r.seed(plain)
		r.clock.Move(14*time.Hour - time.Microsecond)
		r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
		r.clock.Move(time.Microsecond)
		d.Ref = r.ref()
		r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
		for _, day := range []string{"2026-11-23", "2026-11-24"} {
			if got := r.statement("", day); len(got.Rows) != 1 {
				t.Errorf("%s has %d rows", day, len(got.Rows))
			}
		}
	})
	for _, c := range []struct {
		name, account  string
		faults         banksim.Faults
		today, nextDay int
		amount         int64
	}{
		{"missing", "6228480000000001164", banksim.Faults{RowMissing: 1000}, 0, 0, 0},
		{"extra", "6228480000000001172", banksim.Faults{RowExtra: 1000}, 2, 0, 600000},
		{"amount", "6228480000000001180", banksim.Faults{RowAmount: 1000}, 1, 0, 300001},
		{"twice", "6228480000000001198", banksim.Faults{RowTwice: 1000}, 2, 0, 600000},
		{"crossed", "6228480000000001206", banksim.Faults{RowCrossed: 1000}, 0, 1, 0},
	} {
		for _, by := range []string{"account", "rate"} {
			t.Run(c.name+" by "+by, func(t *testing.T) {
				account, o := c.account, banksim.Options{}
				if by == "rate" {
					account, o = plain, banksim.Options{Faults: c.faults}
				}
				r := start(t, o)
				d := r.seed(account)
				r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
				got := r.statement("103", "2026-11-23")
				var sum int64
				for _, row := range got.Rows {
					sum += int64(row.Amount)
				}
				if len(got.Rows) != c.today || sum != c.amount {
					t.Errorf("statement %+v", got)
				}
				if next := r.statement("103", "2026-11-24"); len(next.Rows) != c.nextDay {
					t.Errorf("next day %+v", next)
				}
				if l := r.ledger(); len(l) != 1 || l[0].Amount != d.Amount {
					t.Errorf("the ledger itself differs: %+v", l)
				}
			})
		}
	}
	t.Run("a damaged file is found", func(t *testing.T) {
		r := start(t, banksim.Options{Faults: banksim.Faults{GarbledFile: 1000}})
		r.code(bankapi.OK)(r.client.Debit(t.Context(), r.seed(plain)))
		_, err := r.client.Statement(t.Context(), bankapi.StatementQuery{Authority: authority, Day: "2026-11-23"})
		lost(t, err)
		var file *bankapi.FileError
		if !errors.As(err, &file) || file.Code != bankapi.BadFile {
			t.Errorf("error %v", err)
		}
	})
}

func (r *rig) statement(code, day string) bankapi.Statement {
	r.t.Helper()
	s, err := r.client.Statement(r.t.Context(), bankapi.StatementQuery{Authority: authority, Bank: code, Day: day})
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func TestBatch(t *testing.T) {
	batch := func(r *rig, accounts ...string) bankapi.Batch {
		b := bankapi.Batch{Ref: r.ref(), Bank: "103"}
		for _, a := range accounts {
			d := r.seed(a)
			b.Items = append(b.Items, bankapi.BatchItem{Serial: d.Serial, Mandate: d.Mandate, Account: a, Amount: d.Amount, Purpose: d.Purpose})
		}
		return b
	}
	submit := func(t *testing.T, r *rig, b bankapi.Batch, want bankapi.Code) bankapi.BatchReceipt {
		t.Helper()
		got, err := r.client.SubmitBatch(t.Context(), b)
		if err != nil || got.Code != want {
			t.Fatalf("receipt %+v, %v, want %s", got, err, want)
		}
		return got
	}
	fetch := func(t *testing.T, r *rig, b bankapi.Batch, want bankapi.Code) bankapi.BatchResult {
		t.Helper()
		got, err := r.client.FetchBatch(t.Context(), bankapi.BatchQuery{Ref: b.Ref, Bank: b.Bank, Sent: r.clock.Now().Add(-time.Hour)})
		if err != nil || got.Code != want {
			t.Fatalf("result %+v, %v, want %s", got, err, want)
		}
		return got
	}
	t.Run("every item gets its result", func(t *testing.T) {
		r := start(t, banksim.Options{BatchAfter: 2 * time.Second})
		b := batch(r, plain, "6228480000000001032", "6228480000000001016")
		submit(t, r, b, bankapi.Accepted)
		fetch(t, r, b, bankapi.Accepted)
		r.clock.Move(2 * time.Second)
		var codes []bankapi.Code
		for _, i := range fetch(t, r, b, bankapi.OK).Items {
			codes = append(codes, i.Code)
		}
		if want := []bankapi.Code{bankapi.OK, bankapi.BadCard, bankapi.Accepted}; !slices.Equal(codes, want) {
			t.Errorf("codes %v, want %v", codes, want)
		}
		r.clock.Move(5 * time.Second)
		if got := fetch(t, r, b, bankapi.OK).Items[2]; got.Code != bankapi.OK {
			t.Errorf("late item %+v", got)
		}
		r.code(bankapi.OK)(r.client.Query(t.Context(), bankapi.Query{Ref: b.Debit(b.Items[0]).Ref, Bank: "103"}))
		if l := r.ledger(); len(l) != 2 {
			t.Errorf("ledger %+v", l)
		}
	})
	t.Run("the same file again is known by its digest", func(t *testing.T) {
		r := start(t, banksim.Options{})
		b := batch(r, plain)
		first := submit(t, r, b, bankapi.Accepted)
		if again := submit(t, r, b, bankapi.FileDone); again.Digest != first.Digest || again.Trace != first.Trace {
			t.Errorf("receipt %+v, first %+v", again, first)
		}
		b.Items[0].Amount++
		if text, _ := b.Encode(); submit(t, r, b, bankapi.FileDone).Digest == bankapi.FileDigest(text) {
			t.Error("the digest of another file")
		}
		if r.Counts().Conflicts.Load() != 1 {
			t.Error("no conflict counted")
		}
		r.clock.Move(time.Minute)
		fetch(t, r, b, bankapi.OK)
		if len(r.ledger()) != 1 {
			t.Error("debited twice")
		}
	})
	t.Run("an item that was debited alone is not debited again", func(t *testing.T) {
		r := start(t, banksim.Options{})
		b := batch(r, plain, plain)
		r.code(bankapi.OK)(r.client.Debit(t.Context(), b.Debit(b.Items[0])))
		conflict := b.Debit(b.Items[1])
		conflict.Amount++
		r.code(bankapi.OK)(r.client.Debit(t.Context(), conflict))
		submit(t, r, b, bankapi.Accepted)
		r.clock.Move(time.Minute)
		got := fetch(t, r, b, bankapi.OK).Items
		if got[0].Code != bankapi.OK || got[1].Code != bankapi.Duplicate || len(r.ledger()) != 2 {
			t.Errorf("items %+v", got)
		}
	})
	t.Run("a file that is not found for good is refused later", func(t *testing.T) {
		r := start(t, banksim.Options{})
		b := batch(r, plain)
		if got := fetch(t, r, b, bankapi.NotFound); !got.Final {
			t.Errorf("result %+v", got)
		}
		submit(t, r, b, bankapi.NotFound)
		r.clock.Move(time.Minute)
		if len(r.ledger()) != 0 {
			t.Error("debited")
		}
	})
	t.Run("a thousand items in one file", func(t *testing.T) {
		r := start(t, banksim.Options{})
		b := batch(r, plain)
		one := b.Items[0]
		b.Items = nil
		for n := range bankapi.MaxItems {
			one.Serial = fmt.Sprintf("I%04d", n)
			b.Items = append(b.Items, one)
		}
		submit(t, r, b, bankapi.Accepted)
		r.clock.Move(time.Minute)
		if got := fetch(t, r, b, bankapi.OK); len(got.Items) != bankapi.MaxItems || len(r.ledger()) != bankapi.MaxItems {
			t.Errorf("%d results, %d postings", len(got.Items), len(r.ledger()))
		}
	})
	t.Run("a batch that breaks the format is not sent", func(t *testing.T) {
		r := start(t, banksim.Options{})
		b := batch(r, plain)
		b.Items = append(b.Items, b.Items[0])
		_, err := r.client.SubmitBatch(t.Context(), b)
		var not *bank.NotSentError
		var file *bankapi.FileError
		if !errors.As(err, &not) || !errors.As(err, &file) || file.Code != bankapi.DuplicateRecord {
			t.Errorf("error %v", err)
		}
	})
}
