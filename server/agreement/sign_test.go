package agreement_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"shebao/server/agreement"
	"shebao/server/bank/banksim"
	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

func TestDefaults(t *testing.T) {
	t.Run("the authority is that of the first enrolment in force", func(t *testing.T) {
		r := newRig(t)
		d, err := r.Defaults(t.Context(), "li")
		if err != nil || d.Authority != haidian || strings.Join(d.Enrolled, " ") != haidian+" "+dongcheng || d.Payer.Name != "李明" {
			t.Errorf("%+v %v", d, err)
		}
	})
	t.Run("somebody unknown is refused", func(t *testing.T) {
		r := newRig(t)
		if _, err := r.Defaults(t.Context(), "nobody"); !errors.Is(err, agreement.ErrPerson) {
			t.Error(err)
		}
	})
}

func TestApplyChecks(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]struct {
		change  func(*agreement.Application)
		field   string
		message string
	}{
		"an unknown authority":       {func(a *agreement.Application) { a.Authority = "11101050000" }, page.SignFieldAuthority, words.SignAuthority},
		"no bank":                    {func(a *agreement.Application) { a.Bank = "" }, page.SignFieldBank, words.SignBank},
		"no holder":                  {func(a *agreement.Application) { a.Holder = " " }, page.SignFieldHolder, words.SignHolder},
		"another holder":             {func(a *agreement.Application) { a.Holder = "王秀英" }, page.SignFieldHolder, words.HolderMismatch},
		"no account":                 {func(a *agreement.Application) { a.Account = "" }, page.SignFieldAccount, "请输入银行账号"},
		"letters in the account":     {func(a *agreement.Application) { a.Account = "6217 OOOO" }, page.SignFieldAccount, "银行账号只能是数字，请核对后重新输入"},
		"a mistyped card number":     {func(a *agreement.Application) { a.Account = "6217000000000000013" }, page.SignFieldAccount, words.SignPassbook},
		"no phone":                   {func(a *agreement.Application) { a.Phone = "" }, page.SignFieldPhone, "请输入手机号"},
		"a landline":                 {func(a *agreement.Application) { a.Phone = "01012345678" }, page.SignFieldPhone, "手机号格式不正确，请输入11位手机号"},
		"no consent":                 {func(a *agreement.Application) { a.Consent = false }, page.SignFieldConsent, words.SignConsent},
		"a card beside its passbook": {func(a *agreement.Application) { a.Passbook, a.Phone = true, "1" }, page.SignFieldPhone, "手机号格式不正确，请输入11位手机号"},
	} {
		t.Run(name+" is refused beside its field", func(t *testing.T) {
			in := form(pays)
			c.change(&in)
			_, err := r.Apply(t.Context(), in)
			e := api.From(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0] != (page.Problem{Field: c.field, Message: c.message}) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("everything wrong is said at once", func(t *testing.T) {
		_, err := r.Apply(t.Context(), agreement.Application{Payer: "li"})
		if e := api.From(err); len(e.Fields) != 6 || e.Code != api.CodeInvalid {
			t.Errorf("%+v", e)
		}
	})
	t.Run("nothing of that was stored or sent", func(t *testing.T) {
		list, err := r.List(t.Context(), "li")
		if err != nil || len(list) != 0 || r.sim.Counts().Messages.Load() != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestSign(t *testing.T) {
	t.Run("an application and its SMS code make an agreement that is effective tomorrow", func(t *testing.T) {
		r := newRig(t)
		in := form(pays)
		in.Account, in.Holder, in.Phone = "6217 0000 0000 0000 012", " 李明 ", "+86 138-0000-0001"
		a := r.apply(in, model.Verifying)
		if a.Account != "6217 **** **** 0012" || a.Holder != "李*" || a.Phone != "138****0001" {
			t.Errorf("%+v", a)
		}
		a, err := r.Confirm(t.Context(), "li", a.ID, r.code()[:3]+" "+r.code()[3:])
		if err != nil || a.State != model.Verified || a.Mandate == "" || a.Open {
			t.Fatalf("%+v %v", a, err)
		}
		today := period.DateOf(start)
		if a.Effective != today.AddDays(1) || a.ObstacleOn(today, dongcheng) != model.NotYet ||
			a.ObstacleOn(today.AddDays(1), dongcheng) != model.None || a.ObstacleOn(today.AddDays(1), haidian) != model.WrongAuthority {
			t.Errorf("effective %s", a.Effective)
		}
		if n := r.letters.of(notice.Signed); len(n) != 1 || !strings.Contains(n[0].Text, "北京银行（0012）与东城区税务局") || n[0].Link != "/agreements/"+a.ID {
			t.Errorf("%+v", n)
		}
		if n, err := r.store.Numbers(t.Context(), a.ID); err != nil || n.Account != pays || n.Phone != "" {
			t.Errorf("%+v %v", n, err)
		}
	})
	t.Run("a card of somebody else fails with the bank's reason and can be applied for again", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(mismatch), model.Failed)
		if a.Code != bankapi.Mismatch || a.Reason != "户名或证件不符" {
			t.Errorf("%s %s", a.Code, a.Reason)
		}
		if n := r.letters.of(notice.Unsigned); len(n) != 1 || !strings.Contains(n[0].Text, "户名或证件不符") {
			t.Errorf("%+v", n)
		}
		if again := r.apply(form(mismatch), model.Failed); again.ID == a.ID {
			t.Error("the failed one was answered again")
		}
	})
	t.Run("a passbook is taken when the payer says it is one", func(t *testing.T) {
		r := newRig(t)
		in := form(plain)
		in.Account, in.Passbook = "0200123456789", true
		r.apply(in, model.Verifying)
	})
	t.Run("an account that is signed is refused, with another authority it is not", func(t *testing.T) {
		r := newRig(t)
		r.signed()
		if _, err := r.Apply(t.Context(), form(pays)); !errors.Is(err, agreement.ErrExists) || err.Error() != "该账户已签约，不能重复签约" {
			t.Error(err)
		}
		other := form(pays)
		other.Authority = haidian
		r.apply(other, model.Verifying)
		stranger := form(pays)
		stranger.Payer, stranger.Holder = "ouyang", "欧阳𠮷"
		if _, err := r.Apply(t.Context(), stranger); !errors.Is(err, agreement.ErrExists) {
			t.Error(err)
		}
	})
	t.Run("the same form sent twice is one application with one SMS", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		b := r.apply(form(pays), model.Verifying)
		if a.ID != b.ID || len(r.sim.Inbox()) != 1 {
			t.Errorf("%s %s, %d SMS", a.ID, b.ID, len(r.sim.Inbox()))
		}
	})
	t.Run("applications are limited", func(t *testing.T) {
		r := newRig(t)
		for range agreement.ApplyLimit {
			r.apply(form(mismatch), model.Failed)
			r.clock.Advance(time.Minute)
		}
		if _, err := r.Apply(t.Context(), form(pays)); !errors.Is(err, agreement.ErrTooMany) {
			t.Error(err)
		}
		r.clock.Advance(24 * time.Hour)
		r.apply(form(pays), model.Verifying)
	})
}

func TestCode(t *testing.T) {
	t.Run("what is no code is refused before the bank is asked", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		asked := r.sim.Counts().Messages.Load()
		for _, code := range []string{"", "12", "12345678901", "abcdef"} {
			if _, err := r.Confirm(t.Context(), "li", a.ID, code); api.CodeOf(err) != api.CodeInvalid {
				t.Errorf("%q: %v", code, err)
			}
		}
		if r.sim.Counts().Messages.Load() != asked {
			t.Error("the bank was asked")
		}
	})
	t.Run("five wrong codes use it up, a new code after a minute works", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		for i := range 5 {
			got, err := r.Confirm(t.Context(), "li", a.ID, r.wrong())
			if err != nil || got.State != model.Verifying || got.Tries != i+1 {
				t.Fatalf("try %d: %+v %v", i, got, err)
			}
		}
		if _, err := r.Confirm(t.Context(), "li", a.ID, r.code()); !errors.Is(err, agreement.ErrCodeOver) {
			t.Fatal(err)
		}
		if _, err := r.Resend(t.Context(), "li", a.ID); api.CodeOf(err) != api.CodeTooMany || err.Error() != words.CodeTooSoon {
			t.Fatal(err)
		}
		r.clock.Advance(time.Minute)
		got, err := r.Resend(t.Context(), "li", a.ID)
		if err != nil || got.State != model.Verifying || got.Tries != 0 || len(r.sim.Inbox()) != 2 {
			t.Fatal(got, err)
		}
		if got, err = r.Confirm(t.Context(), "li", a.ID, r.code()); err != nil || got.State != model.Verified {
			t.Fatal(got, err)
		}
	})
	t.Run("codes are limited", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		for range model.MaxCodes - 1 {
			r.clock.Advance(time.Minute)
			if _, err := r.Resend(t.Context(), "li", a.ID); err != nil {
				t.Fatal(err)
			}
		}
		r.clock.Advance(time.Minute)
		if _, err := r.Resend(t.Context(), "li", a.ID); !errors.Is(err, agreement.ErrCodesOver) {
			t.Error(err)
		}
	})
	t.Run("a code after the end returns the end", func(t *testing.T) {
		r := newRig(t)
		a := r.signed()
		got, err := r.Confirm(t.Context(), "li", a.ID, "123456")
		if err != nil || got.State != model.Verified {
			t.Error(got, err)
		}
	})
	t.Run("nobody types somebody else's code", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		for _, who := range []string{"ouyang", ""} {
			if _, err := r.Confirm(t.Context(), who, a.ID, r.code()); api.CodeOf(err) != api.CodeNotFound {
				t.Error(err)
			}
		}
	})
	t.Run("an application without a code lapses and frees the account", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		r.pass(agreement.SignWithin - time.Second)
		r.is(a.ID, model.Verifying)
		r.pass(2 * time.Second)
		if got := r.is(a.ID, model.Failed); got.Reason != words.SignLapsed || got.Open {
			t.Errorf("%+v", got)
		}
		if b := r.apply(form(pays), model.Verifying); b.ID == a.ID {
			t.Error("the lapsed one was answered again")
		}
	})
	t.Run("one that is given up frees the account at once and tells nobody", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		got, err := r.Abandon(t.Context(), "li", a.ID)
		if err != nil || got.State != model.Failed || got.Reason != words.SignGivenUp {
			t.Fatal(got, err)
		}
		if n := r.letters.of(notice.Unsigned); len(n) != 0 {
			t.Errorf("%+v", n)
		}
		r.apply(form(pays), model.Verifying)
	})
}

func TestLostAnswers(t *testing.T) {
	t.Run("a signing whose answer was lost goes on when the bank tells of it", func(t *testing.T) {
		r := newRig(t)
		r.faults(banksim.Faults{LostAfter: 1000})
		a := r.apply(form(pays), model.Signing)
		if _, err := r.Confirm(t.Context(), "li", a.ID, "123456"); !errors.Is(err, agreement.ErrWaiting) {
			t.Error(err)
		}
		r.faults(banksim.Faults{})
		r.pass(2 * time.Second)
		r.is(a.ID, model.Verifying)
		if got, err := r.Confirm(t.Context(), "li", a.ID, r.code()); err != nil || got.State != model.Verified {
			t.Fatal(got, err)
		}
	})
	t.Run("a signing that never arrived fails once the bank says it never will", func(t *testing.T) {
		r := newRig(t)
		r.faults(banksim.Faults{LostBefore: 1000})
		a := r.apply(form(pays), model.Signing)
		r.faults(banksim.Faults{})
		r.pass(20 * time.Second)
		r.is(a.ID, model.Signing)
		r.pass(time.Minute)
		if got := r.is(a.ID, model.Failed); got.Reason != words.SignVanished {
			t.Error(got.Reason)
		}
		r.apply(form(pays), model.Verifying)
	})
	t.Run("a code whose answer was lost is settled as signed, on the bank's day", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		code := r.code()
		r.faults(banksim.Faults{LostAfter: 1000})
		got, err := r.Confirm(t.Context(), "li", a.ID, code)
		if err != nil || got.State != model.Confirming {
			t.Fatal(got, err)
		}
		r.pass(15 * time.Hour) // over midnight
		r.is(a.ID, model.Confirming)
		r.faults(banksim.Faults{})
		r.pass(15 * time.Minute)
		if got = r.is(a.ID, model.Verified); got.Effective != period.DateOf(start).AddDays(1) {
			t.Errorf("effective %s", got.Effective)
		}
		if len(r.letters.of(notice.Signed)) != 1 {
			t.Error("the payer was not told")
		}
	})
	t.Run("a code that never arrived can be typed again", func(t *testing.T) {
		r := newRig(t)
		a := r.apply(form(pays), model.Verifying)
		r.faults(banksim.Faults{LostBefore: 1000})
		if got, err := r.Confirm(t.Context(), "li", a.ID, r.code()); err != nil || got.State != model.Confirming {
			t.Fatal(got, err)
		}
		r.faults(banksim.Faults{})
		r.pass(20 * time.Second)
		r.is(a.ID, model.Verifying)
		if _, err := r.Abandon(t.Context(), "li", a.ID); api.CodeOf(err) != api.CodeTooMany {
			t.Errorf("given up while the code may still arrive: %v", err)
		}
		if got, err := r.Confirm(t.Context(), "li", a.ID, r.code()); err != nil || got.State != model.Verified {
			t.Fatal(got, err)
		}
	})
	t.Run("no number and no phone is logged or told", func(t *testing.T) {
		r := newRig(t)
		r.faults(banksim.Faults{LostAfter: 500, Garbled: 500})
		_, err := r.Apply(t.Context(), form(pays))
		if err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
		said := r.log.b.String()
		if said == "" {
			t.Fatal("nothing was logged: the test looks at nothing")
		}
		for _, secret := range []string{pays, typed, "李明", "110101199003071233", r.code()} {
			if strings.Contains(said, secret) {
				t.Errorf("the log tells %s", secret)
			}
		}
	})
}
