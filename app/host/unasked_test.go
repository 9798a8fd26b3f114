//go:build !js

package host

import "shebao/shared/page"

func saysUnasked(b *tab) {
	b.open("/done/1")
	b.served(&b.menus, 1)
	b.served(&b.selves, 1) // the menu, for the stock
	b.press("目录")
	b.until(`document.getElementById("main").innerText.includes("第 2 次")`)
	b.served(&b.blanks, 1)
	b.served(&b.selves, 2) // the form, for the stock; the menu was made new for somebody who came
	b.press("完成")
	b.until(`location.pathname === "/done/1" && document.querySelector("h1").textContent === "完成"`)
	b.served(&b.menus, 3)
	b.served(&b.selves, 3)
	b.open("/live")
	b.served(&b.lives, 2)
	b.served(&b.selves, 3)
	b.events <- 41
	b.until(`document.getElementById("count").textContent === "41"`)
	b.served(&b.selves, 4)
	b.is(`document.cookie.includes("unasked")`, "false")
}

func reloadsUnasked(b *tab) {
	b.gone.Store(true)
	b.load("/live")
	b.served(&b.lives, 1)
	b.served(&b.selves, 0)
	b.events <- 41
	b.until(`document.getElementById("count").textContent === "41"`)
	b.is("window.__taken", "false")
	b.served(&b.selves, 1)
}

func keepsQuestion(b *tab) {
	b.frame = func(f *page.Frame) { f.Left, f.Warn = 50, 60 }
	b.open("/live")
	b.until(`document.querySelector("dialog[open]")`)
	b.run(`window.__box = document.querySelector("dialog")`)
	b.served(&b.lives, 2)
	b.events <- 41
	b.until(`document.getElementById("count").textContent === "41"`)
	b.is(`window.__box.isConnected && window.__box.open && document.querySelectorAll("dialog").length === 1`, "true")
}
