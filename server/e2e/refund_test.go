package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"shebao/server/browsertest"
)

// returned is everything that the simulated bank has given back.
func (p *program) returned() []posting {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.bank+"/sim/returns", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var all []posting
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		p.t.Fatal(err)
	}
	return all
}

// certified has a certificate of next year's medical contribution made and returns its check
// code.
func (w *person) certified() string {
	w.t.Helper()
	w.do(w.Open("/medical/payments"), w.Press("更多相关操作"), w.Press("证明申请"), w.Title("记录打印"), w.Press("查询"),
		w.Fill("费款所属期起", year(1)+"-01"), w.Fill("费款所属期止", year(1)+"-12"), w.Press("确定"), w.See("合计 1 笔"),
		w.Press("证明申请"), w.Title("记录下载"), w.See("制作成功"), w.Press("查看"), w.Title("社会保险费缴费证明"), w.See("证明校验码"))
	text, err := w.Eval(`document.querySelector("main").innerText`)
	w.do(err)
	return grouped.FindString(text)
}

// verifies looks the certificate up as anybody may, and sees the state.
func (w *person) verifies(of answers, code, state string) {
	w.t.Helper()
	w.do(w.Open("/verify?code="+strings.ReplaceAll(code, " ", "")), w.Title("记录查验"), w.Fill("纳税人识别号", liming))
	w.do(w.Fill("图形验证码", of.of(w)), w.Press("开始校验"), w.Title("校验结果"), w.See(state))
}

// paysMedical lets 李明 pay next year's medical contribution with 北京银行.
func (w *person) paysMedical() {
	w.t.Helper()
	w.do(w.Open("/medical/pay"), w.Press("下一步"), w.Title("参保信息选择"), w.Tick("城乡居民医疗"), w.Press("下一步"), w.Title("缴费信息提交"),
		w.Tick(year(1)+" 年度"), w.Press("提交"), w.Title("选择支付方式"), w.Press("确认缴费"), w.See("缴费提示"), w.Press("确定"),
		w.See("用哪份协议扣款"), w.Tick("北京银行"), w.Press("确认缴费"), w.See("缴费成功"))
}

// TestRefund is 李明 asking for his money back, an operator checking, a reviewer approving.
func TestRefund(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("from_the_payment_record_to_the_money_"+name, func(t *testing.T) {
			addr := freeAddr(t)
			p := start(t, t.TempDir(), "SHEBAO_LOCAL_ADDR="+addr)
			codes, bank := answersAt(t, addr), p.visit(t, device)
			w := p.visit(t, device)
			w.login(liming)
			w.paysMedical()
			code := w.certified()
			bank.verifies(codes, code, "证明现行有效")

			w.do(w.Open("/medical/payments"), w.Press(year(1)+" 年度 城乡居民医疗"), w.Title("缴费记录明细"), w.Press("申请退费"), w.Title("申请退费"),
				w.Press("下一步"), w.See("请选择退费原因"), w.Tick("重复缴费"), w.Press("下一步"), w.See("请填写另一笔缴费的渠道和凭证号（100字以内）"),
				w.Tick("待遇开始前不再参保"), w.Press("下一步"), w.See("提交后会怎样"), w.See("不能退到其他账户"), w.Press("返回修改"),
				w.See("情况说明"), w.Press("下一步"), w.Press("确认申请"), w.Title("退费进度"), w.See("待审核"), w.See("撤回申请"))
			w.do(w.Press("撤回申请"), w.See("确定撤回该退费申请？"), w.Press("撤回申请"), w.See("已撤回的退费申请"),
				w.Press("重新申请"), w.Tick("待遇开始前不再参保"), w.Press("下一步"), w.Press("确认申请"), w.See("待审核"))
			status, err := w.URL()
			w.do(err)

			p.decideRefund(t, desk[name])

			w.do(w.Until(`document.body.textContent.includes("已退回")`), w.See("已退费"), w.See("重新缴费"))
			if back := p.returned(); len(back) != 1 || back[0].Amount != 79500 || back[0].Account != "6217000000000000012" {
				t.Errorf("the bank gave back %+v", back)
			}
			w.do(w.Open("/me/notices"), w.See("退费成功"), w.Open("/medical/payments"), w.See("已退费（不计入合计）"),
				w.Open("/me"), w.Press("我的退费"), w.See("已退费"))
			bank.verifies(codes, code, "证明已失效")

			w.do(w.Open(status), w.Press("重新缴费"), w.Title("确认身份"))
			w.paysMedical()
			if got := p.ledger(); len(got) != 2 {
				t.Errorf("the bank posted %+v", got)
			}
		})
	}
}

// decideRefund is the operator and the reviewer at their desks; the maker can't approve.
func (p *program) decideRefund(t *testing.T, o browsertest.Options) {
	t.Helper()
	operator := p.officer(t, "operator", o)
	operator.do(operator.See("退费待办"), operator.See("1 笔"), operator.Press("退费"), operator.Title("退费"), operator.See("待审核"), operator.See("李*"),
		operator.Press("办理 李*"), operator.See("北京银行 6217 **** **** 0012"), operator.See("受影响的缴费证明"), operator.See("制作成功"),
		operator.Press("审核通过"), operator.See("请填写说明"), operator.Fill("核对情况", "已核实参加职工医保"), operator.Press("审核通过"),
		operator.See("审核人不能复核自己审核的退费"))
	if shown, err := operator.Shows("批准退费"); err != nil || shown {
		t.Errorf("the maker can press 批准退费: %v", err)
	}
	url, err := operator.URL()
	operator.do(err)
	// What the button does not offer, the server does not do.
	operator.do(operator.Open(url))
	forged, err := operator.Eval(`(() => { const x = new XMLHttpRequest(); x.open("POST", location.href, false);
		x.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		const token = document.querySelector("input[name=csrf]").value; x.send("do=approve&csrf=" + encodeURIComponent(token)); return String(x.status); })()`)
	if err != nil || !strings.Contains(forged, "403") {
		t.Errorf("the maker's forged approval is answered %s, %v", forged, err)
	}
	operator.Forgive() // the browser has logged the refusal

	reviewer := p.officer(t, "reviewer", o)
	reviewer.do(reviewer.See("退费待复核"), reviewer.Press("办理退费"), reviewer.See("已核实参加职工医保"), reviewer.Press("批准退费"), reviewer.See("已批准"))
	reviewer.do(reviewer.Until(`[...document.querySelectorAll(".tag")].some((e) => e.textContent === "已退费")`), reviewer.See("银行已退款"))

	auditor := p.officer(t, "auditor", o)
	auditor.do(auditor.Press("审计"), auditor.See("refund_approve"), auditor.See("refund_moved"), auditor.Press("校验"), auditor.See("完整无误"))
}
