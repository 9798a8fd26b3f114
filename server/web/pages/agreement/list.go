package agreement

import (
	"context"
	"time"

	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/page"
	"shebao/shared/period"
)

// list is 【缴费协议】.
func (d Deps) list() web.Route {
	return web.Page[page.Agreements]{
		Pattern: page.PatternAgreements,
		Frame:   page.Frame{Title: "缴费协议", Back: "/shebao", Tab: tab},
		Load: func(ctx context.Context, r *web.Request) (page.Agreements, error) {
			all, err := d.Rules.List(ctx, r.Person)
			if err != nil {
				return page.Agreements{}, err
			}
			s := page.Agreements{Next: next(r), New: with(page.PatternAgreementNew, next(r))}
			for _, a := range sorted(all) {
				s.Cards = append(s.Cards, d.facts(r, a))
			}
			return s, nil
		},
	}.Route()
}

// sorted puts what can be used or gone on with before what is over.
func sorted(all []model.Agreement) []model.Agreement {
	var live, over []model.Agreement
	for _, a := range all {
		if a.State.Live() {
			live = append(live, a)
		} else {
			over = append(over, a)
		}
	}
	return append(live, over...)
}

// stamp is an instant as people read it, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(period.Zone).Format(time.DateTime)
}
