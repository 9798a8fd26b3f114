// Package os stands in for the standard one in the browser app's copy of go-app: a
// browser has no environment.
package os

// Getenv is always "".
func Getenv(string) string { return "" }
