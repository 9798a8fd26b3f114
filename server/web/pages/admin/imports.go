package admin

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	rules "shebao/server/intake"
	"shebao/server/sheet"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/intake"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// shownImports is how many imports one page lists.
const shownImports = 50

func (d Deps) importsPage() web.Route {
	return route(d, screen[page.AdminImports]{
		pattern: page.PathAdminImports, title: "参保与核定导入", see: model.SeeResidents, load: d.imports, act: d.startImport,
	})
}

func (d Deps) imports(ctx context.Context, v visit) (page.AdminImports, error) {
	s := page.AdminImports{May: v.Officer.May(model.Import), Kind: string(intake.Enrolments)}
	for _, k := range intake.Kinds() {
		s.Kinds = append(s.Kinds, page.Fact{Label: k.Label(), Value: string(k)})
		t := page.Table{Title: k.Label() + "的列", Columns: columns("列名", "要求", "说明")}
		for _, c := range rules.Columns(k) {
			t.Rows = append(t.Rows, []page.Cell{text(c.Head), text(string(c.Need)), text(c.Says)})
		}
		s.Columns = append(s.Columns, t)
	}
	list, err := d.Intake.Jobs.ImportsBefore(ctx, v.Query.Get(page.AdminFieldAfter), shownImports)
	s.Jobs = page.Table{
		Title: "导入记录", Columns: columns("时间", "数据类型", "文件", "操作员", "行数>", "已导入>", "未导入>", "状态", "办理"), Empty: "还没有导入过文件。",
	}
	for _, j := range list {
		s.Jobs.Rows = append(s.Jobs.Rows, []page.Cell{
			text(j.Started.In(period.Zone).Format("2006-01-02 15:04")), text(j.Kind.Label()), text(j.File), text(d.officerName(ctx, j.By)),
			text(count(j.Rows)), text(count(j.Taken)), text(count(j.Refused)), jobState(j),
			{Text: "查看", Href: page.PathAdminImports + "/" + j.ID, Spoken: "查看导入 " + j.File},
		})
	}
	if len(list) == shownImports {
		s.Jobs.Next = page.PathAdminImports + "?" + page.AdminFieldAfter + "=" + list[len(list)-1].ID
	}
	return s, err
}

func jobState(j intake.Job) page.Cell {
	tone := "warn"
	if j.State == intake.Done {
		tone = "ok"
	}
	return page.Cell{Text: j.State.Label(), Tone: tone}
}

func (d Deps) startImport(ctx context.Context, v visit) (web.Answer[page.AdminImports], error) {
	none := web.Answer[page.AdminImports]{}
	if err := v.must(model.Import); err != nil {
		return none, err
	}
	kind := intake.Kind(v.Form.Get(page.AdminFieldKind))
	if len(rules.Columns(kind)) == 0 {
		return none, api.Invalid(api.Field(page.AdminFieldKind, "请选择数据类型"))
	}
	f := v.Files[page.AdminFieldFile]
	j, err := d.Intake.Start(ctx, v.Officer.ID, kind, f.Name, f.Data)
	if err != nil {
		wrong, ok := problems(err)
		if !ok {
			return none, err
		}
		s, err := d.imports(ctx, v)
		if err != nil {
			return none, err
		}
		s.Kind, s.Problems = string(kind), wrong
		return web.Stay(s), nil
	}
	return web.Go[page.AdminImports](page.PathAdminImports + "/" + j.ID), nil
}

func (d Deps) importPage() web.Route {
	return route(d, screen[page.AdminImport]{
		pattern: page.PathAdminImport, title: "导入结果", tab: page.PathAdminImports, back: page.PathAdminImports, see: model.SeeResidents, load: d.importJob,
	})
}

// shownRows is how many rows one page of results has, at least.
const shownRows = 100

func (d Deps) importJob(ctx context.Context, v visit) (page.AdminImport, error) {
	j, ok, err := d.Intake.Jobs.Import(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminImport{}, err
	}
	if !ok {
		return page.AdminImport{}, api.NotFound("")
	}
	which, title := rules.RefusedRows, "未导入的行"
	here := page.PathAdminImports + "/" + j.ID
	s := page.AdminImport{
		Title: j.Kind.Label() + " · " + j.File, State: j.State.Label(), Tone: jobState(j).Tone, Done: int64(j.Handled()), Of: int64(j.Rows),
		Running: j.State != intake.Done, Here: here, Live: "/admin/live/imports/" + j.ID + "?shown=" + j.Look(),
		Stats: []page.AdminStat{
			{Label: "行数", Value: count(j.Rows)},
			{Label: "已导入", Value: count(j.Taken), Note: "含已存在且相同的"},
			{Label: "未导入", Value: count(j.Refused)},
			{Label: "操作员", Value: d.officerName(ctx, j.By), Note: j.Started.In(period.Zone).Format("2006-01-02 15:04")},
		},
	}
	if v.Query.Get(page.AdminFieldShow) == "all" {
		which, title, s.All = rules.AllRows, "全部行", true
		s.Here = here + "?" + page.AdminFieldShow + "=all"
	}
	from, _ := strconv.Atoi(v.Query.Get(page.AdminFieldAfter)) // anything else begins at the front
	results, next, err := d.Intake.Jobs.ImportResults(ctx, j.ID, which, max(from, 0), shownRows)
	if err != nil {
		return s, err
	}
	s.Rows = page.Table{
		Title: title, Columns: columns("行", "人员", "结果", "原因"), Empty: "没有未导入的行。",
	}
	if s.All || s.Running {
		s.Rows.Empty = "还没有处理完的行。"
	}
	for _, r := range results {
		tone := "ok"
		switch r.Verdict {
		case intake.Refused:
			tone = "bad"
		case intake.Known:
			tone = "off"
		case intake.Taken:
		}
		s.Rows.Rows = append(s.Rows.Rows, []page.Cell{text(strconv.Itoa(r.Line)), text(r.Who), {Text: r.Verdict.Label(), Tone: tone}, text(r.Message)})
	}
	s.Rows = files(s.Rows, here+"/results", "")
	if next >= 0 {
		s.Rows.Next = fmt.Sprintf("%s?%s=%s&%s=%d", here, page.AdminFieldShow, which, page.AdminFieldAfter, next)
	}
	return s, nil
}

// importFile is every row's result.
func (d Deps) importFile() web.Route {
	return d.file(export{path: page.PathAdminImport + "/results", see: model.SeeResidents, what: "import_export", open: d.importResults})
}

func (d Deps) importResults(ctx context.Context, v visit) (exported, error) {
	j, ok, err := d.Intake.Jobs.Import(ctx, v.Query.Get("id"))
	if err != nil {
		return exported{}, err
	}
	if !ok {
		return exported{}, api.NotFound("")
	}
	heads := sheetColumns("行:8", "人员:30", "结果:10", "原因:60")
	own := v.Officer.May(model.Import) // sees what their file said
	if own {
		for _, c := range rules.Columns(j.Kind) {
			heads = append(heads, sheet.Column{Head: c.Head, Width: 20})
		}
	}
	return exported{
		title: j.Kind.Label() + "导入结果", subject: j.ID, columns: heads,
		rows: func(row func(...any) error) error {
			for from := 0; from >= 0; {
				results, next, err := d.Intake.Jobs.ImportResults(ctx, j.ID, rules.AllRows, from, exportRows)
				if err != nil {
					return err
				}
				for _, r := range results {
					cells := []any{r.Line, r.Who, r.Verdict.Label(), r.Message}
					if own {
						cells = append(cells, cellsOf(r.Cells, len(heads)-len(cells))...)
					}
					if err := row(cells...); err != nil {
						return err
					}
				}
				from = next
			}
			return nil
		},
	}, nil
}

// cellsOf are a refused row's cells, which stand beside its reason to be put right and imported
// again. What stood behind the last column stays in it: without it the row might be taken.
func cellsOf(cells []string, n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = ""
		if i < len(cells) {
			out[i] = cells[i]
		}
	}
	if len(cells) > n {
		out[n-1] = strings.Join(cells[n-1:], ",")
	}
	return out
}

// count writes 61,240.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
