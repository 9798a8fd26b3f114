package admin

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"shebao/server/debit"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	model "shebao/shared/debit"
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// What buttons on the page of a run do.
const (
	runSubmit  = "submit"
	runApprove = "approve"
	runReject  = "reject"
	runCancel  = "cancel"
	runStop    = "stop"
	runRetry   = "retry"
)

// unknownRun turns a run that is not there into 404.
func unknownRun(err error) error {
	if errors.Is(err, debit.RefuseUnknown) {
		return api.NotFound("")
	}
	return err
}

func (d Deps) runPage() web.Route {
	return route(d, screen[page.AdminRun]{
		pattern: page.PathAdminRun, title: "批次", tab: page.PathAdminRuns, back: page.PathAdminRuns, see: officer.SeeResidents, load: d.run, act: d.actOnRun,
	})
}

func (d Deps) run(ctx context.Context, v visit) (page.AdminRun, error) {
	report, err := d.Runs.Report(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminRun{}, unknownRun(err)
	}
	r := report.Run
	here := page.PathAdminRuns + "/" + r.ID
	done := report.Round.Planned.Count - report.Round.Waiting()
	s := page.AdminRun{
		Title: runName(r), State: runState(r), Tone: runTone(r), Steps: runStep(r.State), Facts: d.runFacts(ctx, r),
		Running: r.State == model.Selecting || r.State == model.Submitted || r.State == model.Running, Live: "/admin/live/runs/" + r.ID + "?shown=" + RunLook(report),
		Progress: r.State == model.Running || r.State == model.Finished, Done: done, Of: report.Round.Planned.Count,
		Stats: runStats(report),
	}
	if r.Round > 1 {
		s.Round = r.Round
	}
	s.Actions, s.Waits = runActions(v.Officer, report)
	s.Tables = append(s.Tables, d.lineTable("按银行", "银行", report.ByBank(), func(l model.Line) string { return bankName(l.Bank) }),
		d.lineTable("按税务机关", "税务机关", report.ByAuthority(), func(l model.Line) string { return d.City.Short(l.Authority) }), leftOut(here, r))
	s.Tables[0].Export, s.Tables[0].Workbook = here+fileReport+".csv", here+fileReport+".xlsx"
	if len(report.Codes) > 0 {
		s.Tables = append(s.Tables, codes(report.Codes))
	}
	if r.State == model.Running || r.State == model.Finished {
		files, err := d.Runs.Files(ctx, r.ID)
		if err != nil {
			return s, err
		}
		s.Tables = append(s.Tables, d.files(files))
	}
	if len(r.History) > 0 {
		s.Tables = append(s.Tables, d.runHistory(ctx, r))
	}
	return s, nil
}

// RunLook changes whenever a page about the run would.
func RunLook(r model.Report) string {
	done := func(l model.Line) int64 { return l.Planned.Count - l.Waiting() }
	return fmt.Sprintf("%s-%d-%d-%d-%d-%d", r.Run.State, r.Run.Round, r.Run.Looked, done(r.Total), done(r.Round), r.Total.Doubt.Count)
}

func runStep(s model.State) int {
	switch s {
	case model.Selecting:
		return 0
	case model.Ready, model.Cancelled:
		return 1
	case model.Submitted:
		return 2
	case model.Running:
		return 3
	case model.Finished:
		return 5
	default:
		return 0
	}
}

func (d Deps) runFacts(ctx context.Context, r model.Run) []page.Fact {
	var names []string
	for _, code := range r.Authorities {
		names = append(names, d.City.Short(code))
	}
	facts := []page.Fact{
		{Label: "批次编号", Value: r.ID},
		{Label: "年度", Value: strconv.Itoa(r.Year)},
		{Label: "税务机关", Value: strings.Join(names, "、")},
		{Label: "制单", Value: d.signed(ctx, r.Creator(), r.Created)},
	}
	if !r.Submitted.IsZero() && r.State != model.Ready {
		facts = append(facts, page.Fact{Label: "提交", Value: d.signed(ctx, r.Maker, r.Submitted)})
	}
	if r.Checker != "" {
		facts = append(facts, page.Fact{Label: "复核", Value: d.signed(ctx, r.Checker, r.Approved)})
	}
	if r.Reason != "" {
		facts = append(facts, page.Fact{Label: "原因", Value: r.Reason})
	}
	return facts
}

// signed is who did it and when.
func (d Deps) signed(ctx context.Context, by string, at time.Time) string {
	return d.officerName(ctx, by) + " " + at.In(period.Zone).Format("2006-01-02 15:04")
}

// runHistory is what officers did with the run, round by round.
func (d Deps) runHistory(ctx context.Context, r model.Run) page.Table {
	t := page.Table{Title: "办理经过", Columns: columns("轮次>", "办理", "人员", "时间", "扣款人数>", "金额（元）>", "原因")}
	for _, m := range r.History {
		people, sum := "", ""
		if m.People.Count > 0 {
			people, sum = count(int(m.People.Count)), m.People.Amount.Plain()
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(strconv.Itoa(m.Round)), text(m.Did.Label()), text(d.officerName(ctx, m.By)), text(m.At.In(period.Zone).Format("2006-01-02 15:04:05")),
			text(people), text(sum), text(m.Reason),
		})
	}
	return t
}

func runStats(report model.Report) []page.AdminStat {
	r, t := report.Run, report.Total
	var left int64
	for _, n := range r.LeftOut {
		left += n
	}
	here := page.PathAdminRuns + "/" + r.ID + "/people?" + page.RunFieldState + "="
	chosen := page.AdminStat{Label: "可扣", Value: count(int(r.Chosen.Count)) + " 人", Note: r.Chosen.Amount.Display()}
	if r.State == model.Ready || r.State == model.Submitted && r.Round == 1 { // later they have results
		chosen.Href = here + string(model.Chosen)
	}
	all := []page.AdminStat{
		chosen,
		{Label: "未纳入", Value: count(int(left)) + " 人", Note: "已查看设置 " + count(int(r.Looked)), Href: here + string(model.LeftOut)},
	}
	if again := r.ThisRound(); r.Round > 1 && again.Count > 0 {
		all = append(all, page.AdminStat{Label: "第 " + strconv.Itoa(r.Round) + " 轮重扣", Value: count(int(again.Count)) + " 人", Note: again.Amount.Display()})
	}
	if r.State == model.Running || r.State == model.Finished || r.Round > 1 {
		all = append(all,
			page.AdminStat{Label: "成功", Value: count(int(t.Paid.Count)) + " 笔", Note: t.Paid.Amount.Display(), Href: here + string(model.Paid)},
			page.AdminStat{Label: "失败", Value: count(int(t.Failed.Count)) + " 笔", Note: "可重扣 " + count(int(report.Retriable)), Href: here + string(model.Failed)},
			page.AdminStat{Label: "待核实", Value: count(int(t.Doubt.Count)) + " 笔", Note: t.Doubt.Amount.Display(), Href: here + string(model.Doubt)})
	}
	return all
}

// toDebit says whom the round that waits for approval debits.
func toDebit(r model.Run) string {
	people := r.ThisRound()
	sum := count(int(people.Count)) + " 人"
	switch {
	case people.Count == 0: // a round asked for before rounds were counted
		return "将对可重扣的失败项再次扣款。"
	case r.Round > 1:
		return "第 " + strconv.Itoa(r.Round) + " 轮：将对可重扣的失败项再次扣款，" + sum + "，共 " + people.Amount.Display() + "。"
	default:
		return "将对 " + sum + "扣款，共 " + people.Amount.Display() + "。"
	}
}

// runActions is what this officer can do now, or why nothing.
func runActions(o officer.Officer, report model.Report) ([]page.RunAction, string) {
	r := report.Run
	var can []page.RunAction
	add := func(right officer.Right, a page.RunAction) {
		if o.May(right) {
			can = append(can, a)
		}
	}
	switch r.State {
	case model.Selecting:
		add(officer.MakeRuns, page.RunAction{Do: runCancel, Label: "取消批次", Weight: "danger", Reason: "取消原因", Says: "没有任何人被扣款。"})
		return can, "正在试算，不扣款。"
	case model.Ready:
		add(officer.MakeRuns, page.RunAction{Do: runSubmit, Label: "提交复核", Weight: "primary"})
		add(officer.MakeRuns, page.RunAction{Do: runCancel, Label: "取消批次", Weight: "danger", Reason: "取消原因", Says: "没有任何人被扣款。"})
		return can, "试算完成，核对后提交复核。"
	case model.Submitted:
		if o.MayApprove(officer.ApproveRuns, r.Maker) {
			seen := []page.Fact{{Label: page.AdminFieldSeen, Value: strconv.Itoa(r.Seen())}}
			return []page.RunAction{
				{
					Do: runApprove, Label: "批准执行", Weight: "primary", Sends: seen,
					Ask: toDebit(r) + "批准后按银行文件发送，不能撤回。",
				},
				{Do: runReject, Label: "退回", Weight: "danger", Reason: "退回原因", Says: "退回给制单人。", Sends: seen},
			}, ""
		}
		return nil, "等待另一位复核人员批准，制单人不能复核自己的批次。"
	case model.Running:
		add(officer.StopRuns, page.RunAction{Do: runStop, Label: "停止批次", Weight: "danger", Reason: "停止原因", Says: "银行尚未接收的文件不再发送，已接收的照常执行到底。"})
		return can, ""
	case model.Finished:
		if report.Retriable > 0 {
			add(officer.MakeRuns, page.RunAction{
				Do: runRetry, Label: "发起重扣", Weight: "primary", Says: "对 " + count(int(report.Retriable)) + " 笔可重扣的失败项发起下一轮，仍须复核。",
			})
		}
		return can, ""
	case model.Cancelled:
		return nil, "批次已取消，没有任何人被扣款。"
	default:
		return nil, ""
	}
}

func (d Deps) lineTable(title, head string, lines []model.Line, name func(model.Line) string) page.Table {
	t := page.Table{Title: title, Columns: columns(head, "应扣>", "应扣金额（元）>", "成功>", "失败>", "待核实>", "未扣>", "成功金额（元）>", "成功率>"), Empty: "没有可扣人员。"}
	for _, l := range lines {
		rate := l.PerMille()
		t.Rows = append(t.Rows, []page.Cell{
			text(name(l)), text(count(int(l.Planned.Count))), text(l.Planned.Amount.Plain()), text(count(int(l.Paid.Count))), text(count(int(l.Failed.Count))), text(count(int(l.Doubt.Count))),
			text(count(int(l.Skipped.Count))), text(l.Paid.Amount.Plain()), text(fmt.Sprintf("%d.%d%%", rate/10, rate%10)),
		})
	}
	return t
}

func leftOut(here string, r model.Run) page.Table {
	t := page.Table{Title: "未纳入原因", Columns: columns("原因", "人数>", "名单"), Empty: "没有未纳入的人员。"}
	for _, e := range model.Exclusions() {
		if n := r.LeftOut[e]; n > 0 {
			t.Rows = append(t.Rows, []page.Cell{
				text(e.Label()), text(count(int(n))),
				{
					Text: "查看", Spoken: "查看 " + e.Label() + " 的人员",
					Href: here + "/people?" + page.RunFieldState + "=" + string(model.LeftOut) + "&" + page.RunFieldWhy + "=" + string(e),
				},
			})
		}
	}
	return t
}

func codes(m map[string]int64) page.Table {
	t := page.Table{Title: "失败原因", Columns: columns("银行代码", "说明", "笔数>", "可重扣")}
	for code, n := range m {
		again := "否"
		if model.Retriable(bankapi.Code(code)) {
			again = "是"
		}
		t.Rows = append(t.Rows, []page.Cell{text(code), text(bankapi.Code(code).Words()), text(count(int(n))), text(again)})
	}
	sortRows(t.Rows)
	return t
}

func (d Deps) files(list []model.File) page.Table {
	t := page.Table{Title: "银行文件", Columns: columns("轮次>", "税务机关", "银行", "笔数>", "金额（元）>", "成功>", "失败>", "状态"), Empty: "还没有银行文件。"}
	for _, f := range list[:min(len(list), 200)] {
		t.Rows = append(t.Rows, []page.Cell{
			text(strconv.Itoa(f.Round)), text(d.City.Short(f.Authority)), text(bankName(f.Bank)), text(count(int(f.Planned.Count))), text(f.Planned.Amount.Plain()),
			text(count(int(f.Paid.Count))), text(count(int(f.Failed.Count))), text(f.State.Label()),
		})
	}
	return t
}

func (d Deps) actOnRun(ctx context.Context, v visit) (web.Answer[page.AdminRun], error) {
	none := web.Answer[page.AdminRun]{}
	id, by, do := v.Query.Get("id"), v.Officer.ID, v.Form.Get(page.AdminFieldDo)
	reason := strings.TrimSpace(v.Form.Get(page.RunFieldReason + "-" + do))
	steps := map[string]struct {
		right officer.Right
		said  string
		run   func() (model.Run, error)
	}{
		runSubmit:  {officer.MakeRuns, "已提交，等待复核", func() (model.Run, error) { return d.Runs.Submit(ctx, by, id) }},
		runApprove: {officer.ApproveRuns, "已批准，开始执行", func() (model.Run, error) { return d.Runs.Approve(ctx, by, id, v.seen()) }},
		runReject:  {officer.ApproveRuns, "已退回", func() (model.Run, error) { return d.Runs.Reject(ctx, by, id, reason, v.seen()) }},
		runCancel:  {officer.MakeRuns, "已取消", func() (model.Run, error) { return d.Runs.Cancel(ctx, by, id, reason) }},
		runStop:    {officer.StopRuns, "已停止发送", func() (model.Run, error) { return d.Runs.Stop(ctx, by, id, reason) }},
		runRetry:   {officer.MakeRuns, "已发起重扣，等待复核", func() (model.Run, error) { return d.Runs.Retry(ctx, by, id) }},
	}
	step, ok := steps[do]
	if !ok {
		return none, api.NotFound("")
	}
	if err := v.must(step.right); err != nil {
		if noted := d.note(ctx, v, "run_"+do, id, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	_, err := step.run()
	if err == nil {
		return web.GoSaying[page.AdminRun](page.PathAdminRuns+"/"+id, step.said), nil
	}
	var why *debit.Refusal
	if !errors.As(unknownRun(err), &why) {
		return none, unknownRun(err)
	}
	if err := d.note(ctx, v, "run_"+do, id, "refused", "why", why.Code); err != nil {
		return none, err
	}
	s, err := d.run(ctx, v)
	field := ""
	if errors.Is(why, debit.RefuseReason) {
		field = page.RunFieldReason + "-" + do
		for i := range s.Actions {
			if s.Actions[i].Do == do {
				s.Actions[i].Typed = v.Form.Get(field)
			}
		}
	}
	s.Problems = []page.Problem{{Field: field, Message: why.Message}}
	return web.Stay(s), err
}
