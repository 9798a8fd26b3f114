// Package all lists every screen of the program, for the server and the browser
// app alike. A new package of screens is added here and nowhere else.
package all

import (
	"shebao/app/view"
	"shebao/app/view/account"
	"shebao/app/view/admin"
	"shebao/app/view/agreement"
	"shebao/app/view/certificate"
	"shebao/app/view/contribution"
	"shebao/app/view/home"
	"shebao/app/view/notice"
	"shebao/app/view/refund"
)

// Screens is the program's set of screens.
func Screens() view.Set {
	return view.NewSet(
		account.Screens(),
		admin.Screens(),
		agreement.Screens(),
		certificate.Screens(),
		contribution.Screens(),
		home.Screens(),
		notice.Screens(),
		refund.Screens(),
	)
}
