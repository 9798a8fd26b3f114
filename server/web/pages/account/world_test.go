package account

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	rules "shebao/server/account"
	"shebao/server/clock"
	"shebao/server/notice"
	"shebao/server/store"
	"shebao/server/store/storetest"
	"shebao/server/web"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/words"
)

var li = person.Person{
	ID: "p1", Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: known}, Nationality: "CHN", Phone: "13800000001",
}

// world is the pages on their rules and a store.
type world struct {
	Deps
	store *store.Store
	rules *rules.Service
	clock *clock.Fake
	texts []string
}

func (w *world) Send(_ context.Context, _, text string) error {
	w.texts = append(w.texts, text)
	return nil
}

// newWorld has 李明, with an account.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{store: storetest.Open(t), clock: clock.NewFake(today.Start().Add(9 * time.Hour))}
	var err error
	w.rules, err = rules.New(rules.Config{
		Population: w.store, Accounts: w.store, Sessions: w.store, Codes: w.store, Tries: w.store, Limiter: w.store, SMS: w,
		Now: w.clock.Now, Key: []byte(strings.Repeat("k", 32)), Cost: rules.Cost{Memory: 64, Passes: 1, Threads: 1}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := w.store.AddPerson(t.Context(), li); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := w.rules.Provide(t.Context(), li, password); !ok || err != nil {
		t.Fatal(ok, err)
	}
	w.Deps = Deps{
		Accounts: w.rules, People: w.store, Displays: w.store, Inbox: &fake{},
		Notices: notice.New(notice.Config{Store: w.store, Now: w.clock.Now}),
	}
	return w
}

// code is the one in the text that was sent last.
func (w *world) code(t *testing.T) string {
	t.Helper()
	w.rules.Flush()
	if len(w.texts) == 0 {
		t.Fatal("no text was sent")
	}
	return regexp.MustCompile(`\d{6}`).FindString(w.texts[len(w.texts)-1])
}

// other is a code that is not that one.
func other(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

func TestCodeIsNotLost(t *testing.T) {
	w := newWorld(t)
	press := func(form ...string) web.Answer[page.Login] {
		t.Helper()
		a, err := w.enter(t.Context(), request("by=sms", append(form, "phone", li.Phone)...))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	says := func(s page.Login, message string, wait int) {
		t.Helper()
		if len(s.Problems) != 1 || s.Problems[0] != (page.Problem{Field: "code", Message: message}) || s.Sent.Wait != wait || s.Sent.Message != "" {
			t.Errorf("got %+v, %+v", s.Problems, s.Sent)
		}
	}
	says(stateOf(t, press("code", "123456")), words.CodeRefused, 0)
	press("do", "code")
	code := w.code(t)
	w.clock.Advance(7500 * time.Millisecond)
	says(stateOf(t, press("code", other(code))), "短信验证码不正确，还可输入 4 次", 53)
	says(stateOf(t, press("do", "code")), "获取过于频繁，请 53 秒后再试", 53)
	w.clock.Advance(time.Minute)
	says(stateOf(t, press("code", other(code))), "短信验证码不正确，还可输入 3 次", 0)
	if a := press("code", code); a.To() != "/" {
		t.Errorf("the code led to %q", a.To())
	}
	says(stateOf(t, press("code", code)), words.CodeRefused, 0)
}

func TestCodeIsNotLost_afterItsTries(t *testing.T) {
	w := newWorld(t)
	form := []string{"name", "李明", "type", "201", "number", known, "phone", li.Phone, "password", password}
	press := func(more ...string) page.Register {
		t.Helper()
		r := request("", append(form, more...)...)
		a, err := w.register(t.Context(), r, typed(r), w.rules.Reset, "")
		if err != nil {
			t.Fatal(err)
		}
		return stateOf(t, a)
	}
	press("do", "code")
	code := w.code(t)
	w.clock.Advance(20 * time.Second)
	if s := press("code", code, "name", "李四"); s.Sent.Wait != 40 || s.Problems[0].Message != words.RegisterRefused {
		t.Errorf("another error leaves %+v, %+v", s.Sent, s.Problems)
	}
	if s := press("code", code, "password", "1"); s.Sent.Wait != 40 || s.Problems[0].Message != words.PasswordWeak {
		t.Errorf("a field leaves %+v, %+v", s.Sent, s.Problems)
	}
	for left := 3; left > 0; left-- {
		if s := press("code", other(code)); s.Problems[0].Message != words.CodeWrong(left) {
			t.Errorf("%d left: %+v", left, s.Problems)
		}
	}
	if s := press("code", other(code)); s.Sent.Wait != 40 || s.Problems[0].Message != words.CodeRefused {
		t.Errorf("after the last try: %+v, %+v", s.Sent, s.Problems)
	}
}
