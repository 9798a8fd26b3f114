package e2e

import (
	"testing"

	"shebao/server/browsertest"
)

// TestStaying sees an idle login out, and kept by one press.
func TestStaying(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "SHEBAO_SESSION_IDLE=12s")
	w := p.visit(t, browsertest.Options{})
	w.login(liming)
	w.do(w.Press("我的"), w.Title("我的"), w.Until(`document.querySelector("dialog[open]")`), w.See("还在办理吗？"),
		w.Until(`document.activeElement.textContent === "继续使用"`))
	i := inspect(t)
	i.check(w.Tab, "the question whether to stay", axeRules)
	w.do(w.Key(browsertest.KeyTab), w.Key(browsertest.KeyTab), w.Key(browsertest.KeyTab),
		w.Until(`document.querySelector("dialog").contains(document.activeElement) || document.activeElement === document.body`),
		w.BackTabTo("继续使用"), w.Key(browsertest.KeyEnter), w.Until(`!document.querySelector("dialog")`))
	w.do(w.Press("消息"), w.Title("消息")) // still logged in
	w.do(w.See("还在办理吗？"), w.Until(`location.pathname === "/login"`), w.See("长时间没有操作"),
		w.Until(`!document.body.innerText.includes("110101")`))
	w.login(liming)
}

// neverLate keeps the scripts away that look after the login on the page: a phone so slow
// that they have not come yet.
const neverLate = `{
  const src = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, "src");
  Object.defineProperty(HTMLScriptElement.prototype, "src", {get: src.get, set(url) { if (!/\/late\./.test(url)) src.set.call(this, url); }});
}`

// TestLeftOpen leaves a page open until the login has ended where nothing on it can tell:
// the server alone ends it, the next press leads to a login and back to where one was.
func TestLeftOpen(t *testing.T) {
	for name, phone := range map[string]browsertest.Options{
		"without scripts": {NoScript: true}, "before its late scripts": {Before: neverLate}, "with pages only, before its late scripts": {Before: neverLate, NoApp: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, phone)
			w.login(liming)
			w.toDues()
			w.do(w.Tick(thisYear))
			at, err := w.URL()
			if err != nil {
				t.Fatal(err)
			}
			p.stop()
			p = p.again(t, binary, "SHEBAO_CLOCK_AHEAD=25m")
			w.do(w.Press("提交"), w.Title("登录"), w.See("长时间没有操作"), w.See("登录后回到刚才的页面"))
			if status, _, _ := p.fetch("/pension/declarations", ""); status != 303 {
				t.Errorf("a page of the person's answers %d", status)
			}
			w.do(w.Fill("证件号码", liming), w.Fill("密码", "Shebao-demo-1"), w.Press("登录"), w.Title("缴费信息提交"), w.Until(`location.pathname + location.search === `+quoted(at)))
			w.do(w.Tick(thisYear), w.Press("提交"), w.Title("选择支付方式"))
			if got := p.ledger(); len(got) != 0 {
				t.Errorf("the bank posted %+v", got)
			}
		})
		t.Run("a link pressed "+name, func(t *testing.T) {
			p := start(t, t.TempDir())
			w := p.visit(t, phone)
			w.login(liming)
			w.do(w.Open("/pension"), w.Title("城乡居民养老"))
			p.stop()
			p.again(t, binary, "SHEBAO_CLOCK_AHEAD=25m")
			w.do(w.Press("缴费记录查询"), w.Title("登录"), w.See("长时间没有操作"))
			w.do(w.Fill("证件号码", liming), w.Fill("密码", "Shebao-demo-1"), w.Press("登录"), w.Title("缴费记录查询"))
		})
	}
}
