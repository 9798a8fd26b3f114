// Package bankapi holds the messages exchanged with a bank through the gateway:
// plain values with their result codes, no transport.
package bankapi

import (
	"time"

	"shebao/shared/money"
)

// Code is a bank result code as published for the tax-bank debit interface.
type Code string

// The result codes.
const (
	OK              Code = "00" // 成功
	Accepted        Code = "05" // 已受理,请稍后查询
	Duplicate       Code = "12" // 重复交易
	BadCard         Code = "14" // 无效卡号
	NoMandate       Code = "25" // 委托关系不存在
	NoFunds         Code = "51" // 余额不足
	OverLimit       Code = "61" // 超限额
	Restricted      Code = "62" // 受限制的卡
	Mismatch        Code = "66" // 户名不符 or 证件不符
	DayEnd          Code = "90" // 日终处理中
	MandateExists   Code = "94" // 委托关系已存在
	SystemError     Code = "96" // 系统异常
	Timeout         Code = "98" // 超时(结果未知)
	NoPhone         Code = "P1" // 未留存手机号
	WrongSMS        Code = "P2" // 短信验证码错误 (own code: the interface leaves it to the bank)
	SMSOver         Code = "P3" // own code: the SMS code is used up or expired, the signing is over
	NoOriginal      Code = "R1" // own code: nothing was debited under the original reference of a refund
	OverRefund      Code = "R2" // own code: more than what is left of the original debit
	NotFound        Code = "NF" // own code: the bank has no instruction under this reference
	BadMessage      Code = "E1" // own code: the message breaks the format; nothing was kept of it
	Judged          Code = "T1" // own code: no answer of a bank; two officers decided that nothing was debited
	Disproved       Code = "T2" // own code: reconciliation showed that nothing was debited
	BadFile         Code = "D3" // 无效文件
	FileDone        Code = "D4" // 已处理过的文件
	BadLength       Code = "D9" // 长度不符
	BadRecord       Code = "F1" // 记录格式错
	DuplicateRecord Code = "F2" // 记录重复
)

// Outcome is what a code means for the money.
type Outcome int

// The outcomes. The zero value is the careful one.
const (
	Unknown Outcome = iota // may or may not have moved: query, never send again
	Moved                  // debited, or given back
	Refused                // neither, and never will be under this reference
)

// Outcome tells what the code means as the answer to a debit, to a refund or to a query.
// Codes that are not known here are Unknown.
func (c Code) Outcome() Outcome {
	switch c {
	case OK:
		return Moved
	case BadCard, NoMandate, NoFunds, OverLimit, Restricted, Mismatch, DayEnd, SystemError, NoOriginal, OverRefund, Judged, Disproved:
		return Refused
	case Accepted, Timeout, NotFound, BadMessage,
		Duplicate,                                                                                           // ask for the first one's result
		MandateExists, NoPhone, WrongSMS, SMSOver, BadFile, FileDone, BadLength, BadRecord, DuplicateRecord: // no answers to a debit
		return Unknown
	default: // unheard of
		return Unknown
	}
}

// FileLevel tells that the code refuses a whole file: no item of it is or will be debited.
func (c Code) FileLevel() bool {
	return c == BadFile || c == BadLength || c == BadRecord || c == DuplicateRecord
}

// EndsMandate tells that the bank will not debit under this mandate again (agreement 失效).
func (c Code) EndsMandate() bool {
	return c == BadCard || c == NoMandate || c == Restricted || c == Mismatch
}

// Retriable tells that a later debit round may try the item again under a new reference.
func (c Code) Retriable() bool {
	return c == NoFunds || c == DayEnd || c == SystemError || c == Judged
}

// Ref names one instruction for good: asking twice under the same Ref moves money at most once.
type Ref struct {
	Authority string `json:"authority"` // tax authority code, 11 digits
	Date      string `json:"date"`      // business date of the instruction, Asia/Shanghai, 2006-01-02
	Serial    string `json:"serial"`    // unique for the authority and date, at most 32 characters
}

// Mandate asks a bank to accept debits from an account (签约). The answer Accepted
// means that the bank sent an SMS code to the holder and waits for Confirm; a
// repeated Mandate under the same Ref sends no second SMS.
type Mandate struct {
	Ref
	Bank     string `json:"bank"`     // three-digit bank code
	Account  string `json:"account"`  // digits only
	Holder   string `json:"holder"`   // 持卡人姓名
	Document string `json:"document"` // document type code, 201
	Number   string `json:"number"`   // document number
	Phone    string `json:"phone"`    // 预留手机号
}

// Confirm finishes a mandate with the SMS code that the bank sent to the holder.
// The answer OK carries the mandate number; WrongSMS carries the tries left;
// SMSOver ends the signing. Repeating a confirmed one answers OK again.
type Confirm struct {
	Ref         // of the Mandate
	Bank string `json:"bank"`
	SMS  string `json:"sms"`
}

// Revoke ends a mandate (撤销).
type Revoke struct {
	Ref            // of this instruction
	Bank    string `json:"bank"`
	Mandate string `json:"mandate"` // the bank's mandate number
}

// Debit asks for one debit under a mandate.
type Debit struct {
	Ref
	Bank    string    `json:"bank"`
	Mandate string    `json:"mandate"` // the bank's mandate number
	Account string    `json:"account"`
	Amount  money.Fen `json:"amount"` // fen, > 0
	Purpose string    `json:"purpose"`
}

// Refund asks to give back what was debited (退费), or a part of it. It names no account:
// the bank returns the money to where the original took it, so that no mistake of the
// caller can send it elsewhere. The mandate may have ended meanwhile.
type Refund struct {
	Ref
	Bank     string    `json:"bank"`     // three-digit bank code, of the original
	Original Ref       `json:"original"` // of the debit that is given back, same authority
	Amount   money.Fen `json:"amount"`   // fen, > 0, at most what is left of the original
	Purpose  string    `json:"purpose"`
}

// Query asks what became of an instruction: a debit, a refund, a signing or a revocation.
type Query struct {
	Ref
	Bank string `json:"bank"`
	// Sent is when the caller recorded that it was about to send the instruction.
	// Without it a NotFound is never Final.
	Sent time.Time `json:"sent,omitzero"`
}

// Result is the bank's answer about one instruction.
type Result struct {
	Ref
	Code    Code      `json:"code"`
	Message string    `json:"message,omitempty"` // the bank's words for people
	Trace   string    `json:"trace,omitempty"`   // the bank's own serial number
	Mandate string    `json:"mandate,omitempty"` // mandate number, when one was made
	Amount  money.Fen `json:"amount,omitempty"`  // fen, as debited or given back
	At      time.Time `json:"at,omitzero"`       // when the bank posted it
	// Final tells that a NotFound can no longer change: the bank has closed the
	// reference and refuses the instruction if it still arrives.
	Final bool `json:"final,omitempty"`
	Tries int  `json:"tries,omitempty"` // SMS tries left, with WrongSMS
}

// Outcome tells what the answer means for the money. It is the code's outcome,
// and Refused for a NotFound that is Final.
func (r Result) Outcome() Outcome {
	if r.Code == NotFound && r.Final {
		return Refused
	}
	return r.Code.Outcome()
}
