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
