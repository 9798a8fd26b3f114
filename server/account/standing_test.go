package account_test

import (
	"testing"
	"time"

	"shebao/server/account"
)

func TestStanding(t *testing.T) {
	const unknown = "13900000000"
	for _, phone := range []string{li.Phone, unknown} {
		b := provided(t)
		at := func(want account.Standing) {
			t.Helper()
			got, err := b.Standing(t.Context(), account.ForLogin, phone)
			if err != nil || got != want {
				t.Errorf("%s stands at %+v, want %+v, %v", phone, got, want, err)
			}
		}
		at(account.Standing{})
		b.code(t, account.ForLogin, phone)
		b.clock.Advance(7 * time.Second)
		at(account.Standing{Left: 5, Wait: 53 * time.Second})
		for left := 4; left >= 0; left-- {
			_, _, err := b.LoginBySMS(t.Context(), account.SMSLogin{Phone: phone, Code: "x00000", Address: address})
			wantErr(t, err, account.ErrCode)
			at(account.Standing{Left: left, Wait: 53 * time.Second})
		}
		b.clock.Advance(time.Minute)
		at(account.Standing{})
		b.code(t, account.ForLogin, phone)
		b.clock.Advance(5 * time.Minute)
		at(account.Standing{})
	}
}
