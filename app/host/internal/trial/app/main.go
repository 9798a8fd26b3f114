//go:build js && wasm

// Command app is the browser app of the trial pages.
package main

import (
	"shebao/app/host"
	"shebao/app/host/internal/trial"
)

func main() {
	host.Run(trial.Screens(), host.Pages{Menus: []string{trial.Menu}, Forms: []string{trial.Blank}})
}
