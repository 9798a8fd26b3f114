package admin

import (
	"context"
	"net/url"
	"strconv"
	"time"

	rules "shebao/server/refund"
	"shebao/server/web"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/person"
	"shebao/shared/refund"
)

// Refunds are the rules of refunds. *refund.Service is one.
type Refunds interface {
	In(ctx context.Context, state refund.State, after string, limit int) ([]refund.Refund, error)
	Recent(ctx context.Context, state refund.State, after string, limit int) ([]refund.Refund, error)
	Cursor(r refund.Refund) string
	Evidence(ctx context.Context, id string) (rules.Evidence, error)
	Check(ctx context.Context, by, id, note string) (refund.Refund, error)
	Approve(ctx context.Context, by, id string, seen int) (refund.Refund, error)
	Refuse(ctx context.Context, by, id string, seen int, reason string) (refund.Refund, error)
	Retry(ctx context.Context, by, id, note string) (refund.Refund, error)
	Hasten(ctx context.Context, by, id string) error
}

const (
	listedRefunds = 50 // of one state on a page
	endedRefunds  = 20 // of one state that is over, on the first page
)

func (d Deps) refundsPage() web.Route {
	return route(d, screen[page.AdminList]{pattern: page.PathAdminRefunds, title: "退费", see: model.SeeResidents, load: d.refundList})
}

// refundQueues are the tables of the list: what waits for an officer, then what waits for the
// bank, then what is over. Those without words for an empty table are shown only when there
// is something in them.
var refundQueues = []struct {
	state       refund.State
	title, none string
}{
	{refund.Applied, "待审核", "没有待审核的退费。"},
	{refund.Checked, "待复核", "没有待复核的退费。"},
	{refund.Failed, "银行退款未成功，待处理", ""},
	{refund.InDoubt, "退款待核实", ""},
	{refund.Sending, "银行退款中", ""},
	{refund.Approved, "等待发送银行", ""},
	{refund.Refunded, "近期已退费", "还没有退成的退费。"},
	{refund.Refused, "近期不予退费", ""},
	{refund.Withdrawn, "近期撤回", ""},
}

// refundList is every queue from its beginning, or one state from where the address says.
func (d Deps) refundList(ctx context.Context, v visit) (page.AdminList, error) {
	s := page.AdminList{
		Intro: "居民申请的退费：一人审核、另一人复核，批准后由银行退回原扣款账户。结果未知的只查询，绝不重复退款。", Again: 30,
	}
	only, after := refund.State(v.Query.Get(page.RunFieldState)), v.Query.Get(page.AdminFieldAfter)
	if only != "" {
		s.Again = 0 // who turns pages is reading
	}
	for _, q := range refundQueues {
		if only != "" && q.state != only {
			continue
		}
		t, err := d.refundPart(ctx, v, q.state, after, refundsShown(q.state, only))
		if err != nil {
			return s, err
		}
		if len(t.Rows) == 0 && q.none == "" && only == "" {
			continue
		}
		t.Title, t.Empty = q.title, q.none
		if t.Empty == "" {
			t.Empty = "没有更多退费。"
		}
		s.Tables = append(s.Tables, t)
	}
	return s, nil
}

// refundsShown is how many of a state a page shows.
func refundsShown(state, only refund.State) int {
	if state.Final() && only == "" {
		return endedRefunds
	}
	return listedRefunds
}

// refundPart is one page of a state: what is over newest first, the rest oldest first.
func (d Deps) refundPart(ctx context.Context, v visit, state refund.State, after string, limit int) (page.Table, error) {
	list := d.Refunds.In
	if state.Final() {
		list = d.Refunds.Recent
	}
	found, err := list(ctx, state, after, limit+1)
	if err != nil {
		return page.Table{}, err
	}
	next := ""
	if len(found) > limit {
		found = found[:limit]
		next = page.PathAdminRefunds + "?" + url.Values{
			page.RunFieldState: {string(state)}, page.AdminFieldAfter: {d.Refunds.Cursor(found[limit-1])},
		}.Encode()
	}
	t, err := d.refundTable(ctx, v, found)
	t.Next = next
	return t, err
}

func (d Deps) refundTable(ctx context.Context, v visit, list []refund.Refund) (page.Table, error) {
	t := page.Table{Columns: columns("缴费项目", "缴费人", "原因", "银行", "金额（元）>", "申请时间", "状态", "办理")}
	for _, x := range list {
		who, err := d.personName(ctx, x.Person)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(x.Title()), text(who), text(x.Reason.Label()), text(bankName(x.Bank)), text(x.Amount.Plain()),
			text(clock(x.Applied, v.Now)),
			{Text: x.State.Label(), Tone: refundTone(x.State)},
			{Text: "办理", Href: refundPath(x.ID), Spoken: "办理 " + who + " 的退费 " + brief(x.ID)},
		})
	}
	return t, nil
}

func refundPath(id string) string { return page.PathAdminRefunds + "/" + id }

// personName is a resident's masked name.
func (d Deps) personName(ctx context.Context, id string) (string, error) {
	p, _, err := d.Records.Person(ctx, id)
	return person.MaskName(p.Name), err
}

func refundTone(s refund.State) string {
	switch s {
	case refund.Refunded:
		return "ok"
	case refund.Failed, refund.InDoubt:
		return "bad"
	case refund.Refused, refund.Withdrawn:
		return "off"
	case refund.Applied, refund.Checked, refund.Approved, refund.Sending:
		return "warn"
	default:
		return ""
	}
}

// waitingRefunds counts what waits for this officer's decision.
func (d Deps) waitingRefunds(ctx context.Context, o model.Officer) (int, error) {
	list, err := d.refundsFor(ctx, o, mostWaiting)
	return len(list), err
}

// refundsFor lists the refunds that this officer may decide about now.
func (d Deps) refundsFor(ctx context.Context, o model.Officer, limit int) ([]refund.Refund, error) {
	var out []refund.Refund
	for _, state := range []refund.State{refund.Applied, refund.Checked, refund.Failed} {
		right := model.CheckRefunds
		if state == refund.Checked {
			right = model.ApproveRefunds
		}
		if !o.May(right) {
			continue
		}
		list, err := d.Refunds.In(ctx, state, "", limit)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			if state != refund.Checked || o.MayApprove(right, x.Maker) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// queueRefunds adds them to the workbench's queue.
func (d Deps) queueRefunds(ctx context.Context, v visit, t *page.Table) error {
	list, err := d.refundsFor(ctx, v.Officer, 10)
	for _, x := range list {
		t.Rows = append(t.Rows, []page.Cell{
			text("退费" + x.State.Label() + "：" + x.Reason.Label()), text(x.Title()), text(clock(x.Applied, v.Now)),
			text(x.Amount.Plain()),
			{Text: "办理", Href: refundPath(x.ID), Spoken: "办理退费 " + brief(x.ID)},
		})
	}
	return err
}

// refundStat is the workbench's figure of refunds.
func (d Deps) refundStat(ctx context.Context, v visit) (page.AdminStat, error) {
	s := page.AdminStat{Label: "退费待办", Note: "没有结果未知的退款"}
	waiting, oldest := 0, time.Time{}
	for _, state := range []refund.State{refund.Applied, refund.Checked, refund.Failed} {
		list, err := d.Refunds.In(ctx, state, "", mostWaiting)
		if err != nil {
			return s, err
		}
		waiting += len(list)
		if len(list) > 0 && (oldest.IsZero() || list[0].Applied.Before(oldest)) {
			oldest = list[0].Applied
		}
	}
	doubt, err := d.Refunds.In(ctx, refund.InDoubt, "", mostWaiting)
	s.Value = strconv.Itoa(waiting) + " 笔"
	switch {
	case len(doubt) > 0:
		s.Note = "待核实 " + strconv.Itoa(len(doubt)) + " 笔"
	case waiting > 0:
		s.Note = "最早 " + clock(oldest, v.Now)
	}
	if v.Officer.May(model.SeeResidents) {
		s.Href = page.PathAdminRefunds
	}
	return s, err
}
