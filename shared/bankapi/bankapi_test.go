package bankapi_test

import (
	"errors"
	"strings"
	"testing"

	"shebao/shared/bankapi"
)

func TestOutcome(t *testing.T) {
	for code, want := range map[bankapi.Code]bankapi.Outcome{
		bankapi.OK: bankapi.Moved, bankapi.Accepted: bankapi.Unknown, bankapi.Duplicate: bankapi.Unknown,
		bankapi.BadCard: bankapi.Refused, bankapi.NoMandate: bankapi.Refused, bankapi.NoFunds: bankapi.Refused,
		bankapi.OverLimit: bankapi.Refused, bankapi.Restricted: bankapi.Refused, bankapi.Mismatch: bankapi.Refused,
		bankapi.DayEnd: bankapi.Refused, bankapi.SystemError: bankapi.Refused, bankapi.Timeout: bankapi.Unknown,
		bankapi.NoOriginal: bankapi.Refused, bankapi.OverRefund: bankapi.Refused,
		bankapi.NotFound: bankapi.Unknown, bankapi.BadMessage: bankapi.Unknown, "": bankapi.Unknown, "77": bankapi.Unknown,
	} {
		if got := code.Outcome(); got != want {
			t.Errorf("%q means %d, want %d", code, got, want)
		}
		if got := (bankapi.Result{Code: code}).Outcome(); got != want {
			t.Errorf("the answer %q means %d, want %d", code, got, want)
		}
	}
	if got := (bankapi.Result{Code: bankapi.NotFound, Final: true}).Outcome(); got != bankapi.Refused {
		t.Errorf("a final NotFound means %d", got)
	}
	if got := (bankapi.Result{Code: bankapi.Timeout, Final: true}).Outcome(); got != bankapi.Unknown {
		t.Errorf("Final on another code means %d", got)
	}
}

func TestCheck(t *testing.T) {
	ref := bankapi.Ref{Authority: "11101010000", Date: "2026-11-23", Serial: "S1"}
	mandate := bankapi.Mandate{
		Ref: ref, Bank: "103", Account: "6228480000000000018", Holder: "欧阳𠮷",
		Document: "201", Number: "110105198810010016", Phone: "13800000005",
	}
	if err := mandate.Check(); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*bankapi.Mandate){
		"authority": func(m *bankapi.Mandate) { m.Authority = "1110101000x" },
		"date":      func(m *bankapi.Mandate) { m.Date = "2026-2-3" },
		"serial":    func(m *bankapi.Mandate) { m.Serial = strings.Repeat("9", 33) },
		"bank":      func(m *bankapi.Mandate) { m.Bank = "10" },
		"account":   func(m *bankapi.Mandate) { m.Account = "6228 4800" },
		"holder":    func(m *bankapi.Mandate) { m.Holder = "" },
		"document":  func(m *bankapi.Mandate) { m.Document = "x" },
		"number":    func(m *bankapi.Mandate) { m.Number = "1|2" },
		"phone":     func(m *bankapi.Mandate) { m.Phone = "+8613800000005" },
	} {
		m := mandate
		change(&m)
		var e *bankapi.FormatError
		if err := m.Check(); !errors.As(err, &e) || e.Field != field {
			t.Errorf("error %v, want the field %s", err, field)
		}
	}
	refund := bankapi.Refund{
		Ref: ref, Bank: "103", Original: bankapi.Ref{Authority: ref.Authority, Date: "2026-11-20", Serial: "S0"}, Amount: 79500, Purpose: "退费",
	}
	if err := refund.Check(); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(*bankapi.Refund){
		"bank":     func(m *bankapi.Refund) { m.Bank = "" },
		"original": func(m *bankapi.Refund) { m.Original.Authority = "11101020000" },
		"amount":   func(m *bankapi.Refund) { m.Amount = 0 },
		"purpose":  func(m *bankapi.Refund) { m.Purpose = "a|b" },
	} {
		m := refund
		change(&m)
		var e *bankapi.FormatError
		if err := m.Check(); !errors.As(err, &e) || e.Field != field {
			t.Errorf("error %v, want the field %s", err, field)
		}
	}
	for name, err := range map[string]error{
		"confirm":   bankapi.Confirm{Ref: ref, Bank: "103", SMS: "12345x"}.Check(),
		"revoke":    bankapi.Revoke{Ref: ref, Bank: "103"}.Check(),
		"debit":     bankapi.Debit{Ref: ref, Bank: "103", Mandate: "M", Account: "6228480000000000018"}.Check(),
		"query":     bankapi.Query{Ref: ref}.Check(),
		"statement": bankapi.StatementQuery{Authority: "11101010000", Day: "23"}.Check(),
	} {
		if err == nil {
			t.Errorf("a bad %s is accepted", name)
		}
	}
}
