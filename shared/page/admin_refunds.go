package page

// Paths of refunds in the console.
const (
	PathAdminRefunds = "/admin/refunds"
	PathAdminRefund  = "/admin/refunds/{id}"
)

// AdminRefund is the state of PathAdminRefund: what it is about, the evidence, what can be
// done and what was done.
type AdminRefund struct {
	Case   AdminCase `json:"case"`
	Step   int       `json:"step"` // of 申请 审核 复核 银行退款 完成; -1 when it ended otherwise
	Tables []Table   `json:"tables"`
	Live   string    `json:"live,omitempty"`
}

// InFrame asks again while the refund is under way.
func (s AdminRefund) InFrame(f Frame) Frame {
	f.Title = s.Case.Title
	if s.Live != "" {
		f.Live, f.Refresh = s.Live, 10
	}
	return f
}
