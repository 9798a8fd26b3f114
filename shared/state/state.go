// Package state holds the tables of legal transitions: which event leads from
// which state to which. It knows no particular state.
package state

import "errors"

// ErrIllegal says that the event is not allowed in the state.
var ErrIllegal = errors.New("illegal transition")

// IllegalError names a refused transition.
type IllegalError struct {
	From, Event string
}

// Error says which event was refused in which state.
func (e *IllegalError) Error() string {
	return "illegal transition: " + e.Event + " in state " + e.From
}

// Is reports that every IllegalError is ErrIllegal.
func (e *IllegalError) Is(target error) bool { return target == ErrIllegal }

// Edge is one legal transition.
type Edge[S, E ~string] struct {
	From  S
	Event E
	To    S
}

// Table is a set of legal transitions, at most one for a state and event.
type Table[S, E ~string] struct {
	edges []Edge[S, E]
}

// New makes a table. Two edges with the same state and event are a programming
// error and stop the program at start.
func New[S, E ~string](edges ...Edge[S, E]) Table[S, E] {
	seen := map[string]bool{}
	for _, e := range edges {
		key := string(e.From) + "\x00" + string(e.Event)
		if seen[key] {
			panic("state: two edges for " + string(e.From) + " " + string(e.Event)) // found by any test that imports the table
		}
		seen[key] = true
	}
	return Table[S, E]{edges: edges}
}

// Next returns the state that the event leads to, or an IllegalError.
func (t Table[S, E]) Next(from S, event E) (S, error) {
	for _, e := range t.edges {
		if e.From == from && e.Event == event {
			return e.To, nil
		}
	}
	return from, &IllegalError{From: string(from), Event: string(event)}
}

// From lists the states in which the event is legal, in the table's order.
func (t Table[S, E]) From(event E) []S {
	var from []S
	for _, e := range t.edges {
		if e.Event == event {
			from = append(from, e.From)
		}
	}
	return from
}

// Edges lists the table.
func (t Table[S, E]) Edges() []Edge[S, E] { return append([]Edge[S, E](nil), t.edges...) }
