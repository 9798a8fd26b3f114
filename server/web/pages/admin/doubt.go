package admin

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"shebao/server/doubt"
	"shebao/server/web"
	"shebao/shared/api"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	model "shebao/shared/officer"
	"shebao/shared/page"
)

// Doubts are the rules of deciding payments in doubt. *doubt.Service is one.
type Doubts interface {
	Load(ctx context.Context, payment string) (doubt.Case, bool, error)
	In(ctx context.Context, state doubt.State, limit int) ([]doubt.Case, error)
	Recent(ctx context.Context, state doubt.State, limit int) ([]doubt.Case, error)
	Look(ctx context.Context, p contribution.Payment) (doubt.Proof, error)
	Propose(ctx context.Context, by string, p doubt.Proposal) (doubt.Case, error)
	Withdraw(ctx context.Context, by, payment string) (doubt.Case, error)
	Approve(ctx context.Context, by, payment string, seen int) (doubt.Case, error)
	Reject(ctx context.Context, by, payment string, seen int, note string) (doubt.Case, error)
}

// doubtRules are what a decision goes by, as server/doubt has it.
var doubtRules = []string{
	"银行的答复优先：提出和批准时都会再查询银行一次，银行已有明确答复的，按答复办理，不作认定。",
	"从发送之日到昨日的银行对账文件都已日终取得，且没有这笔扣款，才能认定；文件里有的，由对账核实。",
	"银行答复“已受理、处理中”的，不能认定为未扣款：银行随时可能扣款。",
	"认定为已扣款：缴费成功、费款结清，按发送日期入账；银行对账文件没有这一笔，当日对账列为“我方有、银行无”，由银行更正。",
	"认定为未扣款：扣款失败，费款恢复未缴，居民可以重新缴费，绝不重新发送原来的扣款指令。",
	"认定后 30 天内仍定期查询银行；银行后来的答复或对账文件与认定不符的，列入对账差异，由我方补记、退回缴费人或冲正。",
}

func (d Deps) doubtPage() web.Route {
	return route(d, screen[page.AdminCase]{
		pattern: page.PathAdminDoubt, title: "认定待核实缴费", tab: page.PathAdminPayments, back: page.PathAdminPayments, see: model.SeeResidents,
		load: func(ctx context.Context, v visit) (page.AdminCase, error) { return d.doubt(ctx, v, nil) }, act: d.actOnDoubt,
	})
}

func doubtPath(payment string) string { return page.PathAdminPayments + "/" + url.PathEscape(payment) }

func doubtTone(s doubt.State) string {
	switch s {
	case doubt.Proposed, doubt.Approved:
		return "warn"
	case doubt.Decided, doubt.Overtaken:
		return "ok"
	case doubt.Rejected, doubt.Withdrawn:
		return "off"
	default:
		return ""
	}
}

// doubt is the page of one payment; with proof when the bank was just asked.
func (d Deps) doubt(ctx context.Context, v visit, proof *doubt.Proof) (page.AdminCase, error) {
	p, ok, err := d.Records.Payment(ctx, v.Query.Get("id"))
	if err != nil {
		return page.AdminCase{}, err
	}
	c, known, err := d.Doubts.Load(ctx, p.ID)
	if err != nil {
		return page.AdminCase{}, err
	}
	if !ok || !known && p.State != contribution.InDoubt {
		return page.AdminCase{}, api.NotFound("")
	}
	who, err := d.personName(ctx, p.Payer)
	if err != nil {
		return page.AdminCase{}, err
	}
	s := page.AdminCase{
		Title: "缴费 " + brief(p.ID), State: p.State.Label(), Tone: paymentTone(p.State), Rules: doubtRules, Seen: strconv.Itoa(c.Seen()),
		Links: []page.Fact{{Label: "查看居民", Value: page.PathAdminResidents + "/" + p.Payer}},
		Facts: []page.Fact{
			{Label: "缴费人", Value: who},
			{Label: "金额", Value: p.Amount.Display()},
			{Label: "渠道", Value: p.Channel.Label()},
			{Label: "银行账户", Value: bankName(p.Bank) + " " + p.Account},
			{Label: "税务机关", Value: d.City.Short(p.Authority)},
			{Label: "我方流水号", Value: p.Ref.Serial},
			{Label: "发送时间", Value: clockTime(p.Sent)},
			{Label: "银行最近答复", Value: dash(strings.TrimSpace(string(p.Code) + " " + p.Reason))},
			{Label: "已查询", Value: strconv.Itoa(p.Tries) + " 次"},
		},
	}
	if p.State == contribution.InDoubt {
		s.State, s.Tone = "待核实", "bad"
	}
	if known {
		s.Facts = append(s.Facts, page.Fact{Label: "认定", Value: c.Verdict.Label() + "（" + c.State.Label() + "）"},
			page.Fact{Label: "认定说明", Value: c.Why}, page.Fact{Label: "凭证", Value: c.Evidence})
		if c.Trace != "" {
			s.Facts = append(s.Facts, page.Fact{Label: "凭证上的银行流水号", Value: c.Trace})
		}
		if c.State == doubt.Decided && c.Open {
			s.Facts = append(s.Facts, page.Fact{Label: "继续查询银行", Value: "至 " + doubt.Until(c).String()})
		}
	}
	s.Facts = append(s.Facts, proofFacts(proof)...)
	if s.History, err = d.doubtHistory(ctx, c); err != nil {
		return s, err
	}
	s.Actions, s.Waits = doubtActions(v.Officer, p, c)
	return s, nil
}

func paymentTone(s contribution.PaymentState) string {
	switch s {
	case contribution.Succeeded:
		return "ok"
	case contribution.Failed, contribution.Cancelled:
		return "off"
	case contribution.Pending, contribution.Sending, contribution.InDoubt:
		return "warn"
	default:
		return ""
	}
}

// proofFacts say what the bank has just answered.
func proofFacts(v *doubt.Proof) []page.Fact {
	if v == nil {
		return nil
	}
	answer := "没有答复"
	switch {
	case v.Final:
		answer = "银行从未收到这笔指令，且不再接受"
	case v.Code == bankapi.NotFound:
		answer = "银行暂未查到这笔指令"
	case v.Code != "":
		answer = strings.TrimSpace(string(v.Code) + " " + v.Code.Words())
	}
	file := strconv.Itoa(len(v.Days)) + " 天的对账文件都没有这笔扣款"
	switch {
	case v.Row != nil:
		file = v.Day.String() + " 的对账文件有这笔扣款：" + v.Row.Amount.Display()
	case !v.Missed.IsZero():
		file = v.Missed.String() + " 的对账文件尚未日终"
	}
	return []page.Fact{{Label: "刚才查询银行", Value: answer}, {Label: "对账文件", Value: file}}
}

func (d Deps) doubtHistory(ctx context.Context, c doubt.Case) (page.Table, error) {
	t := page.Table{Title: "办理经过", Columns: columns("时间", "操作员", "操作", "说明"), Empty: "还没有人提出认定。"}
	n, err := d.names(ctx)
	for _, h := range c.History {
		by := "系统"
		if h.By != "" {
			by = n.of(h.By)
		}
		t.Rows = append(t.Rows, []page.Cell{text(clockTime(h.At)), text(by), text(h.Event.Label()), text(h.Note)})
	}
	return t, err
}

// doubtActions is what this officer can do now, or why nothing.
func doubtActions(o model.Officer, p contribution.Payment, c doubt.Case) ([]page.CaseAction, string) {
	if p.State.Final() {
		return nil, "这笔缴费已有结果：" + p.State.Label() + "。"
	}
	var can []page.CaseAction
	waits := ""
	look := page.CaseAction{Do: doLook, Label: "核对银行查询和对账文件", Weight: "ghost", Says: "现在查询银行一次，并查看从发送之日到昨日的对账文件；只查询，不扣款。"}
	switch {
	case c.State == doubt.Proposed && o.MayApprove(model.ApproveJudged, c.Maker):
		can = []page.CaseAction{
			{
				Do: doApprove, Label: "批准", Weight: "primary",
				Ask: "将把这笔 " + p.Amount.Display() + " 认定为" + c.Verdict.Label() + "，生效后不能撤销；批准前系统再查询银行一次。",
			},
			{Do: doReject, Label: "退回", Weight: "danger", Fields: []page.Ask{{Label: "退回原因", Name: page.AdminFieldNote + "-" + doReject}}},
		}
	case c.State == doubt.Proposed && o.ID == c.Maker:
		can, waits = []page.CaseAction{{Do: doWithdraw, Label: "撤回", Weight: "ghost", Says: "复核之前可以撤回自己的认定，重新提出。"}}, "等待另一位复核人员批准，提出认定的人不能复核自己的认定。"
	case c.State == doubt.Proposed:
		waits = "等待复核人员批准。"
	case c.State == doubt.Approved:
		waits = "已批准，正在生效。"
	case o.May(model.JudgePayments):
		can = []page.CaseAction{{
			Do: doPropose, Label: "提交复核", Weight: "primary", Says: "提交后由另一位复核人员批准。",
			Fields: []page.Ask{
				{Label: "认定结果", Name: page.AdminFieldKind, Options: []page.Fact{
					{Label: "请选择", Value: ""},
					{Label: doubt.NotTaken.Label(), Value: string(doubt.NotTaken)},
					{Label: doubt.Taken.Label(), Value: string(doubt.Taken)},
				}},
				{Label: "说明", Name: page.AdminFieldNote, Hint: "与银行怎样核对、依据什么"},
				{Label: "凭证", Name: page.AdminFieldEvidence, Hint: "银行回单号、书面答复文号或账户明细的存放位置"},
				{Label: "凭证上的银行流水号（选填）", Name: page.AdminFieldTrace},
			},
		}}
	default:
		waits = "等待业务经办提出认定。"
	}
	if o.May(model.QueryPayments) { // what there is to decide by comes first
		can = append([]page.CaseAction{look}, can...)
	}
	return can, waits
}

func (d Deps) actOnDoubt(ctx context.Context, v visit) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	id, by, do := v.Query.Get("id"), v.Officer.ID, v.Form.Get(page.AdminFieldDo)
	rights := map[string]model.Right{
		doLook: model.QueryPayments, doPropose: model.JudgePayments, doWithdraw: model.JudgePayments, doApprove: model.ApproveJudged, doReject: model.ApproveJudged,
	}
	right, ok := rights[do]
	if !ok {
		return none, api.NotFound("")
	}
	if err := v.must(right); err != nil {
		if noted := d.note(ctx, v, "doubt_"+do, id, "forbidden"); noted != nil {
			return none, noted
		}
		return none, err
	}
	if do == doLook {
		return d.lookAtDoubt(ctx, v)
	}
	said := "已提交，等待复核"
	var c doubt.Case
	var err error
	switch do {
	case doPropose:
		_, err = d.Doubts.Propose(ctx, by, doubt.Proposal{
			Payment: id, Verdict: doubt.Verdict(v.Form.Get(page.AdminFieldKind)), Why: v.Form.Get(page.AdminFieldNote),
			Evidence: v.Form.Get(page.AdminFieldEvidence), Trace: v.Form.Get(page.AdminFieldTrace),
		})
	case doWithdraw:
		said = "已撤回"
		_, err = d.Doubts.Withdraw(ctx, by, id)
	case doApprove:
		c, err = d.Doubts.Approve(ctx, by, id, v.seen())
		said = "已批准，认定生效"
		if c.State == doubt.Overtaken {
			said = "银行已先答复，按银行的答复办理"
		}
	case doReject:
		said = "已退回"
		_, err = d.Doubts.Reject(ctx, by, id, v.seen(), v.Form.Get(page.AdminFieldNote+"-"+doReject))
	}
	if err == nil {
		return web.GoSaying[page.AdminCase](doubtPath(id), said), nil
	}
	return d.doubtRefused(ctx, v, err)
}

// doubtRefused shows the page again with what was typed and why it was refused.
func (d Deps) doubtRefused(ctx context.Context, v visit, err error) (web.Answer[page.AdminCase], error) {
	do := v.Form.Get(page.AdminFieldDo)
	var why *doubt.Refusal
	if !errors.As(err, &why) {
		return web.Answer[page.AdminCase]{}, err
	}
	if err := d.note(ctx, v, "doubt_"+do, v.Query.Get("id"), "refused", "why", why.Code); err != nil {
		return web.Answer[page.AdminCase]{}, err
	}
	s, err := d.doubt(ctx, v, nil)
	v.keep(s.Actions)
	field := map[*doubt.Refusal]string{
		doubt.RefuseVerdict: page.AdminFieldKind, doubt.RefuseNote: page.AdminFieldNote, doubt.RefuseEvidence: page.AdminFieldEvidence,
	}[why]
	if do == doReject && field != "" {
		field += "-" + doReject
	}
	s.Problems = []page.Problem{{Field: field, Message: why.Message}}
	return web.Stay(s), err
}

func (d Deps) lookAtDoubt(ctx context.Context, v visit) (web.Answer[page.AdminCase], error) {
	none := web.Answer[page.AdminCase]{}
	p, ok, err := d.Records.Payment(ctx, v.Query.Get("id"))
	if err != nil || !ok {
		return none, errors.Join(err, api.NotFound(""))
	}
	proof, err := d.Doubts.Look(ctx, p)
	if err != nil {
		return d.doubtRefused(ctx, v, err)
	}
	if err := d.note(ctx, v, "doubt_look", p.ID, "ok", "code", string(proof.Code), "days", strconv.Itoa(len(proof.Days))); err != nil {
		return none, err
	}
	if proof.Told() {
		if _, err := d.Records.HastenPayment(ctx, p.ID, v.Now); err != nil {
			return none, err
		}
	}
	s, err := d.doubt(ctx, v, &proof)
	return web.Show(s), err
}

// seen is what the page that was pressed on showed of the case: Seen of its rules, -1 when it
// does not say so.
func (v visit) seen() int {
	n, err := strconv.Atoi(v.Form.Get(page.AdminFieldSeen))
	if err != nil {
		return -1
	}
	return n
}

// keep fills the fields in with what was typed.
func (v visit) keep(actions []page.CaseAction) {
	for _, a := range actions {
		for i, f := range a.Fields {
			a.Fields[i].Value = v.Form.Get(f.Name)
		}
	}
}

// judgedFor lists the proposals that this officer may decide about now.
func (d Deps) judgedFor(ctx context.Context, o model.Officer, limit int) ([]doubt.Case, error) {
	if !o.May(model.ApproveJudged) {
		return nil, nil
	}
	list, err := d.Doubts.In(ctx, doubt.Proposed, limit)
	var out []doubt.Case
	for _, c := range list {
		if o.MayApprove(model.ApproveJudged, c.Maker) {
			out = append(out, c)
		}
	}
	return out, err
}
