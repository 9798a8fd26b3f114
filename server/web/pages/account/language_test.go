package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"shebao/server/sms"
	"shebao/server/translate"
	"shebao/server/web"
	"shebao/shared/lang"
)

// speaking is a browser on a server with all catalogues.
func speaking(t *testing.T, f *fake, english web.Greeting) *browser {
	t.Helper()
	b := open(t, f)
	c := b.server.Config
	c.English, c.Speaks = english, map[lang.Tag]*translate.Catalogue{}
	for _, tag := range []lang.Tag{lang.English, lang.HongKong} {
		var err error
		if c.Speaks[tag], err = translate.Load(tag, nil); err != nil {
			t.Fatal(err)
		}
	}
	b.server = web.New(c)
	return b
}

// accepting asks for a page as a browser that prefers languages.
func (b *browser) accepting(path, languages string) (http.Header, string) {
	b.t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Accept-Language", languages)
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := b.server.App().Test(req, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body strings.Builder
	if err := res.Write(&body); err != nil {
		b.t.Fatal(err)
	}
	return res.Header, body.String()
}

func TestAcceptLanguage(t *testing.T) {
	const offer = "This service is available in English."
	for _, c := range []struct {
		name, header string
		english      web.Greeting
		code         string
		has, never   []string
	}{
		{"Chinese is Chinese", "zh-CN,zh;q=0.9", web.Offered, "zh-CN", []string{">登录</button>", `lang="zh-HK"`}, []string{offer}},
		{"nothing said is Chinese", "", web.Offered, "zh-CN", []string{">登录</button>"}, []string{offer}},
		{"Taiwan reads traditional", "zh-TW,en;q=0.5", web.Offered, "zh-HK", []string{">登入</button>", "證件號碼", `<title>登入 - 社保費辦理</title>`}, []string{offer, ">登录</button>"}},
		{"English is offered", "en-US,en;q=0.9", web.Offered, "zh-CN", []string{">登录</button>", offer, `lang="en"`}, nil},
		{"English is spoken where the deployer wants so", "en-GB", web.Spoken, "en", []string{">Log in</button>", "ID number", `<title>Log in - Social insurance payments</title>`}, []string{offer}},
		{"French is Chinese", "fr", web.Spoken, "zh-CN", []string{">登录</button>"}, []string{offer}},
	} {
		t.Run(c.name, func(t *testing.T) {
			header, body := speaking(t, &fake{}, c.english).accepting("/login", c.header)
			if header.Get("Content-Language") != c.code || !strings.Contains(body, `<html lang="`+c.code+`">`) {
				t.Errorf("it is in %s", header.Get("Content-Language"))
			}
			if !strings.Contains(header.Get("Vary"), "Accept-Language") {
				t.Errorf("Vary: %s", header.Get("Vary"))
			}
			for _, s := range c.has {
				if !strings.Contains(body, s) {
					t.Errorf("%s is missing", s)
				}
			}
			for _, s := range c.never {
				if strings.Contains(body, s) {
					t.Errorf("%s is there", s)
				}
			}
		})
	}
}

func TestChooseLanguage(t *testing.T) {
	english := url.Values{"lang": {"en"}, "here": {"/login?by=sms"}}
	t.Run("before login it holds in the browser and leads back", func(t *testing.T) {
		b := speaking(t, &fake{}, web.Offered)
		b.do(http.MethodGet, "/login", nil)
		if res := b.post("/me/language", english); res.status != http.StatusSeeOther || res.to != "/login?by=sms" {
			t.Fatalf("%d to %s", res.status, res.to)
		}
		if _, body := b.accepting("/login?by=sms", "zh-CN"); !strings.Contains(body, ">Get code</button>") || !strings.Contains(body, "The language has been changed") {
			t.Error("the page is not in English")
		}
	})
	t.Run("choosing Chinese takes the offer back", func(t *testing.T) {
		b := speaking(t, &fake{}, web.Offered)
		b.do(http.MethodGet, "/login", nil)
		b.post("/me/language", url.Values{"lang": {"zh-CN"}, "here": {"/login"}})
		if _, body := b.accepting("/login", "en"); strings.Contains(body, "available in English") || b.cookies["lang"] != "zh-CN" {
			t.Error("English is offered again")
		}
	})
	t.Run("it never leads out of the service", func(t *testing.T) {
		b := speaking(t, &fake{}, web.Offered)
		b.do(http.MethodGet, "/login", nil)
		if res := b.post("/me/language", url.Values{"lang": {"en"}, "here": {"//evil.example"}}); res.to != "/" {
			t.Errorf("to %s", res.to)
		}
	})
	t.Run("an unknown language changes nothing", func(t *testing.T) {
		b := speaking(t, &fake{}, web.Offered)
		b.do(http.MethodGet, "/login", nil)
		if res := b.post("/me/language", url.Values{"lang": {"tlh"}}); res.status != http.StatusUnprocessableEntity || b.cookies["lang"] != "" {
			t.Errorf("%d, cookie %q", res.status, b.cookies["lang"])
		}
	})
	t.Run("it is kept with the person and follows them", func(t *testing.T) {
		f := &fake{}
		b := speaking(t, f, web.Offered)
		b.cookies["sid"] = "token"
		b.do(http.MethodGet, "/me", nil)
		b.post("/me/language", english)
		if f.language != "en" {
			t.Fatalf("kept %q", f.language)
		}
		elsewhere := speaking(t, f, web.Offered)
		elsewhere.do(http.MethodGet, "/login", nil)
		elsewhere.post("/login", url.Values{"number": {known}, "password": {password}})
		if elsewhere.cookies["lang"] != "en" {
			t.Errorf("the other phone has %q", elsewhere.cookies["lang"])
		}
	})
	t.Run("what was chosen on the way in stays", func(t *testing.T) {
		b := speaking(t, &fake{language: "en"}, web.Offered)
		b.do(http.MethodGet, "/login", nil)
		b.cookies["lang"] = "zh-HK"
		b.post("/login", url.Values{"number": {known}, "password": {password}})
		if b.cookies["lang"] != "zh-HK" {
			t.Errorf("the phone has %q", b.cookies["lang"])
		}
	})
	t.Run("a failing store is an error", func(t *testing.T) {
		f := &fake{err: errBroken}
		r := request("", "lang", "en")
		r.Person = "p1"
		if _, err := f.deps().choose(context.Background(), r); err == nil {
			t.Error("it was kept")
		}
	})
}

// What people typed and their names stay as they are; what listens is told their language.
func TestOwnWordsStay(t *testing.T) {
	b := speaking(t, &fake{}, web.Spoken)
	b.do(http.MethodGet, "/login", nil)
	b.cookies["lang"] = "en"
	res := b.post("/register", url.Values{"name": {"密码"}, "type": {"201"}, "do": {"code"}, "phone": {"13800000001"}})
	if !strings.Contains(res.body, `value="密码"`) {
		t.Error("a name that was typed is gone")
	}
	if !strings.Contains(res.body, "The code was sent") || !strings.Contains(res.body, `data-said=`) {
		t.Error("the page is not in English")
	}
}

// TestInboxIsAsSent: a text message stays as it was sent, whatever the page's language is.
func TestInboxIsAsSent(t *testing.T) {
	b := speaking(t, &fake{messages: []sms.Message{
		{Phone: "13800000001", Text: "【社保费办理（演示）】验证码：123456，5分钟内有效。请勿告诉他人，工作人员不会向您索要验证码。"},
		{Phone: "13800000001", Text: "【社保费办理（演示）】Your code is 654321."},
	}}, web.Spoken)
	_, body := b.accepting("/demo/inbox", "en")
	for _, want := range []string{
		`<span lang="zh-CN">【社保费办理（演示）】</span><span lang="zh-CN">验证码：123456，5分钟内有效。`, `<span lang="zh-CN">【社保费办理（演示）】</span><span>Your code is 654321.</span>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is missing in %s", want, body)
		}
	}
}
