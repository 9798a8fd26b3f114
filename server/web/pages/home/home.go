// Package home loads the first screens: home, the way to the four businesses, help.
package home

import (
	"context"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/agreement"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Dues tells what a person owes.
type Dues interface {
	// Owed lists what a person has not paid, with what may be done about each today.
	Owed(ctx context.Context, person string) (rules.Standing, error)
}

// Records are lists that home takes its figures from.
type Records interface {
	// AgreementStates lists a payer's verified agreements; State, Authority and Effective are
	// enough.
	AgreementStates(ctx context.Context, payer string) ([]agreement.Agreement, error)
	// RecentPaid lists the declarations that were paid last, by or for the person, newest
	// first, at most limit.
	RecentPaid(ctx context.Context, person string, limit int) ([]model.Declaration, error)
	// UnpaidForOthers lists what the person declared for others and is not paid or just being
	// debited, at most limit.
	UnpaidForOthers(ctx context.Context, payer string, limit int) ([]model.Declaration, error)
}

// Deps is what the pages work with.
type Deps struct {
	Service string // the service's name on screens
	Dues    Dues
	Records Records
}

// Pages are this package's pages.
func Pages(d Deps) []web.Route {
	return []web.Route{
		web.Page[page.Home]{
			Pattern: page.PathHome, Frame: page.Frame{Title: "首页", Tab: page.PathHome, Bare: true}, Load: d.home,
		}.Route(),
		fixed(page.PathServices, page.Frame{Title: "办&查", Tab: page.PathServices}, web.Resident, page.Services{}),
		fixed(page.PathSocial, page.Frame{Title: "社保业务", Back: page.PathServices, Tab: page.PathServices}, web.Resident, page.Services{}),
		web.Page[page.Shebao]{
			Pattern: page.PathShebao, Frame: page.Frame{Title: "社保费办理", Back: page.PathSocial, Tab: page.PathServices}, Load: d.shebao,
		}.Route(),
		fixed(page.PathHelp, page.Frame{Title: "咨询与办理部门", Back: page.PathHome, Layout: page.LayoutPlain}, web.Public, page.Help{}),
	}
}

// fixed is a page that is the same for everybody.
func fixed[S any](pattern string, frame page.Frame, access web.Access, state S) web.Route {
	return web.Page[S]{
		Pattern: pattern, Frame: frame, Access: access,
		Load: func(context.Context, *web.Request) (S, error) { return state, nil },
	}.Route()
}

// What home asks for at most.
const (
	recentShown = 2
	othersShown = 50
)

func (d Deps) home(ctx context.Context, r *web.Request) (page.Home, error) {
	standing, err := d.Dues.Owed(ctx, r.Person)
	if err != nil {
		return page.Home{}, err
	}
	others, err := d.Records.UnpaidForOthers(ctx, r.Person, othersShown)
	if err != nil {
		return page.Home{}, err
	}
	s := page.Home{
		Service: d.Service, Name: person.MaskName(r.Name), Greeting: greeting(r.Now),
		Owed: owed(standing, pending(standing.Views, others, r.Person, r.Today()), r.Today()),
		Care: page.CareHere{On: r.Care, Here: r.URL, Size: r.Display.Size()},
	}
	if s.Agreements, err = d.usable(ctx, r.Person, r.Today()); err != nil {
		return page.Home{}, err
	}
	paid, err := d.Records.RecentPaid(ctx, r.Person, recentShown)
	if err != nil {
		return page.Home{}, err
	}
	for _, v := range paid {
		s.Recent = append(s.Recent, page.HomePayment{Label: paymentLabel(v, r.Person), Amount: v.Amount})
	}
	if r.Care {
		s.Spoken = spoken(s.Owed)
	}
	return s, nil
}

func (d Deps) shebao(ctx context.Context, r *web.Request) (page.Shebao, error) {
	standing, err := d.Dues.Owed(ctx, r.Person)
	if err != nil {
		return page.Shebao{}, err
	}
	n, err := d.usable(ctx, r.Person, r.Today())
	if err != nil {
		return page.Shebao{}, err
	}
	return page.Shebao{
		Pension: waiting(standing.Views, model.Pension), Medical: waiting(standing.Views, model.Medical), Agreements: inForce(n),
	}, nil
}

// usable counts the agreements that a fee of their authority can be paid under today.
func (d Deps) usable(ctx context.Context, payer string, today period.Date) (int, error) {
	all, err := d.Records.AgreementStates(ctx, payer)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, a := range all {
		if a.ObstacleOn(today, a.Authority) == agreement.None {
			n++
		}
	}
	return n, nil
}
