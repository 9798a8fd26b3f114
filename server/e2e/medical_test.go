package e2e

import (
	"testing"

	"shebao/server/browsertest/tour"
)

// other fills in who is paid for: 张小雨, a child.
func (w *person) other() {
	w.t.Helper()
	w.do(w.Open("/medical"), w.Press("缴费办理"), w.Title("确认身份"), w.Press("他人"), w.See("委托人姓名"),
		w.Fill("委托人姓名", "张小雨"), w.Fill("身份证件类型", "居民身份证"), w.Fill("身份证件号码", "110108201506012010"))
}

// bill declares the ticked medical due and goes past the tip.
func (w *person) bill() {
	w.t.Helper()
	w.do(w.Title("参保信息选择"), w.Tick("城乡居民医疗"), w.Press("下一步"), w.Title("缴费信息提交"), w.Tick(year(1)+" 年度"), w.Press("提交"),
		w.Title("选择支付方式"), w.Press("确认缴费"), w.See("缴费提示"), w.See("不予退还"), w.Press("确定"))
}

// Sections 2.1, 2.2 and 2.3 of the manual.
func TestMedical(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("李明_pays_for_张小雨_and_voids_his_own_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.other()
			w.do(w.Press("下一步"), w.See("请先处理以下问题"), w.See("监护人"))
			w.do(w.Fill("委托人姓名", "张大雨"), w.Tick("委托人未满14周岁"), w.Press("下一步"), w.See("未能核验委托人信息"))
			w.do(w.Fill("委托人姓名", "张小雨"), w.Tick("保存为常用缴费人"), w.Press("下一步"), w.See("正在为他人缴费"))
			w.bill()
			w.do(w.See("税务机关不一致"), w.Tick("建设银行"), w.Press("确认缴费"), w.See("缴费成功"), w.See("张"))
			w.do(w.Press("查看缴费记录"), w.See("为 张** 缴"))
			w.do(w.Open("/medical/pay"), w.Press("他人"), w.Press("选择"), w.Title("参保信息选择"), w.See("正在为他人缴费"))
			w.do(w.Open("/me/people"), w.Press("修改"), w.Fill("称呼", "女儿"), w.Press("保存"), w.See("女儿"), w.Press("删除"), w.Press("确定"), w.See("还没有常用缴费人"))

			w.do(w.Open("/medical"), w.Press("缴费办理"), w.Press("下一步"))
			w.bill()
			w.do(w.See("用哪份协议扣款"), w.Open("/medical"), w.Press("已申报作废"), w.Title("已申报作废"), w.Press("查看明细"), w.Title("申报明细"), w.See("未缴费"),
				w.Press("作废"), w.See("确定作废该申报？"), w.Press("确定"), w.See("没有申报记录"))
			if got := p.ledger(); len(got) != 1 || got[0].Account != "6217000000000000038" {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("王秀英_is_led_to_an_agreement_and_back_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(tour.WangXiuying)
			w.other()
			w.do(w.Tick("我已取得委托人同意"), w.Press("下一步"), w.See("正在为他人缴费"))
			w.bill()
			w.do(w.See("还没有缴费协议"), w.See("海淀区税务局"))
			stood, err := w.URL()
			w.do(err, w.Press("新增协议"), w.Title("新增协议"))
			w.sign(agreementForm{bank: "北京银行", holder: "王秀英", account: "6217 0000 0000 0000 020", phone: "13800000002"})
			w.do(w.See("协议签订成功"), w.See("次日生效"), w.Press("返回缴费"), w.See("协议次日生效，今日暂不能用于缴费"))
			if now, err := w.URL(); err != nil || now != stood {
				t.Errorf("she is at %s, not at %s, %v", now, stood, err)
			}
			w.do(w.Open("/medical/declarations"), w.See("未缴费"), w.Press("继续缴费"), w.See("缴费提示"), w.Press("确定"), w.See("次日生效"))
			if got := p.ledger(); len(got) != 0 {
				t.Errorf("the bank posted %+v", got)
			}
		})
	}
}
