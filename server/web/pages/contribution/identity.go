package contribution

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/contribution"
	"shebao/shared/idcard"
	"shebao/shared/page"
	"shebao/shared/person"
)

// shownFor is how long the whole document number is shown after 【显示】.
const shownFor = time.Minute

// identity is step 1: 确认身份, and the question before the number is shown.
func (f *flow) identity(ctx context.Context, r *web.Request) (page.Pay, error) {
	p := page.Pay{Scheme: string(f.scheme), Step: page.StepIdentity, Back: base(f.scheme)}
	if page.PayStep(r.Query.Get(page.FieldPayStep)) == page.StepReveal {
		p.Step, p.Back = page.StepReveal, f.to(page.StepIdentity, keep(r, page.FieldPayFor))
		return p, nil
	}
	me, ok, err := f.People.Person(ctx, r.Person)
	if err != nil {
		return page.Pay{}, err
	}
	if !ok {
		return page.Pay{}, fmt.Errorf("person %s of a session is not known", r.Person)
	}
	who, err := f.about(ctx, r)
	if err != nil {
		return page.Pay{}, err
	}
	p.For = who.name
	p.Identity = f.identityOf(me, r)
	if f.scheme == model.Medical && f.Principals != nil {
		p.Identity.Self, p.Identity.Others = f.path, f.to(page.StepOther, nil)
	}
	if who.grant != "" {
		pr, ok, err := f.People.Person(ctx, who.insured)
		if err != nil {
			return page.Pay{}, err
		}
		if !ok {
			return page.Pay{}, api.NotFound("")
		}
		p.Identity.Principal = &page.PayPrincipal{
			Name: person.MaskName(pr.Name), Document: pr.Document.Type.Label(), Number: pr.Document.Masked(),
		}
	}
	return p, nil
}

func (f *flow) identityOf(me person.Person, r *web.Request) *page.PayIdentity {
	id := &page.PayIdentity{
		Name: me.Name, Document: me.Document.Type.Label(), Number: me.Document.Masked(),
		Nationality: nationality(me.Nationality), Phone: person.MaskPhone(me.Phone),
		Reveal: f.to(page.StepReveal, keep(r, page.FieldPayFor)),
	}
	until, err := strconv.ParseInt(r.Query.Get(page.FieldPayShown), 10, 64)
	if left := time.Unix(until, 0).Sub(r.Now); err == nil && left > 0 && left <= shownFor {
		id.Number, id.Shown, id.Masked = me.Document.Number, true, id.Number
		id.Left = int((left + time.Second - 1) / time.Second)
	}
	return id
}

func nationality(alpha3 string) string {
	if c, ok := idcard.CountryOf(alpha3); ok {
		return c.Name
	}
	return alpha3
}

// reveal leads back to step 1 with the number shown for a minute.
func (f *flow) reveal(r *web.Request) (web.Answer[page.Pay], error) {
	q := keep(r, page.FieldPayFor)
	q.Set(page.FieldPayShown, strconv.FormatInt(r.Now.Add(shownFor).Unix(), 10))
	return web.Go[page.Pay](f.to(page.StepIdentity, q)), nil
}

// declarationQuery names declarations in an address.
func declarationQuery(ids []string) url.Values {
	return url.Values{page.FieldPayDeclaration: ids}
}
