package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	rules "shebao/server/account"
	"shebao/server/web"
	"shebao/shared/api"
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
			return d.refuse(ctx, r, s, err)
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
		return d.refuse(ctx, r, s, err)
	}
	if err := d.signIn(ctx, r, token, ses); err != nil {
		return web.Answer[page.Login]{}, err
	}
	return web.Go[page.Login](home(s.Next)), nil
}

// signIn hands the session to the browser and makes its screens look as the person
// chose on any other one. Who never chose keeps what was chosen here without a login.
func (d Deps) signIn(ctx context.Context, r *web.Request, token string, ses rules.Session) error {
	r.SignIn(token)
	display, chosen, err := d.Displays.Display(ctx, ses.Subject)
	if err != nil {
		return fmt.Errorf("load display of %s: %w", ses.Subject, err)
	}
	if chosen {
		look(r, display)
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
	return d.sent(words.CodeSent, codeWait), nil
}

// sent is what stands beside 【获取验证码】 while a code is on its way or there.
func (d Deps) sent(message string, wait time.Duration) page.CodeSent {
	s := page.CodeSent{Message: message, Wait: int((wait + time.Second - 1) / time.Second)}
	if d.Inbox != nil {
		s.Inbox = page.PathInbox
	}
	return s
}

// refuse shows the form again with what was wrong, or gives up with the error.
func (d Deps) refuse(ctx context.Context, r *web.Request, s page.Login, err error) (web.Answer[page.Login], error) {
	wrong, ok := problems(err)
	if !ok {
		return web.Answer[page.Login]{}, err
	}
	s.Problems = wrong
	if s.Way == page.LoginBySMS {
		if s.Sent, s.Problems, err = d.standing(ctx, r, rules.ForLogin, err, wrong); err != nil {
			return web.Answer[page.Login]{}, err
		}
	}
	return web.Stay(s), nil
}

// standing keeps the wait for another code when the form was refused, and says what is
// left of this one: a wrong code is not lost, and asking too soon ends in true seconds.
func (d Deps) standing(
	ctx context.Context, r *web.Request, p rules.Purpose, refusal error, wrong []page.Problem,
) (page.CodeSent, []page.Problem, error) {
	at, err := d.Accounts.Standing(ctx, p, r.Form.Get(page.LoginFieldPhone))
	if err != nil || at == (rules.Standing{}) {
		return page.CodeSent{}, wrong, err
	}
	sent := d.sent("", at.Wait)
	switch {
	case errors.Is(refusal, rules.ErrCode) && at.Left > 0:
		wrong = []page.Problem{api.Field(page.LoginFieldCode, words.CodeWrong(at.Left))}
	case errors.Is(refusal, rules.ErrCodeTooSoon) && sent.Wait > 0:
		wrong = []page.Problem{api.Field(page.LoginFieldCode, words.CodeWait(sent.Wait))}
	}
	return sent, wrong, nil
}
