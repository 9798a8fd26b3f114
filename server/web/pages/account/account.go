// Package account holds the pages by which people come in, register, see their own
// things and go out, and the session glue of the page server.
package account

import (
	"context"
	"errors"

	rules "shebao/server/account"
	"shebao/server/sms"
	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/lang"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/person"
)

// Accounts are the rules of who someone is.
type Accounts interface {
	Login(ctx context.Context, in rules.PasswordLogin) (token string, ses rules.Session, err error)
	LoginBySMS(ctx context.Context, in rules.SMSLogin) (token string, ses rules.Session, err error)
	SendCode(ctx context.Context, r rules.CodeRequest) error
	Standing(ctx context.Context, p rules.Purpose, phone string) (rules.Standing, error)
	Register(ctx context.Context, in rules.Registration) error
	Reset(ctx context.Context, in rules.Registration) error
	Change(ctx context.Context, in rules.PasswordChange) error
	Logout(ctx context.Context, ses rules.Session, address string) error
}

// People knows what is registered about a person.
type People interface {
	// Person returns a person; false when there is none.
	Person(ctx context.Context, id string) (person.Person, bool, error)
}

// Agreements lists mandates.
type Agreements interface {
	// AgreementStates lists a payer's verified agreements; State, Authority and Effective are
	// enough.
	AgreementStates(ctx context.Context, payer string) ([]agreement.Agreement, error)
}

// Displays keeps how screens look to a person, so that it follows them to another phone.
type Displays interface {
	// Display is what the person chose; false when they never did.
	Display(ctx context.Context, who string) (person.Display, bool, error)
	// SetDisplay keeps the person's choice.
	SetDisplay(ctx context.Context, who string, d person.Display) error
	// Language is what the person chose for their screens; false when they never did.
	Language(ctx context.Context, who string) (lang.Tag, bool, error)
	// SetLanguage keeps the person's choice.
	SetLanguage(ctx context.Context, who string, t lang.Tag) error
}

// Notices counts messages and adds some.
type Notices interface {
	// Unread counts the person's unread notices.
	Unread(ctx context.Context, who string) (int, error)
	// Tell adds a message; telling the same id again changes nothing.
	Tell(ctx context.Context, n notice.Notice) error
}

// Inbox is where demo mode keeps text messages.
type Inbox interface {
	// Messages lists the newest messages, newest first.
	Messages(ctx context.Context, limit int) ([]sms.Message, error)
}

// Deps is what the pages work with.
type Deps struct {
	Service    string // the service's name on screens
	Accounts   Accounts
	People     People
	Agreements Agreements
	Displays   Displays
	Notices    Notices
	Push       Pushes
	PushKey    string             // the service's public key, for browsers
	Inbox      Inbox              // nil outside demo mode: there is no such page
	Demo       []page.DemoAccount // shown at login; nil outside demo mode
}

// Pages are this package's pages.
func Pages(d Deps) []web.Route {
	pages := []web.Route{d.loginPage(), d.registerPage(), d.resetPage(), d.logoutPage(), d.mePage(), d.passwordPage(), d.carePage(), d.languagePage(), d.pushPage()}
	if d.Inbox != nil {
		pages = append(pages, d.inboxPage())
	}
	return pages
}

// problems are what a person can put right. ok is false for errors that are not theirs.
func problems(err error) (ps []page.Problem, ok bool) {
	var e *api.Error
	switch {
	case !errors.As(err, &e), e.Status >= 500 && !errors.Is(err, rules.ErrBusy):
		return nil, false
	case len(e.Fields) > 0:
		return e.Fields, true
	case errors.Is(err, rules.ErrCode), errors.Is(err, rules.ErrCodeTooSoon), errors.Is(err, rules.ErrCodeTooMany):
		return []page.Problem{api.Field(page.LoginFieldCode, e.Message)}, true
	default:
		return []page.Problem{api.Field("", e.Message)}, true
	}
}
