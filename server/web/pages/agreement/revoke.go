package agreement

import (
	"context"
	"errors"

	rules "shebao/server/agreement"
	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/page"
	"shebao/shared/words"
)

// whyNot says why an agreement in the state can't be revoked.
func whyNot(s model.State) string {
	if s == model.Revoking || s == model.Revoked {
		return words.AgreementRevoked
	}
	return words.RevokeImpos
}

// revoke asks before an agreement is revoked.
func (d Deps) revoke() web.Route {
	return web.Page[page.AgreementRevoke]{
		Pattern: page.PatternAgreementRevoke,
		Frame:   page.Frame{Title: "撤销协议"},
		Load: func(ctx context.Context, r *web.Request) (page.AgreementRevoke, error) {
			a, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
			if err != nil {
				return page.AgreementRevoke{}, err
			}
			s := page.AgreementRevoke{Card: d.facts(r, a), Back: path(a.ID, "", r)}
			if s.Card.Revoke == "" {
				s.Problems = []page.Problem{{Message: whyNot(a.State)}}
			}
			return s, nil
		},
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.AgreementRevoke], error) {
			a, err := d.Rules.Revoke(ctx, r.Person, r.Query.Get("id"))
			switch {
			case err == nil:
				return web.Go[page.AgreementRevoke](path(a.ID, "result", r)), nil
			case errors.Is(err, rules.ErrRevoked):
				return web.GoSaying[page.AgreementRevoke](path(a.ID, "result", r), err.Error()), nil
			}
			found, ok := problems(err)
			if !ok {
				return web.Answer[page.AgreementRevoke]{}, err
			}
			s := page.AgreementRevoke{Card: d.facts(r, a), Back: path(a.ID, "", r), Problems: found}
			return web.Stay(s), nil
		},
	}.Route()
}
