package e2e

import "testing"

// agreementForm is what is asked for a new agreement; an empty authority stays as it is.
type agreementForm struct{ authority, bank, holder, account, phone string }

// apply fills in the form of a new agreement and sends it.
func (w *person) apply(f agreementForm) {
	w.t.Helper()
	if f.authority != "" {
		w.do(w.Fill("税务机关", f.authority))
	}
	w.do(w.Fill("开户银行", f.bank), w.Fill("持卡人姓名", f.holder), w.Fill("银行账号", f.account), w.Fill("预留手机号", f.phone))
	agreed, err := w.Eval(`document.querySelector("input[name=consent]").checked`)
	w.do(err)
	if agreed != "true" {
		w.do(w.Tick("我已阅读并同意"))
	}
	w.do(w.Press("提交"))
}

// sign applies and types the code of the bank's text message.
func (w *person) sign(f agreementForm) {
	w.t.Helper()
	w.apply(f)
	w.do(w.Title("短信验证"), w.See("短信验证码"))
	inbox, err := w.Another()
	w.do(err)
	defer inbox.Close()
	w.do(inbox.Open("/demo/inbox"), inbox.See("验证码"))
	code, err := inbox.Eval(`document.querySelector("main").innerText.match(/(?<!\d)\d{6}(?!\d)/)[0]`)
	w.do(err, w.Fill("短信验证码", code), w.Press("提交"))
}

// Section 3.1 of the manual.
func TestAgreements(t *testing.T) {
	t.Parallel()
	for name, device := range devices {
		t.Run("李明_signs_is_refused_and_revokes_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			mine := agreementForm{authority: "西城", bank: "北京银行", holder: "李明", account: "6217000000000000012", phone: "13800000001"}
			w.do(w.Open("/shebao"), w.Press("缴费协议办理"), w.Press("新增协议"), w.Title("新增协议"), w.Press("提交"), w.See("请先处理以下问题"))
			wrong := mine
			wrong.holder = "李四"
			w.apply(wrong)
			w.do(w.See("持卡人姓名"), w.See("不一致"), w.Fill("持卡人姓名", "李明"))
			w.sign(mine)
			w.do(w.See("协议签订成功"), w.See("次日生效"), w.Press("返回缴费协议"), w.See("生效日期"))

			w.do(w.Press("新增协议"), w.Title("新增协议"))
			w.apply(mine)
			w.do(w.See("该账户已签约，不能重复签约"))

			other := mine
			other.bank, other.account = "工商银行", "6222020000000000059"
			w.do(w.Open("/agreements/new"))
			w.apply(other)
			w.do(w.See("协议签订失败"), w.See("户名或证件不符"), w.Press("重新签订"), w.Title("新增协议"))

			w.do(w.Open("/agreements"), w.Press("北京银行（0012）"), w.See("银行账号"), w.Press("撤销"), w.See("确认撤销该协议？"), w.Press("取消"), w.See("银行账号"),
				w.Press("撤销"), w.Press("确定"), w.See("撤销成功"), w.Press("返回缴费协议"), w.See("已撤销"))
			w.do(w.Open("/me/notices"), w.See("缴费协议签订成功"), w.See("缴费协议已撤销"), w.See("未读"), w.Press("全部标为已读"), w.See("没有未读消息"))
		})
	}
}
