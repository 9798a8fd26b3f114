//go:build js && wasm

package host

import "syscall/js"

// stream is the page's own events.
type stream struct {
	source js.Value
	handle js.Func
}

// follow listens to the page's events, if it has any: each says that the page changed.
func (h *host) follow() {
	path := h.page.Frame.Live
	if h.live != nil && path != "" && h.live.source.Get("url").String() == absolute(path) {
		return
	}
	h.unfollow()
	if path == "" || !window.Get("EventSource").Truthy() {
		return
	}
	h.live = &stream{
		source: window.Get("EventSource").New(path),
		handle: js.FuncOf(func(js.Value, []js.Value) any {
			h.refresh()
			return nil
		}),
	}
	h.live.source.Call("addEventListener", "page", h.live.handle)
}

// refresh asks for the page on screen again. While another answer is awaited it waits for
// that one: the person is ahead.
func (h *host) refresh() {
	if h.missed = h.stop != nil || h.send; h.missed || h.page.Frame.Live == "" {
		return
	}
	p, _, _ := placeOf(location.Get("href").String(), location.Get("origin").String())
	go h.visit(request{method: "GET", place: p, why: pushed, unasked: true})
}

func (h *host) unfollow() {
	if h.live == nil {
		return
	}
	h.live.source.Call("close")
	h.live.handle.Release()
	h.live, h.missed = nil, false
}

func absolute(path string) string {
	return window.Get("URL").New(path, location.Get("href")).Get("href").String()
}
