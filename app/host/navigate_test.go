//go:build !js

package host

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n want %s\n  got %s", i+1, strings.TrimSpace(w[i]), strings.TrimSpace(g[i]))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func followsLink(b *tab) {
	b.open("/list")
	b.run(`window.__same = 1; window.scrollTo(0, 900)`)
	b.click(`a[href="/done/20"]`)
	b.until(`location.pathname === "/done/20" && document.activeElement.id === "title"`)
	b.is("window.__same", "1")
	b.is("document.title", "完成 - 社保费办理（演示）")
	b.is("window.scrollY", "0")
	b.until(`document.getElementById("live").textContent === "已保存"`)
	b.run("history.back()")
	b.until(`location.pathname === "/list" && document.querySelector("h1").textContent === "列表 60" && window.scrollY > 300`)
	b.run("history.forward()")
	b.until(`location.pathname === "/done/20" && document.querySelector("h1").textContent === "完成"`)
	b.is("window.__same", "1")
	b.do(chromedp.Reload())
	b.until(`window.__taken`)
	b.run("history.back()")
	b.until(`location.pathname === "/list" && document.querySelector("h1").textContent === "列表 60"`)
}

func keepsFilled(b *tab) {
	b.open("/list")
	b.press("办理")
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.run(`document.querySelector("input[name=due][value='2']").click()`)
	b.run(`for (const [name, text] of [["name", "张三"], ["password", "secret"], ["bank", "313"]]) {
		const el = document.querySelector("[name=" + name + "]"); el.value = text; el.dispatchEvent(new Event("input", { bubbles: true })); }`)
	filled := `["1", "2"].map((v) => document.querySelector("input[name=due][value='" + v + "']").checked).concat(
		["name", "password", "bank"].map((n) => document.querySelector("[name=" + n + "]").value)).join()`
	b.is(filled, "false,true,张三,secret,313")
	b.run("history.back()")
	b.until(`document.querySelector("h1").textContent === "列表 60"`)
	b.run("history.forward()")
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.until(filled + ` === "false,true,张三,,313"`)
	b.is(`document.querySelector("[data-count]").textContent`, "1")
	b.run("history.back()")
	b.until(`document.querySelector("h1").textContent === "列表 60"`)
	b.press("办理") // a new visit begins empty
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.is(filled, "false,false,,,")
}

func laterWins(b *tab) {
	b.open("/list")
	b.press("慢的页面")
	b.until(`document.getElementById("main").getAttribute("aria-busy") === "true"`)
	b.press("快的页面")
	b.until(`document.querySelector("h1").textContent === "列表 3"`)
	close(b.slow)
	b.press("办理")
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.is("location.pathname", "/form")
}

const pressOf = `document.querySelector('a[href="%s"]').dispatchEvent(new PointerEvent("pointer%s", {bubbles: true, button: 0}));`

func asksAhead(b *tab) {
	b.open("/list")
	b.run(fmt.Sprintf(pressOf, "/form", "down"))
	b.served(&b.asked, 1)
	b.is("location.pathname", "/list")
	b.run(`document.querySelector('a[href="/form"]').click()`)
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.served(&b.asked, 1)

	b.run("history.back()")
	b.until(`document.querySelector("h1").textContent === "列表 60"`)
	before := b.asked.Load()
	b.run(fmt.Sprintf(pressOf, "/form", "down"))
	b.press("快的页面") // another link than the one that was pressed
	b.until(`document.querySelector("h1").textContent === "列表 3"`)
	b.served(&b.asked, before+2)
}

func givesUpPress(b *tab) {
	b.open("/list")
	b.run(fmt.Sprintf(pressOf, "/slow", "down"))
	b.served(&b.asked, 1)
	b.run(fmt.Sprintf(pressOf, "/slow", "cancel"))
	b.served(&b.given, 1)
	b.is("location.pathname", "/list")
	b.is(`document.getElementById("alert").textContent`, "")
}

func stocksMenus(b *tab) {
	b.open("/done/1")
	b.served(&b.menus, 1) // nobody went there
	b.held.Lock()
	b.press("目录")
	b.until(`location.pathname === "/menu" && document.activeElement.id === "title" && document.getElementById("main").innerText.includes("第 1 次")`)
	b.held.Unlock()
	b.until(`document.getElementById("main").innerText.includes("第 2 次")`)
	b.is(`document.activeElement.id`, "title")
	b.press("完成")
	b.until(`location.pathname === "/done/1" && document.querySelector("h1").textContent === "完成"`)
	b.served(&b.menus, 3)
	b.run("history.back()")
	b.until(`location.pathname === "/menu" && document.getElementById("main").innerText.includes("第 4 次")`)
}

func stocksForms(b *tab) {
	b.open("/menu")
	b.served(&b.blanks, 1) // nobody went there
	b.press("空白表")
	b.until(`location.pathname === "/blank" && document.activeElement.id === "title"`)
	b.run("history.back()")
	b.until(`location.pathname === "/menu" && document.querySelector("h1").textContent === "目录"`)
	b.served(&b.blanks, 2) // for the next time: not when it was shown
	b.press("空白表")
	b.until(`location.pathname === "/blank" && document.activeElement.id === "title"`)
	b.run("history.back()")
	b.until(`location.pathname === "/menu" && document.querySelector("h1").textContent === "目录"`)
	b.served(&b.blanks, 3)
}

func emptiesStock(b *tab) {
	b.open("/done/1")
	b.served(&b.menus, 1)
	b.press("返回列表")
	b.until(`document.querySelector("h1").textContent === "列表 60"`)
	b.press("办理")
	b.until(`document.querySelector("h1").textContent === "办理"`)
	b.field("name", "李明")
	b.tick("due-2")
	b.press("提交") // with a mistake; but an answer of before may be wrong now
	b.until(`document.activeElement.id === "errors"`)
	b.run("history.back()")
	b.until(`document.querySelector("h1").textContent === "列表 60"`)
	b.run("history.back()")
	b.until(`location.pathname === "/done/1" && document.querySelector("h1").textContent === "完成"`)
	b.served(&b.menus, 2) // asked for anew
}

func leavesDocuments(b *tab) {
	b.open("/list")
	b.press("证明")
	b.until(`location.pathname === "/paper" && document.body.innerText.includes("证明文件")`)
}

func leadsToLogin(b *tab) {
	b.open("/list")
	b.press("未登录")
	b.until(`location.pathname === "/login" && document.querySelector("h1").textContent === "登录"`)
	b.is("location.search", "?next=/private")
}

func reloadsStale(b *tab) {
	b.open("/list")
	b.run("window.__same = 1")
	b.press("旧版本")
	b.until(`location.search === "?old=1" && document.activeElement.id === "title"`)
	b.is("window.__same", "1")
	b.press("办理")
	b.until(`location.pathname === "/form"`)
	b.is("window.__same", "undefined")
}

func offline(b *tab) {
	b.open("/form")
	b.field("name", "李明")
	b.tick("due-1")
	b.down()
	b.press("提交")
	b.until(`document.getElementById("alert").textContent.includes("填写的内容还在")`)
	b.is(`document.getElementById("name").value`, "李明")
	b.is(`document.getElementById("due-1").checked`, "true")
	b.is(`document.querySelector("[aria-busy]")`, "null")
	b.press("返回")
	b.until(`document.getElementById("alert").textContent.includes("网络不可用")`)
	b.is("location.pathname", "/form")
}

func offlinePage(b *tab) {
	b.open("/list")
	b.until(`navigator.serviceWorker.controller`)
	b.down()
	b.load("/form")
	b.until(`document.querySelector("h1").textContent === "网络不可用"`)
	b.is(`getComputedStyle(document.querySelector(".card")).borderTopLeftRadius`, "14px")
	b.run(`caches.keys().then((k) => caches.open(k[0])).then((c) => c.keys()).then((k) => { window.__kept = k.map((r) => new URL(r.url).pathname).filter((p) => !p.startsWith("/assets/")).join(" "); })`)
	b.until("window.__kept !== undefined")
	b.is("window.__kept", "/offline")
}

func liveUpdate(b *tab) {
	b.open("/live")
	b.served(&b.lives, 2) // the page, then the app in its place: the app played aside asks for nothing
	b.served(&b.asked, 0)
	b.field("note", "我在写")
	b.run(`window.__note = document.getElementById("note")`)
	b.events <- 41
	b.until(`document.getElementById("count").textContent === "41"`)
	b.events <- 42
	b.until(`document.getElementById("count").textContent === "42"`)
	b.is(`document.activeElement === window.__note && window.__note.isConnected`, "true")
	b.is(`document.getElementById("note").value`, "我在写")
}

func uploads(b *tab) {
	file := filepath.Join(b.t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte("内容"), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.open("/form")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#paper"), []string{file}))
	b.press("上传")
	b.until(`location.pathname === "/done/upload"`)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.upload != "内容" {
		b.t.Errorf("received %q", b.upload)
	}
}
