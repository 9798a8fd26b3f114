package contribution

import (
	rules "shebao/server/contribution"
	"shebao/server/web"
	model "shebao/shared/contribution"
	"shebao/shared/page"
	"shebao/shared/words"
)

// declared says of a due that is declared and not paid who declared it, who can pay or void
// it, and leads to what the person can do. Nobody else is named.
func (f *flow) declared(c *page.DueCard, v model.Declaration, r *web.Request) {
	list := declarationsName(f.scheme)
	mine, theirs := v.Payer == r.Person, v.Insured == r.Person
	c.Link, c.LinkLabel = "", ""
	if mine || theirs {
		c.Link, c.LinkLabel = base(f.scheme)+"/declarations/"+v.ID, "查看或作废该申报"
	}
	switch {
	case v.State == model.Processing:
		c.Refusal = words.DeclarationProcessing
	case r.Today().After(v.Deadline):
		c.Refusal = words.DuePastDeadline
	case mine && rules.PayRefusal(v, r.Person, r.Today()) == nil:
		c.Refusal = "您已申报，尚未缴费。请继续缴费，或在「" + list + "」作废后重新申报。"
		c.Link, c.LinkLabel = f.to(goOn(f.scheme), declarationQuery([]string{v.ID})), "继续缴费"
	case theirs:
		c.Refusal = "已由他人为您申报，尚未缴费，只能由申报人缴费。如需自行缴费，请先作废该申报，再重新办理。"
	case v.Payer == v.Insured:
		c.Refusal = "已由参保人本人申报，尚未缴费。请参保人本人缴费；如由您缴费，请参保人先在「" + list + "」作废，您再为其办理。"
	default:
		c.Refusal = "已由他人申报，尚未缴费，只能由申报人缴费。如由您缴费，请申报人或参保人本人先在「" + list + "」作废，您再为其办理。"
	}
}
