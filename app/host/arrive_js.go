//go:build js && wasm

package host

import (
	"syscall/js"

	"shebao/app/node"
	"shebao/app/view"
	"shebao/shared/page"
)

// arrive shows the page that a request led to and does what a browser does on arriving:
// address, history, scroll, focus.
func (h *host) arrive(r request, to place, env page.Envelope, tree *node.Element) {
	here, _, _ := placeOf(location.Get("href").String(), location.Get("origin").String())
	if r.why == pushed && to == here {
		h.put(env, tree, same, h.follow)
		return
	}
	switch r.why {
	case tapped:
		h.tops[h.entry] = window.Get("scrollY").Int()
		href := string(to)
		if r.fragment != "" {
			href += "#" + r.fragment
		}
		if to != here {
			h.newEntry(href)
		}
	case pushed:
		window.Get("history").Call("replaceState", h.entry, "", string(to))
	case popped: // a redirect may have led elsewhere
		if to != here {
			window.Get("history").Call("replaceState", h.entry, "", string(to))
		}
	}
	if to == here && env.Frame.Lang != h.page.Frame.Lang {
		h.put(env, tree, same, h.follow) // the page in another language: what was typed stays
		return
	}
	h.put(env, tree, fresh, func() {
		h.follow()
		settle(r, to == here, h.tops[h.entry])
	})
}

// settle puts focus and scroll where a new page has them: the list of problems if there
// are any, a named place, otherwise the h1.
func settle(r request, stayed bool, top int) {
	if problems := byID(view.IDError); problems.Truthy() {
		window.Call("scrollTo", 0, 0)
		problems.Call("focus")
		return
	}
	if r.fragment != "" {
		if target := byID(r.fragment); target.Truthy() {
			target.Call("scrollIntoView")
			return
		}
	}
	if r.why == tapped && !stayed {
		top = 0
	}
	if h1 := byID(view.IDTitle); h1.Truthy() {
		h1.Call("focus", map[string]any{"preventScroll": true})
	}
	window.Call("scrollTo", map[string]any{"left": 0, "top": top, "behavior": "instant"})
}

// adoptEntry marks the history entry that the document was loaded into.
func (h *host) adoptEntry() {
	history := window.Get("history")
	history.Set("scrollRestoration", "manual")
	if mark := history.Get("state"); mark.Type() == js.TypeNumber {
		h.entry = mark.Int()
		return
	}
	h.entry = newMark()
	history.Call("replaceState", h.entry, "")
}

func (h *host) newEntry(href string) {
	h.entry = newMark()
	window.Get("history").Call("pushState", h.entry, "", href)
}

// newMark is a number that no other entry of this tab has, other documents' included.
func newMark() int {
	return window.Get("Math").Call("floor", window.Get("Math").Call("random").Float()*(1<<50)).Int()
}

// pop follows back and forward.
func (h *host) pop(js.Value) {
	p, fragment, _ := placeOf(location.Get("href").String(), location.Get("origin").String())
	h.tops[h.entry] = window.Get("scrollY").Int()
	mark := window.Get("history").Get("state")
	if mark.Type() != js.TypeNumber { // a place on this page, by #
		h.adoptEntry()
		return
	}
	h.entry = mark.Int()
	if h.stale {
		location.Call("reload")
		return
	}
	go h.visit(request{method: "GET", place: p, fragment: fragment, why: popped})
}

// restore gives scrolling back to the browser when the document is left.
func (h *host) restore() {
	window.Get("history").Set("scrollRestoration", "auto")
	h.unfollow()
}
