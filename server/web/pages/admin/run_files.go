package admin

import (
	"bytes"
	"context"
	"io"

	"shebao/server/debit"
	"shebao/server/sheet"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/debit"
	"shebao/shared/officer"
	"shebao/shared/page"
)

// Files of a run, behind page.PathAdminRun.
const (
	fileReport = "/report"
	filePeople = "/people"
)

// runFiles are a run's results and its people as CSV and XLSX.
func (d Deps) runFiles() []web.Route {
	var all []web.Route
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		all = append(all,
			d.runFile(fileReport, f, func(ctx context.Context, w io.Writer, v visit) (string, error) {
				return "批量扣款结果", d.Runs.WriteReport(ctx, w, f, v.Query.Get("id"), d.runNames())
			}),
			d.runFile(filePeople, f, func(ctx context.Context, w io.Writer, v visit) (string, error) {
				list := peopleFilter(v)
				if list.State == "" && list.Exclusion != "" {
					return "", api.NotFound("")
				}
				return "批量扣款人员" + list.State.Label(), d.Runs.WriteItems(ctx, w, f, list, d.runNames())
			}))
	}
	return all
}

func (d Deps) runNames() debit.Names {
	return debit.Names{Authority: d.City.Short, Bank: bankName, People: d.Records.MaskedNames}
}

// peopleFilter is what the address asks for of a run's people.
func peopleFilter(v visit) debit.ItemFilter {
	return debit.ItemFilter{
		Run: v.Query.Get("id"), State: model.ItemState(v.Query.Get(page.RunFieldState)), Exclusion: model.Exclusion(v.Query.Get(page.RunFieldWhy)),
		After: v.Query.Get(page.AdminFieldAfter),
	}
}

// runFile is one download; each is noted in the audit trail before it is handed out.
func (d Deps) runFile(name string, f sheet.Format, write func(ctx context.Context, w io.Writer, v visit) (string, error)) web.Route {
	return web.Download(page.PathAdminRun+name+"."+string(f), web.Officer, func(ctx context.Context, r *web.Request) (web.Attachment, error) {
		v, err := d.visit(ctx, r, officer.SeeResidents)
		if err != nil {
			return web.Attachment{}, err
		}
		var out bytes.Buffer
		title, err := write(ctx, &out, v)
		if err != nil {
			return web.Attachment{}, unknownRun(err)
		}
		if err := d.note(ctx, v, "run_export", v.Query.Get("id"), "ok", "file", name[1:]+"."+string(f), "list", v.Query.Get(page.RunFieldState)); err != nil {
			return web.Attachment{}, err
		}
		return web.Attachment{Name: title + "." + string(f), Type: f.Type(), Data: out.Bytes()}, nil
	})
}
