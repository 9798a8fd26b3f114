package account

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	rules "shebao/server/account"
	"shebao/server/push"
	"shebao/server/sms"
	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/lang"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
	"shebao/shared/words"
)

const (
	known    = "110101199003071233"
	unknown  = "11010519491231002X"
	password = "Shebao-demo-1"
)

var today = period.Date{Year: 2026, Month: 11, Day: 23}

var errBroken = errors.New("broken")

// fake is everything the pages ask: one account, known with password.
type fake struct {
	devices   []push.Device
	off       []string // phones switched off: person, session, device
	err       error    // of every answer, when set
	sent      []rules.Purpose
	forms     []rules.Registration
	ended     []rules.Session
	display   person.Display
	chose     bool // a display, the standard one too
	language  string
	unread    int
	preferred []person.Display
	messages  []sms.Message
}

func (f *fake) Login(_ context.Context, in rules.PasswordLogin) (string, rules.Session, error) {
	if f.err != nil {
		return "", rules.Session{}, f.err
	}
	if in.Number != known || in.Password != password {
		return "", rules.Session{}, rules.ErrLogin
	}
	return "token", rules.Session{}, nil
}

func (f *fake) LoginBySMS(_ context.Context, in rules.SMSLogin) (string, rules.Session, error) {
	if f.err != nil {
		return "", rules.Session{}, f.err
	}
	if in.Phone != "13800000001" || in.Code != "123456" {
		return "", rules.Session{}, rules.ErrCode
	}
	return "token", rules.Session{}, nil
}

func (f *fake) SendCode(_ context.Context, r rules.CodeRequest) error {
	p := r.For
	f.sent = append(f.sent, p)
	return f.err
}

func (f *fake) Standing(context.Context, rules.Purpose, string) (rules.Standing, error) {
	return rules.Standing{}, nil
}

func (f *fake) Change(context.Context, rules.PasswordChange) error { return f.err }

func (f *fake) Register(_ context.Context, in rules.Registration) error {
	f.forms = append(f.forms, in)
	return f.err
}

func (f *fake) Reset(_ context.Context, in rules.Registration) error {
	f.forms = append(f.forms, in)
	return f.err
}

func (f *fake) Logout(_ context.Context, ses rules.Session, _ string) error {
	f.ended = append(f.ended, ses)
	return f.err
}

func (f *fake) Person(_ context.Context, id string) (person.Person, bool, error) {
	p := person.Person{ID: id, Name: "李明", Document: idcard.Document{Type: idcard.ResidentID, Number: known}, Phone: "13800000001"}
	return p, id == "p1", f.err
}

func (f *fake) AgreementStates(context.Context, string) ([]agreement.Agreement, error) {
	return []agreement.Agreement{
		{State: agreement.Verified, Effective: today}, {State: agreement.Verified, Effective: today.AddDays(1)}, {State: agreement.Revoked},
	}, nil
}

func (f *fake) Display(context.Context, string) (person.Display, bool, error) {
	return f.display, f.chose || f.display != "", f.err
}

func (f *fake) Unread(context.Context, string) (int, error) { return f.unread, f.err }

func (f *fake) Tell(context.Context, notice.Notice) error { return f.err }

func (f *fake) SetDisplay(_ context.Context, _ string, d person.Display) error {
	f.preferred = append(f.preferred, d)
	return f.err
}

func (f *fake) Language(context.Context, string) (lang.Tag, bool, error) {
	t, chosen := lang.Parse(f.language)
	return t, chosen, f.err
}

func (f *fake) SetLanguage(_ context.Context, _ string, t lang.Tag) error {
	f.language = t.Code()
	return f.err
}

func (f *fake) Messages(context.Context, int) ([]sms.Message, error) { return f.messages, f.err }

func (f *fake) deps() Deps {
	return Deps{
		Service: "社保费办理（演示）", Accounts: f, People: f, Agreements: f, Displays: f, Notices: f, Push: f, PushKey: "BPub", Inbox: f,
	}
}

func request(query string, form ...string) *web.Request {
	q, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	r := &web.Request{Query: q, Form: url.Values{}, Path: "/", URL: "/?" + query, Address: "192.0.2.1", Now: today.Start().Add(9 * time.Hour)}
	for i := 0; i < len(form); i += 2 {
		r.Form.Set(form[i], form[i+1])
	}
	return r
}

func stateOf[S any](t *testing.T, a web.Answer[S]) S {
	t.Helper()
	if to := a.To(); to != "" {
		t.Fatalf("went to %s", to)
	}
	return a.State()
}

func TestLogin(t *testing.T) {
	enter := func(t *testing.T, f *fake, r *web.Request) web.Answer[page.Login] {
		t.Helper()
		a, err := f.deps().enter(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	t.Run("the right password leads to where the person was going", func(t *testing.T) {
		for next, want := range map[string]string{
			"": "/", "/pension/pay?step=dues": "/pension/pay?step=dues", "https://example.org/": "/", "//example.org": "/", `/\example.org`: "/",
		} {
			a := enter(t, &fake{}, request("next="+url.QueryEscape(next), "number", known, "password", password))
			if a.To() != want {
				t.Errorf("next %q led to %q, want %q", next, a.To(), want)
			}
		}
	})
	t.Run("the answer is the same whether the document is known", func(t *testing.T) {
		var answers []string
		for _, number := range []string{known, unknown} {
			s := stateOf(t, enter(t, &fake{}, request("", "number", number, "password", "wrong-password")))
			if s.Document != number {
				t.Errorf("what was typed is lost: %q", s.Document)
			}
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, strings.ReplaceAll(string(text), number, "…"))
		}
		if answers[0] != answers[1] {
			t.Errorf("known   %s\nunknown %s", answers[0], answers[1])
		}
	})
	t.Run("sending a code answers the same for every phone", func(t *testing.T) {
		var answers []page.Login
		for range 2 {
			s := stateOf(t, enter(t, &fake{}, request("by=sms", "do", "code", "phone", "13800000001")))
			answers = append(answers, s)
		}
		want := page.CodeSent{Message: words.CodeSent, Wait: 60, Inbox: "/demo/inbox"}
		if answers[0].Sent != want || !reflect.DeepEqual(answers[0], answers[1]) {
			t.Errorf("got %+v", answers[0].Sent)
		}
	})
	t.Run("a code opens the session", func(t *testing.T) {
		a := enter(t, &fake{}, request("by=sms&next=%2Fme", "phone", "13800000001", "code", "123456"))
		if a.To() != "/me" {
			t.Errorf("led to %q", a.To())
		}
	})
	t.Run("problems stand beside the fields that the form has", func(t *testing.T) {
		for name, c := range map[string]struct {
			err   error
			field string
		}{
			"an empty field":      {api.Invalid(api.Field("phone", "请输入手机号")), "phone"},
			"a wrong code":        {rules.ErrCode, "code"},
			"a code too soon":     {rules.ErrCodeTooSoon, "code"},
			"too many codes":      {rules.ErrCodeTooMany, "code"},
			"a locked login":      {rules.ErrLocked, ""},
			"too many from here":  {api.TooMany(time.Minute), ""},
			"too many at a time":  {rules.ErrBusy, ""},
			"a wrapped refusal":   {errors.Join(rules.ErrLogin), ""},
			"a document no field": {api.Invalid(api.Field("number", "请输入证件号码")), "number"},
		} {
			s := stateOf(t, enter(t, &fake{err: c.err}, request("by=sms", "phone", "1", "code", "2")))
			if len(s.Problems) != 1 || s.Problems[0].Field != c.field || s.Problems[0].Message == "" {
				t.Errorf("%s: got %+v", name, s.Problems)
			}
			if s.Phone != "1" || s.Code != "2" || s.Way != page.LoginBySMS {
				t.Errorf("%s: what was typed is lost: %+v", name, s)
			}
		}
	})
	t.Run("an error inside is not shown as a wrong password", func(t *testing.T) {
		if _, err := (&fake{err: errBroken}).deps().enter(t.Context(), request("")); !errors.Is(err, errBroken) {
			t.Errorf("got %v", err)
		}
	})
}

func TestRegister(t *testing.T) {
	form := []string{
		"name", "李明", "type", "201", "number", known, "phone", "13800000001", "code", "123456", "password", password,
	}
	t.Run("a registered person is logged in and goes on", func(t *testing.T) {
		f := &fake{}
		d := f.deps()
		a, err := d.register(t.Context(), request("next=%2Fmedical", form...), page.Register{Next: "/medical", Document: known}, f.Register, "注册成功")
		if err != nil || a.To() != "/medical" || a.Notice() != "注册成功" {
			t.Errorf("went to %q saying %q, %v", a.To(), a.Notice(), err)
		}
	})
	t.Run("every typed field reaches the rules", func(t *testing.T) {
		f := &fake{}
		r := request("", form...)
		if _, err := f.deps().register(t.Context(), r, typed(r), f.Reset, ""); err != nil {
			t.Fatal(err)
		}
		want := rules.Registration{
			Name: "李明", Type: idcard.ResidentID, Number: known, Phone: "13800000001", Code: "123456", Password: password, Address: "192.0.2.1",
		}
		if len(f.forms) != 1 || f.forms[0] != want {
			t.Errorf("got %+v", f.forms)
		}
	})
	t.Run("a refusal keeps what was typed but the password", func(t *testing.T) {
		f := &fake{err: rules.ErrRegister}
		r := request("", form...)
		a, err := f.deps().register(t.Context(), r, typed(r), f.Register, "")
		if err != nil {
			t.Fatal(err)
		}
		s := stateOf(t, a)
		if s.Name != "李明" || s.Document != known || s.Phone != "13800000001" || len(s.Problems) != 1 || s.Problems[0].Message != words.RegisterRefused {
			t.Errorf("got %+v", s)
		}
		if text, err := json.Marshal(s); err != nil || strings.Contains(string(text), password) {
			t.Errorf("the password is in %s, %v", text, err)
		}
	})
	t.Run("a code for registration is none for login", func(t *testing.T) {
		f := &fake{}
		r := request("", "do", "code", "phone", "13800000001")
		if _, err := f.deps().register(t.Context(), r, typed(r), f.Register, ""); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(f.sent, []rules.Purpose{rules.ForRegister}) || len(f.forms) != 0 {
			t.Errorf("sent %v, registered %v", f.sent, f.forms)
		}
	})
}

func TestLogout(t *testing.T) {
	t.Run("the session ends on the server too", func(t *testing.T) {
		f := &fake{}
		r := request("")
		r.Session, r.Person = "s1", "p1"
		a, err := f.deps().logout(t.Context(), r)
		want := []rules.Session{{ID: "s1", Kind: rules.Resident, Subject: "p1"}}
		if err != nil || a.To() != "/login" || !reflect.DeepEqual(f.ended, want) {
			t.Errorf("went to %q, ended %+v, %v", a.To(), f.ended, err)
		}
	})
	t.Run("who is logged out stays so", func(t *testing.T) {
		f := &fake{}
		a, err := f.deps().logout(t.Context(), request(""))
		if err != nil || a.To() != "/login" || len(f.ended) != 0 {
			t.Errorf("went to %q, ended %+v, %v", a.To(), f.ended, err)
		}
	})
}

func TestMe(t *testing.T) {
	t.Run("everything personal is masked", func(t *testing.T) {
		r := request("")
		r.Person = "p1"
		got, err := (&fake{unread: 3}).deps().me(t.Context(), r)
		want := page.Me{
			Name: "李*", DocumentType: "居民身份证", Document: "110101********1233", Phone: "138****0001", Unread: 3, Agreements: 1,
			Care: page.CareHere{Here: "/me"},
		}
		if err != nil || got != want {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("a person who is gone is not found", func(t *testing.T) {
		r := request("")
		r.Person = "p2"
		if _, err := (&fake{}).deps().me(t.Context(), r); api.CodeOf(err) != api.CodeNotFound {
			t.Errorf("got %v", err)
		}
	})
}

func TestCare(t *testing.T) {
	for name, c := range map[string]struct {
		person, care, here, size string
		kept                     []person.Display
		to                       string
	}{
		"before login only the browser keeps it":  {"", "1", "/login?by=sms", "", nil, "/login?by=sms"},
		"after login it follows the person":       {"p1", "1", "/pension", "", []person.Display{person.Care}, "/pension"},
		"its type can be larger":                  {"p1", "1", "/me/care", "30", []person.Display{person.CareMost}, "/me/care"},
		"a size that is not offered is the first": {"p1", "1", "/me/care", "99", []person.Display{person.Care}, "/me/care"},
		"it can be turned off":                    {"p1", "0", "/me", "24", []person.Display{person.Standard}, "/me"},
		"another site is no place to return to":   {"", "1", "https://example.org", "", nil, "/"},
		"an address with its own host is refused": {"", "1", "//example.org", "", nil, "/"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			r := request("", "care", c.care, "here", c.here, "size", c.size)
			r.Person = c.person
			a, err := f.deps().prefer(t.Context(), r)
			if err != nil || a.To() != c.to || !reflect.DeepEqual(f.preferred, c.kept) {
				t.Errorf("went to %q, kept %v, %v", a.To(), f.preferred, err)
			}
		})
	}
}

func TestInbox(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC)
	f := &fake{messages: []sms.Message{{Phone: "13800000001", Text: "验证码：123456", At: at}}}
	got, err := f.deps().inbox(t.Context(), request(""))
	want := page.Inbox{Messages: []page.InboxMessage{{At: "2026-11-23 09:30:00", Phone: "138****0001", Text: "验证码：123456"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	d := f.deps()
	d.Inbox = nil
	if with, without := len(Pages(f.deps())), len(Pages(d)); with != without+1 {
		t.Errorf("%d pages with an inbox, %d without", with, without)
	}
}
