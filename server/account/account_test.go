package account_test

import (
	"errors"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shebao/server/account"
	"shebao/shared/api"
	"shebao/shared/lang"
)

// TestCodeLanguage reads the text of a code.
func TestCodeLanguage(t *testing.T) {
	const zh = "，5分钟内有效。请勿告诉他人，工作人员不会向您索要验证码。"
	for tag, want := range map[lang.Tag]string{
		lang.Chinese: `^【社保费办理】验证码：\d{6}` + zh + `$`, lang.English: `^【社保费办理】en: 验证码：\d{6}` + zh + `$`,
	} {
		b := provided(t, func(c *account.Config) {
			c.Say = func(t lang.Tag, text string) string {
				if t == lang.Chinese {
					return text
				}
				return t.Code() + ": " + text
			}
		})
		if err := b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address, Lang: tag}); err != nil {
			t.Fatal(err)
		}
		b.Flush()
		if got := b.store.sent; len(got) != 1 || !regexp.MustCompile(want).MatchString(got[0].text) {
			t.Errorf("%s: %+v", tag, got)
		}
	}
}

func TestPasswordLogin(t *testing.T) {
	t.Run("number and password start a session", func(t *testing.T) {
		b := provided(t)
		token, ses := b.mustLogin(t)
		if ses.Subject != "p1" || ses.Name != "李明" || ses.Kind != account.Resident || token == ses.ID || !b.live(t, token) {
			t.Errorf("got %+v", ses)
		}
	})
	t.Run("the number may be typed with spaces and small letters", func(t *testing.T) {
		b := provided(t)
		if _, _, err := b.login(t, " 110101 19900307 1233", password); err != nil {
			t.Error(err)
		}
	})
	t.Run("every login gets another token", func(t *testing.T) {
		b := provided(t)
		first, _ := b.mustLogin(t)
		second, _ := b.mustLogin(t)
		if first == second || !b.live(t, first) || !b.live(t, second) {
			t.Error("tokens")
		}
	})
	t.Run("a wrong password and an unknown number get the same answer", func(t *testing.T) {
		b := provided(t)
		_, _, wrong := b.login(t, li.Document.Number, "wrong-password")
		_, _, unknown := b.login(t, "11010519491231002X", "wrong-password")
		wantErr(t, wrong, account.ErrLogin)
		if wrong.Error() != unknown.Error() || api.CodeOf(wrong) != api.CodeOf(unknown) {
			t.Errorf("%v, %v", wrong, unknown)
		}
	})
	t.Run("an empty field is named", func(t *testing.T) {
		b := provided(t)
		_, _, err := b.login(t, " ", password)
		wantField(t, err, "number")
		_, _, err = b.login(t, li.Document.Number, "")
		wantField(t, err, "password")
	})
	t.Run("events name the person and nothing else", func(t *testing.T) {
		b := provided(t)
		b.mustLogin(t)
		want := account.Event{Kind: account.Resident, Subject: "p1", Action: "login", Result: "ok", Address: address}
		if len(b.store.events) != 1 || b.store.events[0] != want {
			t.Errorf("got %+v", b.store.events)
		}
	})
}

func TestLock(t *testing.T) {
	for name, number := range map[string]string{"a known number": li.Document.Number, "an unknown number": "11010519491231002X"} {
		t.Run("five failures lock "+name+" for 15 minutes", func(t *testing.T) {
			b := provided(t)
			for range 5 {
				_, _, err := b.login(t, number, "wrong-password")
				wantErr(t, err, account.ErrLogin)
			}
			_, _, err := b.login(t, number, password)
			wantErr(t, err, account.ErrLocked)
			b.clock.Advance(15*time.Minute - time.Second)
			_, _, err = b.login(t, number, password)
			wantErr(t, err, account.ErrLocked)
			b.clock.Advance(time.Second)
			_, _, err = b.login(t, number, password)
			if number == li.Document.Number && err != nil {
				t.Errorf("after the lock: %v", err)
			}
			if number != li.Document.Number {
				wantErr(t, err, account.ErrLogin)
			}
		})
	}
	t.Run("a right password forgets the failures", func(t *testing.T) {
		b := provided(t)
		for range 3 {
			for range 4 {
				_, _, err := b.login(t, li.Document.Number, "wrong-password")
				wantErr(t, err, account.ErrLogin)
			}
			b.mustLogin(t)
		}
	})
	t.Run("many guesses at once are no more than five", func(t *testing.T) {
		b := provided(t)
		var guesses atomic.Int32
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				_, _, err := b.login(t, li.Document.Number, "wrong-password")
				if errors.Is(err, account.ErrLogin) {
					guesses.Add(1)
				}
			})
		}
		wg.Wait()
		if n := guesses.Load(); n != 5 {
			t.Errorf("%d guesses were answered", n)
		}
	})
	t.Run("a login by text message ends the lock", func(t *testing.T) {
		b := provided(t)
		for range 5 {
			_, _, _ = b.login(t, li.Document.Number, "wrong-password")
		}
		if _, _, err := b.LoginBySMS(t.Context(), account.SMSLogin{Phone: li.Phone, Code: b.code(t, account.ForLogin, li.Phone), Address: address}); err != nil {
			t.Fatal(err)
		}
		b.mustLogin(t)
	})
	t.Run("one address can't try without end", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.AddressTries = 3 })
		for range 3 {
			b.mustLogin(t)
		}
		_, _, err := b.login(t, li.Document.Number, password)
		if e := api.From(err); e.Code != api.CodeTooMany || e.RetryAfter <= 0 || e.RetryAfter > 10*time.Minute {
			t.Errorf("got %+v", e)
		}
		b.clock.Advance(10 * time.Minute)
		b.mustLogin(t)
	})
	t.Run("nor can all the addresses of one line", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.AddressTries = 3 })
		var last error
		for _, at := range []string{"2001:db8::1", "2001:db8::2", "2001:db8::ffff:1", "2001:db8::4"} {
			_, _, last = b.Login(t.Context(), account.PasswordLogin{Number: li.Document.Number, Password: password, Address: at})
		}
		wantErr(t, last, api.TooMany(0))
		if _, _, err := b.Login(t.Context(), account.PasswordLogin{Number: li.Document.Number, Password: password, Address: "2001:db8:0:1::1"}); err != nil {
			t.Errorf("another line: %v", err)
		}
	})
}

func TestSMSLogin(t *testing.T) {
	login := func(t *testing.T, b *bench, phone, code string) error {
		t.Helper()
		_, _, err := b.LoginBySMS(t.Context(), account.SMSLogin{Phone: phone, Code: code, Address: address})
		return err
	}
	t.Run("phone and code start a session, the code once", func(t *testing.T) {
		b := provided(t)
		code := b.code(t, account.ForLogin, li.Phone)
		if err := login(t, b, "138 0000 0001", code); err != nil {
			t.Fatal(err)
		}
		wantErr(t, login(t, b, li.Phone, code), account.ErrCode)
	})
	t.Run("a code is good for 5 minutes", func(t *testing.T) {
		b := provided(t)
		code := b.code(t, account.ForLogin, li.Phone)
		b.clock.Advance(5*time.Minute - time.Second)
		if err := login(t, b, li.Phone, code); err != nil {
			t.Error(err)
		}
		code = b.code(t, account.ForLogin, li.Phone)
		b.clock.Advance(5 * time.Minute)
		wantErr(t, login(t, b, li.Phone, code), account.ErrCode)
	})
	t.Run("after five wrong guesses the right code is refused", func(t *testing.T) {
		b := provided(t)
		code := b.code(t, account.ForLogin, li.Phone)
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		for range 5 {
			wantErr(t, login(t, b, li.Phone, wrong), account.ErrCode)
		}
		wantErr(t, login(t, b, li.Phone, code), account.ErrCode)
	})
	t.Run("another code only after 60 seconds, and then the first is void", func(t *testing.T) {
		b := provided(t)
		first := b.code(t, account.ForLogin, li.Phone)
		b.clock.Advance(59 * time.Second)
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address}), account.ErrCodeTooSoon)
		b.clock.Advance(time.Second)
		second := b.code(t, account.ForLogin, li.Phone)
		if first != second {
			wantErr(t, login(t, b, li.Phone, first), account.ErrCode)
		}
		if err := login(t, b, li.Phone, second); err != nil {
			t.Error(err)
		}
	})
	t.Run("who has used a code can have another at once", func(t *testing.T) {
		b := provided(t)
		if err := login(t, b, li.Phone, b.code(t, account.ForLogin, li.Phone)); err != nil {
			t.Fatal(err)
		}
		if err := login(t, b, li.Phone, b.code(t, account.ForLogin, li.Phone)); err != nil {
			t.Error(err)
		}
	})
	t.Run("a code for registration does not log in", func(t *testing.T) {
		b := provided(t)
		code := b.code(t, account.ForRegister, li.Phone)
		wantErr(t, login(t, b, li.Phone, code), account.ErrCode)
	})
	t.Run("an unknown phone gets the same answers and no message", func(t *testing.T) {
		b := provided(t)
		if code := b.code(t, account.ForLogin, "13900000000"); code != "" {
			t.Errorf("a code was sent: %s", code)
		}
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: "13900000000", Address: address}), account.ErrCodeTooSoon)
		wantErr(t, login(t, b, "13900000000", "123456"), account.ErrCode)
	})
	t.Run("two at once with one code: one gets in", func(t *testing.T) {
		b := provided(t)
		code := b.code(t, account.ForLogin, li.Phone)
		var in atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if login(t, b, li.Phone, code) == nil {
					in.Add(1)
				}
			})
		}
		wg.Wait()
		if n := in.Load(); n != 1 {
			t.Errorf("%d got in", n)
		}
	})
	t.Run("the day's codes end, for a phone and for an address, until midnight in Shanghai", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.PhoneDaily, c.AddressDaily = 2, 4 })
		for range 2 {
			b.code(t, account.ForLogin, li.Phone)
			b.clock.Advance(time.Minute)
		}
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address}), account.ErrCodeTooMany)
		b.code(t, account.ForLogin, "13800000005")
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: "13800000006", Address: address}), account.ErrCodeTooMany)
		b.clock.Set(time.Date(2026, 11, 23, 15, 59, 59, 0, time.UTC))
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address}), account.ErrCodeTooMany)
		b.clock.Set(time.Date(2026, 11, 23, 16, 1, 0, 0, time.UTC))
		if code := b.code(t, account.ForLogin, li.Phone); code == "" {
			t.Error("no code on the next day")
		}
	})
	t.Run("a code that the day's limit refuses leaves the one that was sent good", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.PhoneDaily = 1 })
		code := b.code(t, account.ForLogin, li.Phone)
		b.clock.Advance(time.Minute)
		wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address}), account.ErrCodeTooMany)
		if err := login(t, b, li.Phone, code); err != nil {
			t.Error(err)
		}
	})
	t.Run("a code that the day's limit refuses can't be guessed and gives no new guesses at the last one", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.PhoneDaily, c.Random = 1, zeros{} }) // every code is 000000
		b.code(t, account.ForLogin, li.Phone)
		for range 5 {
			wantErr(t, login(t, b, li.Phone, "111111"), account.ErrCode)
		}
		for range 6 { // the last time the code that was sent has expired
			b.clock.Advance(time.Minute)
			wantErr(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address}), account.ErrCodeTooMany)
			wantErr(t, login(t, b, li.Phone, "000000"), account.ErrCode)
		}
	})
	t.Run("of many requests at once one gets a code and one counts for the day", func(t *testing.T) {
		b := provided(t, func(c *account.Config) { c.PhoneDaily = 2 })
		var sent atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: li.Phone, Address: address})
				if err == nil {
					sent.Add(1)
					return
				}
				wantErr(t, err, account.ErrCodeTooSoon)
			})
		}
		wg.Wait()
		if n := sent.Load(); n != 1 {
			t.Errorf("%d codes at once", n)
		}
		b.Flush()
		b.clock.Advance(time.Minute)
		if code := b.code(t, account.ForLogin, li.Phone); code == "" {
			t.Error("those who were too soon used the day's codes up")
		}
	})
	t.Run("what can't be a phone or a code is named", func(t *testing.T) {
		b := provided(t)
		wantField(t, b.SendCode(t.Context(), account.CodeRequest{For: account.ForLogin, Phone: "123", Address: address}), "phone")
		wantField(t, login(t, b, "123", "123456"), "phone")
		wantField(t, login(t, b, li.Phone, "12345"), "code")
	})
}
