//go:build js && wasm

// Command app is the browser app: it takes over the page that the server sent and shows
// the next ones itself. Without it every page works as plain HTML.
package main

import (
	"shebao/app/host"
	"shebao/app/view/all"
	"shebao/shared/page"
)

func main() { host.Run(all.Residents(), host.Pages{Menus: page.Menus(), Forms: page.Forms()}) }
