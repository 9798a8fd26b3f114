// Package json stands in for encoding/json in the browser app's copy of go-app. Our pages
// are read by app/wire; go-app itself would use JSON for states, storage and push
// subscriptions, none of which this app has from it. So nothing is read and nothing is
// written: every call says that it is not there.
package json

import "errors"

// ErrAbsent is the answer to every call.
var ErrAbsent = errors.New("JSON of go-app's own is not part of this program")

// RawMessage is a text that is not read yet.
type RawMessage []byte

// Marshal answers ErrAbsent.
func Marshal(any) ([]byte, error) { return nil, ErrAbsent }

// Unmarshal answers ErrAbsent.
func Unmarshal([]byte, any) error { return ErrAbsent }
