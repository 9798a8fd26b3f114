package account_test

import (
	"testing"
	"time"

	"shebao/server/account"
)

func TestChange(t *testing.T) {
	const fresh = "Shebao-demo-2"
	change := func(b *bench, ses account.Session, edit func(*account.PasswordChange)) error {
		in := account.PasswordChange{
			Session: ses.ID, Person: li.ID, Number: li.Document.Number, Phone: li.Phone, Old: password, Fresh: fresh, Again: fresh, Address: address,
		}
		if edit != nil {
			edit(&in)
		}
		return b.Change(t.Context(), in)
	}
	t.Run("the new password is good, the other sessions end and the trail has it", func(t *testing.T) {
		b := provided(t)
		elsewhere, _ := b.mustLogin(t)
		here, ses := b.mustLogin(t)
		if err := change(b, ses, nil); err != nil {
			t.Fatal(err)
		}
		if b.live(t, elsewhere) || !b.live(t, here) {
			t.Error("the wrong session ended")
		}
		last := b.store.events[len(b.store.events)-1]
		if last != (account.Event{Kind: account.Resident, Subject: "p1", Action: "password", Result: "ok", Address: address}) {
			t.Errorf("noted %+v", last)
		}
		_, _, err := b.login(t, li.Document.Number, password)
		wantErr(t, err, account.ErrLogin)
		if _, _, err := b.login(t, li.Document.Number, fresh); err != nil {
			t.Error(err)
		}
	})
	t.Run("what is wrong is said beside its field and changes nothing", func(t *testing.T) {
		b := provided(t)
		_, ses := b.mustLogin(t)
		for field, edits := range map[string][]func(*account.PasswordChange){
			"old": {func(in *account.PasswordChange) { in.Old = "" }, func(in *account.PasswordChange) { in.Old = "Shebao-demo-9" }},
			"password": {
				func(in *account.PasswordChange) { in.Fresh, in.Again = "1", "1" },
				func(in *account.PasswordChange) { in.Fresh, in.Again = "my"+li.Phone, "my"+li.Phone },
				func(in *account.PasswordChange) {
					in.Fresh, in.Again = "my"+li.Document.Number, "my"+li.Document.Number
				},
				func(in *account.PasswordChange) { in.Fresh, in.Again = password, password },
			},
			"again": {func(in *account.PasswordChange) { in.Again = "Shebao-demo-3" }},
		} {
			for _, edit := range edits {
				wantField(t, change(b, ses, edit), field)
			}
		}
		b.mustLogin(t)
	})
	t.Run("wrong old passwords lock as wrong logins do", func(t *testing.T) {
		b := provided(t)
		_, ses := b.mustLogin(t)
		for range 5 {
			wantField(t, change(b, ses, func(in *account.PasswordChange) { in.Old = "Shebao-demo-9" }), "old")
		}
		wantErr(t, change(b, ses, nil), account.ErrLocked)
		_, _, err := b.login(t, li.Document.Number, password)
		wantErr(t, err, account.ErrLocked)
		b.clock.Advance(15 * time.Minute)
		if err := change(b, ses, nil); err != nil {
			t.Error(err)
		}
	})
	t.Run("nobody changes somebody else's", func(t *testing.T) {
		b := provided(t)
		_, ses := b.mustLogin(t)
		wantField(t, change(b, ses, func(in *account.PasswordChange) { in.Person = "p2" }), "old")
		b.mustLogin(t)
	})
}
