package contribution

import (
	"context"
	"errors"

	rules "shebao/server/contribution"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/idcard"
	"shebao/shared/page"
)

// other is step 1 for 他人: who the principal is.
func (f *flow) other(ctx context.Context, r *web.Request) (page.Pay, error) {
	if f.Principals == nil {
		return page.Pay{}, api.NotFound("")
	}
	o := page.PayOther{
		Name: r.Form.Get(page.FieldOtherName), Type: r.Form.Get(page.FieldOtherType), Number: r.Form.Get(page.FieldOtherNumber),
		Nationality: r.Form.Get(page.FieldOtherNationality), Consented: r.Form.Get(page.FieldOtherConsent) == string(rules.Consented),
		Remember: r.Form.Get(page.FieldOtherRemember) != "",
	}
	if !idcard.Type(o.Type).Valid() {
		o.Type = string(idcard.ResidentID)
	}
	for _, t := range idcard.Types() {
		o.Types = append(o.Types, page.PayOption{Value: string(t), Label: t.Label()})
	}
	o.Countries = nationalities(r.Lang)
	o.Nationality = nationalityOf(idcard.Type(o.Type), o.Nationality)
	if doc, err := idcard.ParseOn(idcard.Type(o.Type), o.Number, r.Today()); err == nil {
		o.Guardian = rules.NeedsGuardian(doc, r.Today())
	}
	saved, err := f.Principals.Saved(ctx, r.Person)
	if err != nil {
		return page.Pay{}, err
	}
	for _, s := range saved {
		o.Saved = append(o.Saved, page.SavedPay{ID: s.ID, Label: s.Label, Number: s.Document})
	}
	if len(saved) > 0 {
		o.Manage = page.PatternMedicalSaved
	}
	return page.Pay{Scheme: string(f.scheme), Step: page.StepOther, Back: f.path, Other: &o}, nil
}

// nameOther takes the principal from the form or from the 常用缴费人.
func (f *flow) nameOther(ctx context.Context, r *web.Request) (web.Answer[page.Pay], error) {
	if f.Principals == nil {
		return web.Answer[page.Pay]{}, api.NotFound("")
	}
	var grant rules.Grant
	var err error
	switch saved := r.Form.Get(page.FieldOtherSaved); {
	case saved != "":
		grant, err = f.Principals.GrantSaved(ctx, r.Person, saved)
	case r.Form.Get(page.FieldOtherRefresh) != "":
		p, err := f.other(ctx, r)
		return web.Stay(p), err
	default:
		grant, err = f.Principals.Name(ctx, rules.PrincipalRequest{
			Owner: r.Person, Name: r.Form.Get(page.FieldOtherName), Type: idcard.Type(r.Form.Get(page.FieldOtherType)),
			Number: r.Form.Get(page.FieldOtherNumber), Nationality: r.Form.Get(page.FieldOtherNationality),
			Consent: rules.Consent(r.Form.Get(page.FieldOtherConsent)), Remember: rules.Remember(r.Form.Get(page.FieldOtherRemember)),
		})
	}
	if err == nil {
		return web.Go[page.Pay](f.to(page.StepEnrolments, queryOf(page.FieldPayFor, grant.ID))), nil
	}
	problems, ok := problemsOf(err)
	if !ok {
		return web.Answer[page.Pay]{}, err
	}
	p, err := f.other(ctx, r)
	if err != nil {
		return web.Answer[page.Pay]{}, err
	}
	p.Problems = problems
	return web.Stay(p), nil
}

// problemsOf are what an error says to the person; false when it says nothing.
func problemsOf(err error) ([]page.Problem, bool) {
	var refused *rules.Refusal
	var invalid *api.Error
	switch {
	case errors.As(err, &refused):
		return problem(refused.Message), true
	case errors.As(err, &invalid) && invalid.Code == api.CodeInvalid:
		return invalid.Fields, true
	default:
		return nil, false
	}
}
