package admin

import (
	"context"
	"time"

	"shebao/server/officer"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

var _ Officers = (*officer.Service)(nil)

// mostWaiting bounds what the sidebar counts.
const mostWaiting = 99

// mostRuns bounds the runs of a state that are looked through for those of one officer.
const mostRuns = 1000

type entry struct {
	path, label string
	see         model.Right
	count       func(ctx context.Context, o model.Officer) (int, error)
}

func (d Deps) entries() []entry {
	return []entry{
		{page.PathAdmin, "工作台", "", nil},
		{page.PathAdminRuns, "批量扣款", model.SeeResidents, d.waitingRuns},
		{page.PathAdminCalendar, "批扣计划", model.SeeResidents, nil},
		{page.PathAdminRecon, "对账差异", model.SeeResidents, d.waitingDifferences},
		{page.PathAdminRefunds, "退费", model.SeeResidents, d.waitingRefunds},
		{page.PathAdminPayments, "待核实缴费", model.SeeResidents, d.doubtful},
		{page.PathAdminResidents, "居民查询", model.SeeResidents, nil},
		{page.PathAdminImports, "参保与核定", model.SeeResidents, nil},
		{page.PathAdminRates, "缴费标准", "", d.pendingRates},
		{page.PathAdminAgreement, "缴费协议", model.SeeResidents, nil},
		{page.PathAdminCertificates, "缴费证明", model.SeeResidents, nil},
		{page.PathAdminNotices, "消息记录", model.SeeResidents, nil},
		{page.PathAdminAudit, "审计", model.SeeAudit, nil},
		{page.PathAdminHealth, "系统健康", model.SeeHealth, nil},
		{page.PathAdminOfficers, "操作员", model.ManageOffice, nil},
	}
}

func (d Deps) doubtful(ctx context.Context, _ model.Officer) (int, error) {
	list, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, mostWaiting)
	return len(list), err
}

// pendingRates are changes of rates that this officer may decide.
func (d Deps) pendingRates(ctx context.Context, o model.Officer) (int, error) {
	list, err := d.Rates.Pending(ctx)
	n := 0
	for _, c := range list {
		if o.MayApprove(model.ApproveRates, c.By) {
			n++
		}
	}
	return n, err
}

// waitingRuns counts the runs that wait for this officer.
func (d Deps) waitingRuns(ctx context.Context, o model.Officer) (int, error) {
	list, err := d.runsFor(ctx, o, mostWaiting)
	return len(list), err
}

// runsFor lists the runs that this officer may approve, and their own that are still to be
// submitted, oldest first.
func (d Deps) runsFor(ctx context.Context, o model.Officer, limit int) ([]debit.Run, error) {
	var out []debit.Run
	for _, wait := range []struct {
		state debit.State
		right model.Right
		mine  func(debit.Run) bool
	}{
		{debit.Submitted, model.ApproveRuns, func(r debit.Run) bool { return o.MayApprove(model.ApproveRuns, r.Maker) }},
		{debit.Ready, model.MakeRuns, func(r debit.Run) bool { return r.Maker == o.ID }},
	} {
		if !o.May(wait.right) {
			continue
		}
		list, err := d.Records.DebitRunsIn(ctx, wait.state, mostRuns)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if wait.mine(r) {
				out = append(out, r)
			}
		}
	}
	return out[:min(len(out), limit)], nil
}

func (d Deps) waitingDifferences(ctx context.Context, o model.Officer) (int, error) {
	list, err := d.waitingFor(ctx, o, mostWaiting)
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
				if n.Count, err = e.count(ctx, o); err != nil {
					return f, err
				}
			}
			f.Nav = append(f.Nav, n)
		}
		f.Meta = period.DateOf(now()).String() + " · 操作员 " + person.MaskName(o.Name) + "（" + o.Role.Label() + "）"
		return f, nil
	}
}
