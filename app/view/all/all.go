// Package all lists every screen of the program, for the server and the browser
// apps alike. A new package of screens is added here and nowhere else.
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

// Screens is every screen: what the server draws.
func Screens() view.Set { return view.NewSet(append(residents(), officers()...)...) }

// Residents are the screens of the residents' browser app.
func Residents() view.Set { return view.NewSet(residents()...) }

// Officers are the screens of the officers' browser app.
func Officers() view.Set { return view.NewSet(officers()...) }

func officers() [][]view.Screen {
	view.Console = admin.Desk
	return [][]view.Screen{admin.Screens()}
}

func residents() [][]view.Screen {
	return [][]view.Screen{
		account.Screens(),
		agreement.Screens(),
		certificate.Screens(),
		contribution.Screens(),
		home.Screens(),
		notice.Screens(),
		refund.Screens(),
	}
}
