package e2e

import (
	"testing"

	"shebao/server/browsertest"
)

// phones are browsers with scripts: with the browser app, and where it can't run.
var phones = map[string]browsertest.Options{"with_the_app": {}, "with_pages_only": {NoApp: true}}

// toConfirm goes to the last press of a payment of this year's pension by 北京银行.
func (w *person) toConfirm() {
	w.t.Helper()
	w.toDues()
	w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"), w.Press("确认缴费"), w.See("用哪份协议扣款"), w.Tick("北京银行（0012）"))
}

// ready waits until everything that comes after a page is there: the service worker, the
// late scripts and, on a phone that runs it, the browser app.
func (w *person) ready(o browsertest.Options) {
	w.t.Helper()
	w.do(w.Until(controlled + ` && typeof shebaoVault === "object"`))
	if !o.NoApp {
		w.do(w.Until(`history.state !== null`))
	}
}

// TestOffline takes the network away in the middle of things.
func TestOffline(t *testing.T) {
	t.Parallel()
	const chosen = `document.querySelector("input[type=radio]:checked").labels[0].innerText.includes("0012")`
	for name, device := range phones {
		t.Run("a_payment_pressed_without_network_is_not_put_aside_and_says_why_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toConfirm()
			w.ready(device)
			w.do(w.Tell(browsertest.Gone), w.See("网络已断开"), w.Press("确认缴费"), w.See("没有提交"), w.See("不能先存下来以后再办"), w.Until(chosen))
			if got := p.ledger(); len(got) != 0 {
				t.Errorf("the bank posted %+v", got)
			}
			w.do(w.Tell(browsertest.Back), w.Until(`document.getElementById("alert").textContent === ""`), w.Until(chosen))
			if got := p.ledger(); len(got) != 0 {
				t.Errorf("coming back paid by itself: %+v", got)
			}
			w.do(w.Press("确认缴费"), w.See("缴费成功"))
			if got := p.ledger(); len(got) != 1 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("a_payment_that_gets_no_answer_stays_on_the_page_and_is_made_once_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.toConfirm()
			w.ready(device)
			p.stop()
			w.do(w.Press("确认缴费"), w.See("没有收到结果，填写的内容还在"), w.See("不会重复扣款"), w.Until(chosen))
			p = p.again(t, binary)
			w.do(w.Press("确认缴费"), w.See("缴费成功"))
			if got := p.ledger(); len(got) != 1 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("a_page_that_does_not_come_shows_at_its_own_address_and_goes_on_by_itself_"+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, device)
			w.login(liming)
			w.do(w.Open("/pension"), w.Title("城乡居民养老"))
			w.ready(device)
			p.stop()
			w.do(w.Open("/medical/pay"), w.Title("网络不可用"), w.See("不会先存下来以后再扣"), w.Until(`location.pathname === "/medical/pay"`))
			w.do(w.Back(), w.Title("网络不可用"), w.Until(`location.pathname === "/pension"`))
			p.again(t, binary)
			w.do(w.Press("重试"), w.Title("城乡居民养老"), w.Until(`location.pathname === "/pension"`))
		})
	}
	t.Run("the_offline_page_goes_on_when_the_phone_says_that_the_network_is_back", func(t *testing.T) {
		p := start(t, t.TempDir())
		w := p.visit(t, browsertest.Options{})
		w.do(w.Open("/help"))
		w.ready(browsertest.Options{})
		p.stop()
		w.do(w.Open("/verify"), w.Title("网络不可用"), w.Tell(browsertest.Gone))
		p.again(t, binary)
		w.do(w.Tell(browsertest.Back), w.Title("记录查验"))
	})
}
