//go:build js && wasm

package host

import (
	"slices"
	"syscall/js"
	"time"
)

// Pages are the addresses of small pages that are asked for when the phone has nothing else
// to do, so that going there, or back there, needs no network.
type Pages struct {
	Menus []string // lead on; what is shown from the stock is asked for again at once
	Forms []string // empty forms; asked for again, one would change under the person's hands
}

func (s Pages) has(p place) bool { return slices.Contains(s.Menus, string(p)) || s.form(p) }

func (s Pages) form(p place) bool { return slices.Contains(s.Forms, string(p)) }

// stock holds the answers, also those on their way.
type stock map[place]*ahead

// stockLasts is how old an answer may be when it is shown.
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

// fill asks for the pages of h.pages that the page leads to, one after the other, when the browser is idle.
func (h *host) fill() {
	if len(h.pages.Menus)+len(h.pages.Forms) == 0 || h.stale {
		return
	}
	var idle js.Func
	idle = js.FuncOf(func(js.Value, []js.Value) any {
		idle.Release()
		go h.askAhead(h.asked)
		return nil
	})
	if window.Get("requestIdleCallback").Truthy() {
		window.Call("requestIdleCallback", idle)
	} else {
		window.Call("setTimeout", idle, 300)
	}
}

// askAhead stops when the person goes on: that was request number asked.
func (h *host) askAhead(asked int) {
	for _, p := range h.aheadHere() {
		if a := h.stock[p]; a != nil && since(a.asked) < stockLasts/2 {
			continue
		}
		q := newQuestion()
		a := &ahead{place: p, asked: now(), drop: q.drop, done: make(chan struct{})}
		h.stock[p] = a
		a.answer, a.err = q.ask(request{method: "GET", place: p, why: tapped, unasked: true})
		close(a.done)
		if a.err != nil && h.stock[p] == a {
			delete(h.stock, p)
		}
		if a.err != nil || h.asked != asked {
			return
		}
	}
}

// aheadHere are the pages of h.pages that the page has links to.
func (h *host) aheadHere() []place {
	var found []place
	links := document.Call("querySelectorAll", "#app a[href]")
	for i := range links.Length() {
		p, _, ok := placeOf(links.Index(i).Get("href").String(), location.Get("origin").String())
		if ok && h.pages.has(p) && !slices.Contains(found, p) && string(p) != h.page.URL {
			found = append(found, p)
		}
	}
	return found
}
