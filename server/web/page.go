// Package web serves pages, assets and the API over HTTP with Fiber. It holds the
// frame every page stands in: sessions, access, forms, errors, headers. What a page
// loads and does is in the packages below pages; nothing is decided here.
package web

import (
	"context"
	"net/url"
	"time"

	"shebao/shared/lang"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/person"
)

// Access says who may see a page.
type Access int

// The kinds of access.
const (
	Resident Access = iota // logged-in residents; others go to /login and come back
	Public                 // everybody
	Officer                // logged-in officers
)

// Request is what a page's code is given.
type Request struct {
	Person  string     // the resident's or officer's id, "" when nobody is logged in
	Name    string     // their name, unmasked
	Session string     // the session's id as stored, "" when nobody is logged in
	Query   url.Values // query and path parameters
	Form    url.Values // of a post; empty otherwise
	Path    string     // path without query
	URL     string     // path and query
	Address string     // the caller's address
	ID      string     // request id
	Now     time.Time
	Care    bool // 关怀模式 is on
	Display person.Display
	Lang    lang.Tag
	// ChoseLang says that Lang was chosen in this browser, not only what it prefers.
	ChoseLang bool
	Files     map[string]File

	cookies []cookie
	emptied bool
}

// File is an uploaded file, at most MaxUpload bytes.
type File struct {
	Name string
	Data []byte
}

type cookie struct {
	name, value string
	maxAge      time.Duration // 0: until the browser closes, < 0: delete
}

// Today is the business day.
func (r *Request) Today() period.Date { return period.DateOf(r.Now) }

// SignIn makes the caller's browser keep the session token.
func (r *Request) SignIn(token string) {
	r.cookies = append(r.cookies, cookie{sessionCookie(r.Path), token, 0})
}

// SignOut makes the caller's browser forget the session token.
// A resident's browser is told to empty the site's storage too, service worker and all:
// what was kept there is gone even where no script runs.
func (r *Request) SignOut() {
	r.cookies = append(r.cookies, cookie{sessionCookie(r.Path), "", -1})
	r.emptied = !console(r.Path)
}

// Prefer keeps a display preference in the caller's browser for a year.
func (r *Request) Prefer(name, value string) {
	r.cookies = append(r.cookies, cookie{name, value, 365 * 24 * time.Hour})
}

// Forget removes a display preference.
func (r *Request) Forget(name string) { r.cookies = append(r.cookies, cookie{name, "", -1}) }

// Answer is what an action leads to: the same page with what was wrong, or another one.
type Answer[S any] struct {
	state  S
	done   bool // the state is no refusal
	to     string
	notice string
}

// Stay shows the page again, with what the person typed and what was wrong.
func Stay[S any](state S) Answer[S] { return Answer[S]{state: state} }

// Show shows the page again because one step of it succeeded and nothing is wrong:
// a code was sent, something was looked up that may not stand in an address.
func Show[S any](state S) Answer[S] { return Answer[S]{state: state, done: true} }

// Go leads to another page of this service.
func Go[S any](to string) Answer[S] { return Answer[S]{to: to} }

// GoSaying leads to another page, which says the notice once.
func GoSaying[S any](to, notice string) Answer[S] { return Answer[S]{to: to, notice: notice} }

// State is what is shown again; the zero S when the answer leads elsewhere.
func (a Answer[S]) State() S { return a.state }

// To is the path the answer leads to, "" when it shows a state.
func (a Answer[S]) To() string { return a.to }

// Notice is what the other page says once.
func (a Answer[S]) Notice() string { return a.notice }

// Page is one path pattern with the code behind it.
type Page[S any] struct {
	Pattern string     // "/payments/{id}", also the key of its view
	Frame   page.Frame // Title, Back, Tab, Layout; the rest is filled in. A state that is a page.Framed has the last word
	Access  Access
	// Load answers a GET. Errors that are api.Error are shown as they are.
	Load func(ctx context.Context, r *Request) (S, error)
	// Act answers a POST; nil allows none.
	Act func(ctx context.Context, r *Request) (Answer[S], error)
}

// Route is a Page of any state.
type Route struct {
	pattern string
	frame   page.Frame
	access  Access
	load    func(ctx context.Context, r *Request) (any, error)
	act     func(ctx context.Context, r *Request) (outcome, error)
	fetch   func(ctx context.Context, r *Request) (Attachment, error) // instead of load: a file
}

// Alike are the patterns of those routes whose documents begin alike: residents' and
// everybody's pages, not the officers' and no files.
func Alike(routes []Route) []string {
	var all []string
	for _, r := range routes {
		if r.fetch == nil && !console(r.pattern) {
			all = append(all, r.pattern)
		}
	}
	return all
}

// Attachment is a file that a browser saves.
type Attachment struct {
	Name string // with its extension
	Type string // MIME type
	Data []byte
}

// Download is a path pattern that answers with a file.
func Download(pattern string, access Access, fetch func(ctx context.Context, r *Request) (Attachment, error)) Route {
	return Route{pattern: pattern, access: access, fetch: fetch}
}

type outcome struct {
	state      any
	done       bool
	to, notice string
}

// Route hides the page's state type so that pages can stand in one list.
func (p Page[S]) Route() Route {
	route := Route{
		pattern: p.Pattern, frame: p.Frame, access: p.Access,
		load: func(ctx context.Context, r *Request) (any, error) { return p.Load(ctx, r) },
	}
	if p.Act != nil {
		route.act = func(ctx context.Context, r *Request) (outcome, error) {
			a, err := p.Act(ctx, r)
			return outcome{a.state, a.done, a.to, a.notice}, err
		}
	}
	return route
}
