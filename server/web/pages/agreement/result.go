package agreement

import (
	"context"
	"net/url"

	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/page"
)

// result says how signing or revoking ended.
func (d Deps) result() web.Route {
	return web.Page[page.AgreementResult]{
		Pattern: page.PatternAgreementResult,
		Frame:   page.Frame{Title: "办理结果"},
		Load: func(ctx context.Context, r *web.Request) (page.AgreementResult, error) {
			a, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
			if err != nil {
				return page.AgreementResult{}, err
			}
			return d.resultState(r, a), nil
		},
	}.Route()
}

func (d Deps) resultState(r *web.Request, a model.Agreement) page.AgreementResult {
	s := page.AgreementResult{Shown: string(a.State), Card: d.facts(r, a), Next: next(r), Again: d.again(r, a)}
	switch a.State {
	case model.Signing, model.Verifying, model.Confirming:
		s.Outcome = page.AgreementWaiting
	case model.Verified:
		s.Outcome = page.AgreementSigned
	case model.Failed:
		s.Outcome = page.AgreementUnsigned
	case model.Revoking:
		s.Outcome = page.AgreementRevoking
	case model.Revoked:
		s.Outcome = page.AgreementRevoked
	case model.Ended:
		s.Outcome = page.AgreementEnded
	}
	return s
}

// again is the way to apply once more, with what is known filled in.
func (d Deps) again(r *web.Request, a model.Agreement) string {
	q := url.Values{page.SignQueryFrom: {a.ID}}
	if to := next(r); to != "" {
		q.Set(page.SignQueryNext, to)
	}
	return page.PatternAgreementNew + "?" + q.Encode()
}
