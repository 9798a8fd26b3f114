package demo

import "shebao/shared/officer"

// Officer is one of the demo officers; the password is Password.
type Officer struct {
	User, Name string
	Role       officer.Role
	Secret     string // of the one-time codes, base32
}

// Officers are the demo officers. Everybody knows their secrets: they exist in demo mode only.
func Officers() []Officer {
	return []Officer{
		{"operator", "王经办", officer.Operator, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA"},
		{"reviewer", "刘复核", officer.Reviewer, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLB"},
		{"admin", "孙管理", officer.Admin, "MFZWIZTHNBVGW3DNMFZWIZTHNBVGW3DC"},
		{"auditor", "周审计", officer.Auditor, "OF3WK4TUPF2WS33QOF3WK4TUPF2WS33D"},
	}
}
