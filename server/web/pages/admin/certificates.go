package admin

import (
	"context"
	"net/url"
	"slices"
	"strings"

	rules "shebao/server/certificate"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/certificate"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Papers are the rules of certificates. *certificate.Service is one.
type Papers interface {
	List(ctx context.Context, f rules.Filter) ([]certificate.Record, error)
	Editions(ctx context.Context, number string) ([]certificate.Record, error)
	Look(ctx context.Context, id string) (certificate.Record, error)
	Status(ctx context.Context, c certificate.Record) (rules.Status, error)
	Withdraw(ctx context.Context, id string, w rules.Withdrawal) error
}

// byCertificate looks for a certificate number.
const byCertificate = "certificate"

func (d Deps) certificatesPage() web.Route {
	return route(d, screen[page.AdminList]{
		pattern: page.PathAdminCertificates, title: "缴费证明", see: model.SeeResidents, load: d.certificateList, act: d.findCertificates,
	})
}

// certificateAsk is the form, filled in with what was asked, and the filter of it.
func certificateAsk(v visit, get func(string) string) (page.AdminList, rules.Filter, bool) {
	f := rules.Filter{From: v.Today().AddDays(-6), To: v.Today(), Limit: rules.PageSize}
	s := page.AdminList{Post: true, Submit: "查询", Intro: "按证明编号或持证人查询不限日期；不填时按申请日期查询。选了状态的，只列这一状态的。"}
	for _, day := range []struct {
		name string
		date *period.Date
	}{{page.AdminFieldFrom, &f.From}, {page.AdminFieldTo, &f.To}} {
		if text := get(day.name); text != "" {
			date, err := period.ParseDate(text)
			if err != nil {
				s.Problems = append(s.Problems, api.Field(day.name, "请输入日期"))
				continue
			}
			*day.date = date
		}
	}
	if len(s.Problems) == 0 && f.To.Before(f.From) {
		s.Problems = append(s.Problems, api.Field(page.AdminFieldTo, "申请日期止不能早于申请日期起"))
	}
	states := []page.Fact{{Label: "全部"}}
	for _, state := range []certificate.State{certificate.Ready, certificate.Withdrawn, certificate.Making, certificate.Failed} {
		states = append(states, page.Fact{Label: state.Label(), Value: string(state)})
		if get(page.AdminFieldState) == string(state) {
			f.State = state
		}
	}
	by := get(page.AdminFieldBy)
	if by == "" {
		by = byCertificate
	}
	s.Fields = []page.Ask{
		{Label: "查询方式", Name: page.AdminFieldBy, Value: by, Options: []page.Fact{
			{Label: "证明编号", Value: byCertificate}, {Label: "证件号码", Value: "number"}, {Label: "姓名", Value: "name"},
		}},
		{Label: "编号或姓名", Name: page.AdminFieldFind, Value: get(page.AdminFieldFind)},
		{Label: "申请日期起", Name: page.AdminFieldFrom, Value: f.From.String(), Type: "date"},
		{Label: "申请日期止", Name: page.AdminFieldTo, Value: f.To.String(), Type: "date"},
		{Label: "状态", Name: page.AdminFieldState, Value: string(f.State), Options: states},
	}
	return s, f, len(s.Problems) == 0
}

// certificateList lists by day and state, which may stand in an address.
func (d Deps) certificateList(ctx context.Context, v visit) (page.AdminList, error) {
	s, f, ok := certificateAsk(v, v.Query.Get)
	if !ok {
		return s, nil
	}
	f.After = v.Query.Get(page.AdminFieldAfter)
	f.Limit++
	list, err := d.Papers.List(ctx, f)
	if err != nil {
		return s, err
	}
	next := ""
	if len(list) == f.Limit {
		list = list[:f.Limit-1]
		next = certificatesPath(f, d.Records.CertificateCursor(list[len(list)-1]))
	}
	t, err := d.certificateTable(ctx, f.From.String()+" 至 "+f.To.String()+" 申请", list)
	t.Next = next
	s.Tables = []page.Table{t}
	return s, err
}

func certificatesPath(f rules.Filter, after string) string {
	q := url.Values{page.AdminFieldFrom: {f.From.String()}, page.AdminFieldTo: {f.To.String()}}
	if f.State != "" {
		q.Set(page.AdminFieldState, string(f.State))
	}
	if after != "" {
		q.Set(page.AdminFieldAfter, after)
	}
	return page.PathAdminCertificates + "?" + q.Encode()
}

// findCertificates looks for one number or one person's, or leads to days and a state.
func (d Deps) findCertificates(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	s, f, ok := certificateAsk(v, v.Form.Get)
	if !ok {
		return web.Stay(s), nil
	}
	find := strings.TrimSpace(v.Form.Get(page.AdminFieldFind))
	if find == "" {
		return web.Go[page.AdminList](certificatesPath(f, "")), nil
	}
	by := v.Form.Get(page.AdminFieldBy)
	list, err := d.certificatesOf(ctx, v, by, find, f.State)
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return none, err
		}
		s.Problems = wrong
		return web.Stay(s), nil
	}
	if err := d.note(ctx, v, "certificate_search", "", "ok", "by", by, "found", count(len(list))); err != nil {
		return none, err
	}
	t, err := d.certificateTable(ctx, "查询结果", list)
	s.Tables = []page.Table{t}
	return web.Show(s), err
}

func (d Deps) certificatesOf(ctx context.Context, v visit, by, find string, state certificate.State) ([]certificate.Record, error) {
	if by == byCertificate {
		list, err := d.Papers.Editions(ctx, strings.ToUpper(find))
		return slices.DeleteFunc(list, func(c certificate.Record) bool { return state != "" && c.State != state }), err
	}
	people, err := d.findPeople(ctx, by, find)
	if err != nil {
		return nil, err
	}
	var list []certificate.Record
	for _, p := range people {
		theirs, err := d.Papers.List(ctx, rules.Filter{Person: p.ID, State: state, From: period.Date{Year: 2000, Month: 1, Day: 1}, To: v.Today(), Limit: mostFound})
		if err != nil {
			return nil, err
		}
		list = append(list, theirs...)
	}
	return list, nil
}

func (d Deps) certificateTable(ctx context.Context, title string, list []certificate.Record) (page.Table, error) {
	t := page.Table{
		Title: title, Columns: columns("申请时间", "证明编号", "版本>", "持证人", "费款所属期", "笔数>", "金额（元）>", "状态", "办理"),
		Empty: "没有查到缴费证明，请核对后重新查询。",
	}
	holders := map[string]string{}
	for _, c := range list {
		holder, known := holders[c.Person]
		if !known {
			p, _, err := d.Records.Person(ctx, c.Person)
			if err != nil {
				return t, err
			}
			holder = person.MaskName(p.Name)
			holders[c.Person] = holder
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(clockTime(c.Applied)), text(c.Number), text(count(c.Edition)), text(holder), text(c.Range.Months.String()), text(count(c.Count)),
			text(c.Total.Plain()),
			{Text: c.State.Label(), Tone: stateTone(c.State)},
			{Text: "查看", Href: certificatePath(c.ID), Spoken: "查看 " + c.Number + " 第 " + count(c.Edition) + " 版"},
		})
	}
	return t, nil
}

func certificatePath(id string) string { return page.PathAdminCertificates + "/" + url.PathEscape(id) }

func stateTone(s certificate.State) string {
	switch s {
	case certificate.Ready:
		return "ok"
	case certificate.Making:
		return "warn"
	case certificate.Failed:
		return "bad"
	case certificate.Withdrawn:
		return "off"
	default:
		return ""
	}
}
