//go:build !js

package host

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"shebao/app/host/internal/trial"
	"shebao/shared/page"
)

const evil = `"><img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>`

func takesOver(b *tab) {
	deliver := b.holdApp(b.t)
	b.load("/gallery")
	b.until("window.__observer && document.readyState === 'complete'")
	b.until("(window.__wait = (window.__wait || 0) + 1) > 15") // the observer starts after 200 ms
	before := b.get(`document.getElementById("app").outerHTML`)
	deliver()
	b.until("window.__taken")
	b.is(`window.__records.join("; ")`, "")
	b.is(`[...document.querySelectorAll("#app, #app *")].every((n, i) => n === window.__nodes[i])`, "true")
	b.is("window.__shift", "0")                                       // from the first paint on
	b.is(`performance.getEntriesByName("shebao:played").length`, "1") // the start had been played aside, to its end
	b.is(`window.__csp.join("; ")`, "")
	if after := b.get(`document.getElementById("app").outerHTML`); after != before {
		b.t.Error("the document is not the same after the take-over")
	}
}

// outline describes a document's #app: elements, attributes sorted, texts and the values
// and ticks of controls, without what behave.js changes.
const outline = `(doc) => {
  const lines = [];
  const walk = (n, d) => {
    if (n.parentNode.id === "live" || n.parentNode.id === "alert") return; // what was just said aloud
    if (n.nodeType === 3) { lines.push(d + JSON.stringify(n.data)); return; }
    if (n.nodeType !== 1) { lines.push(d + "node " + n.nodeType); return; }
    const attrs = [...n.attributes].filter((a) => !(a.name === "hidden" && (n.dataset.speak !== undefined || n.dataset.copy !== undefined)) && !(a.name === "disabled" && n.closest("[data-need]")))
      .map((a) => a.name + "=" + JSON.stringify(a.value)).sort();
    let live = "";
    if ("value" in n && n.dataset.group === undefined) live += " value:" + n.value;
    if ("checked" in n) live += " checked:" + n.checked;
    if ("selected" in n) live += " selected:" + n.selected;
    lines.push(d + n.namespaceURI + " " + n.nodeName + " " + attrs.join(" ") + live);
    for (const k of n.childNodes) walk(k, d + " ");
  };
  walk(doc.getElementById("app"), "");
  return lines.join("\n");
}`

func sameDocument(b *tab) {
	b.mu.Lock()
	b.gallery = trial.GalleryState{Typed: evil}
	b.mu.Unlock()
	for _, care := range []bool{false, true} {
		b.mu.Lock()
		b.frame = func(f *page.Frame) { f.Care = care }
		b.mu.Unlock()
		b.open("/list")
		for _, to := range []string{"/gallery", "/desk", "/form"} {
			b.run(`window.__shown = 0; const a = document.createElement("a"); a.href = "` + to + `"; document.getElementById("main").append(a); a.click()`)
			b.until(`window.__shown === 1`)
			live := b.get("(" + outline + ")(document)")
			b.run(`window.__server = undefined; fetch("` + to + `").then((r) => r.text()).then((h) => { window.__server = (` + outline + `)(new DOMParser().parseFromString(h, "text/html")); })`)
			b.until("window.__server !== undefined")
			if server := b.get("window.__server"); server != live {
				b.t.Errorf("%s: %s", to, firstDifference(server, live))
			}
		}
	}
	b.is("window.__pwned", "undefined")
}

func keepsTyped(b *tab) {
	deliver := b.holdApp(b.t)
	b.load("/form")
	b.field("name", "欧阳𠮷")
	b.tick("due-2")
	b.click("summary")
	b.click("#name")
	deliver()
	b.until("window.__taken")
	b.is(`document.activeElement.id`, "name")
	b.is(`document.getElementById("name").value`, "欧阳𠮷")
	b.is(`document.getElementById("due-2").checked`, "true")
	b.is(`document.querySelector("details").open`, "true")
	b.is(`document.querySelector("[data-sum]").textContent`, "¥ 3,000.00")
	b.field("name", "x")
	b.is(`document.getElementById("name").value`, "欧阳𠮷x")
}

func waitsForQuiet(b *tab) {
	deliver := b.holdApp(b.t)
	b.load("/form")
	b.run(`document.querySelector("label[for=name]").innerHTML = "<font>Name</font>"`)
	b.field("name", "李")
	deliver()
	b.served(&b.apps, 1)
	b.is("window.__taken", "false")
	b.is(`document.getElementById("name").value`, "李")
	b.run(`document.getElementById("name").value = ""; document.activeElement.blur()`)
	b.until("window.__taken")
	b.is(`document.querySelector("label[for=name]").innerHTML`, "姓名")
}

func withoutScripts(b *tab) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.load("/list")
	b.press("办理")
	b.seen(`#name`)
	b.field("name", "李明")
	b.press("提交")
	b.seen("#errors")
	b.is(`document.getElementById("errors") === document.activeElement`, "true")
	b.set("bank", "313")
	b.press("提交")
	b.seen(".result")
	b.is("location.pathname", "/done/7")
	b.is(`document.querySelector("dl").innerText.includes("李明")`, "true")
}

func noInjection(b *tab) {
	b.open("/form")
	b.set("name", evil)
	b.click(`label[for="due-1"]`)
	b.press("提交")
	b.until(`document.activeElement.id === "errors"`)
	b.is(`document.getElementById("name").getAttribute("value")`, evil)
	b.set("bank", "313")
	b.set("name", "<img src=x onerror=window.__pwned=1>")
	b.press("提交")
	b.until(`location.pathname === "/done/7"`)
	b.do(chromedp.Reload())
	b.until("window.__taken")
	b.is(`document.querySelectorAll("img").length`, "0")
	b.is(`document.querySelector("dl").textContent.includes("<img src=x")`, "true")
	b.is("window.__pwned", "undefined")
	b.is(`window.__csp.join("; ")`, "")
}
