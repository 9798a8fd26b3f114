//go:build js && wasm

package host

import (
	"strings"
	"syscall/js"

	"shebao/app/node"
)

// takeOver prepares the document so that go-app's first mount makes no change: where the
// live document has the tree's elements and texts, boot.js hands those to go-app instead
// of new ones. Then nothing blinks, and focus, ticks, typed text and an open input
// method stay. Where something else changed the document (an extension, a translator),
// it waits until the nodes can be replaced without a loss.
func takeOver(tree *node.Element) {
	boot := window.Get("shebao")
	if boot.Call("adopt", strings.Join(names(nil, tree), " ")).Bool() {
		return
	}
	for !boot.Call("quiet").Bool() {
		wait(document, "focusout", "change", "reset", "toggle", "compositionend", "visibilitychange")
	}
}

// names lists the tree's nodes in the order in which go-app makes them.
func names(dst []string, n node.Node) []string {
	switch n := n.(type) {
	case node.Text:
		return append(dst, "#text")
	case *node.Element:
		dst = append(dst, strings.ToLower(n.Tag()))
		for _, k := range n.Kids() {
			dst = names(dst, k)
		}
	}
	return dst
}

// wait blocks until one of the events happens on target.
func wait(target js.Value, events ...string) {
	happened := make(chan struct{}, 1)
	f := js.FuncOf(func(js.Value, []js.Value) any {
		select {
		case happened <- struct{}{}:
		default:
		}
		return nil
	})
	defer f.Release()
	for _, e := range events {
		target.Call("addEventListener", e, f)
		defer target.Call("removeEventListener", e, f)
	}
	<-happened
}
