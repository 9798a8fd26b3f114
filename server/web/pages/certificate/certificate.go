// Package certificate is the server half of the pages of certificates of contributions
// (开具社保缴费记录): what they load and which rule each button calls. Nothing is decided here.
package certificate

import (
	"context"
	"net/url"
	"time"

	rules "shebao/server/certificate"
	"shebao/server/pdf/verify"
	"shebao/server/web"
	model "shebao/shared/certificate"
	contributions "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
)

// Rules are the rules of certificates. *certificate.Service is one.
type Rules interface {
	Preview(ctx context.Context, person string, r model.Range) (rules.Preview, error)
	Apply(ctx context.Context, person string, r model.Range) (model.Record, error)
	Retry(ctx context.Context, person, id string) (model.Record, error)
	Own(ctx context.Context, person, id string) (model.Record, error)
	List(ctx context.Context, f rules.Filter) ([]model.Record, error)
	Status(ctx context.Context, c model.Record) (rules.Status, error)
	MayCheck(ctx context.Context, address, taxpayer string) error
	MayUpload(ctx context.Context, address string) error
	Verify(ctx context.Context, taxpayer, code string) (rules.Finding, bool, error)
}

// Captcha asks questions that programs find hard. *captcha.Service is one.
type Captcha interface {
	New() string
	Check(ctx context.Context, id, answer string) (bool, error)
}

// Files reads files of strangers and asks the register about them.
type Files interface {
	Verify(ctx context.Context, data []byte) (verify.Report, error)
}

// Deps is what the pages work with.
type Deps struct {
	Rules   Rules
	Captcha Captcha
	Files   Files
	Cursor  func(c model.Record) string // where a list goes on after the certificate
}

// tab is the bottom tab that these pages belong to.
const tab = "/services"

// Pages lists the pages.
func Pages(d Deps) []web.Route {
	return []web.Route{d.menu(), d.apply(), d.downloads(), d.one(), d.verify()}
}

func (d Deps) menu() web.Route {
	return web.Page[page.CertificateMenu]{
		Pattern: page.PatternCertificates,
		Frame:   page.Frame{Title: "开具社保缴费记录", Back: page.PathShebao, Tab: tab},
		Load:    func(context.Context, *web.Request) (page.CertificateMenu, error) { return page.CertificateMenu{}, nil },
	}.Route()
}

// schemeLabel is the name of what a certificate was asked for.
func schemeLabel(s contributions.Scheme) string {
	if s == "" {
		return "全部险种"
	}
	return s.Label()
}

func rows(list []model.Row) []page.CertificateRow {
	out := make([]page.CertificateRow, len(list))
	for i, r := range list {
		out[i] = page.CertificateRow{
			Scheme: r.Scheme.Label(), Period: r.Period.String(), Authority: r.Authority, PaidOn: r.PaidOn.String(), Ticket: r.Ticket, Amount: r.Amount,
		}
	}
	return out
}

// stamp is an instant as people read it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(period.Zone).Format(time.DateTime)
}

func at(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
