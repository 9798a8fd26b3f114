package e2e

import (
	"testing"

	"shebao/server/browsertest"
)

// press walks to the control and presses the key that works it.
func (w *person) press(label, key string) {
	w.t.Helper()
	w.do(w.TabTo(label), w.Key(key))
}

// arrive waits for the page. With the browser app in charge its h1 has the focus then.
func (w *person) arrive(title string) {
	w.t.Helper()
	w.do(w.Title(title))
}

// TestKeyboard pays without a pointer: every key is a real one.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	const enter, space = browsertest.KeyEnter, browsertest.KeySpace
	for name, device := range devices {
		t.Run("a_payment_from_login_to_the_end_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.do(w.Open("/login"), w.TabTo("证件号码"), w.Key(liming), w.TabTo("密码"), w.Key("Shebao-demo-1"), w.Key(enter))
			w.arrive("首页")
			w.do(w.TabTo("我的"), w.BackTabTo("城乡居民养老"), w.Key(enter))
			w.arrive("城乡居民养老")
			w.press("缴费办理", enter)
			w.arrive("确认身份")
			w.press("下一步", enter)
			w.arrive("参保信息选择")
			w.press("展开", enter)
			w.do(w.See("征收品目"), w.BackTabTo("城乡居民养老"), w.Key(space))
			w.press("下一步", space)
			w.arrive("缴费信息提交")
			w.press("跳到主要内容", enter)
			w.do(w.Until(`document.activeElement.id === "main" || location.hash === "#main"`))
			w.press(thisYear, space)
			w.press("提交", enter)
			w.arrive("选择支付方式")
			w.press("确认缴费", enter)
			w.arrive("选择扣款协议")
			w.press("工商银行（0034）", browsertest.KeyDown) // radio buttons: the arrows choose
			w.do(w.Key(browsertest.KeyUp), w.Key(browsertest.KeyDown+browsertest.KeyDown+browsertest.KeyDown),
				w.Until(`document.querySelector("input[type=radio]:checked").getAttribute("aria-label").startsWith("北京银行（0012）")`))
			w.press("确认缴费", enter)
			w.do(w.See("缴费成功"), w.See("¥ 3,000.00"))
			if got := p.ledger(); len(got) != 1 || got[0].Amount != 300000 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("a_mistake_takes_the_focus_and_leads_to_its_field_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.do(w.Open("/register"), w.TabTo("姓名"),
				w.Until(`window.shown = "not yet", document.addEventListener("shebao:shown", () => { window.shown = "yes"; }), true`), w.Key(enter),
				w.See("请先处理以下问题"), w.Until(`window.shown !== "not yet"`), // the app, or a new document
				w.Until(`document.activeElement.id === "errors"`), w.TabTo("请输入手机号"), w.Key(enter),
				w.Until(`document.activeElement.id === "phone" || location.hash === "#phone"`))
		})
	}
}
