package page

// The pages of debit agreements (缴费协议).
const (
	PatternAgreements      = "/agreements"
	PatternAgreementNew    = "/agreements/new"
	PatternAgreement       = "/agreements/{id}"
	PatternAgreementCode   = "/agreements/{id}/code"
	PatternAgreementResult = "/agreements/{id}/result"
	PatternAgreementRevoke = "/agreements/{id}/revoke"
)

// Form fields of an application, and the elements that problems lead to.
const (
	SignFieldAuthority = "authority"
	SignFieldBank      = "bank"
	SignFieldHolder    = "holder"
	SignFieldAccount   = "account"
	SignFieldPassbook  = "passbook" // "1": the account is that of a passbook
	SignFieldPhone     = "phone"
	SignFieldConsent   = "consent"
	SignFieldSMS       = "sms"
	SignFieldStep      = "step" // which button was pressed
)

// Values of SignFieldStep on the page of the SMS code.
const (
	SignStepSubmit  = "submit"
	SignStepResend  = "resend"
	SignStepAbandon = "abandon"
)

// Query parameters.
const (
	SignQueryNext      = "next"      // a path of this service: where the person came from
	SignQueryAuthority = "authority" // code of the authority to choose at first
	SignQueryFrom      = "from"      // id of an agreement to take what is known from
)

// AgreementTone says how good an agreement's state is: ok, warn, bad, off.
type AgreementTone string

// The tones.
const (
	AgreementOK   AgreementTone = "ok"
	AgreementWarn AgreementTone = "warn"
	AgreementBad  AgreementTone = "bad"
	AgreementOff  AgreementTone = "off"
)

// AgreementFacts is an agreement as its payer sees it.
type AgreementFacts struct {
	ID        string        `json:"id"`
	Bank      string        `json:"bank"`      // 北京银行
	Tail      string        `json:"tail"`      // 0012
	Account   string        `json:"account"`   // masked
	Authority string        `json:"authority"` // full name
	Short     string        `json:"short"`     // 东城区税务局
	Holder    string        `json:"holder"`    // masked
	Phone     string        `json:"phone"`     // masked
	State     string        `json:"state"`     // 验证成功
	Tone      AgreementTone `json:"tone"`
	Effective string        `json:"effective"` // 2026-11-24, "" when there is none
	Note      string        `json:"note"`      // 协议次日生效…, or why it failed or ended
	Applied   string        `json:"applied"`   // 2026-11-23 10:32:07
	Ended     string        `json:"ended"`     // when it was revoked or ended, "" when it was not
	Open      string        `json:"open"`      // path of the page that goes on with it
	Revoke    string        `json:"revoke"`    // path of 撤销, "" when it can't be revoked
}

// Agreements is the state of PatternAgreements.
type Agreements struct {
	Cards []AgreementFacts `json:"cards"`
	Next  string           `json:"next,omitempty"`
	New   string           `json:"new"` // path of 新增协议
}

// InFrame leads back to where the person came from.
func (s Agreements) InFrame(f Frame) Frame {
	if s.Next != "" {
		f.Back = s.Next
	}
	return f
}

// SignChoice is one line of a list to choose from.
type SignChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// AgreementNew is the state of PatternAgreementNew.
type AgreementNew struct {
	Payer       string       `json:"payer"`    // name
	Document    string       `json:"document"` // 居民身份证 110101********1233
	Authorities []SignChoice `json:"authorities"`
	Enrolled    string       `json:"enrolled"` // 您的参保费款由…征收, "" when nothing is known
	Banks       []SignChoice `json:"banks"`
	Authority   string       `json:"authority"` // as chosen or typed, like all below
	Bank        string       `json:"bank"`
	Holder      string       `json:"holder"`
	Account     string       `json:"account"`
	Before      string       `json:"before,omitempty"` // the masked account of the application that this one repeats
	Phone       string       `json:"phone"`
	Consent     bool         `json:"consent"`
	AskPassbook bool         `json:"askPassbook"` // the number is not a card's: is it a passbook's?
	Passbook    bool         `json:"passbook"`
	Back        string       `json:"back"`
	Problems    []Problem    `json:"problems,omitempty"`
}

// InFrame leads back to where the person came from.
func (s AgreementNew) InFrame(f Frame) Frame {
	f.Back = s.Back
	return f
}

// SignStage is what the page of the SMS code has to do.
type SignStage string

// The stages.
const (
	SignStageCode SignStage = "code" // ask for the code
	SignStageWait SignStage = "wait" // the bank has not answered
	SignStageDone SignStage = "done" // it is over: Result
)

// AgreementCode is the state of PatternAgreementCode.
type AgreementCode struct {
	Shown     string          `json:"shown"` // the model's state, for live events
	Stage     SignStage       `json:"stage"`
	Card      AgreementFacts  `json:"card"`
	Resend    int             `json:"resend"`    // seconds until another code can be asked for, 0 now
	MayResend bool            `json:"mayResend"` // false: no more codes for this application
	Tries     int             `json:"tries"`     // tries left
	Used      bool            `json:"used"`      // the code is used up
	Result    AgreementResult `json:"result"`    // with SignStageDone
	Problems  []Problem       `json:"problems,omitempty"`
}

// InFrame looks again by itself while the bank has not answered.
func (s AgreementCode) InFrame(f Frame) Frame {
	switch s.Stage {
	case SignStageWait:
		f.Live, f.Refresh = LiveAgreement(s.Card.ID, s.Shown), 3
	case SignStageDone:
		return s.Result.InFrame(f)
	case SignStageCode:
	}
	return f
}

// LiveAgreement is the address of the events that say when an agreement's state is no
// longer the one shown.
func LiveAgreement(id, shown string) string {
	return "/live/agreements/" + Escape(id) + "?shown=" + Escape(shown)
}

// AgreementOutcome is how signing or revoking ended, so far.
type AgreementOutcome string

// The outcomes.
const (
	AgreementSigned   AgreementOutcome = "signed"
	AgreementUnsigned AgreementOutcome = "unsigned"
	AgreementWaiting  AgreementOutcome = "waiting"
	AgreementRevoking AgreementOutcome = "revoking"
	AgreementRevoked  AgreementOutcome = "revoked"
	AgreementEnded    AgreementOutcome = "ended"
)

// AgreementResult is the state of PatternAgreementResult.
type AgreementResult struct {
	Shown   string           `json:"shown"` // the model's state, for live events
	Outcome AgreementOutcome `json:"outcome"`
	Card    AgreementFacts   `json:"card"`
	Next    string           `json:"next,omitempty"` // where the person came from
	Again   string           `json:"again"`          // path to apply again
}

// InFrame names the result and looks again by itself while it is not final.
func (s AgreementResult) InFrame(f Frame) Frame {
	switch s.Outcome {
	case AgreementSigned:
		f.Title = "签订结果"
	case AgreementUnsigned:
		f.Title = "签订结果"
	case AgreementRevoked:
		f.Title = "撤销结果"
	case AgreementEnded:
		f.Title = "协议状态"
	case AgreementWaiting, AgreementRevoking:
		f.Title = "办理结果"
		f.Live, f.Refresh = LiveAgreement(s.Card.ID, s.Shown), 3
	}
	return f
}

// AgreementDetail is the state of PatternAgreement.
type AgreementDetail struct {
	Card  AgreementFacts `json:"card"`
	Go    string         `json:"go,omitempty"`    // path to go on with signing
	Again string         `json:"again,omitempty"` // path to apply again
	Back  string         `json:"back"`
}

// InFrame leads back to where the person came from.
func (s AgreementDetail) InFrame(f Frame) Frame {
	f.Back = s.Back
	return f
}

// AgreementRevoke is the state of PatternAgreementRevoke.
type AgreementRevoke struct {
	Card     AgreementFacts `json:"card"`
	Back     string         `json:"back"`
	Problems []Problem      `json:"problems,omitempty"`
}

// InFrame leads back to the agreement.
func (s AgreementRevoke) InFrame(f Frame) Frame {
	f.Back = s.Back
	return f
}
