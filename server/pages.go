package main

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"shebao/app/view/all"
	"shebao/server/city"
	"shebao/server/demo"
	"shebao/server/sms"
	"shebao/server/translate"
	"shebao/server/web"
	"shebao/server/web/pages/account"
	"shebao/server/web/pages/admin"
	"shebao/server/web/pages/agreement"
	"shebao/server/web/pages/certificate"
	"shebao/server/web/pages/contribution"
	"shebao/server/web/pages/home"
	"shebao/server/web/pages/notice"
	"shebao/server/web/pages/refund"
	"shebao/shared/lang"
	"shebao/shared/page"
	"shebao/shared/region"
	assets "shebao/web"
)

// newServer puts the pages on the backend.
func newServer(b *backend, files *assets.Assets) (*web.Server, error) {
	origin := ""
	if !b.cfg.IsDemo() {
		origin = b.cfg.PublicURL.String()
	}
	pages := routes(b)
	files, err := files.For(b.deployment(web.Alike(pages)))
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Routes: pages, Sessions: account.Sessions{SessionRules: b.accounts.Service, Notices: b.notices},
		Assets: files, Screens: all.Screens(), Service: b.city.Service, Demo: b.cfg.IsDemo(),
		Secure: b.cfg.PublicURL.Scheme == "https", Origin: origin, Proxies: b.cfg.TrustedProxies,
		Now: b.clock.Now, NewID: newID, Log: b.log, Ready: b.ready, Metrics: web.NewMetrics(), Console: b.adminDeps().Frame(b.clock.Now),
		Speaks: b.speaks, English: web.Greeting(b.cfg.English), Extra: func(app *fiber.App) {
			web.Strays(b.noteStray)(app)
			web.LivePayments(b.live, b.store, b.payments)(app)
			web.LiveConsole(b.live, "imports", b.console.intake, b.lookImport)(app)
			web.LiveConsole(b.live, "workbench", polled{}, admin.NewPulse(b.adminDeps(), b.clock.Now).Look)(app)
			web.LiveConsole(b.live, "runs", polled{}, b.lookRun)(app)
			web.LiveConsole(b.live, "refunds", b.refunds, b.stateOfRefund)(app)
			b.mountAPI(app)
			b.mountCertificates(app)
			web.LiveAgreements(b.live, b.store, b.agreements)(app)
			web.LiveOwn(b.live, "refunds", b.refunds, b.lookRefund)(app)
		},
	}), nil
}

// catalogues are the languages of residents' screens besides zh-CN, the city's names included.
func catalogues(c *city.City) (translate.Languages, error) {
	speaks := translate.Languages{}
	for code := range c.Translations {
		if _, ok := lang.Parse(code); !ok {
			return nil, fmt.Errorf("city file: there are no screens in %q", code)
		}
	}
	for _, t := range lang.All() {
		if t == lang.Chinese {
			continue
		}
		var err error
		if speaks[t], err = translate.Load(t, c.Translations[t.Code()]); err != nil {
			return nil, err
		}
	}
	return speaks, nil
}

// deployment is what files say that browsers keep; pages are those that begin alike.
func (b *backend) deployment(pages []string) assets.Deployment {
	d := assets.Deployment{Pages: pages, Service: b.city.Service, Label: b.city.Label, Languages: web.OfflineLanguages(b.speaks, b.city.Service)}
	for _, t := range lang.All() {
		if c := b.speaks[t]; c != nil {
			d.Speaks = append(d.Speaks, assets.Language{Code: t.Code(), Text: c.Text})
		}
	}
	if b.cfg.IsDemo() {
		d.Mark = "演示环境 · 数据均为虚构"
	}
	return d
}

// routes are the pages of the service.
func routes(b *backend) []web.Route {
	rates := b.console.rates.Rates
	var inbox account.Inbox
	var known []page.DemoAccount
	if b.cfg.IsDemo() {
		known = demoLogins()
		if box, ok := b.accounts.sender.(sms.Inbox); ok {
			inbox = box.Box
		}
	}
	var all []web.Route
	for _, list := range [][]web.Route{
		home.Pages(home.Deps{Service: b.city.Service, Dues: b.payments, Records: b.store}),
		account.Pages(account.Deps{
			Service: b.city.Service, Accounts: b.accounts.Service, People: b.store, Agreements: b.store, Displays: b.store, Notices: b.notices,
			Push: b.phones, PushKey: b.phones.key, Inbox: inbox, Demo: known,
		}),
		contribution.Pages(contribution.Deps{
			Rules: b.payments, Records: b.store, Amounts: b.amounts(), Principals: b.principals(), People: b.store, City: b.city, Rates: rates,
			Ask: b.whoToAsk(), NewID: newID, Now: b.clock.Now,
		}),
		agreement.Pages(agreement.Deps{Rules: b.agreements, Authorities: func() []region.Authority { return b.city.Authorities }}),
		certificate.Pages(certificate.Deps{
			Rules: b.certificates, Captcha: b.certificates.captcha, Files: b.certificateFiles(), Cursor: b.store.CertificateCursor,
		}),
		notice.Pages(notice.Deps{Rules: b.notices}),
		refund.Pages(refund.Deps{Rules: b.refunds, Records: b.store, City: b.city}),
		admin.Pages(b.adminDeps()),
	} {
		all = append(all, list...)
	}
	return all
}

// whoToAsk says who holds which data.
func (b *backend) whoToAsk() []page.PayAsk {
	h := b.city.Helplines
	return []page.PayAsk{
		{Who: "养老参保登记、核定（人社部门）", Phone: h.Social},
		{Who: "医保参保登记（医保部门）", Phone: h.Medical},
		{Who: "缴费、扣款（税务部门）", Phone: h.Tax},
	}
}

// demoLogins are the people who can log in, for the login page of demo mode.
func demoLogins() []page.DemoAccount {
	people, err := demo.People()
	if err != nil {
		return nil // the seed reports it
	}
	logins := make([]page.DemoAccount, len(people))
	for i, p := range people {
		logins[i] = page.DemoAccount{Name: p.Name, Document: p.Document.Number, Phone: p.Phone, Password: demo.Password}
	}
	return logins
}

// ready tells whether the service can work: its database answers.
func (b *backend) ready(ctx context.Context) error {
	if err := b.store.Ping(ctx); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	return nil
}
