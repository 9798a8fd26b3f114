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

func (d Deps) differencePage() web.Route {
	return route(d, screen[page.AdminCase]{
		pattern: page.PathAdminDifference, title: "核对差异", tab: page.PathAdminRecon, back: page.PathAdminRecon, see: officer.SeeResidents,
		load: d.difference, act: d.actOnDifference,
	})
}

// findDifference is the difference that the address names.
func (d Deps) findDifference(ctx context.Context, v visit) (reconcile.Difference, error) {
	id, err := url.PathUnescape(v.Query.Get("id"))
	if err != nil {
		return reconcile.Difference{}, api.NotFound("")
	}
	x, err := d.Recon.Difference(ctx, id)
	if errors.Is(err, reconcile.RefuseUnknown) {
		return x, api.NotFound("")
	}
	return x, err
}

func (d Deps) difference(ctx context.Context, v visit) (page.AdminCase, error) {
	x, err := d.findDifference(ctx, v)
	if err != nil {
		return page.AdminCase{}, err
	}
	n, err := d.names(ctx)
	if err != nil {
		return page.AdminCase{}, err
	}
	code, day, _ := strings.Cut(x.Day, ":")
	state := differenceState(x.State)
	s := page.AdminCase{
		Title: kindName(x), State: state.Text, Tone: state.Tone, Seen: strconv.Itoa(x.Seen()),
		Facts: []page.Fact{
			{Label: "税务机关", Value: d.City.Short(code)},
			{Label: "入账日", Value: day},
			{Label: "银行", Value: bankName(x.Bank)},
			{Label: "我方流水号", Value: x.Ref.Serial},
			{Label: "银行流水号", Value: x.Trace},
			{Label: movementName(x), Value: movements(x)},
			{Label: "我方金额", Value: x.Ours.Display()},
			{Label: "银行金额", Value: x.Theirs.Display()},
			{Label: "承办", Value: n.owner(x)},
		},
		History: page.Table{Title: "办理经过", Columns: columns("时间", "操作员", "操作", "处理方式", "说明"), Empty: "还没有人处理。"},
	}
	if x.Account != "" {
		who, err := d.personName(ctx, x.Person)
		if err != nil {
			return s, err
		}
		s.Facts = append(s.Facts, page.Fact{Label: "账户", Value: x.Account + "（" + who + "）"})
	}
	if !x.At.IsZero() {
		s.Facts = append(s.Facts, page.Fact{Label: "银行入账时间", Value: clockTime(x.At)})
	}
	if x.Person != "" {
		s.Links = append(s.Links, page.Fact{Label: "查看居民", Value: page.PathAdminResidents + "/" + x.Person})
	}
	if x.Refund != "" {
		s.Links = append(s.Links, page.Fact{Label: "查看退费", Value: refundPath(x.Refund)})
	}
	if x.Kind == reconcile.InDoubt && x.Payment != "" && x.State == reconcile.Open {
		s.Links = append(s.Links, page.Fact{Label: "认定待核实缴费", Value: doubtPath(x.Payment)})
	}
	if x.Action != "" {
		s.Facts = append(s.Facts, page.Fact{Label: "处理意见", Value: x.Action.Label() + "：" + x.Note})
	}
	for _, h := range x.History {
		by := "系统"
		if h.By != "" {
			by = n.of(h.By)
		}
		s.History.Rows = append(s.History.Rows, []page.Cell{
			text(h.At.In(period.Zone).Format("2006-01-02 15:04")), text(by), text(stepName(h.Event)), text(h.Action.Label()), text(h.Note),
		})
	}
	s.Actions, s.Waits = differenceActions(v.Officer, x)
	if x.State == reconcile.Open {
		for _, a := range x.Actions() {
			s.Rules = append(s.Rules, a.Label()+"："+a.Does())
		}
	}
	return s, nil
}

func stepName(e reconcile.Event) string {
	switch e {
	case reconcile.Take:
		return "认领"
	case reconcile.Propose:
		return "提出处理意见"
	case reconcile.Approve:
		return "批准"
	case reconcile.Reject:
		return "退回"
	case reconcile.Carry:
		return "已办结"
	case reconcile.Await:
		return "等待银行更正"
	case reconcile.Fail:
		return "未能办理"
	case reconcile.Confirm:
		return "确认银行已更正"
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
		actions := x.Actions()
		if len(actions) == 0 {
			return nil, "结果未知：由银行的答复、对账文件或认定核实，不在这里处理。"
		}
		ask := page.Ask{Label: "处理方式", Name: page.AdminFieldKind, Options: []page.Fact{{Label: "请选择"}}}
		for _, a := range actions {
			ask.Options = append(ask.Options, page.Fact{Label: a.Label(), Value: string(a)})
		}
		can := []page.CaseAction{{
			Do: doPropose, Label: "提交复核", Weight: "primary", Fields: []page.Ask{ask, {Label: "说明", Name: page.AdminFieldNote}},
			Says: "提交后由另一位复核人员批准。",
		}}
		if x.Owner != o.ID {
			can = append(can, page.CaseAction{Do: doTake, Label: "认领", Weight: "ghost", Says: "认领后由您承办，其他人在列表中看得到。"})
		}
		return can, ""
	case reconcile.Awaiting:
		if !o.May(officer.Reconcile) {
			return nil, "等待银行更正；银行更正后由业务经办确认。"
		}
		return []page.CaseAction{{
			Do: doConfirm, Label: "确认银行已更正", Weight: "primary", Fields: []page.Ask{{Label: "更正凭证", Name: page.AdminFieldNote, Hint: "银行回执号、更正日期和流水号"}},
			Says: "提交后由另一位复核人员批准。银行重新提供的对账文件里已经一致的，再次核对后自动办结。",
		}}, "列为未达账项，等待银行更正。"
	case reconcile.Approved:
		return nil, "已批准，正在办理。"
	case reconcile.Proposed, reconcile.Confirming:
		if !o.MayApprove(officer.ApproveRecon, x.Maker) {
			return nil, "等待另一位复核人员批准，提出意见的人不能复核自己的意见。"
		}
		return []page.CaseAction{
			approval(x),
			{Do: doReject, Label: "退回", Weight: "danger", Fields: []page.Ask{{Label: "退回原因", Name: page.AdminFieldNote}}},
		}, ""
	case reconcile.Resolved:
		return nil, ""
	default:
		return nil, ""
	}
}

// approval is the button that approves; what moves money or a payment is asked again.
func approval(x reconcile.Difference) page.CaseAction {
	a := page.CaseAction{Do: doApprove, Label: "批准", Weight: "primary"}
	moves := x.Action == reconcile.Book || x.Action == reconcile.Refund || x.Action == reconcile.Disprove
	if x.State == reconcile.Proposed && moves {
		a.Ask = x.Action.Does() + "批准后不能撤销。"
	}
	return a
}

// differenceSteps are what officers do with a difference: the right it takes and what is said then.
var differenceSteps = map[string]struct {
	right officer.Right
	said  string
}{
	doTake:    {officer.Reconcile, "已认领"},
	doPropose: {officer.Reconcile, "已提交，等待复核"},
	doConfirm: {officer.Reconcile, "已提交，等待复核"},
	doApprove: {officer.ApproveRecon, "已批准"},
	doReject:  {officer.ApproveRecon, "已退回"},
}

func (d Deps) actOnDifference(ctx context.Context, v visit) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	x, err := d.findDifference(ctx, v)
	if err != nil {
		return none, err
	}
	do := v.Form.Get(page.AdminFieldDo)
	step, ok := differenceSteps[do]
	if !ok {
		return none, api.NotFound("")
	}
	if err := v.must(step.right); err != nil {
		if noted := d.note(ctx, v, "difference_"+do, x.ID, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	now, err := d.stepDifference(ctx, v, do, x.ID)
	if err == nil {
		if do == doApprove && now.State == reconcile.Open {
			step.said = "未能办理，见办理经过"
		}
		return web.GoSaying[page.AdminCase](page.PathAdminRecon+"/"+url.PathEscape(x.ID), step.said), nil
	}
	return d.differenceRefused(ctx, v, x.ID, err)
}

func (d Deps) stepDifference(ctx context.Context, v visit, do, id string) (reconcile.Difference, error) {
	by, note := v.Officer.ID, strings.TrimSpace(v.Form.Get(page.AdminFieldNote))
	switch do {
	case doTake:
		return d.Recon.Take(ctx, by, id)
	case doPropose:
		return d.Recon.Propose(ctx, by, id, reconcile.Action(v.Form.Get(page.AdminFieldKind)), note)
	case doConfirm:
		return d.Recon.Confirm(ctx, by, id, note)
	case doApprove:
		return d.Recon.Approve(ctx, by, id, v.seen())
	default:
		return d.Recon.Reject(ctx, by, id, v.seen(), note)
	}
}

// differenceRefused shows the page as it is now, with what was typed and why it was refused.
func (d Deps) differenceRefused(ctx context.Context, v visit, id string, err error) (web.Answer[page.AdminCase], error) {
	var why *reconcile.Refusal
	if !errors.As(err, &why) {
		return web.Answer[page.AdminCase]{}, err
	}
	if err := d.note(ctx, v, "difference_"+v.Form.Get(page.AdminFieldDo), id, "refused", "why", why.Code); err != nil {
		return web.Answer[page.AdminCase]{}, err
	}
	s, err := d.difference(ctx, v)
	v.keep(s.Actions)
	field := ""
	switch {
	case errors.Is(why, reconcile.RefuseNote):
		field = page.AdminFieldNote
	case errors.Is(why, reconcile.RefuseChoice):
		field = page.AdminFieldKind
	}
	s.Problems = []page.Problem{{Field: field, Message: why.Message}}
	return web.Stay(s), err
}

// owner is who works on the difference.
func (n names) owner(x reconcile.Difference) string {
	if x.Owner == "" {
		return "未认领"
	}
	return n.of(x.Owner)
}

// movements are our payment and our refund that the difference is about, those there are.
func movements(x reconcile.Difference) string {
	if x.Payment == "" || x.Refund == "" {
		return x.Payment + x.Refund
	}
	return x.Payment + " / 退费 " + x.Refund
}

// movementName says what the difference is about.
func movementName(x reconcile.Difference) string {
	if x.Movement == bankapi.Returned {
		return "退费"
	}
	return "缴费"
}
