package banksim_test

import (
	"context"
	"testing"
	"time"

	"shebao/server/bank/banksim"
	"shebao/shared/bankapi"
)

func (r *rig) confirm(m bankapi.Mandate, code string) (bankapi.Result, error) {
	return r.client.Confirm(context.Background(), bankapi.Confirm{Ref: m.Ref, Bank: m.Bank, SMS: code})
}

// sign signs a mandate to its end and returns the confirmed answer.
func (r *rig) sign(account string) (bankapi.Mandate, bankapi.Result) {
	r.t.Helper()
	m := r.mandate(account)
	r.code(bankapi.Accepted)(r.client.Sign(r.t.Context(), m))
	return m, r.code(bankapi.OK)(r.confirm(m, r.lastSMS()))
}

func other(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestSign(t *testing.T) {
	t.Run("a signed account can be debited and shows under a query", func(t *testing.T) {
		var phone, text string
		r := start(t, banksim.Options{SendSMS: func(p, s string) { phone, text = p, s }})
		m, got := r.sign(plain)
		if got.Mandate == "" || phone != m.Phone || text == "" {
			t.Fatalf("answer %+v, SMS to %q", got, phone)
		}
		asked := r.code(bankapi.OK)(r.client.Query(t.Context(), bankapi.Query{Ref: m.Ref, Bank: m.Bank}))
		if asked != got {
			t.Errorf("query answers %+v, the confirmation %+v", asked, got)
		}
		again := r.code(bankapi.OK)(r.confirm(m, "123456"))
		if again != got {
			t.Errorf("repeated confirmation answers %+v", again)
		}
		d := bankapi.Debit{Ref: r.ref(), Bank: m.Bank, Mandate: got.Mandate, Account: plain, Amount: 1}
		r.code(bankapi.OK)(r.client.Debit(t.Context(), d))
	})
	t.Run("a repeated message sends no second SMS", func(t *testing.T) {
		r := start(t, banksim.Options{})
		m := r.mandate(plain)
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), m))
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), m))
		if n := len(r.Inbox()); n != 1 {
			t.Errorf("%d SMS", n)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		for _, c := range []struct {
			name, account string
			change        func(*bankapi.Mandate)
			code          bankapi.Code
		}{
			{"holder differs", "6222020000000000059", nil, bankapi.Mismatch},
			{"no phone", "6228480000000001099", nil, bankapi.NoPhone},
			{"wrong check digit", "6228480000000000017", nil, bankapi.BadCard},
			{"another bank's card", demoPays, func(m *bankapi.Mandate) { m.Bank = "105" }, bankapi.BadCard},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := start(t, banksim.Options{})
				m := r.mandate(c.account)
				if c.change != nil {
					c.change(&m)
				}
				r.code(c.code)(r.client.Sign(t.Context(), m))
				r.code(c.code)(r.client.Query(t.Context(), bankapi.Query{Ref: m.Ref, Bank: m.Bank}))
				if n := len(r.Inbox()); n != 0 {
					t.Errorf("%d SMS", n)
				}
			})
		}
	})
	t.Run("an account that is signed already is refused until it is revoked", func(t *testing.T) {
		r := start(t, banksim.Options{})
		m, got := r.sign(plain)
		r.code(bankapi.MandateExists)(r.client.Sign(t.Context(), r.mandate(plain)))
		r.code(bankapi.OK)(r.client.Revoke(t.Context(), bankapi.Revoke{Ref: r.ref(), Bank: m.Bank, Mandate: got.Mandate}))
		r.sign(plain)
	})
	t.Run("of two signings of one account the second to be confirmed is refused", func(t *testing.T) {
		r := start(t, banksim.Options{})
		a, b := r.mandate(plain), r.mandate(plain)
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), a))
		codeA := r.lastSMS()
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), b))
		r.code(bankapi.OK)(r.confirm(b, r.lastSMS()))
		r.code(bankapi.MandateExists)(r.confirm(a, codeA))
	})
	t.Run("the account belongs to its first signer", func(t *testing.T) {
		r := start(t, banksim.Options{})
		r.sign(plain)
		m := r.mandate(plain)
		m.Authority, m.Holder = "11101020000", "王秀英"
		r.code(bankapi.Mismatch)(r.client.Sign(t.Context(), m))
	})
	t.Run("an old passbook has no check digit", func(t *testing.T) {
		r := start(t, banksim.Options{})
		r.sign("010012345678")
	})
}

func TestConfirm(t *testing.T) {
	t.Run("five wrong codes end the signing", func(t *testing.T) {
		r := start(t, banksim.Options{})
		m := r.mandate(plain)
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), m))
		right := r.lastSMS()
		for left := 4; left > 0; left-- {
			if got := r.code(bankapi.WrongSMS)(r.confirm(m, other(right))); got.Tries != left {
				t.Errorf("%d tries left, want %d", got.Tries, left)
			}
		}
		r.code(bankapi.SMSOver)(r.confirm(m, other(right)))
		r.code(bankapi.SMSOver)(r.confirm(m, right))
		r.code(bankapi.SMSOver)(r.client.Query(t.Context(), bankapi.Query{Ref: m.Ref, Bank: m.Bank}))
	})
	t.Run("a code ends after five minutes", func(t *testing.T) {
		r := start(t, banksim.Options{})
		m := r.mandate(plain)
		r.code(bankapi.Accepted)(r.client.Sign(t.Context(), m))
		r.clock.Move(5*time.Minute + time.Microsecond)
		r.code(bankapi.SMSOver)(r.confirm(m, r.lastSMS()))
	})
	t.Run("an unknown signing is not found", func(t *testing.T) {
		r := start(t, banksim.Options{})
		r.code(bankapi.NotFound)(r.confirm(r.mandate(plain), "123456"))
	})
}

func TestRevoke(t *testing.T) {
	r := start(t, banksim.Options{})
	d := r.seed(plain)
	m := bankapi.Revoke{Ref: r.ref(), Bank: d.Bank, Mandate: d.Mandate}
	r.code(bankapi.OK)(r.client.Revoke(t.Context(), m))
	r.code(bankapi.OK)(r.client.Revoke(t.Context(), m)) // the same message again
	r.code(bankapi.NoMandate)(r.client.Debit(t.Context(), d))
	m.Ref = r.ref()
	r.code(bankapi.NoMandate)(r.client.Revoke(t.Context(), m))
	m = bankapi.Revoke{Ref: m.Ref, Bank: d.Bank, Mandate: "M-other"}
	r.code(bankapi.Duplicate)(r.client.Revoke(t.Context(), m))
}

func TestSeed(t *testing.T) {
	t.Run("seeding again changes nothing", func(t *testing.T) {
		r := start(t, banksim.Options{})
		d := r.seed(plain)
		r.code(bankapi.OK)(r.client.Revoke(t.Context(), bankapi.Revoke{Ref: r.ref(), Bank: d.Bank, Mandate: d.Mandate}))
		d = r.seed(plain)
		r.code(bankapi.NoMandate)(r.client.Debit(t.Context(), d))
	})
	t.Run("all or none", func(t *testing.T) {
		r := start(t, banksim.Options{})
		good := banksim.Seed{
			Mandate: "M-1", Authority: authority, Bank: "103", Account: plain, Holder: "李明",
			Document: "201", Number: "110101199003071233", Phone: "13800000001",
		}
		clash := good
		clash.Mandate = "M-2" // the same account and authority
		if err := r.Seed(t.Context(), good, clash); err == nil {
			t.Fatal("two live mandates for one account")
		}
		if _, ok, _ := r.Balance(t.Context(), plain); ok {
			t.Error("the account of a failed seed is open")
		}
		if err := r.Seed(t.Context(), good); err != nil {
			t.Error(err)
		}
	})
}

func TestDemoAccounts(t *testing.T) {
	accounts, err := banksim.DemoAccounts()
	if err != nil || len(accounts) < 7 {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	r := start(t, banksim.Options{})
	for _, a := range accounts {
		m := r.mandate(a.Number)
		if m.Bank != a.Bank {
			t.Errorf("%s belongs to bank %s", a.Number, a.Bank)
		}
		want := bankapi.Accepted
		if a.Sign != "" {
			want = a.Sign
		}
		r.code(want)(r.client.Sign(t.Context(), m))
	}
}
