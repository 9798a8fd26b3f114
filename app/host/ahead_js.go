//go:build js && wasm

package host

import (
	"strings"
	"syscall/js"
	"time"
)

// ahead is the answer to a link that is being pressed. A finger rests on a link for about
// a tenth of a second before that counts as a click, and by then the question is on its way.
type ahead struct {
	place  place
	asked  time.Duration // by the browser's clock
	drop   func()        // aborts the request in flight
	done   chan struct{}
	answer answer
	err    error
}

// aheadLasts is how long the answer to a press is as good as a new one.
const aheadLasts = 2 * time.Second

// now is the browser's own clock, which nobody sets.
func now() time.Duration {
	return time.Duration(window.Get("performance").Call("now").Int()) * time.Millisecond
}

func since(t time.Duration) time.Duration { return now() - t }

// press asks for the page of the link under the finger. Officers' pages are asked for only
// when they are opened: opening one may be an entry in the audit trail.
func (h *host) press(e js.Value) {
	h.unpress()
	a := e.Get("target").Call("closest", "a[href]")
	if a.IsNull() || h.stale || h.send || strings.HasPrefix(h.page.Pattern, "/admin") {
		return
	}
	p, _, ok := tapOf(e, a).ours()
	if !ok || h.stock[p] != nil {
		return
	}
	q := newQuestion()
	ahead := &ahead{place: p, asked: now(), drop: q.drop, done: make(chan struct{})}
	h.ahead = ahead
	go func() {
		ahead.answer, ahead.err = q.ask(request{method: "GET", place: p, why: tapped})
		close(ahead.done)
	}()
}

// unpress forgets the press: it became a scroll, or another press.
func (h *host) unpress() {
	if h.ahead != nil {
		h.ahead.drop()
		h.ahead = nil
	}
}

// answerTo is the answer to r: from the stock (again says that it may be old), already
// asked for by the press that led to r, or asked for now.
func (h *host) answerTo(r request) (a answer, again bool, err error) {
	if r.method != "GET" {
		h.stock = stock{} // what it does may change any page
	} else if r.why != pushed {
		if kept := h.stock.take(r.place); kept != nil {
			h.unpress()
			h.stop = kept.drop
			<-kept.done
			return kept.answer, !h.pages.form(r.place), kept.err
		}
	}
	if p := h.ahead; p != nil && r.method == "GET" && r.why == tapped && p.place == r.place && since(p.asked) < aheadLasts {
		h.ahead, h.stop = nil, p.drop
		<-p.done
		return p.answer, false, p.err
	}
	if r.why != pushed {
		h.unpress()
	}
	q := newQuestion()
	h.stop = q.drop
	a, err = q.ask(r)
	return a, false, err
}
