package contribution

import (
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Enrolment is one person's registration in one scheme at one tax authority (参保信息).
type Enrolment struct {
	ID        string      `json:"id"` // enr:{person}:{scheme}
	Person    string      `json:"person"`
	Scheme    Scheme      `json:"scheme"`
	Category  string      `json:"category"`  // rate category: 91, 92, 93 for medical; 10 for pension
	Authority string      `json:"authority"` // tax authority code
	Agency    string      `json:"agency"`    // 社保经办机构
	Number    string      `json:"number"`    // 个人编号
	From      period.Date `json:"from"`      // 有效期起
	To        period.Date `json:"to"`        // 有效期止; zero: no end
	Ended     bool        `json:"ended"`     // 终止参保
	Subsidy   money.Fen   `json:"subsidy"`   // 政府代缴: the part of the tier paid by government, fen a year
}

// ActiveOn tells whether the enrolment is in force on the day.
func (e Enrolment) ActiveOn(day period.Date) bool {
	return !e.Ended && !day.Before(e.From) && (e.To.IsZero() || !day.After(e.To))
}

// Due is one amount owed for one enrolment and one period (应缴费款).
type Due struct {
	ID          string        `json:"id"` // due:{person}:{scheme}:{year}:{kind}:{n}
	Person      string        `json:"person"`
	Enrolment   string        `json:"enrolment"`
	Scheme      Scheme        `json:"scheme"`
	Kind        Kind          `json:"kind"`
	Year        int           `json:"year"`
	Period      period.Period `json:"period"`
	Authority   string        `json:"authority"`
	Amount      money.Fen     `json:"amount"` // fen; 0 for a regular pension due: the DebitSetting tells
	Reason      string        `json:"reason"` // why it was assessed, 补缴 and the like
	Opens       period.Date   `json:"opens"`
	Deadline    period.Date   `json:"deadline"` // last day on which it can be paid
	State       DueState      `json:"state"`
	Declaration string        `json:"declaration"` // the live declaration when Declared or Paid
	Refund      string        `json:"refund"`      // the last refund of it: batch debit leaves it to the person then
}

// Setting is the standing choice of the yearly amount (批量扣款缴费金额, DebitSetting). A
// later one replaces an earlier one, which stays as history.
type Setting struct {
	ID        string      `json:"id"`
	Person    string      `json:"person"`
	Enrolment string      `json:"enrolment"`
	Scheme    Scheme      `json:"scheme"`
	Tier      money.Fen   `json:"tier"`    // chosen yearly amount, fen
	Subsidy   money.Fen   `json:"subsidy"` // part of it paid by government, fen
	From      period.Date `json:"from"`    // 有效期起
	To        period.Date `json:"to"`      // 有效期止
	Set       time.Time   `json:"set"`
	Ended     time.Time   `json:"ended"` // replaced or voided; zero while in force
	Void      bool        `json:"void"`  // ended by 【作废】, not by a newer setting
}

// Amount is what the person pays: the tier less the subsidy, never below zero.
func (s Setting) Amount() money.Fen { return max(s.Tier-s.Subsidy, 0) }

// Declaration is a due that a payer has declared; once paid it is the payment record of that due.
type Declaration struct {
	ID        string           `json:"id"`
	Due       string           `json:"due"`
	Kind      Kind             `json:"kind"`
	Insured   string           `json:"insured"` // whose insurance it is
	Payer     string           `json:"payer"`   // who declared it and pays
	Scheme    Scheme           `json:"scheme"`
	Enrolment string           `json:"enrolment"`
	Authority string           `json:"authority"`
	Year      int              `json:"year"`
	Period    period.Period    `json:"period"`
	Amount    money.Fen        `json:"amount"` // fen, > 0, fixed when declared
	Deadline  period.Date      `json:"deadline"`
	Channel   Channel          `json:"channel"`
	Declared  time.Time        `json:"declared"`
	State     DeclarationState `json:"state"`
	Voided    time.Time        `json:"voided"`
	VoidedFor string           `json:"voidedFor"` // the person's reason, may be empty
	Pay       PayState         `json:"pay"`
	Payment   string           `json:"payment"` // the live or settled payment
	Failure   string           `json:"failure"` // the bank's words about the last failed debit
	Settled   Settlement       `json:"settled"` // filled when Pay is Paid
}

// Settlement is how and when a declaration was paid.
type Settlement struct {
	Ticket  string      `json:"ticket"`  // 电子税票号, 18 digits
	At      time.Time   `json:"at"`      // 缴款时间
	Booked  period.Date `json:"booked"`  // 入库日期, zero until the treasury has booked it
	Channel Channel     `json:"channel"` // where it was paid
	Bank    string      `json:"bank"`    // three-digit bank code, empty for cash
	Account string      `json:"account"` // masked
}

// Payment is one debit of one or more declarations of one payer.
type Payment struct {
	ID        string       `json:"id"`
	Payer     string       `json:"payer"`
	Items     []Item       `json:"items"`
	Amount    money.Fen    `json:"amount"` // fen, the items' sum
	Authority string       `json:"authority"`
	Agreement string       `json:"agreement"`
	Bank      string       `json:"bank"`
	Account   string       `json:"account"` // masked
	Mandate   string       `json:"mandate"` // the bank's mandate number
	Ref       bankapi.Ref  `json:"ref"`
	Channel   Channel      `json:"channel"`
	State     PaymentState `json:"state"`
	Code      bankapi.Code `json:"code"`   // the bank's last code
	Reason    string       `json:"reason"` // the bank's words
	Trace     string       `json:"trace"`  // the bank's serial
	Created   time.Time    `json:"created"`
	Sent      time.Time    `json:"sent"`   // when it entered Sending
	Ended     time.Time    `json:"ended"`  // when the state became final
	Open      bool         `json:"open"`   // dues and declarations do not follow it yet
	Next      time.Time    `json:"next"`   // when somebody may look at it again (lease end)
	Tries     int          `json:"tries"`  // queries made
	Digest    string       `json:"digest"` // of the request, to tell a repeated key from a reused one
}

// Item is one declaration inside a payment.
type Item struct {
	Declaration string    `json:"declaration"`
	Due         string    `json:"due"`
	Amount      money.Fen `json:"amount"` // fen
	Ticket      string    `json:"ticket"` // 电子税票号 it gets when paid
}
