// Package agreement is the server half of the pages of debit agreements (缴费协议): what
// they load and which rule each button calls. Nothing is decided here.
package agreement

import (
	"context"
	"net/url"

	rules "shebao/server/agreement"
	"shebao/server/web"
	model "shebao/shared/agreement"
	"shebao/shared/bankcard"
	"shebao/shared/page"
	"shebao/shared/region"
	"shebao/shared/words"
)

// Rules are what server/agreement.Service does for these pages.
type Rules interface {
	List(ctx context.Context, payer string) ([]model.Agreement, error)
	Own(ctx context.Context, payer, id string) (model.Agreement, error)
	Defaults(ctx context.Context, payer string) (rules.Defaults, error)
	Apply(ctx context.Context, in rules.Application) (model.Agreement, error)
	Confirm(ctx context.Context, payer, id, code string) (model.Agreement, error)
	Resend(ctx context.Context, payer, id string) (model.Agreement, error)
	Abandon(ctx context.Context, payer, id string) (model.Agreement, error)
	Revoke(ctx context.Context, payer, id string) (model.Agreement, error)
}

// Deps is what the pages work with.
type Deps struct {
	Rules       Rules
	Authorities func() []region.Authority // those one may sign with, in the order of the list
}

// tab is the bottom tab that these pages belong to.
const tab = "/services"

// Pages lists the pages.
func Pages(d Deps) []web.Route {
	return []web.Route{d.list(), d.apply(), d.detail(), d.code(), d.result(), d.revoke()}
}

// path is the address of an agreement's page with the way back in its query.
func path(id, sub string, r *web.Request) string {
	p := "/agreements/" + url.PathEscape(id)
	if sub != "" {
		p += "/" + sub
	}
	return with(p, next(r))
}

// with adds the way back to an address.
func with(p, next string) string {
	if next == "" {
		return p
	}
	return p + "?" + page.SignQueryNext + "=" + url.QueryEscape(next)
}

// next is where the person came from, "" when that is nowhere in this service.
func next(r *web.Request) string {
	to := r.Query.Get(page.SignQueryNext)
	if to == "" || web.Local(to) != to {
		return ""
	}
	return to
}

// facts is an agreement as its payer sees it today.
func (d Deps) facts(r *web.Request, a model.Agreement) page.AgreementFacts {
	bank, ok := bankcard.Lookup(a.Bank)
	if !ok {
		bank.Name = a.Bank
	}
	at, ok := region.Find(d.Authorities(), a.Authority)
	if !ok {
		at.Name = a.Authority
	}
	f := page.AgreementFacts{
		ID: a.ID, Bank: bank.Name, Tail: bankcard.Tail(a.Account), Account: a.Account, Authority: at.Name, Short: at.Short(),
		Holder: a.Holder, Phone: a.Phone, State: a.State.Label(), Tone: page.AgreementOff, Note: a.Reason,
		Applied: stamp(a.Applied), Ended: stamp(a.Ended), Open: path(a.ID, "", r),
	}
	switch a.State {
	case model.Verifying:
		f.Tone, f.Note, f.Open = page.AgreementWarn, "等待输入短信验证码", path(a.ID, "code", r)
	case model.Signing, model.Confirming:
		f.Tone, f.Note, f.Open = page.AgreementWarn, "银行尚未返回签约结果", path(a.ID, "code", r)
	case model.Verified:
		f.Tone, f.Effective, f.Note, f.Revoke = page.AgreementOK, a.Effective.String(), "", path(a.ID, "revoke", r)
		if r.Today().Before(a.Effective) {
			f.Note = words.AgreementTomorrow
		}
	case model.Failed, model.Ended:
		f.Tone = page.AgreementBad
	case model.Revoking:
		f.Tone, f.Note = page.AgreementWarn, "已停止使用，正在通知银行"
	case model.Revoked:
		f.Note = ""
	}
	return f
}
