//go:build js && wasm

package host

import (
	"slices"
	"syscall/js"
	"time"
)

// stock holds the answers of menus, the small pages that lead on. They are asked for when
// the phone has nothing else to do, so that going there, or back there, needs no network;
// what is shown from here is asked for again at once.
type stock map[place]*ahead

// stockLasts is how old a menu may be when it is shown first.
const stockLasts = time.Minute

// take is the answer in stock for p, nil when there is none that is new enough.
func (s stock) take(p place) *ahead {
	a := s[p]
	if a == nil || since(a.asked) > stockLasts {
		return nil
	}
	delete(s, p)
	return a
}

// fill asks for the menus that the page leads to, one after the other, when the browser is idle.
func (h *host) fill() {
	if len(h.menus) == 0 || h.stale {
		return
	}
	var idle js.Func
	idle = js.FuncOf(func(js.Value, []js.Value) any {
		idle.Release()
		go h.askMenus(h.asked)
		return nil
	})
	if window.Get("requestIdleCallback").Truthy() {
		window.Call("requestIdleCallback", idle)
	} else {
		window.Call("setTimeout", idle, 300)
	}
}

// askMenus stops when the person goes on: that was request number asked.
func (h *host) askMenus(asked int) {
	for _, p := range h.menusHere() {
		if a := h.stock[p]; a != nil && since(a.asked) < stockLasts/2 {
			continue
		}
		a := &ahead{place: p, asked: now(), done: make(chan struct{})}
		close(a.done)
		q := newQuestion()
		a.drop = q.drop
		if a.answer, a.err = q.ask(request{method: "GET", place: p, why: tapped}); a.err != nil || h.asked != asked {
			return
		}
		h.stock[p] = a
	}
}

// menusHere are the menus that the page has links to.
func (h *host) menusHere() []place {
	var found []place
	links := document.Call("querySelectorAll", "#app a[href]")
	for i := range links.Length() {
		p, _, ok := placeOf(links.Index(i).Get("href").String(), location.Get("origin").String())
		if ok && slices.Contains(h.menus, p) && !slices.Contains(found, p) && string(p) != h.page.URL {
			found = append(found, p)
		}
	}
	return found
}
