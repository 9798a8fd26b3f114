package page

import (
	"shebao/shared/money"
)

// Patterns of the pages on which people pay.
const (
	PatternPensionPay = "/pension/pay"
	PatternMedicalPay = "/medical/pay"
	PatternPayment    = "/payments/{id}"
)

// Query and form fields of paying. Values are opaque: never a document or an account.
const (
	FieldPayStep        = "step"
	FieldPayFor         = "for"       // grant to pay for a principal
	FieldPayEnrolment   = "enr"       // mark of an enrolment, may repeat
	FieldPayKind        = "kind"      // contribution.Kind: the tab
	FieldPayDue         = "due"       // mark of a due and the amount seen, may repeat
	FieldPayDeclaration = "decl"      // declaration id, may repeat
	FieldPayMethod      = "method"    //
	FieldPayAgreement   = "agreement" // agreement id
	FieldPayPayment     = "pay"       // payment id
	FieldPayKey         = "key"       // Idempotency-Key of one look at the agreements
	FieldPayShown       = "shown"     // unix second until which the document number is shown
)

// PayKindAssessed is the tab 【特殊缴费】, the contribution.Kind of that name. Pages hold texts
// so that the browser app does without the rules behind them.
const PayKindAssessed = "assessed"

// PayStep is one step of paying; each has its own address.
type PayStep string

// The steps.
const (
	StepIdentity   PayStep = "identity"
	StepReveal     PayStep = "reveal" // asks before the document number is shown
	StepOther      PayStep = "other"  // 他人: who the principal is
	StepEnrolments PayStep = "enrolment"
	StepDues       PayStep = "dues"
	StepMethod     PayStep = "method"
	StepTip        PayStep = "tip"
	StepAgreements PayStep = "agreement"
	StepDone       PayStep = "done"
)

// Index is the step's place in the line of five that people see.
func (s PayStep) Index() int {
	switch s {
	case StepIdentity, StepReveal, StepOther:
		return 0
	case StepEnrolments:
		return 1
	case StepDues:
		return 2
	case StepMethod, StepTip, StepAgreements:
		return 3
	case StepDone:
		return 4
	default:
		return 0
	}
}

// Title is the step's heading.
func (s PayStep) Title() string {
	switch s {
	case StepIdentity:
		return "确认身份"
	case StepReveal:
		return "显示证件号码"
	case StepOther:
		return "填写委托人信息"
	case StepEnrolments:
		return "参保信息选择"
	case StepDues:
		return "缴费信息提交"
	case StepMethod:
		return "选择支付方式"
	case StepTip:
		return "缴费提示"
	case StepAgreements:
		return "选择扣款协议"
	case StepDone:
		return "缴费完成"
	default:
		return "缴费办理"
	}
}

// Pay is the state of a pay page: the step and what belongs to it.
type Pay struct {
	Scheme     string         `json:"scheme"` // contribution.Scheme
	Step       PayStep        `json:"step"`
	Back       string         `json:"back,omitempty"`
	For        string         `json:"for,omitempty"` // masked name of the principal, "" for oneself
	Problems   []Problem      `json:"problems,omitempty"`
	Identity   *PayIdentity   `json:"identity,omitempty"`
	Other      *PayOther      `json:"other,omitempty"`
	Enrolments *PayEnrolments `json:"enrolments,omitempty"`
	Dues       *PayDues       `json:"dues,omitempty"`
	Bill       *PayBill       `json:"bill,omitempty"`
	Agreements *PayAgreements `json:"agreements,omitempty"`
	Done       *PayDone       `json:"done,omitempty"`
}

// InFrame gives the frame the step's title and way back, and live updates while a debit is on its way.
func (p Pay) InFrame(f Frame) Frame {
	f.Title, f.Back = p.Step.Title(), p.Back
	if p.Identity != nil {
		f.Refresh = p.Identity.Left
	}
	if p.Done != nil {
		f.Title = p.Done.Heading()
		f.Live, f.Refresh = p.Done.Live, p.Done.Refresh
	}
	return f
}

// PayIdentity is who pays.
type PayIdentity struct {
	Name        string        `json:"name"`
	Document    string        `json:"document"` // kind
	Number      string        `json:"number"`   // masked unless Shown
	Nationality string        `json:"nationality"`
	Phone       string        `json:"phone"` // masked
	Reveal      string        `json:"reveal,omitempty"`
	Shown       bool          `json:"shown,omitempty"`
	Left        int           `json:"left,omitempty"`   // seconds that the whole number is still shown
	Masked      string        `json:"masked,omitempty"` // what takes its place then
	Self        string        `json:"self,omitempty"`   // path of 【本人】, "" when there is no choice
	Others      string        `json:"others,omitempty"`
	Principal   *PayPrincipal `json:"principal,omitempty"` // paying for 他人
}

// PayPrincipal is the other person one pays for (委托人), masked.
type PayPrincipal struct {
	Name     string `json:"name"`
	Document string `json:"document"`
	Number   string `json:"number"`
}

// PayEnrolments is the choice of 参保信息.
type PayEnrolments struct {
	Cards []EnrolmentCard `json:"cards"`
	Ask   []PayAsk        `json:"ask,omitempty"` // who to ask when nothing was found
}

// PayAsk is who holds some data and how to reach them.
type PayAsk struct {
	Who   string `json:"who"`
	Phone string `json:"phone"`
}

// EnrolmentCard is one enrolment to tick.
type EnrolmentCard struct {
	Mark      string    `json:"mark"`
	Scheme    string    `json:"scheme"`
	Category  string    `json:"category"`
	Authority string    `json:"authority"` // full name
	Agency    string    `json:"agency"`
	Period    string    `json:"period"` // of the due that can be paid, "" for none
	Status    string    `json:"status"` // 正常参保, 终止参保
	Ticked    bool      `json:"ticked,omitempty"`
	Refusal   string    `json:"refusal,omitempty"` // why it can't be chosen
	Levy      string    `json:"levy"`              // 征收项目
	Item      string    `json:"item"`              // 征收品目
	Number    string    `json:"number"`            // 个人编号
	Valid     string    `json:"valid"`             // 有效期起止
	Tier      string    `json:"tier"`              // 档次 or 缴费标准
	Subsidy   money.Fen `json:"subsidy"`           // 政府代缴, fen
}

// PayDues is the choice of dues.
type PayDues struct {
	Kind     string    `json:"kind"`               // contribution.Kind: the tab that is open
	Regular  string    `json:"regular"`            // path of the tab 【正常缴费】
	Assessed string    `json:"assessed,omitempty"` // path of the tab 【特殊缴费】, "" for a scheme without
	Cards    []DueCard `json:"cards"`
	Hint     string    `json:"hint,omitempty"` // what waits under the other tab
	Picked   int       `json:"picked"`
	Sum      money.Fen `json:"sum"` // fen, of the ticked cards
}

// DueCard is one due to tick.
type DueCard struct {
	Value     string    `json:"value"` // what the field FieldPayDue says
	Title     string    `json:"title"` // 2026 年度 城乡居民养老
	Note      string    `json:"note"`  // authority and period
	Tag       string    `json:"tag"`
	Amount    money.Fen `json:"amount"`             // fen; 0 when not known
	Basis     string    `json:"basis"`              // where the amount comes from
	Tier      money.Fen `json:"tier,omitempty"`     // 缴费金额 that Subsidy is taken off, fen
	Adds      money.Fen `json:"adds,omitempty"`     // what government adds, fen
	Subsidy   money.Fen `json:"subsidy,omitempty"`  // 政府代缴, fen
	Reason    string    `json:"reason,omitempty"`   // why it was assessed
	Deadline  string    `json:"deadline,omitempty"` // last day
	Ticked    bool      `json:"ticked,omitempty"`
	Refusal   string    `json:"refusal,omitempty"`   // why it can't be ticked
	Link      string    `json:"link,omitempty"`      // what to do about it
	LinkLabel string    `json:"linkLabel,omitempty"` //
}

// PayBill is what is about to be paid.
type PayBill struct {
	Amount  money.Fen `json:"amount"` // fen
	What    string    `json:"what"`   // 2026 年度 城乡居民养老 · 李*
	Lines   []PayLine `json:"lines"`
	Refusal string    `json:"refusal,omitempty"` // why it can't be paid now
	Link    string    `json:"link,omitempty"`    // what to do about it
	Label   string    `json:"label,omitempty"`
	Closed  []string  `json:"closed,omitempty"` // payment methods that are not open
	Notes   []string  `json:"notes,omitempty"`  // what to know before paying: the tip
	Spoken  string    `json:"spoken,omitempty"` // read aloud in 关怀模式
}

// PayLine is one thing paid for.
type PayLine struct {
	Title  string    `json:"title"`
	Note   string    `json:"note"`
	Amount money.Fen `json:"amount"` // fen
}

// PayAgreements is the choice of agreement.
type PayAgreements struct {
	Key    string          `json:"key"` // Idempotency-Key of this look
	Cards  []AgreementCard `json:"cards"`
	Usable int             `json:"usable"`
	Add    string          `json:"add"`       // path of 【新增协议】
	Need   string          `json:"authority"` // short name of the authority an agreement must be with
	List   string          `json:"list"`      // what the list is called where one can go on tomorrow
}

// AgreementCard is one agreement to choose.
type AgreementCard struct {
	ID      string `json:"id"`
	Label   string `json:"label"`   // 北京银行（0012）
	Account string `json:"account"` // masked
	Note    string `json:"note"`    // authority and account
	Tag     string `json:"tag"`
	Ticked  bool   `json:"ticked,omitempty"`
	Refusal string `json:"refusal,omitempty"` // why it can't be used
}

// PayOutcome is how far a payment is.
type PayOutcome string

// The outcomes.
const (
	PaySucceeded  PayOutcome = "ok"
	PayProcessing PayOutcome = "wait"
	PayFailed     PayOutcome = "bad"
)

// PayDone is the last step.
type PayDone struct {
	Outcome     PayOutcome `json:"outcome"`
	Title       string     `json:"title"`
	Note        string     `json:"note,omitempty"`
	Amount      money.Fen  `json:"amount"` // fen
	Rows        []PayPair  `json:"rows"`
	Next        string     `json:"next,omitempty"`     // what happens next
	Records     string     `json:"records,omitempty"`  // 【查看缴费记录】
	Apply       string     `json:"apply,omitempty"`    // 【证明申请】, "" for others' insurance
	Theirs      string     `json:"theirs,omitempty"`   // who has certificates made of that
	Again       string     `json:"again,omitempty"`    // 【继续缴费】
	Declared    string     `json:"declared,omitempty"` // 【申报记录查询】
	DeclareName string     `json:"declareName,omitempty"`
	Spoken      string     `json:"spoken,omitempty"` // read aloud in 关怀模式
	Home        string     `json:"home"`             // the scheme's menu
	HomeName    string     `json:"homeName"`
	Live        string     `json:"live,omitempty"`
	Refresh     int        `json:"refresh,omitempty"` // seconds
}

// Heading is the page's title for the outcome.
func (d PayDone) Heading() string {
	switch d.Outcome {
	case PaySucceeded:
		return "缴费完成"
	case PayProcessing:
		return "扣款处理中"
	case PayFailed:
		return "扣款未成功"
	default:
		return "缴费完成"
	}
}

// PayPair is one fact with its name.
type PayPair struct {
	Label  string `json:"label"`
	Value  string `json:"value"`
	Figure bool   `json:"figure,omitempty"` // digits: number, date, amount
}
