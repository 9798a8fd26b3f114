package page

// The officers' pages of certificates (缴费证明).
const (
	PathAdminCertificates = "/admin/certificates"
	PathAdminCertificate  = "/admin/certificates/{id}"
)

// Fields of the officers' pages of certificates.
const (
	AdminFieldState = "state"
	AdminFieldCause = "cause"
)

// AdminCertificate is the state of PathAdminCertificate.
type AdminCertificate struct {
	Case AdminCase          `json:"case"`
	Rows Table              `json:"rows"`
	Sure *AdminWithdrawSure `json:"sure,omitempty"` // asked before the certificate is withdrawn
}

// AdminWithdrawSure is what will be done, for the officer to confirm.
type AdminWithdrawSure struct {
	Number string `json:"number"`
	Holder string `json:"holder"` // masked
	Cause  Fact   `json:"cause"`  // label and value
	Note   string `json:"note"`
	Back   string `json:"back"`
	Do     string `json:"do"` // what 【确认作废】 sends as AdminFieldDo
}
