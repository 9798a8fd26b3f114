// Package uuid stands in for github.com/google/uuid in the browser app's copy of go-app,
// which names devices and stores by it. This app does neither.
package uuid

// NewString panics: what would need the name is not part of this program.
func NewString() string { panic("uuid: go-app's own names are not part of this program") }
