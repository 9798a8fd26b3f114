//go:build js && wasm

// Command console is the officers' browser app: the residents' one with the screens of the
// console instead of theirs, so that phones need not carry those.
package main

import (
	"shebao/app/host"
	"shebao/app/view/all"
)

func main() { host.Run(all.Officers(), host.Pages{}) }
