package e2e

import (
	"encoding/json"
	"fmt"
	"strconv"

	"shebao/server/browsertest"
)

// controls are the page's controls that can be seen and used.
const controls = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((e) => { const box = document.querySelector("dialog:modal"); return !box || box.contains(e); }) // it keeps all else from use
  .filter((e) => !e.disabled && e.tabIndex >= 0 && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden" && !e.matches(".skip"))`

// hits tells whether what is at a point of the screen works the control: itself, what is
// in it, or its label.
const hits = `const hits = (e, x, y) => { const at = document.elementFromPoint(x, y);
  return !!at && (e.contains(at) || [...(e.labels || [])].some((l) => l.contains(at)) || at.contains(e) && at.matches("label")); };`

// smallTargets are the controls that a finger of so many px may miss. A link within a
// sentence has the sentence's height.
const smallTargets = `(() => { ` + hits + ` const size = %d, half = size / 2 - 1; return JSON.stringify(` + controls + `
  .filter((e) => !e.matches("p a:not(.link):not(.btn), li:not(.errors li) a:not([class])")).filter((e) => {
    e.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
    const r = e.getClientRects()[0];
    if (r.width >= size - .5 && r.height >= size - .5) return false;
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    const wide = r.width >= size - .5 || hits(e, x - half, y) && hits(e, x + half, y) || hits(e, x + 2 * half, y); // or a label beside it
    const high = r.height >= size - .5 || hits(e, x, y - half) && hits(e, x, y + half);
    return !wide || !high;
  }).map((e) => e.outerHTML.slice(0, 160) + " " + JSON.stringify(e.getClientRects()[0]))); })()`

// hiddenFocus are the controls that, having the focus, lie under something else or outside
// the screen (WCAG 2.4.11).
const hiddenFocus = `(() => { ` + hits + ` return JSON.stringify(` + controls + `.filter((e) => {
    if (document.activeElement === e) e.blur();
    e.focus();
    if (document.activeElement !== e) return true;
    const r = e.getClientRects()[0], left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth), top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
    if (left >= right || top >= bottom) return true;
    return ![.5, .1, .9].some((v) => [.5, .1, .9].some((h) => hits(e, left + (right - left) * h, top + (bottom - top) * v)));
  }).map((e) => e.outerHTML.slice(0, 160) + " " + JSON.stringify(e.getClientRects()[0]))); })()`

// tooWide are the elements that make a page scroll sideways; tables scroll in their frame.
const tooWide = `(() => { const d = document.scrollingElement; if (d.scrollWidth <= d.clientWidth) return "[]";
  return JSON.stringify([d.scrollWidth + " > " + d.clientWidth, ...[...document.querySelectorAll("main *, header *, nav *")]
    .filter((e) => e.getBoundingClientRect().right > d.clientWidth + .5 && !e.closest(".scroll")).map((e) => e.outerHTML.slice(0, 160))].slice(0, 5)); })()`

// smallPrint are the texts smaller than 18 px.
const smallPrint = `(() => { const w = document.createTreeWalker(document.getElementById("app"), NodeFilter.SHOW_TEXT), found = [];
  while (w.nextNode()) { const e = w.currentNode.parentElement, size = parseFloat(getComputedStyle(e).fontSize);
    if (w.currentNode.data.trim() && size > 0 && size < 18 && e.getClientRects().length > 0 && !e.closest(".hide, .skip")) found.push(size + "px " + w.currentNode.data.slice(0, 40)); }
  return JSON.stringify(found); })()`

// none reports each of the things that the script finds.
func (i *inspector) none(tab *browsertest.Tab, name, what, script string) {
	i.t.Helper()
	found, err := tab.Eval(script)
	i.try(err)
	var all []string
	if err := json.Unmarshal([]byte(found), &all); err != nil {
		i.t.Fatalf("%s: %s: %s", name, what, found)
	}
	for _, f := range all {
		i.report(fmt.Sprintf("%s %.100s", what, f), "%s: %s: %s", name, what, f)
	}
}

// targets looks for what is hard to hit.
func (i *inspector) targets(tab *browsertest.Tab, name string, size int) {
	i.t.Helper()
	i.none(tab, name, "smaller than "+strconv.Itoa(size)+" px", fmt.Sprintf(smallTargets, size))
}

// reach looks for controls that bars cover when they have the focus.
func (i *inspector) reach(tab *browsertest.Tab, name string) {
	i.t.Helper()
	i.none(tab, name, "covered though it has the focus", hiddenFocus)
}

// zoomed looks at the page as it is at 400 % on a screen of 1280×1024.
func (i *inspector) zoomed(tab *browsertest.Tab, name string) {
	i.t.Helper()
	i.try(tab.Resize(320, 256))
	i.none(tab, name+" at 400 %", "scrolls sideways", tooWide)
	i.reach(tab, name+" at 400 %")
	i.try(tab.Resize(0, 0))
}

// narrow looks at an officer's page on a phone: only lists and tables scroll sideways.
func (i *inspector) narrow(tab *browsertest.Tab, name string) {
	i.t.Helper()
	i.try(tab.Resize(390, 844))
	i.none(tab, name+" on a phone", "scrolls sideways", tooWide)
	i.try(tab.Resize(0, 0))
}

// large looks at the type of 关怀模式: none is small, and the largest still fits.
func (i *inspector) large(tab *browsertest.Tab, name string) {
	i.t.Helper()
	i.none(tab, name, "small print", smallPrint)
	_, err := tab.Eval(`document.getElementById("app").classList.add("t30")`)
	i.try(err)
	i.none(tab, name+" at 30 px", "scrolls sideways", tooWide)
	_, err = tab.Eval(`document.getElementById("app").classList.remove("t30")`)
	i.try(err)
}
