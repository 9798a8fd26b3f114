package agreement

import (
	"context"

	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/page"
)

// detail is one agreement.
func (d Deps) detail() web.Route {
	return web.Page[page.AgreementDetail]{
		Pattern: page.PatternAgreement,
		Frame:   page.Frame{Title: "协议详情", Tab: tab},
		Load: func(ctx context.Context, r *web.Request) (page.AgreementDetail, error) {
			a, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
			if err != nil {
				return page.AgreementDetail{}, err
			}
			s := page.AgreementDetail{Card: d.facts(r, a), Back: with(page.PatternAgreements, next(r))}
			switch a.State {
			case model.Signing, model.Verifying, model.Confirming:
				s.Go = path(a.ID, "code", r)
			case model.Failed, model.Revoked, model.Ended:
				s.Again = d.again(r, a)
			case model.Verified, model.Revoking:
			}
			return s, nil
		},
	}.Route()
}
