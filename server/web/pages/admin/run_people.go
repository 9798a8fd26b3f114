package admin

import (
	"context"

	"shebao/server/web"
	"shebao/shared/officer"
	"shebao/shared/page"
)

func (d Deps) runPeoplePage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminRunPeople, title: "批次人员", tab: page.PathAdminRuns, back: page.PathAdminRuns, see: officer.SeeResidents, load: d.runPeople,
	})
}

func (d Deps) runPeople(ctx context.Context, v visit) (page.AdminList, error) {
	const limit = 100
	f := peopleFilter(v)
	f.Limit = limit
	r, err := d.Runs.Load(ctx, f.Run)
	if err != nil {
		return page.AdminList{}, unknownRun(err)
	}
	list, err := d.Runs.Items(ctx, f)
	if err != nil {
		return page.AdminList{}, err
	}
	title := runName(r) + " · " + f.State.Label()
	if f.Exclusion != "" {
		title += " · " + f.Exclusion.Label()
	}
	ids := make([]string, len(list))
	for i, it := range list {
		ids[i] = it.Person
	}
	names, err := d.Records.MaskedNames(ctx, ids)
	if err != nil {
		return page.AdminList{}, err
	}
	q := "?" + page.RunFieldState + "=" + string(f.State) + "&" + page.RunFieldWhy + "=" + string(f.Exclusion)
	here := page.PathAdminRuns + "/" + r.ID + filePeople
	t := page.Table{
		Title: title, Columns: columns("人员", "税务机关", "银行", "账户", "金额（元）>", "状态", "原因"), Empty: "没有这样的人员。",
		Export: here + ".csv" + q, Workbook: here + ".xlsx" + q,
	}
	for _, it := range list {
		why := it.Why()
		if it.Code != "" {
			why = it.Code + " " + why
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: personCell(names, it.Person), Href: page.PathAdminResidents + "/" + it.Person, Spoken: "查看居民 " + personCell(names, it.Person)},
			text(d.City.Short(it.Authority)),
			text(bankName(it.Bank)), text(it.Account), text(it.Amount.Plain()), text(it.State.Label()), text(why),
		})
	}
	if len(list) == limit {
		t.Next = here + q + "&" + page.AdminFieldAfter + "=" + list[limit-1].ID
	}
	return page.AdminList{Tables: []page.Table{t}, Back: page.PathAdminRuns + "/" + r.ID}, nil
}

// personCell is a person in a list: the masked name and the short number.
func personCell(names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name + " " + brief(id)
	}
	return brief(id)
}
