//go:build js && wasm

package host

import (
	"syscall/js"

	"shebao/app/view"
)

// busy shows that something was pressed and is on its way. These marks are put on the
// document, not into the tree: they are gone with the next page, or by idle.
func busy(by js.Value) {
	idle()
	if main := byID(view.IDMain); main.Truthy() {
		main.Call("setAttribute", "aria-busy", "true")
	}
	if by.Truthy() {
		by.Call("setAttribute", "aria-busy", "true")
		by.Call("setAttribute", "aria-disabled", "true")
	}
}

func idle() {
	marked := document.Call("querySelectorAll", "[aria-busy]")
	for i := range marked.Length() {
		marked.Index(i).Call("removeAttribute", "aria-busy")
		marked.Index(i).Call("removeAttribute", "aria-disabled")
	}
}

// said is the text in the page's language.
func said(text string) string {
	said := byID(view.IDRoot).Get("dataset").Get("said")
	if !said.Truthy() {
		return text
	}
	if by := window.Get("JSON").Call("parse", said).Get(text); by.Truthy() {
		return by.String()
	}
	return text
}

// alert says what went wrong on the way; "" takes it back.
func alert(text string) {
	text = said(text)
	region := byID(view.IDAlert)
	if !region.Truthy() || region.Get("textContent").String() == text {
		return
	}
	region.Set("textContent", text)
	if text != "" {
		region.Call("scrollIntoView", map[string]any{"block": "nearest"})
	}
}
