package page

import "shebao/shared/money"

// The pages of refunds (退费).
const (
	PatternRefunds     = "/refunds"
	PatternRefundApply = "/refunds/apply"
	PatternRefund      = "/refunds/{id}"
)

// Query and form fields of refunds.
const (
	RefundFieldRecord = "record" // declaration that was paid
	RefundFieldReason = "reason"
	RefundFieldSays   = "says"
	RefundFieldStep   = "step" // in an address: which question; in a form: which button was pressed
)

// Values of RefundFieldStep.
const (
	RefundStepNext     = "next"     // the reason is chosen: show what will happen
	RefundStepConfirm  = "confirm"  // what will happen; ask for it
	RefundStepWithdraw = "withdraw" // ask before it is taken back
	RefundStepGone     = "gone"     // take it back
)

// RefundApply is the state of PatternRefundApply: the reason, then what will happen.
type RefundApply struct {
	Title    string         `json:"title"`
	Amount   money.Fen      `json:"amount"` // fen
	Facts    []PayPair      `json:"facts"`
	Refusal  string         `json:"refusal,omitempty"` // why no refund can be asked for
	Live     string         `json:"live,omitempty"`    // path of the refund under way
	Reasons  []RefundReason `json:"reasons,omitempty"`
	Over     []string       `json:"over,omitempty"` // reasons whose last day is over
	Reason   string         `json:"reason,omitempty"`
	Says     string         `json:"says,omitempty"`
	Confirm  bool           `json:"confirm,omitempty"` // the second step
	Edit     string         `json:"edit,omitempty"`    // path back to the first one, which keeps the answers
	Will     []string       `json:"will,omitempty"`    // what will happen
	Back     string         `json:"back"`              // path of the payment record
	Problems []Problem      `json:"problems,omitempty"`
}

// InFrame leads back to the payment record, or from the second step to the first.
func (s RefundApply) InFrame(f Frame) Frame {
	f.Back = s.Back
	if s.Confirm {
		f.Back = s.Edit
	}
	return f
}

// RefundReason is one reason to choose.
type RefundReason struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Note  string `json:"note"`
	On    bool   `json:"on,omitempty"`
}

// Refunds is the state of PatternRefunds: the person's refunds, newest first.
type Refunds struct {
	Rows []RefundRow `json:"rows"`
	Turn Turn        `json:"turn"`
}

// RefundRow is one refund of the list.
type RefundRow struct {
	Path   string    `json:"path"`
	Title  string    `json:"title"`
	Note   string    `json:"note"`
	Amount money.Fen `json:"amount"` // fen
	State  string    `json:"state"`
	Tone   string    `json:"tone"` // ok, warn, bad, off
}

// RefundOutcome says how a refund ended, so far.
type RefundOutcome string

// The outcomes.
const (
	RefundWaiting  RefundOutcome = "wait"
	RefundDone     RefundOutcome = "done"
	RefundRefused  RefundOutcome = "refused"
	RefundGoneBack RefundOutcome = "gone" // taken back by the person
)

// RefundDetail is the state of PatternRefund.
type RefundDetail struct {
	Title    string        `json:"title"` // 2027 年度 城乡居民医疗
	Amount   money.Fen     `json:"amount"`
	State    string        `json:"state"`
	Tone     string        `json:"tone"`
	Outcome  RefundOutcome `json:"outcome"`
	Step     int           `json:"step"` // of 提交申请 审核 复核 银行退款 完成
	Note     string        `json:"note,omitempty"`
	Next     string        `json:"next"` // what happens next
	Facts    []PayPair     `json:"facts"`
	History  []PayPair     `json:"history"`            // time and what happened, oldest first
	Withdraw string        `json:"withdraw,omitempty"` // path of the question, while it can be taken back
	Ask      bool          `json:"ask,omitempty"`      // the question before it is taken back
	Here     string        `json:"here"`
	Record   string        `json:"record,omitempty"` // path of the payment record; "" when the bureau found the money
	Pay      string        `json:"pay,omitempty"`    // path of 缴费办理, when the due can be paid again
	Again    string        `json:"again,omitempty"`  // path of another application
	Live     string        `json:"live,omitempty"`
	Refresh  int           `json:"refresh,omitempty"`
	Spoken   string        `json:"spoken,omitempty"` // 关怀模式: read aloud
	Problems []Problem     `json:"problems,omitempty"`
}

// InFrame asks again while the refund is under way.
func (s RefundDetail) InFrame(f Frame) Frame {
	if s.Ask {
		f.Title, f.Back = "撤回退费申请", s.Here
		return f
	}
	f.Live, f.Refresh = s.Live, s.Refresh
	return f
}
