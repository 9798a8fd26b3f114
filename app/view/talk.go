package view

// Media types and headers of the talk between the browser app and the server: the app
// asks for the address that is in the address bar and says it wants the page as JSON.
const (
	PageType      = "application/vnd.shebao.page+json" // Accept of the request, Content-Type of a page.Envelope
	VersionHeader = "X-Shebao-Version"                 // the server's asset version, on every page answer
)
