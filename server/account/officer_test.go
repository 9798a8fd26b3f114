package account_test

import (
	"context"
	"testing"
	"time"

	"shebao/server/account"
)

// rightCode takes one code for right.
type rightCode string

func (r rightCode) Verify(_ context.Context, officer, code string) (bool, error) {
	return officer == "o1" && code == string(r), nil
}

func officerBench(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	if ok, err := b.ProvideOfficer(t.Context(), "o1", "wang", "王经办", password); !ok || err != nil {
		t.Fatal(ok, err)
	}
	return b
}

func (b *bench) officer(t *testing.T, user, pass, code string) (string, account.Session, error) {
	t.Helper()
	return b.LoginOfficer(t.Context(), account.OfficerLogin{User: user, Password: pass, Code: code, Address: address}, rightCode("123456"))
}

func TestOfficerLogin(t *testing.T) {
	t.Run("user name, password and code start an officer's session", func(t *testing.T) {
		b := officerBench(t)
		token, ses, err := b.officer(t, "wang", password, "123456")
		if err != nil || ses.Kind != account.Officer || ses.Subject != "o1" || !b.live(t, token) {
			t.Errorf("got %+v, %v", ses, err)
		}
	})
	t.Run("whatever is wrong gets the same answer", func(t *testing.T) {
		b := officerBench(t)
		for _, c := range [][3]string{{"wang", "wrong-password", "123456"}, {"wang", password, "000000"}, {"li", password, "123456"}} {
			_, _, err := b.officer(t, c[0], c[1], c[2])
			wantErr(t, err, account.ErrOfficerLogin)
			if err.Error() != account.ErrOfficerLogin.Error() {
				t.Errorf("%v: %v", c, err)
			}
		}
	})
	t.Run("wrong codes lock as wrong passwords do", func(t *testing.T) {
		b := officerBench(t)
		for range 5 {
			_, _, err := b.officer(t, "wang", password, "000000")
			wantErr(t, err, account.ErrOfficerLogin)
		}
		_, _, err := b.officer(t, "wang", password, "123456")
		wantErr(t, err, account.ErrLocked)
		b.clock.Advance(15 * time.Minute)
		if _, _, err = b.officer(t, "wang", password, "123456"); err != nil {
			t.Errorf("after the lock: %v", err)
		}
	})
	t.Run("an empty field is named", func(t *testing.T) {
		_, _, err := officerBench(t).officer(t, "wang", password, "")
		wantField(t, err, "code")
	})
	t.Run("a resident does not log in as an officer, nor an officer as a resident", func(t *testing.T) {
		b := officerBench(t)
		if ok, err := b.Provide(t.Context(), li, password); !ok || err != nil {
			t.Fatal(ok, err)
		}
		_, _, err := b.officer(t, li.Document.Number, password, "123456")
		wantErr(t, err, account.ErrOfficerLogin)
		_, _, err = b.login(t, "wang", password)
		wantErr(t, err, account.ErrLogin)
	})
	t.Run("the session ends after 15 idle minutes and after 8 hours", func(t *testing.T) {
		b := officerBench(t)
		token, _, err := b.officer(t, "wang", password, "123456")
		if err != nil {
			t.Fatal(err)
		}
		for range 34 { // 7 h 56 min, never idle for long
			b.clock.Advance(14 * time.Minute)
			if !b.live(t, token) {
				t.Fatal("ended while at work")
			}
		}
		b.clock.Advance(4 * time.Minute)
		if b.live(t, token) {
			t.Error("lives after 8 hours")
		}
		if token, _, err = b.officer(t, "wang", password, "123456"); err != nil {
			t.Fatal(err)
		}
		b.clock.Advance(15 * time.Minute)
		if b.live(t, token) {
			t.Error("lives after 15 idle minutes")
		}
	})
	t.Run("a password of one's own ends the sessions of others who know the given one", func(t *testing.T) {
		b := officerBench(t)
		other, _, err := b.officer(t, "wang", password, "123456")
		if err != nil {
			t.Fatal(err)
		}
		token, ses, err := b.officer(t, "wang", password, "123456")
		if err != nil {
			t.Fatal(err)
		}
		own := account.OwnPassword{Officer: "o1", User: "wang", Password: password, Session: ses.ID, Address: address}
		wantField(t, b.OwnOfficer(t.Context(), own), "password")
		own.Password = "Eigen-pass-1"
		if err := b.OwnOfficer(t.Context(), own); err != nil {
			t.Fatal(err)
		}
		if b.live(t, other) || !b.live(t, token) {
			t.Error("the other session lives, or the officer's own has ended")
		}
		_, _, err = b.officer(t, "wang", password, "123456")
		wantErr(t, err, account.ErrOfficerLogin)
		change := account.PasswordChange{Session: ses.ID, Person: "o1", Number: "wang", Old: "Eigen-pass-9", Fresh: "Eigen-pass-2", Again: "Eigen-pass-2", Address: address}
		wantField(t, b.ChangeOfficer(t.Context(), change), "old")
		change.Old = "Eigen-pass-1"
		if err := b.ChangeOfficer(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if _, _, err = b.officer(t, "wang", "Eigen-pass-2", "123456"); err != nil {
			t.Error(err)
		}
	})
	t.Run("a reset ends the sessions and the old password", func(t *testing.T) {
		b := officerBench(t)
		token, _, err := b.officer(t, "wang", password, "123456")
		if err != nil {
			t.Fatal(err)
		}
		if err := b.ResetOfficer(t.Context(), "o1", "wang", "Another-one-2"); err != nil {
			t.Fatal(err)
		}
		_, _, err = b.officer(t, "wang", password, "123456")
		wantErr(t, err, account.ErrOfficerLogin)
		if b.live(t, token) {
			t.Error("the session lives")
		}
	})
}
