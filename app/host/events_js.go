//go:build js && wasm

package host

import (
	"strings"
	"syscall/js"
)

// listen puts the app's few listeners on the document; they stay for good.
func (h *host) listen() {
	on := func(target js.Value, name string, f func(js.Value)) {
		target.Call("addEventListener", name, js.FuncOf(func(_ js.Value, args []js.Value) any {
			f(args[0])
			return nil
		}))
	}
	on(document, "pointerdown", h.press)
	on(document, "pointercancel", func(js.Value) { h.unpress() })
	on(document, "click", h.click)
	on(document, "submit", h.submit)
	on(window, "popstate", h.pop)
	on(document, "shebao:updated", func(js.Value) { h.stale = true }) // a new version was started: the next step loads it
	on(window, "pagehide", func(js.Value) { h.restore() })
	on(window, "pageshow", func(e js.Value) {
		if e.Get("persisted").Bool() {
			location.Call("reload") // what it shows may be old
		}
	})
}

func (h *host) click(e js.Value) {
	a := e.Get("target").Call("closest", "a[href]")
	if a.IsNull() || h.stale {
		return
	}
	p, fragment, ok := tapOf(e, a).ours()
	if !ok {
		return
	}
	e.Call("preventDefault")
	go h.visit(request{method: "GET", place: p, fragment: fragment, by: a, why: tapped})
}

// tapOf is the event, a press or a click, on the link a.
func tapOf(e, a js.Value) tap {
	return tap{
		button: e.Get("button").Int(), alt: e.Get("altKey").Bool(), ctrl: e.Get("ctrlKey").Bool(),
		meta: e.Get("metaKey").Bool(), shift: e.Get("shiftKey").Bool(), handled: e.Get("defaultPrevented").Bool(),
		target: a.Get("target").String(), download: has(a, "download"), native: has(a, "data-native"),
		href: a.Get("href").String(), origin: location.Get("origin").String(), here: location.Get("href").String(),
	}
}

func (h *host) submit(e js.Value) {
	form, by := e.Get("target"), e.Get("submitter")
	if e.Get("defaultPrevented").Bool() || h.stale || has(form, "data-native") || has(form, "target") {
		return
	}
	of := func(name string) string { // the button's own word wins
		if by.Truthy() && has(by, "form"+name) {
			return by.Call("getAttribute", "form"+name).String()
		}
		if has(form, name) {
			return form.Call("getAttribute", name).String()
		}
		return ""
	}
	if strings.EqualFold(of("enctype"), "multipart/form-data") {
		return // files are the browser's to send
	}
	action := window.Get("URL").New(of("action"), location.Get("href")).Get("href").String()
	p, _, ok := placeOf(action, location.Get("origin").String())
	if !ok {
		return
	}
	e.Call("preventDefault")
	if h.send || has(form, "data-sent") {
		return // the first press is on its way
	}
	values := fields(form, by)
	if !strings.EqualFold(of("method"), "post") {
		go h.visit(request{method: "GET", place: p.withQuery(values), by: by, why: tapped})
		return
	}
	h.send = true
	go h.visit(request{method: "POST", place: p, body: values, by: by, why: tapped})
}

// fields are the form's values, encoded and in the order in which a browser would send them.
func fields(form, by js.Value) string {
	data := window.Get("FormData").New(form)
	if by.Truthy() && by.Get("name").String() != "" {
		data.Call("append", by.Get("name"), by.Get("value"))
	}
	return window.Get("URLSearchParams").New(data).Call("toString").String()
}

func has(el js.Value, attribute string) bool { return el.Call("hasAttribute", attribute).Bool() }
