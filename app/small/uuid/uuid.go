// Package uuid stands in for github.com/google/uuid in the browser app's copy of go-app,
// which names devices and stores by it. This app does neither.
package uuid

// NewString panics: go-app calls it for a device's id and for states told to other tabs,
// which this program never asks for. An invented name would hide that somebody began to.
func NewString() string { panic("uuid: go-app's own names are not part of this program") } // a silent name would hide that go-app began to ask
