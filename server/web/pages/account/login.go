package account

import (
	"context"
	"fmt"
	"time"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/page"
	"shebao/shared/words"
)

// codeWait is how long 【获取验证码】 rests after a code was sent.
const codeWait = time.Minute

func (d Deps) loginPage() web.Route {
	return web.Page[page.Login]{
		Pattern: page.PathLogin, Access: web.Public,
		Frame: page.Frame{Title: "登录", Layout: page.LayoutPlain, Bare: true},
		Load: func(_ context.Context, r *web.Request) (page.Login, error) {
			return d.login(r), nil
		},
		Act: d.enter,
	}.Route()
}

// login is the form as the address asks for it.
func (d Deps) login(r *web.Request) page.Login {
	s := page.Login{
		Service: d.Service, Way: page.LoginByPassword, Next: next(r), SignedIn: r.Person != "", Demo: d.Demo,
		Care: page.CareHere{On: r.Care, Here: r.URL, Size: r.Display.Size()},
	}
	if r.Query.Get(page.LoginFieldBy) == string(page.LoginBySMS) {
		s.Way = page.LoginBySMS
	}
	s.Ended = !s.SignedIn && r.Query.Get(page.LoginFieldEnded) != ""
	return s
}

// next is where the person was going, "" for home.
func next(r *web.Request) string {
	if to := web.Local(r.Query.Get(page.LoginFieldNext)); to != page.PathHome {
		return to
	}
	return ""
}

func (d Deps) enter(ctx context.Context, r *web.Request) (web.Answer[page.Login], error) {
	s := d.login(r)
	s.Document, s.Phone, s.Code = r.Form.Get(page.LoginFieldDocument), r.Form.Get(page.LoginFieldPhone), r.Form.Get(page.LoginFieldCode)
	if r.Form.Get(page.LoginFieldDo) == page.LoginDoCode {
		sent, err := d.send(ctx, r, rules.ForLogin)
		if err != nil {
			return refuse(s, err)
		}
		s.Sent = sent
		return web.Show(s), nil
	}
	var token string
	var ses rules.Session
	var err error
	if s.Way == page.LoginBySMS {
		token, ses, err = d.Accounts.LoginBySMS(ctx, rules.SMSLogin{Phone: s.Phone, Code: s.Code, Address: r.Address})
	} else {
		token, ses, err = d.Accounts.Login(ctx, rules.PasswordLogin{
			Number: s.Document, Password: r.Form.Get(page.LoginFieldPassword), Address: r.Address,
		})
	}
	if err != nil {
		return refuse(s, err)
	}
	if err := d.signIn(ctx, r, token, ses); err != nil {
		return web.Answer[page.Login]{}, err
	}
	return web.Go[page.Login](home(s.Next)), nil
}

// signIn hands the session to the browser and makes its screens look as the person
// chose on any other one.
func (d Deps) signIn(ctx context.Context, r *web.Request, token string, ses rules.Session) error {
	r.SignIn(token)
	display, err := d.Displays.Display(ctx, ses.Subject)
	if err != nil {
		return fmt.Errorf("load display of %s: %w", ses.Subject, err)
	}
	if display.Careful() {
		r.Prefer(web.Care, string(display))
	}
	return d.speak(ctx, r, ses.Subject)
}

func home(next string) string {
	if next == "" {
		return page.PathHome
	}
	return next
}

// send asks for a code and says what became of it.
func (d Deps) send(ctx context.Context, r *web.Request, p rules.Purpose) (page.CodeSent, error) {
	if err := d.Accounts.SendCode(ctx, rules.CodeRequest{For: p, Phone: r.Form.Get(page.LoginFieldPhone), Address: r.Address, Lang: r.Lang}); err != nil {
		return page.CodeSent{}, err
	}
	sent := page.CodeSent{Message: words.CodeSent, Wait: int(codeWait / time.Second)}
	if d.Inbox != nil {
		sent.Inbox = page.PathInbox
	}
	return sent, nil
}

// refuse shows the form again with what was wrong, or gives up with the error.
func refuse(s page.Login, err error) (web.Answer[page.Login], error) {
	wrong, ok := problems(err)
	if !ok {
		return web.Answer[page.Login]{}, err
	}
	s.Problems = wrong
	return web.Stay(s), nil
}
