package admin

import (
	"strings"
	"testing"

	"shebao/app/node"
	"shebao/app/node/nodetest"
	"shebao/shared/page"
)

// refundCase is a refund as officers see it at the step.
func refundCase(step int, state, tone string, acts ...page.CaseAction) page.AdminRefund {
	return page.AdminRefund{
		Case: page.AdminCase{
			Title: "退费 2027 年度 城乡居民医疗", State: state, Tone: tone, Actions: acts,
			Facts: []page.Fact{{Label: "退费金额", Value: "¥ 795.00"}, {Label: "情况说明", Value: `"><script>`}},
			History: page.Table{
				Title: "办理经过", Columns: []page.TableColumn{{Head: "时间"}, {Head: "办理人"}, {Head: "操作"}, {Head: "说明"}},
				Rows: [][]page.Cell{{{Text: "2026-11-23 10:30:00"}, {Text: "缴费人"}, {Text: "提交申请"}, {Text: ""}}},
			},
		},
		Step: step, Tables: []page.Table{{Title: "受影响的缴费证明", Columns: []page.TableColumn{{Head: "证明编号"}}, Empty: "没有证明列有这笔缴费。"}},
	}
}

func TestRefund(t *testing.T) {
	check := page.CaseAction{
		Do: "check", Label: "审核通过", Weight: "primary", Fields: []page.Ask{{Label: "核对情况", Name: "note-check"}}, Says: "提交后由另一位复核人员批准。",
	}
	refuse := page.CaseAction{Do: "refuse", Label: "不予退费", Weight: "danger", Fields: []page.Ask{{Label: "不予退费原因", Name: "note-refuse"}}}
	wrong := refundCase(1, "待审核", "warn", check, refuse)
	wrong.Case.Problems = []page.Problem{{Field: "note-check", Message: "请填写说明，最多200字。"}}
	waits := refundCase(2, "待复核", "warn")
	waits.Case.Waits = "等待另一位复核人员批准。"
	for _, c := range []struct {
		name   string
		state  page.AdminRefund
		labels string
	}{
		{"refund_check", refundCase(1, "待审核", "warn", check, refuse), "审核通过|不予退费|核对情况|受影响的缴费证明|办理经过"},
		{"refund_wrong", wrong, "请填写说明，最多200字。"},
		{"refund_waits", waits, "等待另一位复核人员批准。"},
		{"refund_done", refundCase(4, "已退费", "ok"), "已退费|完成"},
		{"refund_refused", refundCase(-1, "不予退费", "off"), "不予退费"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := Refund(c.state)
			nodetest.Golden(t, c.name, body)
			html := node.String(body)
			for label := range strings.SplitSeq(c.labels, "|") {
				if !strings.Contains(html, ">"+label) {
					t.Errorf("%q is not to be seen", label)
				}
			}
		})
	}
}
