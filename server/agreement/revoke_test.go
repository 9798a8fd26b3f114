package agreement_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"shebao/server/agreement"
	"shebao/server/bank/banksim"
	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/notice"
	"shebao/shared/period"
)

// debit tries a debit under the agreement's mandate at the bank.
func (r *rig) debit(a model.Agreement, serial string) bankapi.Code {
	r.t.Helper()
	account, err := r.AccountNumber(r.ctx(), a.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := r.client.Debit(r.ctx(), bankapi.Debit{
		Ref:  bankapi.Ref{Authority: a.Authority, Date: period.DateOf(r.clock.Now()).String(), Serial: serial},
		Bank: a.Bank, Mandate: a.Mandate, Account: account, Amount: money.Yuan(1), Purpose: "test",
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return res.Code
}

func TestRevoke(t *testing.T) {
	t.Run("a revoked agreement can be used by nobody, here or at the bank", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		r.clock.Advance(24 * time.Hour)
		if code := r.debit(a, "before"); code != bankapi.OK {
			t.Fatal(code)
		}
		got, err := r.Revoke(t.Context(), "li", a.ID)
		if err != nil || got.State != model.Revoked || got.Open || got.Ended.IsZero() {
			t.Fatalf("%+v %v", got, err)
		}
		if o := got.ObstacleOn(period.DateOf(r.clock.Now()), dongcheng); o != model.WasRevoked {
			t.Error(o)
		}
		if code := r.debit(a, "after"); code != bankapi.NoMandate {
			t.Error(code)
		}
		if len(r.letters.of(notice.Revoked)) != 1 {
			t.Error("the payer was not told")
		}
		r.apply(form(pays), model.Verifying) // the account is free again
	})
	t.Run("revoking twice is refused with the agreement", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		if _, err := r.Revoke(t.Context(), "li", a.ID); err != nil {
			t.Fatal(err)
		}
		got, err := r.Revoke(t.Context(), "li", a.ID)
		if !errors.Is(err, agreement.ErrRevoked) || err.Error() != "协议已撤销，不能重复撤销" || got.State != model.Revoked {
			t.Error(got.State, err)
		}
	})
	t.Run("only the payer's own verified agreement can be revoked", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		if _, err := r.Revoke(t.Context(), "li", a.ID); !errors.Is(err, agreement.ErrNotRevocable) {
			t.Error(err)
		}
		if _, err := r.Revoke(t.Context(), "ouyang", a.ID); api.CodeOf(err) != api.CodeNotFound {
			t.Error(err)
		}
		if _, err := r.Revoke(t.Context(), "li", "nothing"); api.CodeOf(err) != api.CodeNotFound {
			t.Error(err)
		}
	})
	for name, f := range map[string]banksim.Faults{
		"was lost": {LostAfter: 1000}, "never came because the message was lost": {LostBefore: 1000}, "was garbled": {Garbled: 1000},
	} {
		t.Run("it is out of use at once when the bank's answer "+name+", and the bank is told again", func(t *testing.T) {
			r := newRig(t)
			a := r.signed()
			r.faults(f)
			got, err := r.Revoke(t.Context(), "li", a.ID)
			if err != nil || got.State != model.Revoking || got.ObstacleOn(a.Effective, dongcheng) != model.WasRevoked {
				t.Fatalf("%+v %v", got, err)
			}
			r.pass(5 * time.Minute)
			r.is(a.ID, model.Revoking)
			if _, err := r.Apply(t.Context(), form(pays)); !errors.Is(err, agreement.ErrExists) {
				t.Error(err)
			}
			r.faults(banksim.Faults{})
			r.pass(10 * time.Minute)
			r.is(a.ID, model.Revoked)
			if code := r.debit(a, "after"); code != bankapi.NoMandate {
				t.Error(code)
			}
		})
	}
	t.Run("two phones at once: one revokes, the other is told", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { _, errs[i] = r.Revoke(t.Context(), "li", a.ID) })
		}
		wg.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case !errors.Is(err, agreement.ErrRevoked):
				t.Error(err)
			}
		}
		if done != 1 {
			t.Errorf("%d revoked it", done)
		}
		r.is(a.ID, model.Revoked)
	})
}

func TestEndByBank(t *testing.T) {
	t.Run("the agreement ends with the bank's reason and the payer is told once", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		if err := r.EndByBank(t.Context(), a.ID, bankapi.NoMandate, "委托关系不存在"); err != nil {
			t.Fatal(err)
		}
		got := r.is(a.ID, model.Ended)
		if err := r.EndByBank(t.Context(), a.ID, bankapi.BadCard, "无效卡号"); err != nil {
			t.Fatal(err)
		}
		if got.Reason != "委托关系不存在" || got.Code != bankapi.NoMandate || got.Open || got.Rev != r.is(a.ID, model.Ended).Rev {
			t.Errorf("%+v", got)
		}
		if len(r.letters.of(notice.Ended)) != 1 {
			t.Error("told not once")
		}
		if o := got.ObstacleOn(a.Effective, dongcheng); o != model.HasEnded {
			t.Error(o)
		}
	})
	t.Run("one that is revoked stays revoked", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		if _, err := r.Revoke(t.Context(), "li", a.ID); err != nil {
			t.Fatal(err)
		}
		if err := r.EndByBank(t.Context(), a.ID, bankapi.NoMandate, "委托关系不存在"); err != nil {
			t.Fatal(err)
		}
		r.is(a.ID, model.Revoked)
	})
	t.Run("one that does not exist is an error", func(t *testing.T) {
		if err := newRig(t).EndByBank(t.Context(), "nothing", bankapi.NoMandate, ""); err == nil {
			t.Error("no error")
		}
	})
}

func TestTwoPhones(t *testing.T) {
	t.Run("they sign the same account once", func(t *testing.T) {
		r := newRig(t)
		var wg sync.WaitGroup
		got := make([]model.Agreement, 8)
		errs := make([]error, 8)
		for i := range got {
			wg.Go(func() { got[i], errs[i] = r.Apply(t.Context(), form(pays)) })
		}
		wg.Wait()
		for i, err := range errs {
			if err != nil || got[i].ID != got[0].ID {
				t.Errorf("%s %v", got[i].ID, err)
			}
		}
		if n := len(r.sim.Inbox()); n != 1 {
			t.Errorf("%d SMS", n)
		}
		code := r.code()
		for i := range got {
			wg.Go(func() { got[i], errs[i] = r.Confirm(t.Context(), "li", got[i].ID, code) })
		}
		wg.Wait()
		for i, err := range errs {
			if err != nil || got[i].State != model.Verified && got[i].State != model.Confirming {
				t.Errorf("%s %v", got[i].State, err)
			}
		}
		r.is(got[0].ID, model.Verified)
	})
	t.Run("two people who type the same account: one gets it, the other is refused", func(t *testing.T) {
		r := newRig(t)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			in := form(pays)
			if i%2 == 1 {
				in.Payer, in.Holder = "ouyang", "欧阳𠮷"
			}
			wg.Go(func() { _, errs[i] = r.Apply(t.Context(), in) })
		}
		wg.Wait()
		refused := 0
		for _, err := range errs {
			switch {
			case errors.Is(err, agreement.ErrExists):
				refused++
			case err != nil:
				t.Error(err)
			}
		}
		if refused != 4 || len(r.sim.Inbox()) != 1 {
			t.Errorf("%d refused, %d SMS", refused, len(r.sim.Inbox()))
		}
	})
}
