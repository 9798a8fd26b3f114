// Package view turns a page's state into its picture. It holds the registry of
// screens, the chrome around them and the HTML document; the screens themselves
// are pure functions in the packages below it.
package view

import (
	"encoding/json"
	"errors"
	"fmt"

	"shebao/app/node"
	"shebao/shared/page"
)

// ErrNoScreen means that no screen is registered for a pattern.
var ErrNoScreen = errors.New("no such screen")

// Screen draws the states of one path pattern.
type Screen struct {
	pattern string
	decode  func(json.RawMessage) (any, error)
	draw    func(any) (node.Node, error)
}

// Of makes the screen for pattern ("/payments/{id}") from a pure function of its state.
func Of[S any](pattern string, f func(S) node.Node) Screen {
	return Screen{
		pattern: pattern,
		decode: func(b json.RawMessage) (any, error) {
			var s S
			err := json.Unmarshal(b, &s)
			return s, err
		},
		draw: func(v any) (node.Node, error) {
			switch s := v.(type) {
			case S:
				return f(s), nil
			case *S:
				return f(*s), nil
			}
			var want S
			return nil, fmt.Errorf("draw %s: state is %T, not %T", pattern, v, want)
		},
	}
}

// Pattern is the path pattern the screen is for.
func (s Screen) Pattern() string { return s.pattern }

// Set is the screens of a program by pattern.
type Set map[string]Screen

// NewSet collects lists of screens. It panics when two are for the same pattern.
func NewSet(lists ...[]Screen) Set {
	set := Set{}
	for _, list := range lists {
		for _, s := range list {
			if _, twice := set[s.pattern]; twice {
				panic("view: two screens for " + s.pattern)
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
		return nil, fmt.Errorf("draw %s: %w", pattern, ErrNoScreen)
	}
	body, err := s.draw(state)
	if err != nil {
		return nil, err
	}
	return Chrome(frame, body), nil
}

// Render draws the whole page from an answered envelope: the browser's way.
func (set Set) Render(env page.Envelope) (*node.Element, error) {
	s, ok := set[env.Pattern]
	if !ok {
		return nil, fmt.Errorf("draw %s: %w", env.Pattern, ErrNoScreen)
	}
	if len(env.Tree) > 0 {
		return node.ReadJSON(env.Tree)
	}
	state, err := s.decode(env.State)
	if err != nil {
		return nil, fmt.Errorf("read the state of %s: %w", env.Pattern, err)
	}
	return set.Page(env.Pattern, env.Frame, state)
}
