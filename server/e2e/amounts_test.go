package e2e

import (
	"testing"

	"shebao/server/browsertest/tour"
)

// Sections 1.4 and 1.5 of the manual.
func TestAmounts(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("陈嘉欣_sets_replaces_and_pays_and_then_the_year_is_closed_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(tour.ChenJiaxin)
			w.toDues()
			w.do(w.See("未设置缴费金额"), w.Press("去设置缴费金额"), w.Title("批量扣款缴费金额设置"))
			w.do(w.Fill("缴费金额", "其他金额"), w.Fill("其他金额（元）", "1"), w.Press("提交"), w.See("请先处理以下问题"), w.See("不在本年度可选范围内"))
			w.do(w.Fill("缴费金额", "2,000"), w.Press("提交"))
			if device.NoScript { // with scripts the other amount is not sent
				w.do(w.See("又填写了其他金额"), w.Fill("其他金额（元）", "2000"), w.Press("提交"))
			}
			w.do(w.See("设置成功"), w.Press("确定"), w.Title("城乡居民养老"))
			w.do(w.Press("批量扣款缴费金额设置"), w.Title("批量扣款缴费金额设置"), w.See("¥ 2,000.00"),
				w.Fill("缴费金额", "其他金额"), w.Fill("其他金额（元）", "4500"), w.Press("提交"), w.See("设置成功"), w.Reload(), w.See("设置成功"), w.Press("确定"), w.Title("城乡居民养老"))
			w.do(w.Open("/pension/amounts"), w.See("¥ 4,500.00"), w.Press("历史设置"), w.See("更改"), w.See("¥ 2,000.00"))
			w.toDues()
			w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"))
			w.do(w.Open("/pension/amounts"), w.See("本年度已按原金额申报"))
			w.do(w.Open("/pension/declarations"), w.Press("继续缴费"), w.Tick("中国银行"), w.Press("确认缴费"), w.See("缴费成功"), w.See("¥ 4,500.00"))
			w.do(w.Open("/pension/amounts"), w.See("本年度已缴费，缴费金额不能再更改"))
			if got := p.ledger(); len(got) != 1 || got[0].Amount != 450000 {
				t.Errorf("the bank posted %+v", got)
			}

			w = p.visit(t, device)
			w.login(tour.OuyangJi)
			w.toDues()
			w.do(w.See("¥ 1,000.00"), w.See("政府代缴"))
			w.do(w.Open("/pension"), w.Press("批量扣款缴费金额作废"), w.Title("批量扣款缴费金额作废"), w.See("¥ 2,000.00"), w.See("个人应缴"), w.See("下次计划扣款"),
				w.Tick("城乡居民养老"), w.Press("作废"), w.See("确定作废？"), w.Press("取消"), w.See("选择要作废的缴费金额"),
				w.Tick("城乡居民养老"), w.Press("作废"), w.See("确定作废？"), w.Press("确定"), w.See("没有有效的缴费金额设置"))
			w.toDues()
			w.do(w.See("未设置缴费金额"))
		})
	}
}
