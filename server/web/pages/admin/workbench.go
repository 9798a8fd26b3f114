package admin

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shebao/server/overview"
	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/intake"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

const chartDays = 14

func (d Deps) workbenchPage() web.Route {
	return route(d, screen[page.Workbench]{pattern: page.PathAdmin, title: "工作台", load: d.workbench})
}

func (d Deps) workbench(ctx context.Context, v visit) (page.Workbench, error) {
	s := page.Workbench{AsOf: v.Now.In(period.Zone).Format("15:04:05")}
	shown, err := d.figures(ctx)
	if err != nil {
		return s, err
	}
	s.Live = "/admin/live/workbench/now?shown=" + url.QueryEscape(shown)
	days, err := d.Days.Last(ctx, chartDays)
	if err != nil {
		return s, err
	}
	for _, day := range days {
		s.Days = append(s.Days, page.DayBar{
			Day: day.Date.String()[5:], Fen: int64(day.Amount), Count: day.Paid, Amount: day.Amount.Plain(),
		})
	}
	doubtful, err := d.Records.PaymentsIn(ctx, contribution.InDoubt, mostWaiting)
	if err != nil {
		return s, err
	}
	signed, err := d.Records.AgreementsSince(ctx, v.Today().Start(), 1000)
	if err != nil {
		return s, err
	}
	second := yesterday(days[len(days)-2])
	if v.Officer.May(model.SeeResidents) {
		if second, err = d.differStat(ctx); err != nil {
			return s, err
		}
	}
	s.Stats = []page.AdminStat{today(days[len(days)-1]), d.doubtStat(v, doubtful), second, signedStat(v, signed)}
	back, err := d.refundStat(ctx, v)
	if err != nil {
		return s, err
	}
	s.Stats = append(s.Stats, back)
	if s.Run, err = d.runBrief(ctx, v); err != nil {
		return s, err
	}
	s.Queue, err = d.queue(ctx, v, doubtful)
	return s, err
}

// runBrief is the debit run under way, or the newest that was not cancelled.
func (d Deps) runBrief(ctx context.Context, v visit) (*page.RunBrief, error) {
	if !v.Officer.May(model.SeeResidents) {
		return nil, nil //nolint:nilnil // no brief is a fine answer
	}
	list, err := d.Runs.List(ctx, "", 10)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r debit.Run) bool { return r.State == debit.Cancelled })
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // as above
	}
	i := max(slices.IndexFunc(list, func(r debit.Run) bool { return r.State == debit.Running }), 0)
	report, err := d.Runs.Report(ctx, list[i].ID)
	if err != nil {
		return nil, err
	}
	r := report.Run
	b := &page.RunBrief{
		Title: runName(r), Href: page.PathAdminRuns + "/" + r.ID, State: runState(r), Tone: runTone(r),
		Done: report.Total.Planned.Count - report.Total.Waiting(), Of: report.Total.Planned.Count,
		Banks: page.Table{Title: "按银行", Columns: columns("银行", "笔数>", "成功>", "金额（元）>", "成功率>"), Empty: "没有可扣人员。"},
	}
	for _, l := range report.ByBank() {
		rate := l.PerMille()
		b.Banks.Rows = append(b.Banks.Rows, []page.Cell{
			text(bankName(l.Bank)), text(count(int(l.Planned.Count))), text(count(int(l.Paid.Count))), text(l.Paid.Amount.Plain()),
			text(fmt.Sprintf("%d.%d%%", rate/10, rate%10)),
		})
	}
	return b, nil
}

func today(day overview.Day) page.AdminStat {
	note := strconv.Itoa(day.Paid) + " 笔"
	if rate, ok := day.Rate(); ok {
		note += fmt.Sprintf(" · 成功率 %d.%d%%", rate/10, rate%10)
	}
	return page.AdminStat{Label: "今日缴费", Value: day.Amount.Display(), Note: note}
}

func yesterday(day overview.Day) page.AdminStat {
	return page.AdminStat{Label: "昨日缴费", Value: day.Amount.Display(), Note: fmt.Sprintf("%d 笔 · 失败 %d 笔", day.Paid, day.Failed)}
}

// differStat is what reconciliation has found and nobody has ended yet.
func (d Deps) differStat(ctx context.Context) (page.AdminStat, error) {
	s := page.AdminStat{Label: "对账差异", Value: "0 笔", Note: "没有未处理的差异", Href: page.PathAdminRecon}
	kinds, all := map[reconcile.Kind]int{}, 0
	for _, state := range []reconcile.State{reconcile.Open, reconcile.Proposed, reconcile.Confirming} {
		list, err := d.Recon.Waiting(ctx, state, 500)
		if err != nil {
			return s, err
		}
		for _, x := range list {
			kinds[x.Kind]++
			all++
		}
	}
	if all == 0 {
		return s, nil
	}
	s.Value = count(all) + " 笔"
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		parts = append(parts, k.Label()+" "+strconv.Itoa(kinds[k]))
	}
	s.Note = strings.Join(parts, " · ")
	return s, nil
}

func (d Deps) doubtStat(v visit, list []contribution.Payment) page.AdminStat {
	s := page.AdminStat{Label: "待核实", Value: strconv.Itoa(len(list)) + " 笔", Note: "没有结果未知的扣款"}
	if len(list) > 0 {
		s.Note = "最早 " + clock(list[0].Created, v.Now) + "，已查询 " + strconv.Itoa(list[0].Tries) + " 次"
	}
	if v.Officer.May(model.SeeResidents) {
		s.Href = page.PathAdminPayments
	}
	return s
}

func signedStat(v visit, list []agreement.Agreement) page.AdminStat {
	signed, failed := 0, 0
	for _, a := range list {
		switch a.State {
		case agreement.Verified, agreement.Revoking, agreement.Revoked, agreement.Ended:
			signed++
		case agreement.Failed:
			failed++
		case agreement.Signing, agreement.Verifying, agreement.Confirming:
		}
	}
	s := page.AdminStat{Label: "今日新签协议", Value: strconv.Itoa(signed) + " 份", Note: "验证失败 " + strconv.Itoa(failed)}
	if v.Officer.May(model.SeeResidents) {
		s.Href = page.PathAdminAgreement
	}
	return s
}

// clock is the time of day today, and the date with it on another day.
func clock(at, now time.Time) string {
	if period.DateOf(at) == period.DateOf(now) {
		return at.In(period.Zone).Format("15:04")
	}
	return at.In(period.Zone).Format("01-02 15:04")
}

// queue is what waits for this officer.
func (d Deps) queue(ctx context.Context, v visit, doubtful []contribution.Payment) (page.Table, error) {
	t := page.Table{Title: "等我处理", Columns: columns("事项", "来源", "时间", "金额（元）>", "办理"), Empty: "没有等您处理的事项。"}
	if v.Officer.May(model.QueryPayments) {
		for _, p := range doubtful[:min(len(doubtful), 10)] {
			t.Rows = append(t.Rows, []page.Cell{
				text("扣款结果未知，已查询 " + strconv.Itoa(p.Tries) + " 次"), text("缴费 " + brief(p.ID)), text(clock(p.Created, v.Now)),
				text(p.Amount.Plain()),
				{Text: "查看", Href: doubtPath(p.ID), Spoken: "查看缴费 " + brief(p.ID)},
			})
		}
	}
	judged, err := d.judgedFor(ctx, v.Officer, 10)
	if err != nil {
		return t, err
	}
	for _, c := range judged {
		t.Rows = append(t.Rows, []page.Cell{
			text("待核实缴费认定为" + c.Verdict.Label() + "，待复核"), text("操作员 " + d.officerName(ctx, c.Maker)), text(clock(c.Proposed, v.Now)), text(c.Amount.Plain()),
			{Text: "复核", Href: doubtPath(c.ID), Spoken: "复核认定 " + brief(c.ID)},
		})
	}
	differ, err := d.waitingFor(ctx, v.Officer, 10)
	if err != nil {
		return t, err
	}
	for _, x := range differ {
		_, day, _ := strings.Cut(x.Day, ":")
		t.Rows = append(t.Rows, []page.Cell{
			text(x.Kind.Label() + "：我方 " + x.Ours.Plain() + " / 银行 " + x.Theirs.Plain()), text("对账 " + day), text(clock(x.Changed, v.Now)),
			text(max(x.Ours-x.Theirs, x.Theirs-x.Ours).Plain()),
			{Text: "核对", Href: page.PathAdminRecon + "/" + url.PathEscape(x.ID), Spoken: "核对 " + x.Kind.Label() + " " + x.Ref.Serial},
		})
	}
	pending, err := d.Rates.Pending(ctx)
	if err != nil {
		return t, err
	}
	for _, c := range pending {
		if v.Officer.MayApprove(model.ApproveRates, c.By) {
			t.Rows = append(t.Rows, []page.Cell{
				text("缴费标准调整待复核：" + rateName(c.Rate)), text("操作员 " + d.officerName(ctx, c.By)), text(clock(c.Proposed, v.Now)), text(""),
				{Text: "复核", Href: rateChangePath(c.ID), Spoken: "复核 " + rateName(c.Rate)},
			})
		}
	}
	if err := d.queueRefunds(ctx, v, &t); err != nil {
		return t, err
	}
	if err := d.queueRuns(ctx, v, &t); err != nil {
		return t, err
	}
	jobs, err := d.Intake.Jobs.Imports(ctx, 10)
	if err != nil {
		return t, err
	}
	for _, j := range jobs {
		if j.By == v.Officer.ID && j.State == intake.Done && j.Refused > 0 && v.Now.Sub(j.Finished) < 24*time.Hour {
			t.Rows = append(t.Rows, []page.Cell{
				text(j.Kind.Label() + "有 " + strconv.Itoa(j.Refused) + " 行未导入"), text("导入 " + j.File), text(clock(j.Finished, v.Now)), text(""),
				{Text: "查看", Href: page.PathAdminImports + "/" + j.ID, Spoken: "查看导入 " + j.File},
			})
		}
	}
	return t, nil
}

// queueRuns adds the runs to approve, with what the round will debit, and the officer's own to submit.
func (d Deps) queueRuns(ctx context.Context, v visit, t *page.Table) error {
	runs, err := d.runsFor(ctx, v.Officer, 20)
	if err != nil || len(runs) == 0 {
		return err
	}
	n, err := d.names(ctx)
	for _, r := range runs {
		what, from, at, do := "待复核", "操作员 "+n.of(r.Maker), r.Submitted, "复核"
		if r.State == debit.Ready {
			what, from, at, do = "试算完成，待提交", "我的批次", r.Created, "提交"
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(runName(r) + what), text(from), text(clock(at, v.Now)), text(r.ThisRound().Amount.Plain()),
			{Text: do, Href: page.PathAdminRuns + "/" + r.ID, Spoken: do + " " + runName(r)},
		})
	}
	return err
}

// brief is an id that fits into a cell.
func brief(id string) string {
	if len(id) <= 12 {
		return id
	}
	return id[:5] + "…" + id[len(id)-4:]
}

// names gives officers' user names, looked up once for a whole table.
type names map[string]string

func (d Deps) names(ctx context.Context) (names, error) {
	list, err := d.Officers.List(ctx)
	out := make(names, len(list))
	for _, o := range list {
		out[o.ID] = o.User
	}
	return out, err
}

// of is the officer's user name, or the id when nobody has it.
func (n names) of(id string) string {
	if name, ok := n[id]; ok {
		return name
	}
	return id
}

// officerName is one officer's user name, or the id when nobody has it.
func (d Deps) officerName(ctx context.Context, id string) string {
	n, err := d.names(ctx)
	if err != nil {
		return id
	}
	return n.of(id)
}
