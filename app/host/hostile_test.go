//go:build !js

package host

import (
	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
)

func keepsComposing(b *tab) {
	deliver := b.holdApp(b.t)
	b.load("/form")
	b.click("#name")
	call(b, input.ImeSetComposition, input.ImeSetCompositionParams{Text: "ouyang", SelectionStart: 6, SelectionEnd: 6})
	b.is(`document.getElementById("name").value`, "ouyang")
	deliver()
	b.until("window.__taken")
	b.is(`document.activeElement.id`, "name")
	b.is(`document.getElementById("name").value`, "ouyang")
	call(b, input.InsertText, input.InsertTextParams{Text: "欧阳"}) // what was composed is replaced, not added to
	b.is(`document.getElementById("name").value`, "欧阳")
}

func sparesData(b *tab) {
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `Object.defineProperty(navigator, "connection", { value: { saveData: true, effectiveType: "4g" } })`,
	})
	const program = `performance.getEntriesByType("resource").some((e) => /wasm_exec/.test(e.name))`
	b.load("/list")
	b.until(`performance.getEntriesByType("resource").some((e) => /late/.test(e.name))`) // what comes when idle has come
	b.is(program, "false")
	b.click(`a[href="/done/20"]`)
	b.until(`location.pathname === "/done/20" && document.readyState === "complete"`) // its scripts run
	b.is(program, "false")
	b.served(&b.apps, 0)
	b.run(`document.body.insertAdjacentHTML("beforeend", '<button type="button" data-load>加载完整应用</button>'); document.querySelector("[data-load]").click()`)
	b.until("window.__taken")
	b.open("/list") // asked once, for this visit
}

func withoutApp(b *tab) {
	b.gone.Store(true)
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
		Source: `const warn = console.warn; console.warn = (...a) => { window.__warned = true; warn(...a); }`,
	})
	b.load("/form")
	b.field("name", "李明")
	b.tick("due-2")
	b.until("window.__warned")
	b.is(`document.getElementById("name").value`, "李明")
	b.press("提交")
	b.seen("#errors")
	b.set("bank", "313")
	b.press("提交")
	b.until(`location.pathname === "/done/7"`)
	b.is("window.__taken", "false")
}

func backBefore(b *tab) {
	deliver := b.holdApp(b.t)
	b.load("/list")
	b.click(`a[href="/done/20"]`)
	b.until(`location.pathname === "/done/20"`)
	b.run("history.back()")
	b.until(`location.pathname === "/list"`)
	deliver()
	b.until("window.__taken")
	b.click(`a[href="/done/20"]`)
	b.until(`location.pathname === "/done/20" && document.querySelector("h1").textContent === "完成"`)
	b.run("history.back()")
	b.until(`location.pathname === "/list" && document.querySelector("h1").textContent === "列表 60"`)
}
