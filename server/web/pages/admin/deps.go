// Package admin is the server's half of the officers' console: it asks the rules and
// fills the states; every action is checked against the officer's role and put into the
// audit trail.
package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"shebao/server/account"
	"shebao/server/audit"
	"shebao/server/city"
	"shebao/server/intake"
	"shebao/server/officer"
	"shebao/server/overview"
	"shebao/server/rates"
	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/certificate"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/idcard"
	"shebao/shared/notice"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/person"
)

// Accounts logs officers in and out.
type Accounts interface {
	LoginOfficer(ctx context.Context, in account.OfficerLogin, factor account.SecondFactor) (string, account.Session, error)
	Logout(ctx context.Context, ses account.Session, address string) error
	ChangeOfficer(ctx context.Context, in account.PasswordChange) error
}

// Officers are the rules of those who work here. *officer.Service is one.
type Officers interface {
	account.SecondFactor
	Officer(ctx context.Context, id string) (model.Officer, bool, error)
	List(ctx context.Context) ([]model.Officer, error)
	Add(ctx context.Context, in officer.Addition) (officer.Fresh, error)
	Reset(ctx context.Context, id string) (officer.Fresh, error)
	Set(ctx context.Context, by, id string, to officer.State) error
	Offer(user, secret string) (officer.Fresh, error)
	Own(ctx context.Context, in officer.Owning) ([]string, error)
}

// Records is what officers look at.
type Records interface {
	Person(ctx context.Context, id string) (person.Person, bool, error)
	PersonByDocument(ctx context.Context, d idcard.Document) (person.Person, bool, error)
	PeopleByName(ctx context.Context, name string, limit int) ([]person.Person, error)
	MaskedNames(ctx context.Context, ids []string) (map[string]string, error)
	AllEnrolments(ctx context.Context, person string) ([]contribution.Enrolment, error)
	Dues(ctx context.Context, person string, scheme contribution.Scheme) ([]contribution.Due, error)
	Agreement(ctx context.Context, id string) (agreement.Agreement, bool, error)
	Agreements(ctx context.Context, payer string) ([]agreement.Agreement, error)
	AgreementsSince(ctx context.Context, from time.Time, limit int) ([]agreement.Agreement, error)
	Payment(ctx context.Context, id string) (contribution.Payment, bool, error)
	PaymentsOf(ctx context.Context, payer string, limit int) ([]contribution.Payment, error)
	PaymentsIn(ctx context.Context, state contribution.PaymentState, limit int) ([]contribution.Payment, error)
	DebitRunsIn(ctx context.Context, state debit.State, limit int) ([]debit.Run, error)
	HastenPayment(ctx context.Context, id string, now time.Time) (bool, error)
	Notices(ctx context.Context, person, before string, limit int) ([]notice.Notice, error)
	CertificateCursor(c certificate.Record) string
	Ping(ctx context.Context) error
}

// Deps is what the pages work with.
type Deps struct {
	Service  string
	Accounts Accounts
	Officers Officers
	Audit    *audit.Log
	Records  Records
	Days     *overview.Book
	Intake   *intake.Service
	Rates    *rates.Service
	City     *city.City
	Runs     Runs
	Recon    Recon
	Doubts   Doubts
	Refunds  Refunds
	Papers   Papers
	Demo     func(now time.Time) []page.DemoLogin // nil outside demo mode
	Facts    func() []page.Fact                   // what the program says of itself
}

// visit is a request of an officer.
type visit struct {
	*web.Request
	Officer model.Officer
}

// screen is a page of the console.
type screen[S any] struct {
	pattern, title, tab, back string
	see                       model.Right // "" for everybody who works here
	load                      func(ctx context.Context, v visit) (S, error)
	act                       func(ctx context.Context, v visit) (web.Answer[S], error)
}

// route puts the check of the officer before the screen.
func route[S any](d Deps, s screen[S]) web.Route {
	tab := s.tab
	if tab == "" {
		tab = s.pattern
	}
	p := web.Page[S]{
		Pattern: s.pattern, Access: web.Officer,
		Frame: page.Frame{Title: s.title, Back: s.back, Tab: tab, Layout: page.LayoutConsole},
		Load: func(ctx context.Context, r *web.Request) (S, error) {
			v, err := d.visit(ctx, r, s.see)
			if err != nil {
				var none S
				return none, err
			}
			return s.load(from(ctx, r), v)
		},
	}
	if s.act != nil {
		p.Act = func(ctx context.Context, r *web.Request) (web.Answer[S], error) {
			v, err := d.visit(ctx, r, s.see)
			if err != nil {
				return web.Answer[S]{}, err
			}
			return s.act(from(ctx, r), v)
		}
	}
	return p.Route()
}

// from has everything that the officer does with this request tell in the audit trail where
// it came from, also what the rules record.
func from(ctx context.Context, r *web.Request) context.Context {
	return audit.From(ctx, audit.Origin{Who: r.Person, Address: r.Address, Request: r.ID})
}

// here finds out who is there.
func (d Deps) here(ctx context.Context, r *web.Request) (visit, error) {
	o, ok, err := d.Officers.Officer(ctx, r.Person)
	if err != nil {
		return visit{}, err
	}
	if !ok {
		return visit{}, api.Forbidden("您的账号已停用，请联系系统管理员。")
	}
	return visit{r, o}, nil
}

// visit finds out who is there and whether they may see the page. Whose credentials are not
// their own yet sees nothing but the page where they become so.
func (d Deps) visit(ctx context.Context, r *web.Request, see model.Right) (visit, error) {
	v, err := d.here(ctx, r)
	if err != nil {
		return visit{}, err
	}
	if v.Officer.Initial {
		return visit{}, api.Forbidden("您用的还是别人交给您的登录凭据。请先点上方的【登录凭据】，设置自己的密码和动态口令。")
	}
	if see != "" {
		return v, v.must(see)
	}
	return v, nil
}

// must refuses what the officer's role may not do.
func (v visit) must(right model.Right) error {
	if v.Officer.May(right) {
		return nil
	}
	return api.Forbidden("您的角色（" + v.Officer.Role.Label() + "）不能办理这件事。")
}

// note puts what the officer did into the audit trail; what can't be noted does not happen.
func (d Deps) note(ctx context.Context, v visit, what, subject, result string, details ...string) error {
	e := audit.Event{
		WhoKind: string(account.Officer), Who: v.Officer.ID, What: what, Subject: subject, Result: result, Address: v.Address, Request: v.ID,
	}
	for i := 0; i+1 < len(details); i += 2 {
		if e.Details == nil {
			e.Details = map[string]string{}
		}
		e.Details[details[i]] = details[i+1]
	}
	return d.Audit.Append(ctx, e)
}

// problems are what a person can put right; false for any other error.
func problems(err error) ([]page.Problem, bool) {
	e := api.From(err)
	if e == nil || e.Status >= 500 || e.Status == 404 || e.Status == 403 {
		return nil, false
	}
	if len(e.Fields) > 0 {
		return e.Fields, true
	}
	return []page.Problem{{Message: e.Message}}, true
}

func text(s string) page.Cell { return page.Cell{Text: s} }

func columns(heads ...string) []page.TableColumn {
	out := make([]page.TableColumn, len(heads))
	for i, h := range heads {
		name, figure := strings.CutSuffix(h, ">")
		out[i] = page.TableColumn{Head: name, Figure: figure}
	}
	return out
}

// Pages are the console's pages.
func Pages(d Deps) []web.Route {
	return append([]web.Route{
		d.loginPage(), d.logoutPage(), d.credentialsPage(), d.workbenchPage(), d.residentsPage(), d.residentPage(), d.importsPage(), d.importPage(), d.importFile(),
		d.ratesPage(), d.ratePage(), d.rateChangePage(), d.paymentsPage(), d.doubtPage(), d.agreementsPage(), d.auditPage(), d.auditFile(), d.healthPage(), d.officersPage(),
		d.runsPage(), d.calendarPage(), d.runPage(), d.runPeoplePage(),
		d.reconPage(), d.dayFile(), d.differencePage(), // the file first: an id would match its name
		d.noticesPage(), d.noticePage(), d.noticeFile(),
		d.certificatesPage(), d.certificatePage(),
		d.refundsPage(), d.refundPage(),
	}, d.runFiles()...)
}

func sortRows(rows [][]page.Cell) {
	slices.SortFunc(rows, func(a, b []page.Cell) int { return strings.Compare(a[0].Text, b[0].Text) })
}
