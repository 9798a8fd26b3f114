package page

// PathAdminCredentials is where officers set their own password and one-time codes. Its fields are
// those of PathPassword, and AdminFieldCode.
const PathAdminCredentials = "/admin/credentials" //nolint:gosec // a path, no credential

// AdminFieldSecret is the secret that was offered, base32.
const AdminFieldSecret = "secret"

// AdminCredentials is the state of PathAdminCredentials. Passwords are never in it.
type AdminCredentials struct {
	Initial  bool      `json:"initial,omitempty"` // what was handed over must be replaced before anything else
	Secret   string    `json:"secret,omitempty"`  // offered to this officer alone
	QR       QR        `json:"qr,omitempty"`
	Recovery []string  `json:"recovery,omitempty"` // shown once
	Problems []Problem `json:"problems,omitempty"`
}

// InFrame leads nowhere else before the credentials are the officer's own.
func (s AdminCredentials) InFrame(f Frame) Frame {
	if s.Initial {
		f.Nav, f.Back = nil, ""
	}
	return f
}
