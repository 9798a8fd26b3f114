//go:build js && wasm

// Command app is the browser app of the trial pages.
package main

import (
	"fmt"
	"os"

	"shebao/app/host"
	"shebao/app/host/internal/trial"
)

func main() {
	if err := host.Run(trial.Screens()); err != nil {
		fmt.Fprintln(os.Stderr, "shebao:", err)
	}
}
