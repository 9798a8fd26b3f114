package page

import "shebao/shared/money"

// The pages of certificates (开具社保缴费记录).
const (
	PatternCertificates         = "/certificates"
	PatternCertificateApply     = "/certificates/apply"
	PatternCertificateDownloads = "/certificates/downloads"
	PatternCertificate          = "/certificates/{id}"
	PatternVerify               = "/verify"
)

// Query and form fields of certificates. The range uses FieldFrom, FieldTo and FieldAfter.
const (
	FieldScheme   = "scheme"
	FieldRetry    = "retry"    // button 【重新制作】 of one certificate, its id
	FieldTaxpayer = "taxpayer" // 纳税人识别号
	FieldCode     = "code"     // 证明校验码, also in the QR code's address
	FieldCaptcha  = "captcha"  // the digits typed
	FieldQuestion = "question" // which captcha they answer
	FieldFile     = "file"
	FieldStep     = "step" // which button was pressed
)

// Values of FieldStep on PatternVerify.
const (
	StepAnother = "another" // another captcha
	StepUpload  = "upload"
)

// CertificateMenu is the state of PatternCertificates.
type CertificateMenu struct{}

// CertificateApply is the state of PatternCertificateApply.
type CertificateApply struct {
	Span     Span             `json:"span"`
	Scheme   string           `json:"scheme,omitempty"`
	Schemes  []SignChoice     `json:"schemes"`
	Asked    bool             `json:"asked,omitempty"` // a range was asked for
	Problems []Problem        `json:"problems,omitempty"`
	Rows     []CertificateRow `json:"rows,omitempty"`
	Total    money.Fen        `json:"total"`              // fen
	Capitals string           `json:"capitals,omitempty"` // the total in words
	Left     int              `json:"left,omitempty"`     // contributions that reach over the range's ends
	Holder   string           `json:"holder,omitempty"`   // masked
}

// CertificateRow is one paid contribution.
type CertificateRow struct {
	Scheme    string    `json:"scheme"`
	Period    string    `json:"period"`
	Authority string    `json:"authority"`
	PaidOn    string    `json:"paidOn"`
	Ticket    string    `json:"ticket"`
	Amount    money.Fen `json:"amount"` // fen
}

// CertificateList is the state of PatternCertificateDownloads.
type CertificateList struct {
	Span     Span              `json:"span"`
	Problems []Problem         `json:"problems,omitempty"`
	Cards    []CertificateCard `json:"cards,omitempty"`
	Turn     Turn              `json:"turn"`
	Live     string            `json:"live,omitempty"`
}

// InFrame keeps the list up to date while something is being made.
func (l CertificateList) InFrame(f Frame) Frame {
	if l.Live != "" {
		f.Live, f.Refresh = l.Live, 3
	}
	return f
}

// CertificateCard is one certificate of the list.
type CertificateCard struct {
	ID      string    `json:"id"`
	Period  string    `json:"period"`
	Scheme  string    `json:"scheme"`
	Number  string    `json:"number"`
	Applied string    `json:"applied"`
	Count   int       `json:"count"`
	Total   money.Fen `json:"total"` // fen
	State   string    `json:"state"`
	Tone    string    `json:"tone"` // ok, warn, bad, off
	Note    string    `json:"note,omitempty"`
	Open    string    `json:"open,omitempty"` // 【查看】
	Retry   bool      `json:"retry,omitempty"`
}

// CertificateView is the state of PatternCertificate.
type CertificateView struct {
	Card  CertificateCard   `json:"card"`
	Code  string            `json:"code,omitempty"` // in groups
	Pages []CertificatePage `json:"pages,omitempty"`
	PDF   string            `json:"pdf,omitempty"`
	Name  string            `json:"name,omitempty"` // of the file
	Live  string            `json:"live,omitempty"`
}

// InFrame keeps the page up to date while the certificate is being made.
func (v CertificateView) InFrame(f Frame) Frame {
	if v.Live != "" {
		f.Live, f.Refresh = v.Live, 3
	}
	return f
}

// CertificatePage is the picture of one page.
type CertificatePage struct {
	Image string `json:"image"`
	Large string `json:"large"` // to zoom in
}

// Verify is the state of PatternVerify.
type Verify struct {
	Taxpayer string       `json:"taxpayer,omitempty"`
	Code     string       `json:"code,omitempty"`
	Question string       `json:"question"` // id of the captcha
	Image    string       `json:"image"`
	Audio    string       `json:"audio"`
	Problems []Problem    `json:"problems,omitempty"`
	Result   *VerifyFound `json:"result,omitempty"`
	Refused  string       `json:"refused,omitempty"` // 校验结果不一致
	Again    string       `json:"again"`             // path of an empty form
}

// InFrame names the page after what it shows.
func (v Verify) InFrame(f Frame) Frame {
	if v.Result != nil || v.Refused != "" {
		f.Title, f.Back = "校验结果", v.Again
	}
	return f
}

// VerifyFound is what was found of a certificate.
type VerifyFound struct {
	Good   bool             `json:"good,omitempty"`
	Title  string           `json:"title"`
	Notes  []string         `json:"notes,omitempty"` // exactly what is wrong with a file
	Checks []VerifyCheck    `json:"checks,omitempty"`
	Facts  []PayPair        `json:"facts,omitempty"`
	Rows   []CertificateRow `json:"rows,omitempty"`
	Total  money.Fen        `json:"total"` // fen
}

// VerifyCheck is one of 内容完整, 真实签发, 状态有效.
type VerifyCheck struct {
	Label string `json:"label"`
	OK    bool   `json:"ok,omitempty"`
	Note  string `json:"note"`
}
