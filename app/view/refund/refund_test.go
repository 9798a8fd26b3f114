package refund

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/shared/page"
)

var facts = []page.PayPair{
	{Label: "参保人", Value: "李*"},
	{Label: "电子税票号", Value: "311101261100000001", Figure: true},
	{Label: "退回账户", Value: "北京银行 6217 **** **** 0012", Figure: true},
}

func asking() page.RefundApply {
	return page.RefundApply{
		Title: "2027 年度 城乡居民医疗", Amount: 79500, Facts: facts, Back: "/medical/payments/d1",
		Reasons: []page.RefundReason{
			{Value: "double", Label: "重复缴费", Note: "已在其他渠道缴费"},
			{Value: "before", Label: "待遇开始前不再参保", Note: "最迟 2026-12-31 申请"},
		},
	}
}

func wrong() page.RefundApply {
	s := asking()
	s.Reasons[0].On, s.Reason, s.Over = true, "double", []string{"「误缴」最迟可在 2026-12-31 申请，已过期限。"}
	s.Problems = []page.Problem{
		{Field: page.RefundFieldReason, Message: "请选择退费原因"}, {Field: page.RefundFieldSays, Message: "请填写另一笔缴费的渠道和凭证号（100字以内）"},
	}
	return s
}

func confirming() page.RefundApply {
	s := asking()
	s.Reasons[0].On, s.Reason, s.Says, s.Confirm, s.Edit = true, "double", `"><script>`, true, "/refunds/apply?record=d1"
	s.Will = []string{"税务机关审核，再由另一名工作人员复核。", "已开具的证明将失效。"}
	return s
}

func how(change func(*page.RefundDetail)) page.RefundDetail {
	s := page.RefundDetail{
		Title: "2027 年度 城乡居民医疗", Amount: 79500, State: "待审核", Tone: "warn", Outcome: page.RefundWaiting, Step: 1,
		Note: "税务机关正在审核您的申请。", Next: "接下来：审核通过后复核。", Facts: facts, Withdraw: "/refunds/r1?step=withdraw", Here: "/refunds/r1", Record: "/medical/payments/d1",
		History: []page.PayPair{{Label: "2026-11-23 10:30", Value: "提交申请"}}, Live: "/live/refunds/r1?shown=applied", Refresh: 15,
	}
	if change != nil {
		change(&s)
	}
	return s
}

func TestScreens(t *testing.T) {
	for _, c := range []struct {
		name   string
		body   node.Node
		labels string // exact visible texts, separated by |
	}{
		{"list_empty", list(page.Refunds{}), "没有退费申请|如何申请退费"},
		{
			"list",
			list(page.Refunds{Rows: []page.RefundRow{
				{Path: "/refunds/r1", Title: "2027 年度 城乡居民医疗", Note: "申请于 2026-11-23", Amount: 79500, State: "已退费", Tone: "ok"},
			}}),
			"2027 年度 城乡居民医疗|已退费|申请于 2026-11-23",
		},
		{"apply", apply(asking()), "退费原因|重复缴费|待遇开始前不再参保|情况说明|下一步"},
		{"apply_wrong", apply(wrong()), "请先处理以下问题|「误缴」最迟可在 2026-12-31 申请，已过期限。"},
		{"confirm", apply(confirming()), "您的申请|提交后会怎样|确认申请|返回修改|重复缴费"},
		{
			"refused",
			apply(page.RefundApply{Title: "2026 年度 城乡居民养老", Amount: 300000, Facts: facts, Refusal: "该笔费款不是通过本平台扣款的。", Back: "/pension/payments/d1"}),
			"不能申请退费|返回缴费记录",
		},
		{"live", apply(page.RefundApply{Title: "2026 年度 城乡居民养老", Amount: 300000, Facts: facts, Live: "/refunds/r1"}), "查看退费进度"},
		{"applied", detail(how(nil)), "提交申请|审核|复核|银行退款|完成|待审核|撤回申请|我的退费"},
		{"question", detail(how(func(s *page.RefundDetail) { s.Ask = true })), "确定撤回该退费申请？|撤回申请|不撤回"},
		{
			"done", detail(how(func(s *page.RefundDetail) {
				s.Outcome, s.State, s.Withdraw, s.Pay, s.Spoken = page.RefundDone, "已退费", "", "/medical/pay", "退费已退费，金额 795 元。"
			})),
			"已退费|重新缴费|¥ 795.00",
		},
		{
			"not_approved", detail(how(func(s *page.RefundDetail) {
				s.Outcome, s.State, s.Withdraw, s.Again, s.Note = page.RefundRefused, "不予退费", "", "/refunds/apply?record=d1", "原因：未查到另一笔缴费"
			})),
			"不予退费|原因：未查到另一笔缴费|重新申请",
		},
		{
			"withdrawn", detail(how(func(s *page.RefundDetail) {
				s.Outcome, s.State, s.Withdraw, s.Again = page.RefundGoneBack, "已撤回", "", "/refunds/apply?record=d1"
			})),
			"已撤回的退费申请|重新申请",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodetest.Golden(t, c.name, c.body)
			html := node.String(c.body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(html, ">"+label) {
					t.Errorf("%q is not to be seen", label)
				}
			}
		})
	}
}
