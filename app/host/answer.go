package host

import (
	"errors"
	"strings"

	"shebao/app/view"
	"shebao/app/wire"
	"shebao/shared/page"
)

// answer is what came back for a request.
type answer struct {
	status      int
	url         string // after redirects, absolute
	redirected  bool
	contentType string
	version     string // the server's asset version
	body        string
}

// newer reports whether the server's assets are not the ones that this program, of
// version mine, came with.
func (a answer) newer(mine string) bool { return a.version != "" && a.version != mine }

// outcome is what to do with an answer.
type outcome uint8

const (
	show    outcome = iota + 1 // it is a page
	leave                      // let the browser go to outcome's address
	failed                     // say that it did not work; nothing is lost
	toLogin                    // the session is over
)

// read decides what to do with an answer to a request by method, and finds the page in it.
func (a answer) read(method string) (outcome, page.Envelope, error) {
	if kind, _, _ := strings.Cut(a.contentType, ";"); strings.TrimSpace(kind) == view.PageType {
		var env page.Envelope
		if err := wire.Decode([]byte(a.body), &env); err != nil {
			return failed, env, errors.Join(errors.New("read the answer of "+a.url), err)
		}
		return show, env, nil
	}
	switch {
	case a.status == 401:
		return toLogin, page.Envelope{}, nil
	case method == "POST" && !a.redirected && a.status >= 400:
		return failed, page.Envelope{}, nil // going there would ask something else than what was sent
	}
	return leave, page.Envelope{}, nil
}
