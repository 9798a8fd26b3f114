package admin

import (
	"context"
	"errors"

	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/officer"
	"shebao/shared/page"
)

// dayFile is the reconciliation of a day: every difference with what became of it, and the totals.
func (d Deps) dayFile() web.Route {
	return d.file(export{path: page.PathAdminRecon + "/day", see: officer.SeeResidents, what: "day_export", open: d.dayRecords})
}

func (d Deps) dayRecords(ctx context.Context, v visit) (exported, error) {
	authority, on := d.reconOf(v)
	day, err := d.Recon.Load(ctx, reconcile.DayID(authority, on))
	if errors.Is(err, reconcile.RefuseUnknown) {
		return exported{}, api.NotFound("")
	}
	if err == nil {
		day, err = d.Recon.Adjusted(ctx, day)
	}
	if err != nil {
		return exported{}, err
	}
	return exported{
		title: "对账" + on.String(), subject: day.ID,
		columns: sheetColumns("类型:18", "银行:16", "流水号:34", "银行流水号:34", "缴费:34", "我方金额（元）:16", "银行金额（元）:16", "状态:10", "承办:14", "处理意见:20",
			"说明:40", "提出:14", "复核:14"),
		rows: func(row func(...any) error) error { return d.writeDay(ctx, day, row) },
	}, nil
}

func (d Deps) writeDay(ctx context.Context, day reconcile.Day, row func(...any) error) error {
	n, err := d.names(ctx)
	if err != nil {
		return err
	}
	for _, t := range []struct {
		name       string
		ours, bank reconcile.Total
	}{{"合计", day.Ours, day.Bank}, {"一致", day.Both, day.Both}} {
		says := "我方 " + count(int(t.ours.Count)) + " 笔，银行 " + count(int(t.bank.Count)) + " 笔"
		if err := row(t.name, "", "", "", "", t.ours.Amount, t.bank.Amount, "", "", "", says, "", ""); err != nil {
			return err
		}
	}
	ours, bank := day.Sums()
	if err := row("调节后", "", "", "", "", ours, bank, "", "", "", "计入已批准的更正和未达账项", "", ""); err != nil {
		return err
	}
	for after := ""; ; {
		list, err := d.Recon.Differences(ctx, reconcile.Filter{Day: day.ID, After: after, Limit: exportRows})
		if err != nil {
			return err
		}
		for _, x := range list {
			after = x.ID
			if err := row(kindName(x), bankName(x.Bank), x.Ref.Serial, x.Trace, movements(x), x.Ours, x.Theirs, x.State.Label(), n.owner(x),
				x.Action.Label(), x.Note, n.of(x.Maker), n.of(x.Checker)); err != nil {
				return err
			}
		}
		if len(list) < exportRows {
			return nil
		}
	}
}
