package admin

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"shebao/server/reconcile"
	"shebao/server/web"
	"shebao/shared/api"
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

// reconDay is an authority's day, looked at or not.
type reconDay struct {
	authority string
	date      period.Date
}

// dayActions puts on the page what the officer can do with the day it shows. The buttons name
// the day and send it: another one in the fields above counts only once it is shown.
func (d Deps) dayActions(s *page.AdminList, o officer.Officer, at reconDay, day reconcile.Day) {
	if day.Closed || !o.May(officer.Reconcile) && !o.May(officer.ApproveRecon) {
		return
	}
	which := d.City.Short(at.authority) + " " + at.date.String()
	s.Acts, s.ActsNote = which, "以下只办理这一天。要办理别的税务机关或日期，请先在上面选择，再按【查看】。"
	sends := []page.Fact{{Label: page.RunFieldAuthority, Value: at.authority}, {Label: page.AdminFieldDay, Value: at.date.String()}}
	s.Actions = append(s.Actions, page.RunAction{Do: doLook, Label: "核对 " + which, Weight: "primary", Sends: sends})
	if day.ID != "" && o.May(officer.ApproveRecon) {
		s.Actions = append(s.Actions, page.RunAction{
			Do: doClose, Label: "关账 " + which, Weight: "ghost", Ask: "关账 " + which + "？关账后这一天不能再核对和调整。",
			Sends: append(sends, page.Fact{Label: page.AdminFieldSeen, Value: day.Seen()}),
		})
	}
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

// dayPressed is the day whose button was pressed, as the form names it, and the visit that
// shows that day again.
func (d Deps) dayPressed(v visit) (visit, reconDay, error) {
	code := v.Form.Get(page.RunFieldAuthority)
	_, known := d.City.Authority(code)
	on, err := period.ParseDate(v.Form.Get(page.AdminFieldDay))
	if !known || err != nil {
		return v, reconDay{}, api.NotFound("")
	}
	r := *v.Request
	r.Query = url.Values{page.RunFieldAuthority: {code}, page.AdminFieldDay: {on.String()}}
	v.Request = &r
	return v, reconDay{code, on}, nil
}

func (d Deps) actOnDay(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	do := v.Form.Get(page.AdminFieldDo)
	if do != doLook && do != doClose {
		return none, api.NotFound("")
	}
	right := officer.ApproveRecon
	if do == doLook && v.Officer.May(officer.Reconcile) {
		right = officer.Reconcile
	}
	if err := v.must(right); err != nil {
		return none, err
	}
	v, at, err := d.dayPressed(v)
	if err != nil {
		return none, err
	}
	said := "已核对 "
	if do == doLook {
		_, err = d.Recon.Look(ctx, v.Officer.ID, at.authority, at.date)
	} else {
		said = "已关账 "
		_, err = d.Recon.Close(ctx, v.Officer.ID, at.authority, at.date, v.Form.Get(page.AdminFieldSeen))
	}
	if err == nil {
		return web.GoSaying[page.AdminList](reconPath(at.authority, at.date), said+d.City.Short(at.authority)+" "+at.date.String()), nil
	}
	return d.dayRefused(ctx, v, reconcile.DayID(at.authority, at.date), err)
}

// dayRefused shows the day as it is now and why it was refused.
func (d Deps) dayRefused(ctx context.Context, v visit, id string, err error) (web.Answer[page.AdminList], error) {
	var why *reconcile.Refusal
	if !errors.As(err, &why) {
		return web.Answer[page.AdminList]{}, err
	}
	if err := d.note(ctx, v, "day_"+v.Form.Get(page.AdminFieldDo), id, "refused", "why", why.Code, "cause", err.Error()); err != nil {
		return web.Answer[page.AdminList]{}, err
	}
	s, err := d.recon(ctx, v)
	s.Problems = []page.Problem{{Message: why.Message}}
	return web.Stay(s), err
}

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
