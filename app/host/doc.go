// Package host runs pages in the browser. It takes over the page that the server sent,
// follows links and sends forms by asking the same addresses for JSON, and hands the
// trees that views return to go-app. It knows no screen.
package host
