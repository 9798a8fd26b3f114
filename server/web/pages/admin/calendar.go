package admin

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"shebao/server/debit"
	"shebao/server/web"
	"shebao/shared/api"
	model "shebao/shared/debit"
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// What buttons on the calendar do.
const (
	planAdd  = "plan"
	planMake = "make"
	planDrop = "drop"
)

const (
	cutOffForm  = "2006-01-02T15:04"
	cutOffHour  = 18 // usual cut-off: of the day before the debit
	usualAhead  = 7  // days from today that the form offers
	mostPlanned = 200
)

func (d Deps) calendarPage() web.Route {
	return route(d, screen[page.AdminCalendar]{
		pattern: page.PathAdminCalendar, title: "批扣计划", see: officer.SeeResidents, load: d.calendar, act: d.actOnCalendar,
	})
}

func monthPath(m period.Month) string {
	return page.PathAdminCalendar + "?" + page.CalendarFieldMonth + "=" + m.String()
}

func (d Deps) calendar(ctx context.Context, v visit) (page.AdminCalendar, error) {
	month, err := period.ParseMonth(v.Query.Get(page.CalendarFieldMonth))
	if err != nil {
		month = period.MonthOf(v.Today())
	}
	date := v.Today().AddDays(usualAhead)
	for d.City.Free(date) != "" {
		date = date.AddDays(1)
	}
	s := page.AdminCalendar{
		Month: month.Chinese(), Earlier: monthPath(month.AddMonths(-1)), Later: monthPath(month.AddMonths(1)),
		May: v.Officer.May(officer.MakeRuns), Schemes: runSchemes(), Scheme: runSchemes()[0].Value, Years: d.runYears(), Year: strconv.Itoa(date.Year),
		Date: date.String(), First: v.Today().String(), CutOff: date.AddDays(-1).Start().Add(cutOffHour * time.Hour).Format(cutOffForm),
		Authorities: d.runAuthorities(nil),
	}
	first := month.First()
	for first.Start().Weekday() != time.Monday {
		first = first.AddDays(-1)
	}
	plans, err := d.Runs.Calendar(ctx, first, mostPlanned)
	if err != nil {
		return s, err
	}
	byDay := map[period.Date][]page.Cell{}
	for _, p := range plans {
		c := text(p.Scheme.Label() + " " + d.authorities(p.Authorities))
		if p.Run != "" {
			c.Href, c.Tone = page.PathAdminRuns+"/"+p.Run, "ok"
		}
		byDay[p.Date] = append(byDay[p.Date], c)
	}
	for at := first; !at.After(month.Last()); {
		var week []page.CalendarDay
		for range 7 {
			week = append(week, page.CalendarDay{
				Day: at.Day, Date: at.String(), Off: period.MonthOf(at) != month, Today: at == v.Today(), Free: d.City.Free(at), Plans: byDay[at],
			})
			at = at.AddDays(1)
		}
		s.Weeks = append(s.Weeks, week)
	}
	s.Plans, err = d.planTable(ctx, v, plans)
	return s, err
}

// planTable lists the plans from today on.
func (d Deps) planTable(ctx context.Context, v visit, plans []model.Planned) (page.Table, error) {
	t := page.Table{
		Title: "今后的计划", Columns: columns("扣款日期", "险种", "年度", "税务机关", "变更截止", "制定", "状态", "生成批次", "删除"), Empty: "还没有批扣计划。",
	}
	if !slices.ContainsFunc(plans, func(p model.Planned) bool { return !p.Date.Before(v.Today()) }) {
		return t, nil
	}
	for _, p := range plans {
		if p.Date.Before(v.Today()) {
			continue
		}
		day := p.Date.String()
		if free := d.City.Free(p.Date); free != "" {
			day += "（" + free + "）"
		}
		state, create, drop := page.Cell{Text: "待生成", Tone: "warn"}, text(""), text("")
		name := p.Date.String() + " " + p.Scheme.Label() + " " + d.authorities(p.Authorities)
		switch {
		case p.Run != "":
			r, err := d.Runs.Load(ctx, p.Run)
			if err != nil && !errors.Is(err, debit.RefuseUnknown) {
				return t, err
			}
			if err == nil {
				state = page.Cell{Text: runState(r), Tone: runTone(r)}
			}
			create = page.Cell{Text: "查看批次", Href: page.PathAdminRuns + "/" + p.Run, Spoken: "查看批次 " + name}
		case v.Officer.May(officer.MakeRuns):
			create = page.Cell{Text: "生成批次", Do: planMake, ID: p.ID, Spoken: "生成批次 " + name}
			drop = page.Cell{Text: "删除", Do: planDrop, ID: p.ID, Spoken: "确认删除 " + name, Ask: "删除后居民不再看到这次计划。"}
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(day), text(p.Scheme.Label()), text(strconv.Itoa(p.Year)), text(d.authorities(p.Authorities)),
			text(p.CutOff.In(period.Zone).Format("01-02 15:04")), text(d.officerName(ctx, p.By)), state, create, drop,
		})
	}
	return t, nil
}

func (d Deps) actOnCalendar(ctx context.Context, v visit) (web.Answer[page.AdminCalendar], error) {
	none := web.Answer[page.AdminCalendar]{}
	do, id := v.Form.Get(page.AdminFieldDo), v.Form.Get(page.AdminFieldID)
	if err := v.must(officer.MakeRuns); err != nil {
		if noted := d.note(ctx, v, "calendar_"+do, id, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	var (
		to, said string
		wanted   model.Planned
		err      error
	)
	switch do {
	case planAdd:
		if wanted, err = d.wantedPlan(v); err == nil {
			_, err = d.Runs.AddPlanned(ctx, v.Officer.ID, wanted)
		}
		to, said = monthPath(period.MonthOf(wanted.Date)), "已加入计划"
		if free := d.City.Free(wanted.Date); free != "" {
			said += "。请注意：" + wanted.Date.String() + " 是" + free + "，银行可能次日才处理"
		}
	case planMake:
		var r model.Run
		r, err = d.Runs.CreatePlanned(ctx, v.Officer.ID, id)
		to, said = page.PathAdminRuns+"/"+r.ID, "已生成批次，正在试算"
	case planDrop:
		err = d.Runs.DropPlanned(ctx, v.Officer.ID, id)
		to, said = page.PathAdminCalendar, "已删除计划"
	default:
		return none, api.NotFound("")
	}
	if err == nil {
		return web.GoSaying[page.AdminCalendar](to, said), nil
	}
	var why *debit.Refusal
	if !errors.As(err, &why) {
		return none, err
	}
	if err := d.note(ctx, v, "calendar_"+do, id, "refused", "why", why.Code); err != nil {
		return none, err
	}
	s, err := d.calendar(ctx, v)
	if do == planAdd {
		s.Scheme, s.Year, s.Date = v.Form.Get(page.RunFieldScheme), v.Form.Get(page.RunFieldYear), v.Form.Get(page.RunFieldDate)
		s.CutOff, s.Authorities = v.Form.Get(page.CalendarFieldCutOff), d.runAuthorities(wanted.Authorities)
	}
	s.Problems = []page.Problem{{Field: planField(why), Message: why.Message}}
	return web.Stay(s), err
}

// planField is the field that a refusal is about, "" when it is about none.
func planField(why *debit.Refusal) string {
	switch why.Code {
	case debit.RefuseDate.Code, debit.RefuseWindow.Code, debit.RefuseOverlap.Code:
		return page.RunFieldDate
	case debit.RefuseCutOff.Code:
		return page.CalendarFieldCutOff
	case debit.RefuseScheme.Code:
		return page.RunFieldYear
	case debit.RefuseAuthorities.Code:
		return page.RunFieldAuthority
	default:
		return ""
	}
}

// wantedPlan is what the form asks for; what can't be read is left empty and refused by the rules.
func (d Deps) wantedPlan(v visit) (model.Planned, error) {
	draft := d.wantedRun(v)
	p := model.Planned{Scheme: draft.Scheme, Year: draft.Year, Authorities: draft.Authorities, Date: draft.Date}
	var err error
	if p.CutOff, err = time.ParseInLocation(cutOffForm, v.Form.Get(page.CalendarFieldCutOff), period.Zone); err != nil {
		return p, debit.RefuseCutOff
	}
	return p, nil
}
