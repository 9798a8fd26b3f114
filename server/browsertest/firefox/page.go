package firefox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/net/websocket"
)

// call sends a command and waits for its answer. Events are passed over.
func (b *Browser) call(method string, params map[string]any, result any) error {
	b.sent++
	if err := b.line.SetDeadline(time.Now().Add(Wait)); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := websocket.JSON.Send(b.line, map[string]any{"id": b.sent, "method": method, "params": params}); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	for {
		var a struct {
			ID      int             `json:"id"`
			Type    string          `json:"type"`
			Result  json.RawMessage `json:"result"`
			Message string          `json:"message"`
		}
		if err := websocket.JSON.Receive(b.line, &a); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		switch {
		case a.ID != b.sent:
		case a.Type != "success":
			return fmt.Errorf("%s: %s", method, a.Message)
		case result == nil:
			return nil
		default:
			return json.Unmarshal(a.Result, result)
		}
	}
}

// Visit makes the service at base, http://127.0.0.1:8080, the one whose pages are opened.
func (b *Browser) Visit(base string) error {
	b.base = base
	return nil
}

// Open goes to a path and waits until its document is complete.
func (b *Browser) Open(path string) error { return b.navigate(path, "complete") }

// Leave goes to a path without waiting for it.
func (b *Browser) Leave(path string) error { return b.navigate(path, "none") }

func (b *Browser) navigate(path, wait string) error {
	return b.call("browsingContext.navigate", map[string]any{"context": b.context, "url": b.base + path, "wait": wait}, nil)
}

// Eval gives the value of an expression, or of its promise, as text.
func (b *Browser) Eval(js string) (string, error) {
	var got struct {
		Type   string `json:"type"`
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	err := b.call("script.evaluate", map[string]any{
		"expression": "Promise.resolve(" + js + ").then(String)", "awaitPromise": true, "target": map[string]any{"context": b.context},
	}, &got)
	if err == nil && got.Type != "success" {
		err = errors.New(got.Exception.Text)
	}
	return got.Result.Value, err
}

// Until waits until an expression, or its promise, is true. A page that goes away meanwhile is no failure.
func (b *Browser) Until(js string) error {
	var got string
	var err error
	look := time.NewTicker(50 * time.Millisecond) // a page tells nobody that something on it has come true
	defer look.Stop()
	for end := time.Now().Add(Wait); time.Now().Before(end); <-look.C {
		if got, err = b.Eval(js); err == nil && got == "true" {
			return nil
		}
	}
	at, _ := b.Eval(`location.href + " " + document.title`)
	return errors.Join(fmt.Errorf("never true but %q at %s: %s", got, at, js), err)
}

// Title waits for a page's heading.
func (b *Browser) Title(text string) error {
	return b.Until(`(document.querySelector("h1") || {}).innerText === ` + strconv.Quote(text))
}

// Press clicks the button or link that begins with the label.
func (b *Browser) Press(label string) error {
	return b.Until(`((el) => el && (el.click(), true))([...document.querySelectorAll("button, a, label")].find((x) => x.getClientRects().length && x.innerText.trim().startsWith(` +
		strconv.Quote(label) + `)))`)
}

// Fill types into the field of a name.
func (b *Browser) Fill(name, text string) error {
	return b.Until(`((el) => el && (el.value = ` + strconv.Quote(text) + `, el.dispatchEvent(new Event("input", { bubbles: true })), true))(document.querySelector("[name=` + name + `]"))`)
}
