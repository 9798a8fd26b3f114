package agreement

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/shared/page"
)

var usable = page.AgreementFacts{
	ID: "a1", Bank: "北京银行", Tail: "0012", Account: "6217 **** **** 0012", Authority: "国家税务总局北京市东城区税务局", Short: "东城区税务局",
	Holder: "李*", Phone: "138****0001", State: "验证成功", Tone: page.AgreementOK, Effective: "2026-11-24", Note: "协议次日生效，今日暂不能用于缴费",
	Applied: "2026-11-23 10:32:07", Open: "/agreements/a1", Revoke: "/agreements/a1/revoke",
}

// in is the agreement in another state.
func in(state string, tone page.AgreementTone, note string) page.AgreementFacts {
	f := usable
	f.ID, f.Open = "a2", "/agreements/a2"
	f.State, f.Tone, f.Note, f.Effective, f.Revoke = state, tone, note, "", ""
	return f
}

var form = page.AgreementNew{
	Payer: "李明", Document: "居民身份证 110101********1233", Enrolled: "东城区税务局", Authority: "11101010000",
	Authorities: []page.SignChoice{{Value: "11101010000", Label: "国家税务总局北京市东城区税务局"}, {Value: "11101080000", Label: "国家税务总局北京市海淀区税务局"}},
	Banks:       []page.SignChoice{{Value: "102", Label: "工商银行"}, {Value: "313", Label: "北京银行"}},
}

func again() page.AgreementNew {
	s := form
	s.Bank, s.Holder, s.Phone, s.Before = "313", "李明", "13800000001", "6217 **** **** 0012"
	return s
}

func refused() page.AgreementNew {
	s := form
	s.Bank, s.Holder, s.Account, s.Phone, s.Consent, s.AskPassbook = "313", `"><b>`, "6217 0000 0000 0000 013", "138", true, true
	s.Problems = []page.Problem{
		{Message: "该账户已签约，不能重复签约"},
		{Field: page.SignFieldHolder, Message: "持卡人姓名与缴费人姓名不一致"},
		{Field: page.SignFieldAccount, Message: "该账号不是有效的银行卡号"},
	}
	return s
}

func TestScreens(t *testing.T) {
	failed := in("验证失败", page.AgreementBad, "户名或证件不符")
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"list_empty", list(page.Agreements{New: "/agreements/new"}), "还没有缴费协议|新增协议"},
		{
			"list",
			list(page.Agreements{
				New: "/agreements/new?next=%2Fpension%2Fpay", Next: "/pension/pay",
				Cards: []page.AgreementFacts{usable, in("验证中", page.AgreementWarn, "等待输入短信验证码"), in("已撤销", page.AgreementOff, "")},
			}),
			"新增协议|北京银行（0012）|验证成功|验证中|已撤销|生效日期 |2026-11-24|撤销|6217 **** **** 0012",
		},
		{"new", apply(form), "税务机关|开户银行|持卡人姓名|银行账号|预留手机号|我已阅读并同意《委托扣款协议》|提交|李明"},
		{"new_again", apply(again()), "上次填写的是 6217 **** **** 0012，请重新输入完整账号|李明"},
		{"new_refused", apply(refused()), "请先处理以下问题|该账户已签约，不能重复签约|持卡人姓名与缴费人姓名不一致|我已核对账号无误，这是存折账号"},
		{
			"code",
			code(page.AgreementCode{Stage: page.SignStageCode, Card: usable, Resend: 60, MayResend: true, Tries: 5}),
			"短信验证码|获取验证码|提交|放弃并重新填写",
		},
		{
			"code_wrong",
			code(page.AgreementCode{
				Stage: page.SignStageCode, Card: usable, Tries: 2,
				Problems: []page.Problem{{Field: page.SignFieldSMS, Message: "短信验证码不正确"}},
			}),
			"短信验证码不正确|提交",
		},
		{"code_wait", code(page.AgreementCode{Stage: page.SignStageWait, Card: usable}), "验证中|返回协议列表"},
		{
			"signed",
			code(page.AgreementCode{Stage: page.SignStageDone, Result: page.AgreementResult{Outcome: page.AgreementSigned, Card: usable}}),
			"协议签订成功|次日生效：2026-11-24 00:00 起可用于缴费|返回缴费协议",
		},
		{
			"signed_next",
			result(page.AgreementResult{Outcome: page.AgreementSigned, Card: usable, Next: "/pension/pay?step=agreements"}),
			"协议签订成功|返回缴费|返回缴费协议",
		},
		{
			"unsigned", result(page.AgreementResult{Outcome: page.AgreementUnsigned, Card: failed, Again: "/agreements/new?from=a2"}),
			"协议签订失败|原因：户名或证件不符|重新签订",
		},
		{"waiting", result(page.AgreementResult{Outcome: page.AgreementWaiting, Card: in("验证中", page.AgreementWarn, "银行尚未返回签约结果")}), "验证中|银行尚未返回签约结果"},
		{"revoking", result(page.AgreementResult{Outcome: page.AgreementRevoking, Card: in("撤销中", page.AgreementWarn, "")}), "撤销处理中"},
		{"revoked", result(page.AgreementResult{Outcome: page.AgreementRevoked, Card: in("已撤销", page.AgreementOff, "")}), "撤销成功|返回缴费协议"},
		{"ended", result(page.AgreementResult{Outcome: page.AgreementEnded, Card: in("失效", page.AgreementBad, "委托关系不存在")}), "协议已失效|原因：委托关系不存在|重新签订"},
		{"detail", detail(page.AgreementDetail{Card: usable, Back: "/agreements"}), "验证成功|撤销|生效日期|税务机关|银行账号"},
		{"detail_failed", detail(page.AgreementDetail{Card: failed, Again: "/agreements/new?from=a2"}), "验证失败|户名或证件不符|重新签订"},
		{"detail_open", detail(page.AgreementDetail{Card: in("验证中", page.AgreementWarn, ""), Go: "/agreements/a2/code"}), "继续签约"},
		{"revoke", revoke(page.AgreementRevoke{Card: usable, Back: "/agreements/a1"}), "确认撤销该协议？|确定|取消|北京银行（0012）"},
		{
			"revoke_not", revoke(page.AgreementRevoke{Card: failed, Back: "/agreements/a2", Problems: []page.Problem{{Message: "只有验证成功的协议可以撤销"}}}),
			"只有验证成功的协议可以撤销|返回协议",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodetest.Golden(t, c.name, c.body)
			text := node.Content(c.body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(text, label) {
					t.Errorf("【%s】 is missing", label)
				}
			}
		})
	}
}

func TestScreensAreKnownByTheirPattern(t *testing.T) {
	want := []string{
		page.PatternAgreements, page.PatternAgreementNew, page.PatternAgreementCode, page.PatternAgreementResult,
		page.PatternAgreement, page.PatternAgreementRevoke,
	}
	for i, s := range Screens() {
		if s.Pattern() != want[i] {
			t.Errorf("%s, want %s", s.Pattern(), want[i])
		}
	}
}

func TestOneFormSendsTheCode(t *testing.T) {
	t.Run("pressing Enter in the code's field does not ask for another code", func(t *testing.T) {
		body := code(page.AgreementCode{Stage: page.SignStageCode, Card: usable, MayResend: true})
		node.Walk(body, func(e *node.Element) bool {
			if e.Tag() != "button" || node.Content(e) != "获取验证码" {
				return true
			}
			if of, _ := e.Attr("form"); of != idResend {
				t.Error("the button belongs to the form around it")
			}
			return true
		})
	})
}
