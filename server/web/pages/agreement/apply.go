package agreement

import (
	"context"
	"net/http"

	rules "shebao/server/agreement"
	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/api"
	"shebao/shared/bankcard"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/region"
)

// apply is 【新增协议】.
func (d Deps) apply() web.Route {
	return web.Page[page.AgreementNew]{
		Pattern: page.PatternAgreementNew,
		Frame:   page.Frame{Title: "新增协议"},
		Load: func(ctx context.Context, r *web.Request) (page.AgreementNew, error) {
			s, known, err := d.form(ctx, r)
			if err != nil {
				return s, err
			}
			s.Authority = known.Authority
			if _, ok := region.Find(d.Authorities(), r.Query.Get(page.SignQueryAuthority)); ok {
				s.Authority = r.Query.Get(page.SignQueryAuthority)
			}
			if from := r.Query.Get(page.SignQueryFrom); from != "" {
				a, err := d.Rules.Own(ctx, r.Person, from)
				if err != nil {
					return s, err
				}
				likeBefore(&s, a, known.Payer)
			}
			return s, nil
		},
		Act: func(ctx context.Context, r *web.Request) (web.Answer[page.AgreementNew], error) {
			in := application(r)
			a, err := d.Rules.Apply(ctx, in)
			if err == nil {
				return web.Go[page.AgreementNew](after(r, a)), nil
			}
			problems, ok := problems(err)
			if !ok {
				return web.Answer[page.AgreementNew]{}, err
			}
			s, _, err := d.form(ctx, r)
			if err != nil {
				return web.Answer[page.AgreementNew]{}, err
			}
			typed(&s, in)
			s.Problems = problems
			return web.Stay(s), nil
		},
	}.Route()
}

// likeBefore fills in what is known of an earlier application. Of its numbers only the masked
// ones are kept: the account is typed again, and the phone too unless it is the registered one.
func likeBefore(s *page.AgreementNew, a model.Agreement, payer person.Person) {
	s.Authority, s.Bank, s.Before = a.Authority, a.Bank, a.Account
	if a.Holder == person.MaskName(payer.Name) {
		s.Holder = payer.Name
	}
	if payer.Phone != "" && a.Phone == person.MaskPhone(payer.Phone) {
		s.Phone = payer.Phone
	}
}

// form is the empty form.
func (d Deps) form(ctx context.Context, r *web.Request) (page.AgreementNew, rules.Defaults, error) {
	known, err := d.Rules.Defaults(ctx, r.Person)
	if err != nil {
		return page.AgreementNew{}, known, err
	}
	s := page.AgreementNew{
		Payer:    known.Payer.Name,
		Document: known.Payer.Document.Type.Label() + " " + known.Payer.Document.Masked(),
		Back:     with(page.PatternAgreements, next(r)),
	}
	for _, a := range d.Authorities() {
		s.Authorities = append(s.Authorities, page.SignChoice{Value: a.Code, Label: a.Short()})
	}
	for _, code := range known.Enrolled {
		if a, ok := region.Find(d.Authorities(), code); ok {
			if s.Enrolled != "" {
				s.Enrolled += "、"
			}
			s.Enrolled += a.Short()
		}
	}
	for _, b := range bankcard.Banks() {
		s.Banks = append(s.Banks, page.SignChoice{Value: b.Code, Label: b.Name})
	}
	return s, known, nil
}

func application(r *web.Request) rules.Application {
	return rules.Application{
		Payer:     r.Person,
		Authority: r.Form.Get(page.SignFieldAuthority),
		Bank:      r.Form.Get(page.SignFieldBank),
		Holder:    r.Form.Get(page.SignFieldHolder),
		Account:   r.Form.Get(page.SignFieldAccount),
		Passbook:  r.Form.Get(page.SignFieldPassbook) == "1",
		Phone:     r.Form.Get(page.SignFieldPhone),
		Consent:   r.Form.Get(page.SignFieldConsent) == "1",
	}
}

// typed keeps what the person typed; the account number in groups, so that it can be
// checked against the card.
func typed(s *page.AgreementNew, in rules.Application) {
	s.Authority, s.Bank, s.Holder, s.Account, s.Phone = in.Authority, in.Bank, in.Holder, in.Account, in.Phone
	s.Consent, s.Passbook = in.Consent, in.Passbook
	if number, warning, err := bankcard.Check(in.Account); err == nil {
		s.Account, s.AskPassbook = bankcard.Group(number), warning != ""
	}
}

// problems are what a refusal says on the page; false for errors that are not one.
func problems(err error) ([]page.Problem, bool) {
	e := api.From(err)
	switch {
	case e.Status >= http.StatusInternalServerError, e.Status == http.StatusNotFound, e.Status == http.StatusForbidden:
		return nil, false
	case len(e.Fields) > 0:
		return e.Fields, true
	default:
		return []page.Problem{{Message: e.Message}}, true
	}
}

// after is where signing goes on.
func after(r *web.Request, a model.Agreement) string {
	if a.State.InProgress() {
		return path(a.ID, "code", r)
	}
	return path(a.ID, "result", r)
}
