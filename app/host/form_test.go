//go:build !js

package host

import (
	"github.com/chromedp/chromedp"
)

func (b *tab) tick(id string) {
	b.t.Helper()
	b.click(`label[for="` + id + `"]`)
}

func showsProblems(b *tab) {
	b.open("/form")
	b.run("window.__same = 1; window.__length = history.length")
	b.field("name", "李明")
	b.field("password", "secret")
	b.tick("due-2")
	b.press("提交")
	b.until(`document.activeElement.id === "errors"`)
	b.is("location.pathname + window.__same + (history.length - window.__length)", "/form10")
	b.is(`document.getElementById("name").value`, "李明")
	b.is(`document.getElementById("password").value`, "")
	b.is(`document.getElementById("due-2").checked && !document.getElementById("due-1").checked`, "true")
	b.is(`document.getElementById("bank").getAttribute("aria-invalid") + document.getElementById("bank").getAttribute("aria-describedby")`, "truebank-error")
	b.is(`document.querySelector("[data-count]").textContent + document.querySelector("[data-sum]").textContent`, "1¥ 3,000.00")
	b.click("#errors a")
	b.until(`document.activeElement.id === "bank"`)
	b.is("location.hash", "")
}

func followsRedirect(b *tab) {
	b.open("/form")
	b.run("window.__same = 1")
	b.field("name", "李明")
	b.tick("due-1")
	b.set("bank", "313")
	b.press("提交")
	b.until(`location.pathname === "/done/7" && document.activeElement.id === "title"`)
	b.is("window.__same", "1")
	b.is(`document.querySelector("dl").innerText.includes("李明")`, "true")
	b.run("history.back()")
	b.until(`location.pathname === "/form" && document.getElementById("name")`)
	b.is(`document.getElementById("name").value`, "李明") // as browsers do
	b.is(`document.getElementById("due-1").checked`, "true")
	if n := b.posts.Load(); n != 1 {
		b.t.Errorf("%d forms received", n)
	}
}

const twice = `(() => { const s = document.querySelector("#app form button[type=submit]"); s.click(); s.click(); setTimeout(() => s.click(), 5); })()`

func sendsOnce(b *tab) {
	b.open("/form")
	b.tick("due-1")
	b.set("bank", "313")
	b.run(twice)
	b.until(`location.pathname === "/done/7"`)
	if n := b.posts.Load(); n != 1 {
		b.t.Errorf("%d forms received", n)
	}
}

func sendsOnceBefore(b *tab) {
	b.holdApp(b.t)
	b.load("/form")
	b.tick("due-1")
	b.set("bank", "313")
	b.run(twice)
	b.until(`location.pathname === "/done/7"`)
	if n := b.posts.Load(); n != 1 {
		b.t.Errorf("%d forms received", n)
	}
}

func needsTick(b *tab) {
	const disabled = `document.querySelector("#app form button[type=submit]").disabled`
	b.open("/form")
	b.is(disabled, "true")
	b.tick("due-1")
	b.is(disabled, "false")
	b.tick("due-2")
	b.is(`document.querySelector("[data-count]").textContent + document.querySelector("[data-sum]").textContent`, "2¥ 6,000.00")
	b.tick("due-1")
	b.tick("due-2")
	b.is(disabled, "true")
}

func brokenForm(b *tab) {
	b.open("/form")
	b.field("name", "坏")
	b.tick("due-1")
	b.press("提交")
	b.until(`document.getElementById("alert").textContent !== ""`)
	b.is(`document.getElementById("name").value`, "坏")
	b.is(`document.querySelector("#app form button[type=submit]").getAttribute("aria-disabled")`, "null")
	b.set("name", "好")
	b.set("bank", "313")
	b.press("提交")
	b.until(`location.pathname === "/done/7"`)
}

func groupsDigits(b *tab) {
	b.open("/gallery")
	b.is(`document.getElementById("account").value`, "6217 0000 0000 0000 012")
	b.run(`(() => { const a = document.getElementById("account"); a.focus(); a.setSelectionRange(2, 2); })()`)
	b.do(chromedp.KeyEvent("9"))
	b.is(`document.getElementById("account").value`, "6291 7000 0000 0000 0012")
	b.is(`document.getElementById("account").selectionStart`, "3")
}
