package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	rules "shebao/server/certificate"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/certificate"
	model "shebao/shared/officer"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// What buttons on the page of a certificate do.
const (
	doAsk      = "ask"      // asks whether to withdraw it
	doWithdraw = "withdraw" // withdraws it
)

func (d Deps) certificatePage() web.Route {
	return route(d, screen[page.AdminCertificate]{
		pattern: page.PathAdminCertificate, title: "缴费证明", tab: page.PathAdminCertificates, back: page.PathAdminCertificates,
		see: model.SeeResidents, load: d.certificate, act: d.actOnCertificate,
	})
}

func (d Deps) certificate(ctx context.Context, v visit) (page.AdminCertificate, error) {
	c, err := d.Papers.Look(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminCertificate{}, err
	}
	if err := d.note(ctx, v, "certificate_view", c.ID, "ok"); err != nil {
		return page.AdminCertificate{}, err
	}
	status, err := d.Papers.Status(ctx, c)
	if err != nil {
		return page.AdminCertificate{}, err
	}
	if status == rules.Withdrawn && c.State != certificate.Withdrawn { // looking at it found that out
		if c, err = d.Papers.Look(ctx, c.ID); err != nil {
			return page.AdminCertificate{}, err
		}
	}
	s := page.AdminCertificate{
		Case: page.AdminCase{Title: "社会保险费缴费证明", State: c.State.Label(), Tone: stateTone(c.State), Facts: d.certificateFacts(ctx, c)},
		Rows: d.statedRows(c),
	}
	if status == rules.Reissued {
		s.Case.State, s.Case.Tone, s.Case.Waits = "已重新开具", "off", "同一编号已开具更高版本，这一版查验时显示为已重新开具。"
	}
	if s.Case.History, err = d.editionTable(ctx, c); err != nil {
		return s, err
	}
	if c.State != certificate.Ready {
		return s, nil
	}
	if !v.Officer.May(model.WithdrawPaper) {
		s.Case.Waits = "作废由业务经办或复核人员办理。"
		return s, nil
	}
	s.Case.Actions = []page.CaseAction{withdrawAction(v.Form.Get)}
	return s, nil
}

// withdrawAction asks why, filled in with what was typed.
func withdrawAction(typed func(string) string) page.CaseAction {
	cause := page.Ask{Label: "作废原因", Name: page.AdminFieldCause, Value: typed(page.AdminFieldCause), Options: []page.Fact{{Label: "请选择"}}}
	for _, c := range certificate.Causes() {
		cause.Options = append(cause.Options, page.Fact{Label: c.Label(), Value: string(c)})
	}
	return page.CaseAction{
		Do: doAsk, Label: "作废", Weight: "danger",
		Fields: []page.Ask{cause, {Label: "说明", Name: page.AdminFieldNote, Value: typed(page.AdminFieldNote)}},
		Says:   "说明给持证人看，200字以内。用于所载信息有误、不应开具或持证人申请的情形；所列缴费退费的，退费办结时自动作废，无需在此办理。",
	}
}

func (d Deps) certificateFacts(ctx context.Context, c certificate.Record) []page.Fact {
	scheme := "全部险种"
	if c.Range.Scheme != "" {
		scheme = c.Range.Scheme.Label()
	}
	facts := []page.Fact{
		{Label: "证明编号", Value: c.Number},
		{Label: "版本", Value: "第 " + count(c.Edition) + " 版"},
		{Label: "持证人", Value: person.MaskName(c.Facts.Name)},
		{Label: c.Facts.Document.Type.Label(), Value: c.Facts.Document.Masked()},
		{Label: "费款所属期", Value: c.Range.Months.String()},
		{Label: "险种", Value: scheme},
		{Label: "金额合计", Value: c.Total.Display() + "（" + count(c.Count) + " 笔）"},
		{Label: "申请时间", Value: clockTime(c.Applied)},
	}
	if !c.Made.IsZero() {
		facts = append(facts, page.Fact{Label: "制作完成", Value: clockTime(c.Made)})
	}
	if c.State == certificate.Failed {
		facts = append(facts, page.Fact{Label: "未制作成功", Value: c.Reason})
	}
	if c.State == certificate.Withdrawn {
		by := "系统（所列缴费已发生变化）"
		if c.EndedBy != "" {
			by = d.officerName(ctx, c.EndedBy)
		}
		facts = append(facts, page.Fact{Label: "作废时间", Value: clockTime(c.Ended)}, page.Fact{Label: "作废人", Value: by},
			page.Fact{Label: "作废原因", Value: c.Cause.Label()}, page.Fact{Label: "说明", Value: c.Reason})
	}
	return facts
}

func clockTime(t time.Time) string { return t.In(period.Zone).Format("2006-01-02 15:04:05") }

// mostStated bounds the rows that are shown; a certificate may state a thousand.
const mostStated = 100

func (d Deps) statedRows(c certificate.Record) page.Table {
	t := page.Table{Title: "所列缴费", Columns: columns("险种", "费款所属期", "税务机关", "缴款日期", "电子税票号", "金额（元）>")}
	if len(c.Facts.Rows) > mostStated {
		t.Note = "只显示前 " + count(mostStated) + " 笔，共 " + count(len(c.Facts.Rows)) + " 笔。"
	}
	for _, r := range c.Facts.Rows[:min(len(c.Facts.Rows), mostStated)] {
		t.Rows = append(t.Rows, []page.Cell{
			text(r.Scheme.Label()), text(r.Period.String()), text(r.Authority), text(r.PaidOn.String()), text(r.Ticket), text(r.Amount.Plain()),
		})
	}
	return t
}

func (d Deps) editionTable(ctx context.Context, c certificate.Record) (page.Table, error) {
	t := page.Table{Title: "同一编号的各版", Columns: columns("版本>", "申请时间", "笔数>", "金额（元）>", "状态", "办理"), Empty: "没有其他版本。"}
	list, err := d.Papers.Editions(ctx, c.Number)
	if err != nil {
		return t, err
	}
	for _, e := range list {
		open := page.Cell{Text: "本版"}
		if e.ID != c.ID {
			open = page.Cell{Text: "查看", Href: certificatePath(e.ID), Spoken: "查看第 " + count(e.Edition) + " 版"}
		}
		t.Rows = append(t.Rows, []page.Cell{
			text(count(e.Edition)), text(clockTime(e.Applied)), text(count(e.Count)), text(e.Total.Plain()),
			{Text: e.State.Label(), Tone: stateTone(e.State)},
			open,
		})
	}
	return t, nil
}

// actOnCertificate asks whether to withdraw the certificate, and withdraws it when told so.
func (d Deps) actOnCertificate(ctx context.Context, v visit) (web.Answer[page.AdminCertificate], error) {
	none := web.Answer[page.AdminCertificate]{}
	id, do := v.Query.Get("id"), v.Form.Get(page.AdminFieldDo)
	if do != doAsk && do != doWithdraw {
		return none, api.NotFound("")
	}
	if err := v.must(model.WithdrawPaper); err != nil {
		if noted := d.note(ctx, v, "certificate_withdraw", id, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	w := rules.Withdrawal{
		Officer: v.Officer.ID, Cause: certificate.Cause(v.Form.Get(page.AdminFieldCause)), Reason: strings.TrimSpace(v.Form.Get(page.AdminFieldNote)),
	}
	var wrong []page.Problem
	switch {
	case !slices.Contains(certificate.Causes(), w.Cause):
		wrong = append(wrong, api.Field(page.AdminFieldCause, "请选择作废原因"))
	case w.Reason == "":
		wrong = append(wrong, api.Field(page.AdminFieldNote, "请填写说明，持证人会看到"))
	case do == doAsk:
		return d.askWithdraw(ctx, id, w)
	default:
		err := d.Papers.Withdraw(ctx, id, w)
		if err == nil {
			return web.GoSaying[page.AdminCertificate](certificatePath(id), "已作废，持证人会收到消息"), nil
		}
		var ok bool
		if wrong, ok = problems(err); !ok {
			return none, err
		}
		if err := d.note(ctx, v, "certificate_withdraw", id, "refused", "why", string(api.CodeOf(err))); err != nil {
			return none, err
		}
	}
	s, err := d.certificate(ctx, v)
	s.Case.Problems = wrong
	return web.Stay(s), err
}

func (d Deps) askWithdraw(ctx context.Context, id string, w rules.Withdrawal) (web.Answer[page.AdminCertificate], error) {
	c, err := d.Papers.Look(ctx, id)
	if err != nil {
		return web.Answer[page.AdminCertificate]{}, err
	}
	return web.Show(page.AdminCertificate{Sure: &page.AdminWithdrawSure{
		Number: c.Number, Holder: person.MaskName(c.Facts.Name), Cause: page.Fact{Label: w.Cause.Label(), Value: string(w.Cause)}, Note: w.Reason,
		Back: certificatePath(id), Do: doWithdraw,
	}}), nil
}
