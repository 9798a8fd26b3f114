// Package contribution is the server's half of the pages on which residents declare,
// pay and look up contributions: it reads what was asked, calls the rules and fills the
// page's state. Nothing is decided here.
package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"time"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/agreement"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/refund"
)

// Rules are the rules of owing and paying. *contribution.Service is one.
type Rules interface {
	Dues(ctx context.Context, person string, scheme model.Scheme) ([]rules.View, error)
	Declare(ctx context.Context, r rules.DeclareRequest) ([]model.Declaration, error)
	Review(ctx context.Context, payer string, ids []string) (rules.Review, error)
	Pay(ctx context.Context, r rules.PayRequest) (model.Payment, error)
	Void(ctx context.Context, r rules.VoidRequest) error
}

// Records are what was stored. *store.Store is one.
type Records interface {
	Enrolments(ctx context.Context, person string, scheme model.Scheme) ([]model.Enrolment, error)
	Payment(ctx context.Context, id string) (model.Payment, bool, error)
	DeclarationsByID(ctx context.Context, ids []string) ([]model.Declaration, error)
	DeclaredBetween(ctx context.Context, f rules.DeclaredFilter) ([]model.Declaration, error)
	DeclaredCursor(d model.Declaration) string
	PaidIn(ctx context.Context, f rules.PaidFilter) ([]model.Declaration, error)
	PaidCursor(d model.Declaration) string
	// RefundsOfDeclaration lists the refunds asked for a declaration, newest first.
	RefundsOfDeclaration(ctx context.Context, declaration string) ([]refund.Refund, error)
	// Agreements lists a payer's agreements, newest first.
	Agreements(ctx context.Context, payer string) ([]agreement.Agreement, error)
}

// People is the population register by id.
type People interface {
	Person(ctx context.Context, id string) (person.Person, bool, error)
}

// City is what differs from city to city. *city.City is one.
type City interface {
	Short(authority string) string
	FullName(authority string) string
}

// Deps are what the pages work with.
type Deps struct {
	Rules      Rules
	Records    Records
	Amounts    Amounts    // nil leaves 1.4 and 1.5 out
	Principals Principals // nil closes 他人
	People     People
	City       City
	Rates      func() model.Rates
	Ask        []page.PayAsk // who holds which data: tax, social insurance, medical insurance
	NewID      func(prefix string) string
	Now        func() time.Time
}

// Pages are the routes of both schemes.
func Pages(d Deps) []web.Route {
	pension, medical := &flow{d, model.Pension, page.PatternPensionPay}, &flow{d, model.Medical, page.PatternMedicalPay}
	routes := []web.Route{payPage(pension), payPage(medical), paymentPage(d)}
	if d.Amounts != nil {
		routes = append(routes, amountsPage(d), amountsVoidPage(d))
	}
	if d.Principals != nil {
		routes = append(routes, peoplePage(d))
	}
	for _, s := range []model.Scheme{model.Pension, model.Medical} {
		routes = append(routes, menuPage(s, d), declarationsPage(s, d), declarationPage(s, d), paymentsPage(s, d), recordPage(s, d))
	}
	return routes
}

// mark stands for an id in forms and addresses: it says nothing and is found again
// among the person's own.
func mark(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:6])
}

// address is a path of this service with a query.
func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// problem is a message about the whole page.
func problem(message string) []page.Problem { return []page.Problem{{Message: message}} }
