//go:build !js

package host

import (
	"strconv"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// holdMemory keeps the program's memory where the test can see it.
const holdMemory = `const made = WebAssembly.instantiate;
WebAssembly.instantiate = async (...a) => { const i = await made.apply(WebAssembly, a); window.__memory = i.exports.mem; return i; };`

// walkPages opens pages in turn, n times, each when the one before is shown.
const walkPages = `(async (n) => {
  const pages = ["/gallery", "/form", "/done/20", "/list"];
  for (let i = 0; i < n; i++) {
    const a = document.createElement("a");
    a.href = pages[i % pages.length];
    document.getElementById("main").append(a);
    await new Promise((ok) => { document.addEventListener("shebao:shown", ok, { once: true }); a.click(); });
  }
  return String(window.__memory.buffer.byteLength);
})`

func keepsMemory(b *tab) {
	call(b, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: holdMemory})
	b.open("/list")
	b.run("window.__same = 1")
	before, after := b.walk(40), b.walk(500)
	if grown := after - before; grown >= 10<<20 {
		b.t.Errorf("500 pages grew the program's memory by %d bytes, from %d", grown, before)
	} else {
		b.t.Logf("500 pages: from %d to %d bytes", before, after)
	}
	b.is("window.__same", "1")
}

// walk opens n pages and gives the size of the program's memory then.
func (b *tab) walk(n int) int {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](walkPages+"("+strconv.Itoa(n)+")", chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	size, err := strconv.Atoi(text)
	if err != nil {
		b.t.Fatal(err)
	}
	return size
}
