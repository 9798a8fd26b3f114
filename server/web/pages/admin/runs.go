package admin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"shebao/server/debit"
	"shebao/server/sheet"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
)

// Runs are the rules of debit runs. *debit.Service is one.
type Runs interface {
	Create(ctx context.Context, by string, d debit.Draft) (model.Run, error)
	Load(ctx context.Context, id string) (model.Run, error)
	List(ctx context.Context, before string, limit int) ([]model.Run, error)
	Items(ctx context.Context, f debit.ItemFilter) ([]model.Item, error)
	Files(ctx context.Context, run string) ([]model.File, error)
	Submit(ctx context.Context, by, id string) (model.Run, error)
	Approve(ctx context.Context, by, id string, seen int) (model.Run, error)
	Reject(ctx context.Context, by, id, reason string, seen int) (model.Run, error)
	Cancel(ctx context.Context, by, id, reason string) (model.Run, error)
	Stop(ctx context.Context, by, id, reason string) (model.Run, error)
	Retry(ctx context.Context, by, id string) (model.Run, error)
	Report(ctx context.Context, id string) (model.Report, error)
	AddPlanned(ctx context.Context, by string, p model.Planned) (model.Planned, error)
	CreatePlanned(ctx context.Context, by, id string) (model.Run, error)
	DropPlanned(ctx context.Context, by, id string) error
	Calendar(ctx context.Context, from period.Date, limit int) ([]model.Planned, error)
	WriteReport(ctx context.Context, w io.Writer, f sheet.Format, id string, names debit.Names) error
	WriteItems(ctx context.Context, w io.Writer, f sheet.Format, list debit.ItemFilter, names debit.Names) error
}

func (d Deps) runsPage() web.Route {
	return route(d, screen[page.AdminRuns]{pattern: page.PathAdminRuns, title: "批量扣款", see: officer.SeeResidents, load: d.runs, act: d.createRun})
}

const doCreate = "create"

func runName(r model.Run) string {
	return fmt.Sprintf("批量扣款 %s %s", r.Date, r.Scheme.Label())
}

func runTone(r model.Run) string {
	switch r.State {
	case model.Selecting, model.Submitted, model.Running:
		return "warn"
	case model.Finished:
		return "ok"
	case model.Cancelled:
		return "off"
	case model.Ready:
		return ""
	default:
		return ""
	}
}

func runState(r model.Run) string {
	if r.State == model.Running || r.State == model.Submitted && r.Round > 1 {
		return "第 " + strconv.Itoa(r.Round) + " 轮 " + r.State.Label()
	}
	return r.State.Label()
}

func (d Deps) runs(ctx context.Context, v visit) (page.AdminRuns, error) {
	today := v.Today()
	s := page.AdminRuns{
		May: v.Officer.May(officer.MakeRuns), Scheme: string(contribution.Pension), Year: strconv.Itoa(today.Year), Date: today.String(), First: today.String(),
		Schemes: runSchemes(), Years: d.runYears(), Authorities: d.runAuthorities(nil),
	}
	list, err := d.Runs.List(ctx, v.Query.Get(page.AdminFieldAfter), 30)
	s.List = page.Table{
		Title: "批次", Columns: columns("扣款日期", "险种", "年度", "税务机关", "可扣人数>", "金额（元）>", "制单", "状态", "办理"), Empty: "还没有批次。",
	}
	for _, r := range list {
		tone := runTone(r)
		if tone == "" {
			tone = "plain"
		}
		s.List.Rows = append(s.List.Rows, []page.Cell{
			text(r.Date.String()), text(r.Scheme.Label()), text(strconv.Itoa(r.Year)), text(d.authorities(r.Authorities)), text(count(int(r.Chosen.Count))),
			text(r.Chosen.Amount.Plain()), text(d.officerName(ctx, r.Creator())),
			{Text: runState(r), Tone: tone},
			{Text: "查看", Href: page.PathAdminRuns + "/" + r.ID, Spoken: "查看 " + runName(r)},
		})
	}
	if len(list) == 30 {
		s.List.Next = page.PathAdminRuns + "?" + page.AdminFieldAfter + "=" + list[29].ID
	}
	return s, err
}

// runSchemes are those that can be debited in batches. Medical has no standing amount that
// an agreement would cover, see debit.RefuseMedical.
func runSchemes() []page.Fact {
	return []page.Fact{{Label: contribution.Pension.Label(), Value: string(contribution.Pension)}}
}

// runYears are the years with rates, newest first.
func (d Deps) runYears() []page.Fact {
	var years []int
	for _, r := range d.Rates.Rates() {
		years = append(years, r.Year)
	}
	slices.Sort(years)
	years = slices.Compact(years)
	slices.Reverse(years)
	var out []page.Fact
	for _, y := range years {
		out = append(out, page.Fact{Label: strconv.Itoa(y) + " 年", Value: strconv.Itoa(y)})
	}
	return out
}

// runAuthorities are the authorities to choose from, those in on ticked.
func (d Deps) runAuthorities(on []string) []page.RunChoice {
	var out []page.RunChoice
	for _, a := range d.City.Authorities {
		out = append(out, page.RunChoice{Code: a.Code, Label: a.Short(), On: slices.Contains(on, a.Code)})
	}
	return out
}

// wantedRun is what the form asks for.
func (d Deps) wantedRun(v visit) debit.Draft {
	draft := debit.Draft{Scheme: contribution.Scheme(v.Form.Get(page.RunFieldScheme)), Authorities: v.Form[page.RunFieldAuthority]}
	draft.Year, _ = strconv.Atoi(v.Form.Get(page.RunFieldYear))     // the rules refuse zero
	draft.Date, _ = period.ParseDate(v.Form.Get(page.RunFieldDate)) // the rules refuse none
	unknown := func(code string) bool { _, ok := d.City.Authority(code); return !ok }
	draft.Authorities = slices.DeleteFunc(slices.Clone(draft.Authorities), unknown)
	return draft
}

func (d Deps) authorities(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	first := d.City.Short(codes[0])
	if len(codes) == 1 {
		return first
	}
	return first + "等 " + strconv.Itoa(len(codes)) + " 个"
}

func (d Deps) createRun(ctx context.Context, v visit) (web.Answer[page.AdminRuns], error) {
	none := web.Answer[page.AdminRuns]{}
	if err := v.must(officer.MakeRuns); err != nil {
		return none, err
	}
	if v.Form.Get(page.AdminFieldDo) != doCreate {
		return none, api.NotFound("")
	}
	draft := d.wantedRun(v)
	r, err := d.Runs.Create(ctx, v.Officer.ID, draft)
	if err == nil {
		return web.Go[page.AdminRuns](page.PathAdminRuns + "/" + r.ID), nil
	}
	var why *debit.Refusal
	if !errors.As(err, &why) {
		return none, err
	}
	s, err := d.runs(ctx, v)
	s.Scheme, s.Year, s.Date = v.Form.Get(page.RunFieldScheme), v.Form.Get(page.RunFieldYear), v.Form.Get(page.RunFieldDate)
	s.Authorities = d.runAuthorities(draft.Authorities)
	s.Problems = []page.Problem{{Field: planField(why), Message: why.Message}}
	return web.Stay(s), err
}
