// Package view turns a page's state into its picture. It holds the registry of
// screens, the chrome around them and the HTML document; the screens themselves
// are pure functions in the packages below it.
package view

import (
	"errors"

	"shebao/app/node"
	"shebao/app/wire"
	"shebao/shared/page"
)

// ErrNoScreen means that no screen is registered for a pattern.
var ErrNoScreen = errors.New("no such screen")

// ErrState means that a state is of another type or says what its screen can't draw.
var ErrState = errors.New("no state of this screen")

// Error says which page could not be drawn.
type Error struct {
	Pattern string
	Err     error
}

func (e *Error) Error() string { return "draw " + e.Pattern + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }

// Screen draws the states of one path pattern.
type Screen struct {
	pattern string
	decode  func(page.JSON) (any, error)
	draw    func(any) (node.Node, error)
}

// Of makes the screen for pattern ("/payments/{id}") from a pure function of its state.
func Of[S any](pattern string, f func(S) node.Node) Screen {
	return Screen{
		pattern: pattern,
		decode: func(b page.JSON) (any, error) {
			var s S
			err := wire.Decode(b, &s)
			return s, err
		},
		draw: func(v any) (node.Node, error) {
			switch s := v.(type) {
			case S:
				return f(s), nil
			case *S:
				return f(*s), nil
			}
			return nil, &Error{Pattern: pattern, Err: ErrState}
		},
	}
}

// Pattern is the path pattern the screen is for.
func (s Screen) Pattern() string { return s.pattern }

// Decode reads a state of the screen's type.
func (s Screen) Decode(b page.JSON) (any, error) { return s.decode(b) }

// Set is the screens of a program by pattern.
type Set map[string]Screen

// NewSet collects lists of screens. It panics when two are for the same pattern: the lists
// are the program's own and collected at its start, so no build with that passes a test.
func NewSet(lists ...[]Screen) Set {
	set := Set{}
	for _, list := range lists {
		for _, s := range list {
			if _, twice := set[s.pattern]; twice {
				panic("view: two screens for " + s.pattern) // a mistake in the program's own lists, met at every start
			}
			set[s.pattern] = s
		}
	}
	return set
}

// Page draws the whole page, chrome included, from a state in memory: the
// server's way. The state's type must be the screen's.
func (set Set) Page(pattern string, frame page.Frame, state any) (*node.Element, error) {
	s, ok := set[pattern]
	if !ok {
		return nil, &Error{Pattern: pattern, Err: ErrNoScreen}
	}
	body, err := s.draw(state)
	if err != nil {
		return nil, err
	}
	return Chrome(frame, body), nil
}

// Render draws the whole page from an answered envelope: the browser's way. The server may
// be newer than this program and say what no screen here can draw, an icon's name for one;
// that is an error, and the page is left to the browser.
func (set Set) Render(env page.Envelope) (root *node.Element, err error) {
	defer func() {
		if recover() != nil {
			root, err = nil, &Error{Pattern: env.Pattern, Err: ErrState}
		}
	}()
	s, ok := set[env.Pattern]
	if !ok {
		return nil, &Error{Pattern: env.Pattern, Err: ErrNoScreen}
	}
	if len(env.Tree) > 0 {
		return node.ReadJSON(env.Tree)
	}
	state, err := s.decode(env.State)
	if err != nil {
		return nil, &Error{Pattern: env.Pattern, Err: err}
	}
	return set.Page(env.Pattern, env.Frame, state)
}
