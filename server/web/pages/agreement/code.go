package agreement

import (
	"context"
	"time"

	rules "shebao/server/agreement"
	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/page"
	"shebao/shared/words"
)

// code is the page of the bank's SMS code.
func (d Deps) code() web.Route {
	return web.Page[page.AgreementCode]{
		Pattern: page.PatternAgreementCode,
		Frame:   page.Frame{Title: "短信验证", Back: page.PatternAgreements},
		Load: func(ctx context.Context, r *web.Request) (page.AgreementCode, error) {
			a, err := d.Rules.Own(ctx, r.Person, r.Query.Get("id"))
			if err != nil {
				return page.AgreementCode{}, err
			}
			return d.codeState(r, a), nil
		},
		Act: d.codeAct,
	}.Route()
}

func (d Deps) codeAct(ctx context.Context, r *web.Request) (web.Answer[page.AgreementCode], error) {
	id := r.Query.Get("id")
	var a model.Agreement
	var err error
	said := ""
	switch r.Form.Get(page.SignFieldStep) {
	case page.SignStepResend:
		a, err = d.Rules.Resend(ctx, r.Person, id)
		if a.State == model.Verifying {
			said = words.CodeSent
		}
	case page.SignStepAbandon:
		a, err = d.Rules.Abandon(ctx, r.Person, id)
		if err == nil && a.State == model.Failed {
			return web.Go[page.AgreementCode](d.again(r, a)), nil
		}
	default:
		a, err = d.Rules.Confirm(ctx, r.Person, id, r.Form.Get(page.SignFieldSMS))
		if err == nil && a.State == model.Verifying { // the bank wants another try
			s := d.codeState(r, a)
			s.Problems = []page.Problem{{Field: page.SignFieldSMS, Message: a.Reason}}
			return web.Stay(s), nil
		}
	}
	if err == nil {
		return web.GoSaying[page.AgreementCode](after(r, a), said), nil
	}
	found, ok := problems(err)
	if !ok {
		return web.Answer[page.AgreementCode]{}, err
	}
	a, err = d.Rules.Own(ctx, r.Person, id)
	if err != nil {
		return web.Answer[page.AgreementCode]{}, err
	}
	s := d.codeState(r, a)
	s.Problems = found
	return web.Stay(s), nil
}

// codeState is the page for the state the agreement is in.
func (d Deps) codeState(r *web.Request, a model.Agreement) page.AgreementCode {
	s := page.AgreementCode{
		Shown: string(a.State), Card: d.facts(r, a), Tries: max(0, model.MaxTries-a.Tries), Used: a.Tries >= model.MaxTries,
		MayResend: a.Codes() < model.MaxCodes,
	}
	switch a.State {
	case model.Signing, model.Confirming:
		s.Stage = page.SignStageWait
	case model.Verifying:
		s.Stage = page.SignStageCode
		free := a.Sent.Add(rules.ResendAfter)
		if a.Doubt.After(free) {
			free = a.Doubt
		}
		if left := free.Sub(r.Now); left > 0 {
			s.Resend = int((left + time.Second - 1) / time.Second)
		}
		if a.Reason != "" { // what the bank said of the last try stays after a reload
			s.Problems = []page.Problem{{Field: page.SignFieldSMS, Message: a.Reason}}
		}
	case model.Verified, model.Failed, model.Revoking, model.Revoked, model.Ended:
		s.Stage, s.Result = page.SignStageDone, d.resultState(r, a)
	}
	return s
}
