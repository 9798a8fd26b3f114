package page

import "shebao/shared/money"

// Patterns of the lists of declarations and payments.
const (
	PatternPensionDeclarations = "/pension/declarations"
	PatternMedicalDeclarations = "/medical/declarations"
	PatternPensionDeclaration  = "/pension/declarations/{id}"
	PatternMedicalDeclaration  = "/medical/declarations/{id}"
	PatternPensionPayments     = "/pension/payments"
	PatternMedicalPayments     = "/medical/payments"
	PatternPensionRecord       = "/pension/payments/{id}"
	PatternMedicalRecord       = "/medical/payments/{id}"
)

// Query and form fields of the lists.
const (
	FieldFrom   = "from"
	FieldTo     = "to"
	FieldAfter  = "after"  // cursors of the pages so far, the last one is where this page begins
	FieldVoid   = "void"   // declaration id: the question before it is voided, and the button that asks it
	FieldReason = "reason" // why, in the person's words
	FieldGoPay  = "go"     // button 【继续缴费】 of one declaration, its id
)

// Span is the range of a query, as typed.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
	Min  string `json:"min,omitempty"`
	Max  string `json:"max,omitempty"`
}

// Turn is where one is in a long list.
type Turn struct {
	Page int    `json:"page"`
	Prev string `json:"prev,omitempty"`
	Next string `json:"next,omitempty"`
}

// Declarations is the state of a list of declarations.
type Declarations struct {
	Title    string           `json:"title"` // what the list is called
	Path     string           `json:"path"`
	Span     Span             `json:"span"`
	Problems []Problem        `json:"problems,omitempty"`
	Rows     []DeclarationRow `json:"rows"`
	Turn     Turn             `json:"turn"`
	Detail   string           `json:"detail,omitempty"` // path below which details are, "" without
	Payable  bool             `json:"payable,omitempty"`
	Void     *VoidQuestion    `json:"void,omitempty"`
	Menu     string           `json:"menu"` // path of the scheme's menu
	Pay      string           `json:"pay"`  // path of 缴费办理
}

// InFrame gives the frame the question's title.
func (d Declarations) InFrame(f Frame) Frame {
	if d.Void != nil {
		f.Title, f.Back = "作废申报", d.Void.Back
	}
	return f
}

// DeclarationRow is one declaration.
type DeclarationRow struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"` // 2026 年度 城乡居民养老
	Kind    string    `json:"kind"`  // 正常缴费, 特殊缴费
	Date    string    `json:"date"`
	Channel string    `json:"channel"`
	Period  string    `json:"period"`
	Amount  money.Fen `json:"amount"` // fen
	Insured string    `json:"insured,omitempty"`
	State   string    `json:"state"` // 申报状态
	Tone    string    `json:"tone"`  // ok, warn, off
	Pay     string    `json:"pay"`   // 缴费状态
	CanPay  bool      `json:"canPay,omitempty"`
	CanVoid bool      `json:"canVoid,omitempty"`
	Note    string    `json:"note,omitempty"` // why not, the bank's last words
	Result  string    `json:"result,omitempty"`
}

// VoidQuestion asks before a declaration is voided.
type VoidQuestion struct {
	Row     DeclarationRow `json:"row"`
	Back    string         `json:"back"`
	Refusal string         `json:"refusal,omitempty"`
}

// DeclarationDetail is the state of one declaration's page.
type DeclarationDetail struct {
	Row    DeclarationRow `json:"row"`
	Facts  []PayPair      `json:"facts"`
	Path   string         `json:"path"` // of the list
	Back   string         `json:"back"`
	Action string         `json:"action"`
}

// InFrame leads back to the list.
func (d DeclarationDetail) InFrame(f Frame) Frame {
	f.Back = d.Back
	return f
}

// PaidRecords is the state of 缴费记录查询.
type PaidRecords struct {
	Scheme   string      `json:"scheme"` // 城乡居民养老
	Path     string      `json:"path"`
	Span     Span        `json:"span"`
	Problems []Problem   `json:"problems,omitempty"`
	Total    money.Fen   `json:"total"` // fen, of all pages
	Count    int         `json:"count"`
	Years    []YearPaid  `json:"years,omitempty"`
	Rows     []PaidEntry `json:"rows"`
	Turn     Turn        `json:"turn"`
	Refunded []PaidEntry `json:"refunded,omitempty"` // 已退费, in no total
	Apply    string      `json:"apply,omitempty"`    // 【证明申请】, "" when all shown were paid for others
	Theirs   string      `json:"theirs,omitempty"`   // who has certificates made of those
	Pay      string      `json:"pay"`                // path of 缴费办理
}

// YearPaid is one year's sum.
type YearPaid struct {
	Year   int       `json:"year"`
	Count  int       `json:"count"`
	Amount money.Fen `json:"amount"` // fen
}

// PaidEntry is one payment record of the list.
type PaidEntry struct {
	Path   string    `json:"path"`
	Title  string    `json:"title"`
	Note   string    `json:"note"`
	Amount money.Fen `json:"amount"` // fen
	Tag    string    `json:"tag,omitempty"`
}

// PaidRecord is the state of one payment record.
type PaidRecord struct {
	Title  string    `json:"title"`
	Amount money.Fen `json:"amount"` // fen
	Facts  []PayPair `json:"facts"`
	Apply  string    `json:"apply,omitempty"`  // "" once the money went back, or for another's insurance
	Theirs string    `json:"theirs,omitempty"` // who has the certificate made, when not the person
	Refund string    `json:"refund,omitempty"` // path of 【申请退费】, "" when it is not theirs to ask
	Back   string    `json:"back,omitempty"`   // path of the refund under way, or done
	State  string    `json:"state,omitempty"`  // of that refund
	Tone   string    `json:"tone,omitempty"`
}
