package admin

import (
	"context"
	"time"

	"shebao/server/officer"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

var _ Officers = (*officer.Service)(nil)

// mostWaiting bounds what the sidebar counts.
const mostWaiting = 99

type entry struct {
	path, label string
	see         model.Right
	count       func(ctx context.Context) (int, error)
}

func (d Deps) entries() []entry {
	return []entry{
		{page.PathAdmin, "工作台", "", nil},
		{page.PathAdminRuns, "批量扣款", model.SeeResidents, nil},
		{page.PathAdminRecon, "对账差异", model.SeeResidents, nil},
		{page.PathAdminPayments, "待核实缴费", model.QueryPayments, d.doubtful},
		{page.PathAdminResidents, "居民查询", model.SeeResidents, nil},
		{page.PathAdminImports, "参保与核定", model.SeeResidents, nil},
		{page.PathAdminRates, "缴费标准", "", d.pendingRates},
		{page.PathAdminAgreement, "缴费协议", model.SeeResidents, nil},
		{page.PathAdminCertificates, "缴费证明", model.SeeResidents, nil},
		{page.PathAdminAudit, "审计", model.SeeAudit, nil},
		{page.PathAdminHealth, "系统健康", model.SeeHealth, nil},
		{page.PathAdminOfficers, "操作员", model.ManageOffice, nil},
	}
}

func (d Deps) doubtful(ctx context.Context) (int, error) {
	list, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, mostWaiting)
	return len(list), err
}

func (d Deps) pendingRates(ctx context.Context) (int, error) {
	list, err := d.Rates.Pending(ctx)
	return len(list), err
}

// Frame puts what surrounds every page of the console around f: the entries the officer
// may see with what waits there, who they are and the way out.
func (d Deps) Frame(now func() time.Time) func(ctx context.Context, id string, f page.Frame) (page.Frame, error) {
	return func(ctx context.Context, id string, f page.Frame) (page.Frame, error) {
		o, ok, err := d.Officers.Officer(ctx, id)
		if err != nil {
			return f, err
		}
		f.Logout = page.PathAdminLogout
		if !ok {
			return f, nil
		}
		for _, e := range d.entries() {
			if e.see != "" && !o.May(e.see) {
				continue
			}
			n := page.Nav{Path: e.path, Label: e.label}
			if e.count != nil {
				if n.Count, err = e.count(ctx); err != nil {
					return f, err
				}
			}
			f.Nav = append(f.Nav, n)
		}
		f.Meta = period.DateOf(now()).String() + " · 操作员 " + person.MaskName(o.Name) + "（" + o.Role.Label() + "）"
		return f, nil
	}
}
