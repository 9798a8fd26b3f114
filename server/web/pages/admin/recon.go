package admin

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/bankapi"
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// Recon are the rules of reconciliation. *reconcile.Service is one.
type Recon interface {
	Look(ctx context.Context, by, authority string, date period.Date) (reconcile.Day, error)
	Close(ctx context.Context, by, authority string, date period.Date, seen string) (reconcile.Day, error)
	Load(ctx context.Context, id string) (reconcile.Day, error)
	Adjusted(ctx context.Context, d reconcile.Day) (reconcile.Day, error)
	Days(ctx context.Context, authority string, before period.Date, limit int) ([]reconcile.Day, error)
	Difference(ctx context.Context, id string) (reconcile.Difference, error)
	Differences(ctx context.Context, f reconcile.Filter) ([]reconcile.Difference, error)
	Counted(ctx context.Context, day string) (all, left int64, err error)
	Waiting(ctx context.Context, state reconcile.State, limit int) ([]reconcile.Difference, error)
	Take(ctx context.Context, by, id string) (reconcile.Difference, error)
	Propose(ctx context.Context, by, id string, action reconcile.Action, note string) (reconcile.Difference, error)
	Approve(ctx context.Context, by, id string, seen int) (reconcile.Difference, error)
	Reject(ctx context.Context, by, id string, seen int, note string) (reconcile.Difference, error)
	Confirm(ctx context.Context, by, id, note string) (reconcile.Difference, error)
}

// What buttons on the pages of reconciliation do.
const (
	doLook    = "look"
	doClose   = "close"
	doTake    = "take"
	doPropose = "propose"
	doConfirm = "confirm"
)

func (d Deps) reconPage() web.Route {
	return route(d, screen[page.AdminList]{pattern: page.PathAdminRecon, title: "对账差异", see: officer.SeeResidents, load: d.recon, act: d.actOnDay})
}

// reconOf is the authority and day that the address asks for: the first authority and
// yesterday when it asks for none.
func (d Deps) reconOf(v visit) (authority string, day period.Date) {
	authority, day = d.City.Authorities[0].Code, v.Today().AddDays(-1)
	if _, ok := d.City.Authority(v.Query.Get(page.RunFieldAuthority)); ok {
		authority = v.Query.Get(page.RunFieldAuthority)
	}
	if on, err := period.ParseDate(v.Query.Get(page.AdminFieldDay)); err == nil {
		day = on
	}
	return authority, day
}

func reconQuery(authority string, day period.Date) string {
	return url.Values{page.RunFieldAuthority: {authority}, page.AdminFieldDay: {day.String()}}.Encode()
}

func reconPath(authority string, day period.Date) string {
	return page.PathAdminRecon + "?" + reconQuery(authority, day)
}

func (d Deps) recon(ctx context.Context, v visit) (page.AdminList, error) {
	authority, on := d.reconOf(v)
	s := page.AdminList{
		Intro: "逐日与银行对账文件核对：差异由一人提出处理意见、另一人复核，全部处理完且银行已日终才能关账。", Submit: "查看",
		Fields: []page.Ask{
			{Label: "税务机关", Name: page.RunFieldAuthority, Value: authority, Options: d.authorityOptions()},
			{Label: "入账日", Name: page.AdminFieldDay, Value: on.String(), Type: "date"},
		},
	}
	day, err := d.Recon.Load(ctx, reconcile.DayID(authority, on))
	known := err == nil
	if err != nil && !errors.Is(err, reconcile.RefuseUnknown) {
		return s, err
	}
	if known {
		if day, err = d.Recon.Adjusted(ctx, day); err != nil {
			return s, err
		}
		if s.Stats, err = d.dayStats(ctx, day); err != nil {
			return s, err
		}
	}
	d.dayActions(&s, v.Officer, reconDay{authority, on}, day)
	n, err := d.names(ctx)
	if err != nil {
		return s, err
	}
	t := page.Table{Title: "差异 " + d.City.Short(authority) + " " + on.String(), Columns: differenceColumns(), Empty: "没有差异，双方一致。"}
	if !known {
		t.Empty = "这一天还没有核对过，请按【核对】。"
	}
	if known {
		const limit = 200
		list, err := d.Recon.Differences(ctx, reconcile.Filter{Day: day.ID, After: v.Query.Get(page.AdminFieldAfter), Limit: limit})
		if err != nil {
			return s, err
		}
		for _, x := range list {
			t.Rows = append(t.Rows, n.differenceRow(x))
		}
		if len(list) == limit {
			t.Next = reconPath(authority, on) + "&" + page.AdminFieldAfter + "=" + url.QueryEscape(list[limit-1].ID)
		}
		t = files(t, page.PathAdminRecon+"/day", "?"+reconQuery(authority, on))
	}
	waiting, err := d.waitingTables(ctx, v, n)
	if err != nil {
		return s, err
	}
	days, err := d.dayTable(ctx, authority)
	s.Tables = append(append([]page.Table{t}, waiting...), days)
	return s, err
}

func differenceColumns() []page.TableColumn {
	return columns("类型", "银行", "流水号", "我方（元）>", "银行（元）>", "状态", "承办", "处理意见", "办理")
}

func (n names) differenceRow(x reconcile.Difference) []page.Cell {
	return []page.Cell{
		text(kindName(x)), text(bankName(x.Bank)), text(x.Ref.Serial), text(x.Ours.Plain()), text(x.Theirs.Plain()), differenceState(x.State),
		text(n.owner(x)), text(x.Action.Label()),
		{Text: "核对", Href: page.PathAdminRecon + "/" + url.PathEscape(x.ID), Spoken: "核对 " + x.Kind.Label() + " " + x.Ref.Serial},
	}
}

// waitingStates are the states in which differences wait for an officer.
func waitingStates(o officer.Officer) []reconcile.State {
	switch {
	case o.May(officer.Reconcile):
		return []reconcile.State{reconcile.Open}
	case o.May(officer.ApproveRecon):
		return []reconcile.State{reconcile.Proposed, reconcile.Confirming}
	default:
		return nil
	}
}

// waitingFor lists differences of all days that wait for the officer, at most limit.
func (d Deps) waitingFor(ctx context.Context, o officer.Officer, limit int) ([]reconcile.Difference, error) {
	return d.differencesIn(ctx, waitingStates(o), limit)
}

func (d Deps) differencesIn(ctx context.Context, states []reconcile.State, limit int) ([]reconcile.Difference, error) {
	var all []reconcile.Difference
	for _, state := range states {
		list, err := d.Recon.Waiting(ctx, state, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all[:min(len(all), limit)], nil
}

// waitingTables are the officer's work list over all days and authorities, and what waits
// for the banks.
func (d Deps) waitingTables(ctx context.Context, v visit, n names) ([]page.Table, error) {
	mine := page.Table{Title: "全部待办差异", Empty: "没有等您处理的差异。"}
	states := waitingStates(v.Officer)
	if states == nil {
		states = []reconcile.State{reconcile.Open, reconcile.Proposed, reconcile.Confirming}
		mine.Empty = "没有待处理的差异。"
	}
	banks := page.Table{
		Title: "未达账项（待银行更正）", Note: "已批准由银行更正的差异，结转到银行更正为止，不影响当日关账。", Empty: "没有等待银行更正的差异。",
	}
	for _, w := range []struct {
		table  *page.Table
		states []reconcile.State
	}{{&mine, states}, {&banks, []reconcile.State{reconcile.Awaiting}}} {
		w.table.Columns = append(columns("入账日", "税务机关"), differenceColumns()...)
		list, err := d.differencesIn(ctx, w.states, 50)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			code, day, _ := strings.Cut(x.Day, ":")
			day, _, _ = strings.Cut(day, ":")
			w.table.Rows = append(w.table.Rows, append([]page.Cell{text(day), text(d.City.Short(code))}, n.differenceRow(x)...))
		}
	}
	return []page.Table{mine, banks}, nil
}

func (d Deps) authorityOptions() []page.Fact {
	var out []page.Fact
	for _, a := range d.City.Authorities {
		out = append(out, page.Fact{Label: a.Short(), Value: a.Code})
	}
	return out
}

func (d Deps) dayStats(ctx context.Context, day reconcile.Day) ([]page.AdminStat, error) {
	state := page.AdminStat{Label: "状态", Value: "未关账", Note: "银行尚未日终"}
	if day.Final {
		state.Note = "银行已日终"
	}
	if day.Closed {
		state.Value, state.Note = "已关账", day.ClosedAt.In(period.Zone).Format("2006-01-02 15:04")
	}
	all, left, err := d.Recon.Counted(ctx, day.ID)
	sum := func(label string, t reconcile.Total) page.AdminStat {
		return page.AdminStat{Label: label, Value: t.Amount.Display(), Note: count(int(t.Count)) + " 笔"}
	}
	stats := []page.AdminStat{sum("我方", day.Ours), sum("银行", day.Bank), sum("一致", day.Both)}
	if day.OursBack.Count+day.BankBack.Count > 0 {
		back := sum("退费一致", day.BothBack)
		back.Note += " · 我方 " + count(int(day.OursBack.Count)) + "，银行 " + count(int(day.BankBack.Count))
		stats = append(stats, back)
	}
	if day.Fixed != (reconcile.Fix{}) {
		ours, bank := day.Sums()
		fixed := page.AdminStat{
			Label: "调节后", Value: ours.Display(), Note: "双方一致（含已批准的更正和未达账项）",
		}
		if !day.Balanced() {
			fixed.Note = "银行 " + bank.Display() + "，尚不一致"
		}
		stats = append(stats, fixed)
	}
	return append(stats, page.AdminStat{
		Label: "差异", Value: strconv.FormatInt(all, 10) + " 笔",
		Note: "未办结 " + strconv.FormatInt(left, 10) + " 笔 · 由对账核实 " + strconv.FormatInt(day.Settled, 10) + " 笔",
	}, state), err
}

// kindName is how they differ; a refund says that it is one.
func kindName(x reconcile.Difference) string {
	if x.Movement == bankapi.Returned {
		return "退费 · " + x.Kind.Label()
	}
	return x.Kind.Label()
}

func differenceState(s reconcile.State) page.Cell {
	switch s {
	case reconcile.Open:
		return page.Cell{Text: s.Label(), Tone: "bad"}
	case reconcile.Proposed, reconcile.Approved, reconcile.Awaiting, reconcile.Confirming:
		return page.Cell{Text: s.Label(), Tone: "warn"}
	case reconcile.Resolved:
		return page.Cell{Text: s.Label(), Tone: "ok"}
	default:
		return text(string(s))
	}
}

func (d Deps) dayTable(ctx context.Context, authority string) (page.Table, error) {
	t := page.Table{Title: "近期对账", Columns: columns("入账日", "我方（元）>", "银行（元）>", "差异>", "状态", "办理"), Empty: "还没有核对过。"}
	days, err := d.Recon.Days(ctx, authority, period.Date{}, 14)
	if err != nil {
		return t, err
	}
	for _, day := range days {
		if day, err = d.Recon.Adjusted(ctx, day); err != nil {
			return t, err
		}
		differ, _, err := d.Recon.Counted(ctx, day.ID)
		if err != nil {
			return t, err
		}
		state := page.Cell{Text: "未关账", Tone: "warn"}
		if day.Closed {
			state = page.Cell{Text: "已关账", Tone: "ok"}
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(day.Date.String()), text(day.Ours.Amount.Plain()), text(day.Bank.Amount.Plain()), text(strconv.FormatInt(differ, 10)), state,
			{Text: "查看", Href: reconPath(authority, day.Date), Spoken: "查看 " + day.Date.String()},
		})
	}
	return t, err
}
