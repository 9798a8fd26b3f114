//go:build js && wasm

// Command app is the browser app: it takes over the page that the server sent and shows
// the next ones itself. Without it every page works as plain HTML.
package main

import (
	"fmt"
	"os"

	"shebao/app/host"
	"shebao/app/view/all"
)

func main() {
	if err := host.Run(all.Screens()); err != nil {
		fmt.Fprintln(os.Stderr, "shebao:", err) // the browser's console; the page stays as it is
	}
}
