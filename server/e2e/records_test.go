package e2e

import (
	"strings"
	"testing"

	"shebao/server/browsertest/tour"
)

// Section 1.2 of the manual.
func TestPensionDeclarations(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("李明_voids_one_and_pays_several_together_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"))

			w.do(w.Open("/pension"), w.Press("申报记录查询"), w.Title("申报记录查询"), w.See("移动端"), w.See("办税服务厅"), w.See("已作废"), w.See("改用手机缴费"))
			w.do(w.Fill("申报日期起", "2001-01-01"), w.Fill("申报日期止", "2001-12-31"), w.Press("查询"), w.See("没有申报记录"))
			w.do(w.Fill("申报日期起", "2002-01-01"), w.Press("查询"), w.See("截止时间不能早于起始时间"))
			w.do(w.Fill("申报日期起", "1990-01-01"), w.Press("查询"), w.See("不能超过5年"))

			w.do(w.Open("/pension/declarations"), w.Press("作废"), w.Title("作废申报"), w.See("确定作废该申报？"), w.Press("取消"), w.Title("申报记录查询"),
				w.Press("作废"), w.See(year(0)), w.Fill("作废原因（选填）", "金额选错了"), w.Press("确定"), w.See("金额选错了"))
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"))
			w.do(w.Open("/pension/declarations"), w.Press("查看明细"), w.Title("申报明细"), w.See("征收项目"), w.Back(), w.Title("申报记录查询"))
			w.do(w.Tick(thisYear), w.Tick(year(-8)+" 年度"), w.Press("缴费"), w.See("¥ 3,600.00"), w.Press("确认缴费"), w.See("用哪份协议扣款"),
				w.Tick("工商银行（0018）"), w.Press("确认缴费"), w.See("扣款失败"), w.See("余额不足"))
			w.do(w.Press("继续缴费"), w.See("¥ 3,600.00"), w.Tick("北京银行"), w.Press("确认缴费"), w.See("缴费成功"), w.See("¥ 3,600.00"))
			w.do(w.Open("/pension/declarations"), w.See("已缴费"))
			if got := p.ledger(); len(got) != 1 || got[0].Amount != 360000 {
				t.Errorf("the bank posted %+v", got)
			}
		})
	}
}

// Sections 1.3 and 2.3 of the manual.
func TestPayments(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	for name, device := range devices {
		t.Run("李明_looks_up_a_range_its_detail_and_asks_for_a_certificate_"+name, func(t *testing.T) {
			w := p.visit(t, device)
			w.login(liming)
			w.do(w.Open("/pension"), w.Press("缴费记录查询"), w.Title("缴费记录查询"), w.See("合计 5 笔"), w.See("¥ 11,000.00"), w.See("按年度合计"))
			from, to := year(-2), year(-1)
			w.do(w.Fill("费款所属期起", from+"-01"), w.Fill("费款所属期止", to+"-12"), w.Press("查询"), w.See("合计 2 笔"), w.See("¥ 6,000.00"))
			w.do(w.Press(to+" 年度 城乡居民养老"), w.Title("缴费记录明细"), w.See("电子税票号"), w.See("缴款日期"), w.See("入库日期"), w.See("缴费渠道"),
				w.See("6217 **** **** 0012"), w.See("国家税务总局北京市东城区税务局"), w.See("¥ 3,000.00"))
			w.do(w.Back(), w.See("合计 2 笔"), w.Press("更多相关操作"), w.See("证明申请"))
			href, err := w.Eval(`[...document.querySelectorAll("a")].find((a) => a.innerText.trim() === "证明申请").href`)
			if err != nil || !strings.Contains(href, "from="+from+"-01") || !strings.Contains(href, "to="+to+"-12") || !strings.Contains(href, "/certificates/apply") {
				t.Errorf("证明申请 leads to %s, %v", href, err)
			}
			w.do(w.Open("/medical/payments"), w.See("合计 5 笔"), w.See("¥ 3,340.00"))
		})
		t.Run("赵无保_finds_nothing_and_is_told_whom_to_ask_"+name, func(t *testing.T) {
			w := p.visit(t, device)
			w.login(tour.ZhaoWubao)
			w.do(w.Open("/pension/pay"), w.Press("下一步"), w.See("未查询到有效参保缴费信息"), w.See("12333"))
			w.do(w.Open("/medical/pay"), w.Press("下一步"), w.See("未查询到有效参保缴费信息"), w.See("12393"))
			w.do(w.Open("/pension/amounts"), w.See("未查询到有效参保缴费信息"), w.Open("/pension/payments"), w.See("没有缴费记录"))
			w.do(w.Open("/pension/declarations"), w.See("没有申报记录"), w.Open("/agreements"), w.See("还没有缴费协议"))
		})
		t.Run("another_person's_record_is_not_there_"+name, func(t *testing.T) {
			w := p.visit(t, device)
			w.login(liming)
			for _, path := range []string{
				"/agreements/a-demo-p0005-1", "/agreements/a-demo-p0005-1/revoke", "/agreements/nobody",
				"/medical/payments/d-demo-p0002:medical:" + year(0) + ":regular:1", "/payments/nobody",
				"/medical/declarations/d-demo-p0002:medical:" + year(0) + ":regular:1",
			} {
				w.do(w.Open(path), w.Title("页面不存在"))
			}
		})
	}
}
