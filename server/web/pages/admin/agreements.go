package admin

import (
	"context"
	"strings"

	"shebao/server/web"
	"shebao/shared/agreement"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

func (d Deps) agreementsPage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminAgreement, title: "缴费协议", see: model.SeeResidents, load: d.agreementList, act: d.findAgreements,
	})
}

func agreementAsk(find, by string) page.AdminList {
	return page.AdminList{
		Post: true, Submit: "查询",
		Fields: []page.Ask{
			{Label: "查询方式", Name: page.AdminFieldBy, Value: by, Options: []page.Fact{
				{Label: "证件号码", Value: "number"}, {Label: "姓名", Value: "name"}, {Label: "协议编号", Value: "id"},
			}},
			{Label: "证件号码、姓名或协议编号", Name: page.AdminFieldFind, Value: find},
		},
	}
}

func (d Deps) agreementList(ctx context.Context, v visit) (page.AdminList, error) {
	s := agreementAsk("", "number")
	list, err := d.Records.AgreementsSince(ctx, v.Today().AddDays(-6).Start(), 100)
	s.Tables = []page.Table{d.agreements("近 7 日申请", list)}
	return s, err
}

func (d Deps) findAgreements(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	find, by := v.Form.Get(page.AdminFieldFind), v.Form.Get(page.AdminFieldBy)
	s := agreementAsk(find, by)
	var list []agreement.Agreement
	if by == "id" {
		a, ok, err := d.Records.Agreement(ctx, strings.TrimSpace(find))
		if err != nil {
			return none, err
		}
		if ok {
			list = append(list, a)
		}
	} else {
		people, err := d.findPeople(ctx, by, find)
		if err != nil {
			wrong, ok := problems(err)
			if !ok {
				return none, err
			}
			s.Problems = wrong
			return web.Stay(s), nil
		}
		for _, p := range people {
			theirs, err := d.Records.Agreements(ctx, p.ID)
			if err != nil {
				return none, err
			}
			list = append(list, theirs...)
		}
	}
	if err := d.note(ctx, v, "agreement_search", "", "ok", "by", by, "found", count(len(list))); err != nil {
		return none, err
	}
	s.Tables = []page.Table{d.agreements("查询结果", list)}
	return web.Show(s), nil
}
