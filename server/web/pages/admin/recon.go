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
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// Recon are the rules of reconciliation. *reconcile.Service is one.
type Recon interface {
	Look(ctx context.Context, by, authority string, date period.Date) (reconcile.Day, error)
	Close(ctx context.Context, by, authority string, date period.Date) (reconcile.Day, error)
	Load(ctx context.Context, id string) (reconcile.Day, error)
	Days(ctx context.Context, authority string, before period.Date, limit int) ([]reconcile.Day, error)
	Differences(ctx context.Context, f reconcile.Filter) ([]reconcile.Difference, error)
	Propose(ctx context.Context, by, id string, action reconcile.Action, note string) (reconcile.Difference, error)
	Approve(ctx context.Context, by, id string) (reconcile.Difference, error)
	Reject(ctx context.Context, by, id, note string) (reconcile.Difference, error)
}

// What buttons on the pages of reconciliation do.
const (
	doLook    = "look"
	doClose   = "close"
	doPropose = "propose"
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

func reconPath(authority string, day period.Date) string {
	return page.PathAdminRecon + "?" + url.Values{page.RunFieldAuthority: {authority}, page.AdminFieldDay: {day.String()}}.Encode()
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
		s.Stats = dayStats(day)
	}
	if !day.Closed && v.Officer.May(officer.Reconcile) || !day.Closed && v.Officer.May(officer.ApproveRecon) {
		s.Actions = append(s.Actions, page.RunAction{Do: doLook, Label: "核对", Weight: "primary"})
	}
	if known && !day.Closed && v.Officer.May(officer.ApproveRecon) {
		s.Actions = append(s.Actions, page.RunAction{Do: doClose, Label: "关账", Weight: "ghost"})
	}
	t := page.Table{
		Title:   "差异 " + d.City.Short(authority) + " " + on.String(),
		Columns: columns("类型", "银行", "流水号", "我方（元）>", "银行（元）>", "状态", "处理意见", "办理"), Empty: "没有差异。",
	}
	if !known {
		t.Empty = "这一天还没有核对过，请按【核对】。"
	}
	if known {
		list, err := d.Recon.Differences(ctx, reconcile.Filter{Day: day.ID, After: v.Query.Get(page.AdminFieldAfter), Limit: 200})
		if err != nil {
			return s, err
		}
		for _, x := range list {
			t.Rows = append(t.Rows, []page.Cell{
				text(x.Kind.Label()), text(bankName(x.Bank)), text(x.Ref.Serial), text(x.Ours.Plain()), text(x.Theirs.Plain()), differenceState(x.State),
				text(x.Action.Label()),
				{Text: "核对", Href: page.PathAdminRecon + "/" + url.PathEscape(x.ID), Spoken: "核对 " + x.Kind.Label() + " " + x.Ref.Serial},
			})
		}
		if len(list) == 200 {
			t.Next = reconPath(authority, on) + "&" + page.AdminFieldAfter + "=" + url.QueryEscape(list[199].ID)
		}
	}
	days, err := d.dayTable(ctx, authority)
	s.Tables = []page.Table{t, days}
	return s, err
}

func (d Deps) authorityOptions() []page.Fact {
	var out []page.Fact
	for _, a := range d.City.Authorities {
		out = append(out, page.Fact{Label: a.Short(), Value: a.Code})
	}
	return out
}

func dayStats(day reconcile.Day) []page.AdminStat {
	state := page.AdminStat{Label: "状态", Value: "未关账", Note: "银行尚未日终"}
	if day.Final {
		state.Note = "银行已日终"
	}
	if day.Closed {
		state.Value, state.Note = "已关账", day.ClosedAt.In(period.Zone).Format("2006-01-02 15:04")
	}
	var differ int64
	for _, n := range day.Kinds {
		differ += n
	}
	sum := func(label string, t reconcile.Total) page.AdminStat {
		return page.AdminStat{Label: label, Value: t.Amount.Display(), Note: count(int(t.Count)) + " 笔"}
	}
	return []page.AdminStat{
		sum("我方", day.Ours), sum("银行", day.Bank), sum("一致", day.Both),
		{Label: "差异", Value: strconv.FormatInt(differ, 10) + " 笔", Note: "由对账核实 " + strconv.FormatInt(day.Settled, 10) + " 笔"},
		state,
	}
}

func differenceState(s reconcile.State) page.Cell {
	switch s {
	case reconcile.Open:
		return page.Cell{Text: s.Label(), Tone: "bad"}
	case reconcile.Proposed:
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
	for _, day := range days {
		var differ int64
		for _, n := range day.Kinds {
			differ += n
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

func (d Deps) actOnDay(ctx context.Context, v visit) (web.Answer[page.AdminList], error) {
	none := web.Answer[page.AdminList]{}
	authority, on := d.reconOf(v)
	said := "已核对"
	var err error
	switch v.Form.Get(page.AdminFieldDo) {
	case doLook:
		if !v.Officer.May(officer.ApproveRecon) {
			if err := v.must(officer.Reconcile); err != nil {
				return none, err
			}
		}
		_, err = d.Recon.Look(ctx, v.Officer.ID, authority, on)
	case doClose:
		if err := v.must(officer.ApproveRecon); err != nil {
			return none, err
		}
		said = "已关账"
		_, err = d.Recon.Close(ctx, v.Officer.ID, authority, on)
	default:
		return none, api.NotFound("")
	}
	if err == nil {
		return web.GoSaying[page.AdminList](reconPath(authority, on), said), nil
	}
	var why *reconcile.Refusal
	if !errors.As(err, &why) {
		return none, err
	}
	if err := d.note(ctx, v, "day_"+v.Form.Get(page.AdminFieldDo), reconcile.DayID(authority, on), "refused", "why", why.Code); err != nil {
		return none, err
	}
	s, err := d.recon(ctx, v)
	s.Problems = []page.Problem{{Message: why.Message}}
	return web.Stay(s), err
}

func (d Deps) differencePage() web.Route {
	return route(d, screen[page.AdminCase]{
		pattern: page.PathAdminDifference, title: "核对差异", tab: page.PathAdminRecon, back: page.PathAdminRecon, see: officer.SeeResidents,
		load: d.difference, act: d.actOnDifference,
	})
}

// findDifference is the difference that the address names. Its id begins with its day's.
func (d Deps) findDifference(ctx context.Context, v visit) (reconcile.Difference, error) {
	id, err := url.PathUnescape(v.Query.Get("id"))
	parts := strings.SplitN(id, ":", 3)
	if err != nil || len(parts) != 3 {
		return reconcile.Difference{}, api.NotFound("")
	}
	for after := ""; ; {
		list, err := d.Recon.Differences(ctx, reconcile.Filter{Day: parts[0] + ":" + parts[1], After: after, Limit: 1000})
		if err != nil {
			return reconcile.Difference{}, err
		}
		for _, x := range list {
			if x.ID == id {
				return x, nil
			}
			after = x.ID
		}
		if len(list) < 1000 {
			return reconcile.Difference{}, api.NotFound("")
		}
	}
}

func (d Deps) difference(ctx context.Context, v visit) (page.AdminCase, error) {
	x, err := d.findDifference(ctx, v)
	if err != nil {
		return page.AdminCase{}, err
	}
	code, day, _ := strings.Cut(x.Day, ":")
	state := differenceState(x.State)
	s := page.AdminCase{
		Title: x.Kind.Label(), State: state.Text, Tone: state.Tone,
		Facts: []page.Fact{
			{Label: "税务机关", Value: d.City.Short(code)},
			{Label: "入账日", Value: day},
			{Label: "银行", Value: bankName(x.Bank)},
			{Label: "我方流水号", Value: x.Ref.Serial},
			{Label: "银行流水号", Value: x.Trace},
			{Label: "缴费", Value: x.Payment},
			{Label: "我方金额", Value: x.Ours.Display()},
			{Label: "银行金额", Value: x.Theirs.Display()},
		},
		History: page.Table{Title: "办理经过", Columns: columns("时间", "操作员", "操作", "处理方式", "说明"), Empty: "还没有人处理。"},
	}
	if x.Action != "" {
		s.Facts = append(s.Facts, page.Fact{Label: "处理意见", Value: x.Action.Label() + "：" + x.Note})
	}
	for _, h := range x.History {
		by := "系统"
		if h.By != "" {
			by = d.officerName(ctx, h.By)
		}
		s.History.Rows = append(s.History.Rows, []page.Cell{
			text(h.At.In(period.Zone).Format("2006-01-02 15:04")), text(by), text(stepName(h.Event)), text(h.Action.Label()), text(h.Note),
		})
	}
	s.Actions, s.Waits = differenceActions(v.Officer, x)
	return s, nil
}

func stepName(e reconcile.Event) string {
	switch e {
	case reconcile.Propose:
		return "提出处理意见"
	case reconcile.Approve:
		return "批准"
	case reconcile.Reject:
		return "退回"
	case reconcile.Vanish:
		return "再次核对已无差异"
	case reconcile.Return:
		return "再次核对仍有差异"
	default:
		return string(e)
	}
}

// differenceActions is what this officer can do now, or why nothing.
func differenceActions(o officer.Officer, x reconcile.Difference) ([]page.CaseAction, string) {
	switch x.State {
	case reconcile.Open:
		if !o.May(officer.Reconcile) {
			return nil, "等待业务经办提出处理意见。"
		}
		ask := page.Ask{Label: "处理方式", Name: page.AdminFieldKind}
		for _, a := range []reconcile.Action{reconcile.Book, reconcile.Refund, reconcile.BankFixes, reconcile.Explained} {
			ask.Options = append(ask.Options, page.Fact{Label: a.Label(), Value: string(a)})
		}
		return []page.CaseAction{{
			Do: doPropose, Label: "提交复核", Weight: "primary", Fields: []page.Ask{ask, {Label: "说明", Name: page.AdminFieldNote}},
			Says: "提交后由另一位复核人员批准。",
		}}, ""
	case reconcile.Proposed:
		if !o.MayApprove(officer.ApproveRecon, x.Maker) {
			return nil, "等待另一位复核人员批准，提出意见的人不能复核自己的意见。"
		}
		return []page.CaseAction{
			{Do: doApprove, Label: "批准", Weight: "primary"},
			{Do: doReject, Label: "退回", Weight: "danger", Fields: []page.Ask{{Label: "退回原因", Name: page.AdminFieldNote}}},
		}, ""
	case reconcile.Resolved:
		return nil, ""
	default:
		return nil, ""
	}
}

func (d Deps) actOnDifference(ctx context.Context, v visit) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	x, err := d.findDifference(ctx, v)
	if err != nil {
		return none, err
	}
	do, note := v.Form.Get(page.AdminFieldDo), strings.TrimSpace(v.Form.Get(page.AdminFieldNote))
	right := officer.ApproveRecon
	if do == doPropose {
		right = officer.Reconcile
	}
	if err := v.must(right); err != nil {
		if noted := d.note(ctx, v, "difference_"+do, x.ID, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	said := "已提交，等待复核"
	switch do {
	case doPropose:
		_, err = d.Recon.Propose(ctx, v.Officer.ID, x.ID, reconcile.Action(v.Form.Get(page.AdminFieldKind)), note)
	case doApprove:
		said = "已批准"
		_, err = d.Recon.Approve(ctx, v.Officer.ID, x.ID)
	case doReject:
		said = "已退回"
		_, err = d.Recon.Reject(ctx, v.Officer.ID, x.ID, note)
	default:
		return none, api.NotFound("")
	}
	if err == nil {
		return web.GoSaying[page.AdminCase](page.PathAdminRecon+"/"+url.PathEscape(x.ID), said), nil
	}
	var why *reconcile.Refusal
	if !errors.As(err, &why) {
		return none, err
	}
	if err := d.note(ctx, v, "difference_"+do, x.ID, "refused", "why", why.Code); err != nil {
		return none, err
	}
	s, err := d.difference(ctx, v)
	field := ""
	if errors.Is(why, reconcile.RefuseNote) {
		field = page.AdminFieldNote
	}
	s.Problems = []page.Problem{{Field: field, Message: why.Message}}
	return web.Stay(s), err
}
