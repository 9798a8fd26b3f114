package page

import "shebao/shared/money"

// Patterns of the standing yearly amount.
const (
	PatternAmounts     = "/pension/amounts"
	PatternAmountsVoid = "/pension/amounts/void"
)

// Query and form fields of the standing yearly amount.
const (
	FieldAmountEnrolment = "enr"   // mark of the enrolment
	FieldAmountTier      = "tier"  // fen, or AmountOther
	FieldAmountOther     = "other" // whole yuan, as typed
	FieldAmountSet       = "set"   // setting that was just made: the dialog 设置成功
	FieldAmountSetting   = "id"    // setting to void, may repeat; in the address: the question before it
)

// AmountOther is 其他金额.
const AmountOther = "other"

// AmountForm is the state of PatternAmounts.
type AmountForm struct {
	Problems []Problem    `json:"problems,omitempty"`
	Cards    []AmountCard `json:"cards,omitempty"` // enrolments to choose from; none: nothing found
	Ask      []PayAsk     `json:"ask,omitempty"`
	Open     *AmountOpen  `json:"open,omitempty"` // the chosen one, when its amount can be set
	Done     *AmountDone  `json:"done,omitempty"`
}

// InFrame gives the dialog its title.
func (a AmountForm) InFrame(f Frame) Frame {
	if a.Done != nil {
		f.Title = "设置成功"
	}
	return f
}

// AmountCard is one enrolment with what is set for it.
type AmountCard struct {
	Mark      string       `json:"mark"`
	Scheme    string       `json:"scheme"`
	Category  string       `json:"category"`
	Authority string       `json:"authority"` // full name
	Year      string       `json:"year"`      // 2026 年度, "" outside the window
	Current   string       `json:"current"`   // ¥ 3,000.00 or 未设置缴费金额
	Valid     string       `json:"valid,omitempty"`
	Ticked    bool         `json:"ticked,omitempty"`
	Path      string       `json:"path"`              // chooses it
	Refusal   string       `json:"refusal,omitempty"` // why it can't be changed
	Note      string       `json:"note,omitempty"`    // a run holds it
	History   []AmountPast `json:"history,omitempty"`
}

// AmountPast is an earlier setting.
type AmountPast struct {
	Set    string    `json:"set"`    // when, 2026-09-01
	Amount money.Fen `json:"amount"` // fen, the tier
	End    string    `json:"end"`    // 2026-10-01 更改, 2026-10-01 作废
}

// AmountOpen is the choice of the amount.
type AmountOpen struct {
	Mark    string       `json:"mark"`
	Tiers   []AmountTier `json:"tiers"`
	Value   string       `json:"value"` // chosen: fen, AmountOther or ""
	Other   string       `json:"other,omitempty"`
	Range   string       `json:"range"`   // 1,000 元至 9,000 元
	Subsidy money.Fen    `json:"subsidy"` // 政府代缴, fen
	Note    string       `json:"note,omitempty"`
}

// AmountTier is one tier with what it comes to.
type AmountTier struct {
	Tier money.Fen `json:"tier"` // fen
	Pays money.Fen `json:"pays"` // what the person pays, fen
	Adds money.Fen `json:"adds"` // what government adds to the account, fen
}

// AmountDone is what was set.
type AmountDone struct {
	Facts []PayPair `json:"facts"`
	Note  string    `json:"note"`
}

// AmountVoid is the state of PatternAmountsVoid.
type AmountVoid struct {
	Problems []Problem       `json:"problems,omitempty"`
	Rows     []AmountSetting `json:"rows,omitempty"`
	Confirm  []AmountSetting `json:"confirm,omitempty"` // the question: these will be voided
	Later    []string        `json:"later,omitempty"`   // what a run still takes though it was voided
}

// InFrame gives the question its title.
func (a AmountVoid) InFrame(f Frame) Frame {
	if len(a.Confirm) > 0 {
		f.Title, f.Back = "确认作废", PatternAmountsVoid
	}
	return f
}

// AmountSetting is one setting in force.
type AmountSetting struct {
	ID        string    `json:"id"`
	Scheme    string    `json:"scheme"`
	Authority string    `json:"authority"`
	Tier      money.Fen `json:"tier"`   // fen
	Amount    money.Fen `json:"amount"` // what is debited, fen
	Valid     string    `json:"valid"`  // 2026-01-01 至 2026-12-31
	Next      string    `json:"next"`   // next planned debit
	CutOff    string    `json:"cutoff"` // until then changes count for it, "" when none is planned
	Note      string    `json:"note,omitempty"`
}
