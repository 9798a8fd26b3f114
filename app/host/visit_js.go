//go:build js && wasm

package host

import (
	"errors"
	"syscall/js"
	"time"

	"shebao/app/view"
)

// patience is how long an answer may take before the person is told.
const patience = 60 * time.Second

// reason is why a page is asked for.
type reason uint8

const (
	tapped reason = iota // a link or a form
	popped               // back or forward
	pushed               // the server said the page changed
)

// request is one question to the server.
type request struct {
	method   string
	place    place
	fragment string
	body     string   // form values of a POST
	by       js.Value // what was pressed
	why      reason
	unasked  bool // no person asked: it must not keep their login
}

// visit asks for a page and shows it. A later visit wins: the answer of an earlier one
// is dropped.
func (h *host) visit(r request) {
	h.asked++
	mine := h.asked
	if h.stop != nil {
		h.stop()
	}
	if r.why != pushed {
		busy(r.by)
		alert("")
	}
	a, again, err := h.answerTo(r)
	if mine != h.asked {
		return
	}
	h.stop, h.send = nil, false
	idle()
	if err != nil {
		h.fail(r)
	} else {
		h.receive(r, a)
	}
	switch {
	case again:
		h.visit(request{method: "GET", place: r.place, why: pushed})
	case h.missed:
		h.refresh()
	}
}

func (h *host) receive(r request, a answer) {
	if !h.stale && a.newer(h.version) {
		h.stale = true
		emit("shebao:newer")
	}
	what, env, err := a.read(r.method)
	switch {
	case err != nil || what == failed:
		h.fail(r)
		return
	case what == toLogin:
		h.leave(r, "/login")
		return
	case what == leave:
		h.leave(r, a.url)
		return
	}
	tree, err := h.screens.Render(env)
	if err != nil { // a screen this program does not know: the server is newer
		h.leave(r, env.URL)
		return
	}
	to, _, ok := placeOf(a.url, location.Get("origin").String())
	if !ok || r.method == "POST" && !a.redirected {
		to = place(env.URL)
	}
	h.arrive(r, to, env, tree)
}

// leave lets the browser go there. An event of the server's never moves a person who is
// filling something in.
func (h *host) leave(r request, href string) {
	if r.why == pushed && !window.Get("shebao").Call("quiet").Bool() {
		return
	}
	if r.method == "GET" && r.why != pushed {
		href = string(r.place) // the same question; the server knows where it leads
	}
	if r.unasked { // a header can't say it of a document
		document.Set("cookie", view.UnaskedCookie+"=1; path=/; max-age=10; samesite=strict")
	}
	location.Call("assign", href)
}

func (h *host) fail(r request) {
	switch {
	case r.why == pushed:
	case r.method == "POST":
		alert("没有收到结果，填写的内容还在。请检查网络后再按一次；涉及缴费的，同一笔不会重复扣款。")
	case r.why == popped:
		location.Call("reload") // the address has already changed: show its page or the offline one
	default:
		alert("网络不可用，页面没有打开。请检查网络后重试。")
	}
}

var errNoAnswer = errors.New("no answer")

// question is one fetch, which can be aborted.
type question struct{ control js.Value }

func newQuestion() question {
	return question{window.Get("AbortController").New()}
}

func (q question) drop() { q.control.Call("abort") }

// ask is fetch, awaited. It is never called on the UI goroutine.
func (q question) ask(r request) (answer, error) {
	timer := time.AfterFunc(patience, q.drop)
	defer timer.Stop()
	headers := map[string]any{"Accept": view.PageType}
	options := map[string]any{
		"method": r.method, "headers": headers, "credentials": "same-origin", "cache": "no-store", "signal": q.control.Get("signal"),
	}
	if r.unasked {
		headers[view.UnaskedHeader] = "1"
	}
	if r.method == "POST" {
		headers["Content-Type"] = "application/x-www-form-urlencoded"
		options["body"] = r.body
	}
	response, err := await(window.Call("fetch", string(r.place), options))
	if err != nil {
		return answer{}, err
	}
	header := func(name string) string {
		if v := response.Get("headers").Call("get", name); !v.IsNull() {
			return v.String()
		}
		return ""
	}
	a := answer{
		status: response.Get("status").Int(), url: response.Get("url").String(), redirected: response.Get("redirected").Bool(),
		contentType: header("Content-Type"), version: header(view.VersionHeader),
	}
	text, err := await(response.Call("text"))
	if err != nil {
		return answer{}, err
	}
	a.body = text.String()
	return a, nil
}

// await blocks until the promise is settled.
func await(promise js.Value) (js.Value, error) {
	type settled struct {
		value js.Value
		err   error
	}
	done := make(chan settled, 1)
	ok := js.FuncOf(func(_ js.Value, args []js.Value) any { done <- settled{value: args[0]}; return nil })
	no := js.FuncOf(func(js.Value, []js.Value) any { done <- settled{err: errNoAnswer}; return nil })
	defer ok.Release()
	defer no.Release()
	promise.Call("then", ok, no)
	s := <-done
	return s.value, s.err
}
