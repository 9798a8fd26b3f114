package agreement

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	rules "shebao/server/agreement"
	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/page"
	"shebao/shared/words"
)

func TestLoad(t *testing.T) {
	for name, c := range map[string]struct {
		state model.State
		path  string
		want  string // texts on the page, separated by |
	}{
		"the list shows live ones first":                  {model.Verified, "/agreements", "北京银行（0012）|验证成功|协议次日生效，今日暂不能用于缴费|/agreements/a1/revoke|已撤销|新增协议"},
		"the list leads on with signing":                  {model.Verifying, "/agreements", "验证中|等待输入短信验证码|/agreements/a1/code"},
		"the list keeps the way back":                     {model.Verified, "/agreements?next=%2Fpension%2Fpay%3Fstep%3Dx", "/agreements/new?next=%2Fpension%2Fpay%3Fstep%3Dx|href=\"/pension/pay?step=x\""},
		"a way back to another site is none":              {model.Verified, "/agreements?next=https%3A%2F%2Fevil.example", "href=\"/agreements/new\""},
		"the form has the enrolment's authority":          {model.Verified, "/agreements/new", `<option value="11101010000" selected>|李明|110101********1233|工商银行`},
		"the form takes the authority of the fee":         {model.Verified, "/agreements/new?authority=11101080000", `<option value="11101080000" selected>`},
		"the form ignores an authority that nobody knows": {model.Verified, "/agreements/new?authority=1", `<option value="11101010000" selected>`},
		"the form takes what is known from an old one": {
			model.Failed, "/agreements/new?from=a1",
			`<option value="313" selected>|<option value="11101010000" selected>|name="holder" value="李明"|name="phone" value="13800000001"|name="account" value=""|` +
				"上次填写的是 6217 **** **** 0012，请重新输入完整账号",
		},
		"the code's page counts down to another code":      {model.Verifying, "/agreements/a1/code", `短信验证码|data-wait="40"|138****0001|提交`},
		"the code's page waits for the bank":               {model.Confirming, "/agreements/a1/code", `验证中|data-live="/live/agreements/a1?shown=confirming"|http-equiv="refresh"`},
		"the code's page shows the end when it is over":    {model.Verified, "/agreements/a1/code", "协议签订成功|次日生效"},
		"the result says when it can be used":              {model.Verified, "/agreements/a1/result?next=%2Fmedical%2Fpay", "协议签订成功|2026-11-24|href=\"/medical/pay\""},
		"the result of a refusal has the reason":           {model.Failed, "/agreements/a1/result", "协议签订失败|户名或证件不符|/agreements/new?from=a1"},
		"the result of revoking waits for the bank":        {model.Revoking, "/agreements/a1/result", "撤销处理中|shown=revoking"},
		"the result of revoking":                           {model.Revoked, "/agreements/a1/result", "撤销成功"},
		"the detail offers to revoke":                      {model.Verified, "/agreements/a1", "国家税务总局北京市东城区税务局|6217 **** **** 0012|2026-11-23 10:32:07|/agreements/a1/revoke"},
		"the detail of an ended one offers to sign anew":   {model.Ended, "/agreements/a1", "失效|户名或证件不符|重新签订"},
		"revoking asks first":                              {model.Verified, "/agreements/a1/revoke", "确认撤销该协议？|确定|取消"},
		"what can't be revoked says so instead of asking":  {model.Ended, "/agreements/a1/revoke", words.RevokeImpos},
		"what is revoked can't be revoked again":           {model.Revoked, "/agreements/a1/revoke", words.AgreementRevoked},
		"nor can what is being revoked":                    {model.Revoking, "/agreements/a1/revoke", words.AgreementRevoked},
		"an agreement that is being revoked can't be used": {model.Revoking, "/agreements", "撤销中|已停止使用"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{one: agr(c.state)}
			if c.state == model.Failed || c.state == model.Ended {
				f.one.Reason = "户名或证件不符"
			}
			got := ask(t, site(t, f), "li", c.path, nil)
			if got.status != http.StatusOK {
				t.Fatalf("status %d: %s", got.status, got.body)
			}
			for want := range strings.SplitSeq(c.want, "|") {
				if !strings.Contains(got.body, strings.ReplaceAll(want, "&", "&amp;")) {
					t.Errorf("%s is missing", want)
				}
			}
		})
	}
	t.Run("somebody else's agreement is not found on any page", func(t *testing.T) {
		s := site(t, &fake{one: agr(model.Verified)})
		for _, path := range []string{"", "/code", "/result", "/revoke"} {
			if got := ask(t, s, "wang", "/agreements/a1"+path, nil); got.status != http.StatusNotFound || strings.Contains(got.body, "0012") {
				t.Errorf("%s: %d", path, got.status)
			}
		}
	})
	t.Run("who is not logged in goes to the login", func(t *testing.T) {
		if got := ask(t, site(t, &fake{}), "", "/agreements/new?next=%2Fme", nil); got.status != http.StatusSeeOther || !strings.HasPrefix(got.to, "/login?next=%2Fagreements%2Fnew") {
			t.Errorf("%d %s", got.status, got.to)
		}
	})
}

func filled() url.Values {
	return url.Values{
		page.SignFieldAuthority: {"11101010000"}, page.SignFieldBank: {"313"}, page.SignFieldHolder: {"李明"},
		page.SignFieldAccount: {"6217 0000 0000 0000 012"}, page.SignFieldPhone: {"13800000001"}, page.SignFieldConsent: {"1"},
	}
}

func TestAct(t *testing.T) {
	for name, c := range map[string]struct {
		before, after model.State
		path          string
		form          url.Values
		called, to    string
	}{
		"an application goes on with the code": {
			model.Signing, model.Verifying, "/agreements/new?next=%2Fpension%2Fpay", filled(), "apply", "/agreements/a1/code?next=%2Fpension%2Fpay",
		},
		"an application that the bank has not answered waits there too": {model.Signing, model.Signing, "/agreements/new", filled(), "apply", "/agreements/a1/code"},
		"one that the bank refuses says so":                             {model.Signing, model.Failed, "/agreements/new", filled(), "apply", "/agreements/a1/result"},
		"a right code ends it": {
			model.Verifying, model.Verified, "/agreements/a1/code?next=%2Fpension%2Fpay",
			url.Values{"step": {"submit"}, "sms": {"123456"}},
			"confirm 123456", "/agreements/a1/result?next=%2Fpension%2Fpay",
		},
		"a code sent by Enter is a code": {model.Verifying, model.Verified, "/agreements/a1/code", url.Values{"sms": {"123456"}}, "confirm 123456", "/agreements/a1/result"},
		"a code without an answer waits": {model.Verifying, model.Confirming, "/agreements/a1/code", url.Values{"sms": {"123456"}}, "confirm 123456", "/agreements/a1/code"},
		"another code":                   {model.Verifying, model.Verifying, "/agreements/a1/code", url.Values{"step": {"resend"}}, "resend", "/agreements/a1/code"},
		"giving up leads to a new form":  {model.Verifying, model.Failed, "/agreements/a1/code", url.Values{"step": {"abandon"}}, "abandon", "/agreements/new?from=a1"},
		"revoking":                       {model.Verified, model.Revoked, "/agreements/a1/revoke", url.Values{}, "revoke", "/agreements/a1/result"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{one: agr(c.before), after: c.after}
			got := ask(t, site(t, f), "li", c.path, c.form)
			if got.status != http.StatusSeeOther || got.to != c.to || strings.Join(f.called, " ") != c.called {
				t.Errorf("%d to %s after %q", got.status, got.to, f.called)
			}
			if strings.Contains(got.to, "138") || strings.Contains(got.to, "0012") {
				t.Errorf("the address tells a number: %s", got.to)
			}
		})
	}
	t.Run("the application is what was typed, for the one who is logged in", func(t *testing.T) {
		f := &fake{one: agr(model.Signing), after: model.Verifying}
		form := filled()
		form.Set("payer", "wang")
		ask(t, site(t, f), "li", "/agreements/new", form)
		want := rules.Application{
			Payer: "li", Authority: "11101010000", Bank: "313", Holder: "李明", Account: "6217 0000 0000 0000 012", Phone: "13800000001", Consent: true,
		}
		if f.applied != want {
			t.Errorf("%+v", f.applied)
		}
	})
	t.Run("a second revocation says so on the result", func(t *testing.T) {
		f := &fake{one: agr(model.Verified), after: model.Revoked, refuse: rules.ErrRevoked}
		if got := ask(t, site(t, f), "li", "/agreements/a1/revoke", url.Values{}); got.status != http.StatusSeeOther || got.to != "/agreements/a1/result" {
			t.Errorf("%d %s", got.status, got.to)
		}
	})
	t.Run("a form without the page's token changes nothing", func(t *testing.T) {
		f := &fake{one: agr(model.Verified), after: model.Revoked}
		s := site(t, f)
		req := httptest.NewRequest(http.MethodPost, "/agreements/a1/revoke", strings.NewReader("csrf=other"))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.AddCookie(&http.Cookie{Name: "sid", Value: "li"})
		res, err := s.App().Test(req, -1)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusForbidden || len(f.called) != 0 {
			t.Errorf("%d %q %v", res.StatusCode, f.called, err)
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Run("a refused form keeps everything typed, the number in groups", func(t *testing.T) {
		f := &fake{one: agr(model.Signing), refuse: api.Invalid(page.Problem{Field: page.SignFieldHolder, Message: words.HolderMismatch})}
		form := filled()
		form.Set(page.SignFieldHolder, `"><b>王`)
		form.Set(page.SignFieldAccount, account)
		got := ask(t, site(t, f), "li", "/agreements/new", form)
		if got.status != http.StatusUnprocessableEntity {
			t.Fatal(got.status)
		}
		for _, want := range []string{
			words.HolderMismatch, `href="#holder"`, `value="&#34;&gt;&lt;b&gt;王"`, `value="6217 0000 0000 0000 012"`, `value="13800000001"`,
			`<option value="313" selected>`, `value="1" checked`,
		} {
			if !strings.Contains(got.body, want) {
				t.Errorf("%s is missing", want)
			}
		}
	})
	t.Run("a number that is no card's asks whether it is a passbook's", func(t *testing.T) {
		f := &fake{one: agr(model.Signing), refuse: api.Invalid(page.Problem{Field: page.SignFieldAccount, Message: words.SignPassbook})}
		form := filled()
		form.Set(page.SignFieldAccount, "6217000000000000013")
		if got := ask(t, site(t, f), "li", "/agreements/new", form); !strings.Contains(got.body, `name="passbook"`) {
			t.Error("it does not")
		}
	})
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		state  model.State
		refuse error
		want   string
	}{
		"an account that is signed": {"/agreements/new", filled(), model.Signing, rules.ErrExists, words.AgreementExists},
		"a code that is no code": {
			"/agreements/a1/code",
			url.Values{"sms": {"1"}},
			model.Verifying,
			api.Invalid(page.Problem{Field: page.SignFieldSMS, Message: words.SignCodeForm}), words.SignCodeForm,
		},
		"another code too soon":                {"/agreements/a1/code", url.Values{"step": {"resend"}}, model.Verifying, api.TooMany(time.Minute).With(words.CodeTooSoon), words.CodeTooSoon},
		"an agreement that can't be revoked":   {"/agreements/a1/revoke", url.Values{}, model.Ended, rules.ErrNotRevocable, words.RevokeImpos},
		"giving up while the bank has no word": {"/agreements/a1/code", url.Values{"step": {"abandon"}}, model.Confirming, rules.ErrWaiting, words.SignWaiting},
	} {
		t.Run(name+" is said on the page", func(t *testing.T) {
			f := &fake{one: agr(c.state), after: c.state, refuse: c.refuse}
			got := ask(t, site(t, f), "li", c.path, c.form)
			if c.state == model.Confirming { // the page waits by itself
				c.want = "验证中"
			}
			if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, c.want) {
				t.Errorf("%d: %s is missing", got.status, c.want)
			}
		})
	}
	t.Run("a wrong code stays on the page with what the bank said", func(t *testing.T) {
		f := &fake{one: agr(model.Verifying), after: model.Verifying}
		f.one.Reason, f.one.Tries = words.SignCodeWrong, 2
		got := ask(t, site(t, f), "li", "/agreements/a1/code", url.Values{"sms": {"000000"}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, words.SignCodeWrong) || !strings.Contains(got.body, "还可输入 3 次") {
			t.Errorf("%d", got.status)
		}
		if strings.Contains(got.body, "000000") {
			t.Error("the wrong code is typed in again")
		}
	})
	t.Run("an error tells nothing of the inside", func(t *testing.T) {
		f := &fake{one: agr(model.Signing), refuse: errors.New("mongo at 10.0.0.1")}
		got := ask(t, site(t, f), "li", "/agreements/new", filled())
		if got.status != http.StatusInternalServerError || strings.Contains(got.body, "mongo") {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

func TestLive(t *testing.T) {
	address := page.LiveAgreement("a1", string(model.Confirming))
	t.Run("a page that shows an old state is told at once", func(t *testing.T) {
		got := ask(t, site(t, &fake{one: agr(model.Verified)}), "li", address, nil)
		if got.status != http.StatusOK || !strings.Contains(got.body, "event: page\ndata: verified\n\n") {
			t.Errorf("%d %q", got.status, got.body)
		}
	})
	t.Run("nobody else is told anything", func(t *testing.T) {
		s := site(t, &fake{one: agr(model.Verified)})
		for _, who := range []string{"wang", ""} {
			if got := ask(t, s, who, address, nil); got.status != http.StatusNotFound || strings.Contains(got.body, "verified") {
				t.Errorf("%d %q", got.status, got.body)
			}
		}
	})
}
