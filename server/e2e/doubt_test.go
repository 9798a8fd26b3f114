package e2e

import (
	"testing"
	"time"

	"shebao/server/browsertest"
)

// TestDoubt is a payment that the bank never tells about: after the day file is in, an operator
// and a reviewer decide it, and 李明 pays again. Nothing is debited twice.
func TestDoubt(t *testing.T) {
	for name, o := range desk {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			p := start(t, dir)
			w := p.visit(t, browsertest.Options{NoScript: o.NoScript})
			w.login(liming)
			w.do(w.Open("/agreements/new"))
			w.sign(agreementForm{authority: "东城", bank: "工商银行", holder: "李明", account: "6222020000000000067", phone: "13800000001"})
			w.do(w.See("协议签订成功"))
			p.stop()

			p = start(t, dir, "SHEBAO_CLOCK_AHEAD=24h")
			p.ahead = 24 * time.Hour
			w = p.visit(t, browsertest.Options{NoScript: o.NoScript})
			w.login(liming)
			w.do(w.Open("/pension/pay"), w.Press("下一步"), w.Tick("城乡居民养老"), w.Press("下一步"), w.Press("特殊缴费"), w.Tick(year(-6)+" 年度"), w.Press("提交"),
				w.Press("确认缴费"), w.Tick("0067"), w.Press("确认缴费"), w.See("扣款处理中"))
			operator := p.officer(t, "operator", o)
			operator.do(operator.Press("待核实缴费"), operator.Title("待核实缴费"), operator.Press("办理 "), operator.Title("认定待核实缴费"),
				operator.Fill("认定结果", "未扣款"), operator.Fill("说明", "银行电话答复未扣款"), operator.Fill("凭证", "函 1 号"), operator.Press("提交复核"),
				operator.See("对账文件尚未全部日终取得"))
			p.stop()

			p = start(t, dir, "SHEBAO_CLOCK_AHEAD=48h")
			p.ahead = 48 * time.Hour
			operator, reviewer := p.officer(t, "operator", o), p.officer(t, "reviewer", o)
			operator.do(operator.Press("待核实缴费"), operator.Press("办理 "), operator.Title("认定待核实缴费"), // the reviewer's workbench is open
				operator.Press("核对银行查询和对账文件"), operator.See("1 天的对账文件都没有这笔扣款"), operator.Press("提交复核"), operator.See("请选择认定结果"),
				operator.Fill("认定结果", "未扣款"), operator.Fill("说明", "银行复函：未扣款"), operator.Fill("凭证", "函 2 号"), operator.Press("提交复核"),
				operator.See("提出认定的人不能复核自己的认定"))
			operator.never("批准")
			if got := operator.post("approve"); got != "403" {
				t.Errorf("the maker's approval is answered %s", got)
			}
			if o.NoScript {
				reviewer.do(reviewer.Open("/admin"))
			} // with scripts nobody reloads: the workbench hears of it
			reviewer.do(reviewer.See("认定为未扣款，待复核"), reviewer.Press("复核认定 "), reviewer.See("银行复函：未扣款"),
				reviewer.Press("批准"), reviewer.See("生效后不能撤销"), reviewer.Press("确认批准"), reviewer.See("认定生效"), reviewer.See("扣款失败"))

			w = p.visit(t, browsertest.Options{NoScript: o.NoScript})
			w.login(liming)
			w.do(w.Open("/me/notices"), w.See("协议扣款失败"), w.See("这笔扣款未发生，可以重新缴费"))
			w.do(w.Open("/pension/declarations"), w.Press("继续缴费"), w.See("用哪份协议扣款"), w.Tick("北京银行"), w.Press("确认缴费"), w.See("缴费成功"))
			if all := p.ledger(); len(all) != 1 || all[0].Account != "6217000000000000012" {
				t.Errorf("the bank has debited %+v", all)
			}
		})
	}
}
