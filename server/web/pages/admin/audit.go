package admin

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shebao/server/audit"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

const doVerify = "verify"

const (
	auditRows   = 100
	auditExport = 100_000 // records of one file
)

func (d Deps) auditPage() web.Route {
	return route(d, screen[page.AdminList]{pattern: page.PathAdminAudit, title: "审计", see: model.SeeAudit, load: d.searchAudit, act: d.verify})
}

// auditFilter reads what is asked for; the days default to today. An officer is also found by
// the user name.
func (d Deps) auditFilter(ctx context.Context, v visit) (audit.Filter, []page.Problem, error) {
	f, wrong := auditQueried(v)
	if f.Who == "" {
		return f, wrong, nil
	}
	list, err := d.Officers.List(ctx)
	for _, o := range list {
		if o.User == strings.ToLower(f.Who) {
			f.Who = o.ID
		}
	}
	return f, wrong, err
}

func auditQueried(v visit) (audit.Filter, []page.Problem) {
	q := func(name string) string { return strings.TrimSpace(v.Query.Get(name)) }
	f := audit.Filter{From: v.Today(), To: v.Today(), Who: q(page.AdminFieldWho), What: q(page.AdminFieldWhat), Subject: q(page.AdminFieldSubject)}
	var wrong []page.Problem
	for _, x := range []struct {
		name string
		to   *period.Date
	}{{page.AdminFieldFrom, &f.From}, {page.AdminFieldTo, &f.To}} {
		if q(x.name) == "" {
			continue
		}
		day, err := period.ParseDate(q(x.name))
		if err != nil {
			wrong = append(wrong, api.Field(x.name, "请输入日期"))
			continue
		}
		*x.to = day
	}
	if len(wrong) == 0 && f.To.Before(f.From) {
		wrong = append(wrong, api.Field(page.AdminFieldTo, "日期止不能早于日期起"))
	}
	if day, seq, ok := strings.Cut(q(page.AdminFieldAfter), "."); ok {
		at, err := period.ParseDate(day)
		n, nerr := strconv.ParseInt(seq, 10, 64)
		if err == nil && nerr == nil {
			f.After = audit.Cursor{Day: at, Seq: n}
		}
	}
	return f, wrong
}

func auditQuery(f audit.Filter) string {
	return url.Values{
		page.AdminFieldFrom: {f.From.String()}, page.AdminFieldTo: {f.To.String()}, page.AdminFieldWho: {f.Who},
		page.AdminFieldWhat: {f.What}, page.AdminFieldSubject: {f.Subject},
	}.Encode()
}

// searchAudit is auditList with the search itself in the trail: what was asked for, not what
// came of it. What is not in the trail is not put there either, it may be somebody's name.
func (d Deps) searchAudit(ctx context.Context, v visit) (page.AdminList, error) {
	s, err := d.auditList(ctx, v)
	if err != nil || len(s.Problems) > 0 {
		return s, err
	}
	var asked []string
	for _, name := range []string{page.AdminFieldFrom, page.AdminFieldTo, page.AdminFieldWho, page.AdminFieldWhat, page.AdminFieldSubject, page.AdminFieldAfter} {
		value := strings.TrimSpace(v.Query.Get(name))
		if value == "" {
			continue
		}
		if len(s.Tables[0].Rows) == 0 && name != page.AdminFieldFrom && name != page.AdminFieldTo {
			value = "not found"
		}
		asked = append(asked, name, value)
	}
	if len(asked) == 0 {
		return s, nil
	}
	return s, d.note(ctx, v, "audit_search", "", "ok", asked...)
}

func (d Deps) auditList(ctx context.Context, v visit) (page.AdminList, error) {
	f, wrong, err := d.auditFilter(ctx, v)
	if err != nil {
		return page.AdminList{}, err
	}
	f.Limit = auditRows
	s := page.AdminList{
		Intro: "记录只增不改，逐条以 SM3 摘要相连。查询与导出也会被记录。", Submit: "查询", Problems: wrong,
		Fields: []page.Ask{
			{Label: "日期起", Name: page.AdminFieldFrom, Value: typedDay(v, page.AdminFieldFrom, f.From), Type: "date"},
			{Label: "日期止", Name: page.AdminFieldTo, Value: typedDay(v, page.AdminFieldTo, f.To), Type: "date"},
			{Label: "操作者用户名或编号", Name: page.AdminFieldWho, Value: v.Query.Get(page.AdminFieldWho)},
			{Label: "操作", Name: page.AdminFieldWhat, Value: f.What},
			{Label: "对象编号", Name: page.AdminFieldSubject, Value: f.Subject},
		},
	}
	if len(wrong) > 0 {
		return s, nil
	}
	list, err := d.Audit.Find(ctx, f)
	if err != nil {
		return s, err
	}
	t := page.Table{
		Title: "审计记录", Columns: columns("时间", "序号>", "操作者", "操作", "对象", "结果", "来源地址", "详情"), Empty: "没有相符的记录。",
	}
	t = files(t, page.PathAdminAudit+"/records", "?"+auditQuery(f))
	search := func(kind, name, id string) page.Cell {
		if id == "" {
			return text(strings.TrimSpace(kind))
		}
		q := url.Values{page.AdminFieldFrom: {f.From.String()}, page.AdminFieldTo: {f.To.String()}, name: {id}}
		return page.Cell{Text: kind + id, Href: page.PathAdminAudit + "?" + q.Encode(), Spoken: "查询 " + kind + id + " 的记录"}
	}
	for _, r := range list {
		e := r.Event
		t.Rows = append(t.Rows, []page.Cell{
			text(e.At.In(period.Zone).Format("01-02 15:04:05")), text(strconv.FormatInt(r.Seq, 10)), search(e.WhoKind+" ", page.AdminFieldWho, e.Who), text(e.What),
			search("", page.AdminFieldSubject, e.Subject), text(e.Result), text(e.Address), text(details(e.Details)),
		})
	}
	if len(list) == auditRows {
		last := list[len(list)-1]
		t.Next = fmt.Sprintf("%s?%s&%s=%s.%d", page.PathAdminAudit, auditQuery(f), page.AdminFieldAfter, last.Day, last.Seq)
	}
	check := page.Table{Title: "审计链校验", Columns: columns("日期", "校验"), Note: "重新计算当日每条记录的摘要，并与前后记录和当日末条比对。"}
	for i := range 7 {
		day := v.Today().AddDays(-i)
		check.Rows = append(check.Rows, []page.Cell{text(day.String()), {Text: "校验", Do: doVerify, ID: day.String(), Spoken: "校验 " + day.String()}})
	}
	s.Tables = []page.Table{t, check}
	return s, nil
}

// typedDay is what the form shows of a day: what was typed, so that it can be put right.
func typedDay(v visit, name string, day period.Date) string {
	if typed := v.Query.Get(name); typed != "" {
		return typed
	}
	return day.String()
}

func details(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+m[k])
	}
	return strings.Join(out, " ")
}

// verify checks one day's chain.
func (d Deps) verify(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	if v.Form.Get(page.AdminFieldDo) != doVerify {
		return none, api.NotFound("")
	}
	day, err := period.ParseDate(v.Form.Get(page.AdminFieldID))
	if err != nil {
		return none, api.Invalid(api.Field(page.AdminFieldDay, "请输入日期"))
	}
	report, err := d.Audit.Verify(ctx, day)
	if err != nil {
		return none, err
	}
	result := "ok"
	if !report.OK() {
		result = "broken"
	}
	if err := d.note(ctx, v, "audit_verify", day.String(), result, "records", strconv.FormatInt(report.Count, 10)); err != nil {
		return none, err
	}
	s, err := d.auditList(ctx, v)
	if err != nil {
		return none, err
	}
	if report.OK() {
		s.Said, s.SaidTone = fmt.Sprintf("%s 的 %d 条记录完整无误，末条摘要 %s。", day, report.Count, brief(report.Hash)), "ok"
		return web.Show(s), nil
	}
	s.SaidTone, s.Said = "bad", fmt.Sprintf("%s 的审计链不完整：", day)
	for i, x := range report.Faults {
		if i == 5 {
			s.Said += "等。"
			break
		}
		s.Said += fmt.Sprintf("第 %d 条%s；", x.Seq, faultName(x.What))
	}
	return web.Show(s), nil
}

func faultName(k audit.FaultKind) string {
	switch k {
	case audit.Changed:
		return "内容被改动"
	case audit.Missing:
		return "缺失"
	case audit.Unlinked:
		return "与前一条不相连"
	default:
		return string(k)
	}
}

// auditFile is the records asked for.
func (d Deps) auditFile() web.Route {
	return d.file(export{path: page.PathAdminAudit + "/records", see: model.SeeAudit, what: "audit_export", open: d.auditRecords})
}

func (d Deps) auditRecords(ctx context.Context, v visit) (exported, error) {
	f, wrong, err := d.auditFilter(ctx, v)
	if err != nil {
		return exported{}, err
	}
	if len(wrong) > 0 {
		return exported{}, api.Invalid(wrong...)
	}
	f.Limit = exportRows
	return exported{
		title: "审计记录", columns: sheetColumns("日期:12", "序号:10", "时间:30", "类型:10", "操作者:24", "操作:24", "对象:36", "结果:12", "来源地址:18", "请求:28", "详情:60", "前一条摘要:66", "摘要:66"),
		rows: func(row func(...any) error) error {
			for n := 0; n < auditExport; n += f.Limit {
				list, err := d.Audit.Find(ctx, f)
				if err != nil {
					return err
				}
				for _, x := range list {
					if err := row(recordCells(x)...); err != nil {
						return err
					}
				}
				if len(list) < f.Limit {
					break
				}
				f.After = audit.Cursor{Day: list[len(list)-1].Day, Seq: list[len(list)-1].Seq}
			}
			return nil
		},
	}, nil
}

func recordCells(x audit.Record) []any {
	e := x.Event
	return []any{
		x.Day.String(), x.Seq, e.At.In(period.Zone).Format("2006-01-02T15:04:05.000-07:00"), e.WhoKind, e.Who, e.What, e.Subject, e.Result,
		e.Address, e.Request, details(e.Details), x.Prev, x.Hash,
	}
}
