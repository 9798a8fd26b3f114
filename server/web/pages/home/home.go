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
	// Dues lists a person's dues in a scheme with what may be done about each today.
	Dues(ctx context.Context, person string, scheme model.Scheme) ([]rules.View, error)
}

// Records are lists that home takes its figures from.
type Records interface {
	// Enrolments lists a person's enrolments in a scheme.
	Enrolments(ctx context.Context, person string, scheme model.Scheme) ([]model.Enrolment, error)
	// Agreements lists a payer's agreements.
	Agreements(ctx context.Context, payer string) ([]agreement.Agreement, error)
	// RecentPaid lists the declarations that were paid last, by or for the person,
	// newest first, at most limit of each scheme.
	RecentPaid(ctx context.Context, person string, limit int) ([]model.Declaration, error)
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

// recentShown is how many payments home shows.
const recentShown = 2

func (d Deps) home(ctx context.Context, r *web.Request) (page.Home, error) {
	views, err := d.dues(ctx, r.Person)
	if err != nil {
		return page.Home{}, err
	}
	s := page.Home{
		Service: d.Service, Name: person.MaskName(r.Name), Greeting: greeting(r.Now), Owed: owed(views, r.Today()),
		Care: page.CareHere{On: r.Care, Here: r.URL},
	}
	if len(views) == 0 {
		if s.Owed.Kind, err = d.withoutDues(ctx, r); err != nil {
			return page.Home{}, err
		}
	}
	if s.Agreements, err = d.usable(ctx, r.Person, r.Today()); err != nil {
		return page.Home{}, err
	}
	paid, err := d.Records.RecentPaid(ctx, r.Person, recentShown)
	if err != nil {
		return page.Home{}, err
	}
	s.Recent, s.RecentAll = recent(paid, r.Person)
	if r.Care {
		s.Spoken = spoken(s.Owed)
	}
	return s, nil
}

func (d Deps) shebao(ctx context.Context, r *web.Request) (page.Shebao, error) {
	views, err := d.dues(ctx, r.Person)
	if err != nil {
		return page.Shebao{}, err
	}
	n, err := d.usable(ctx, r.Person, r.Today())
	if err != nil {
		return page.Shebao{}, err
	}
	return page.Shebao{Pension: waiting(views, model.Pension), Medical: waiting(views, model.Medical), Agreements: inForce(n)}, nil
}

// dues are the dues of both schemes.
func (d Deps) dues(ctx context.Context, who string) ([]rules.View, error) {
	pension, err := d.Dues.Dues(ctx, who, model.Pension)
	if err != nil {
		return nil, err
	}
	medical, err := d.Dues.Dues(ctx, who, model.Medical)
	if err != nil {
		return nil, err
	}
	return append(pension, medical...), nil
}

// withoutDues tells a person who owes nothing from one who is enrolled nowhere.
func (d Deps) withoutDues(ctx context.Context, r *web.Request) (page.OwedKind, error) {
	for _, scheme := range []model.Scheme{model.Pension, model.Medical} {
		enrolments, err := d.Records.Enrolments(ctx, r.Person, scheme)
		if err != nil {
			return "", err
		}
		for _, e := range enrolments {
			if e.ActiveOn(r.Today()) {
				return page.OwedNone, nil
			}
		}
	}
	return page.OwedUnknown, nil
}

// usable counts the agreements that a fee of their authority can be paid under today.
func (d Deps) usable(ctx context.Context, payer string, today period.Date) (int, error) {
	all, err := d.Records.Agreements(ctx, payer)
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
