package view

// Media types and headers of the talk between the browser app and the server: the app
// asks for the address that is in the address bar and says it wants the page as JSON.
const (
	PageType      = "application/vnd.shebao.page+json" // Accept of the request, Content-Type of a page.Envelope
	VersionHeader = "X-Shebao-Version"                 // the server's asset version, on every page answer
	// UnaskedHeader is on requests that the app makes by itself, which no person asked for:
	// they don't keep a login. UnaskedCookie says it where a header can't, of the next page;
	// scripts set it, for some seconds.
	UnaskedHeader = "X-Shebao-Unasked"
	UnaskedCookie = "unasked"
)
