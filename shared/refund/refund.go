// Package refund holds the model of giving back a contribution that was paid (退费): the
// refund, its reasons and the table of its legal states. No I/O, no clock.
package refund

import (
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Reason is why a contribution is given back.
type Reason string

// The reasons.
const (
	Double  Reason = "double"  // 重复缴费: paid once more elsewhere
	Before  Reason = "before"  // 待遇开始前不再参保
	Mistake Reason = "mistake" // 误缴: for the wrong person, scheme or year
	Surplus Reason = "surplus" // 银行多扣: found by reconciliation, no contribution stands for it; nobody applies for it
)

// Label is the reason's name on screens.
func (r Reason) Label() string {
	switch r {
	case Double:
		return "重复缴费"
	case Before:
		return "待遇开始前不再参保"
	case Mistake:
		return "误缴"
	case Surplus:
		return "银行多扣"
	default:
		return string(r)
	}
}

// Hint says who the reason is for.
func (r Reason) Hint() string {
	switch r {
	case Double:
		return "同一参保人、同一险种、同一年度已在其他渠道或由他人缴费"
	case Before:
		return "已参加职工医保等，不再参加该年度城乡居民医保"
	case Mistake:
		return "缴错了参保人、险种或年度；更换缴费档次不属于误缴"
	case Surplus: // nobody chooses it
		return ""
	default:
		return ""
	}
}

// Reasons lists what may be asked for in a scheme. Only medical insurance has a benefit
// period that one can leave before it begins.
func Reasons(s contribution.Scheme) []Reason {
	switch s {
	case contribution.Medical:
		return []Reason{Double, Before, Mistake}
	case contribution.Pension:
		return []Reason{Double, Mistake}
	default:
		return nil
	}
}

// LastDay is the last day on which a refund of the declaration may be asked for with the
// reason; false when the reason has none. What was paid twice is given back at any time.
// Otherwise medical contributions go back only before their benefit period begins
// (待遇享受期开始后不予退还), and pension contributions only while their due can still be
// paid: after that the natural year is closed, the amount stands in the person's account
// with its government subsidy, and only the social-insurance bureau can change it.
func (r Reason) LastDay(d contribution.Declaration) (period.Date, bool) {
	switch {
	case r == Double:
		return period.Date{}, false
	case d.Scheme == contribution.Medical:
		return d.Period.From.First().AddDays(-1), true
	default:
		return d.Deadline, true
	}
}

// Allowed lists the reasons that may be given on the day.
func Allowed(d contribution.Declaration, today period.Date) []Reason {
	var out []Reason
	for _, r := range Reasons(d.Scheme) {
		if last, ends := r.LastDay(d); !ends || !today.After(last) {
			out = append(out, r)
		}
	}
	return out
}

// After is what becomes of the due when the money is back: paid twice, it is settled by
// the other payment and closes; otherwise it is owed again, as long as its deadline lasts.
func (r Reason) After() contribution.Event {
	if r == Double {
		return contribution.Close
	}
	return contribution.Reverse
}

// Refund gives back one paid declaration, whole: a due is paid whole or not at all. With the
// reason Surplus it gives back what a bank took too much; Declaration and what belongs to it
// are empty then.
type Refund struct {
	ID          string              `json:"id"` // the same for the same declaration and number of the application
	Declaration string              `json:"declaration"`
	Payment     string              `json:"payment"`
	Due         string              `json:"due"`
	Person      string              `json:"person"` // who paid and gets the money back
	Insured     string              `json:"insured"`
	Scheme      contribution.Scheme `json:"scheme"`
	Kind        contribution.Kind   `json:"kind"`
	Year        int                 `json:"year"`
	Period      period.Period       `json:"period"`
	Authority   string              `json:"authority"`
	Amount      money.Fen           `json:"amount"` // fen, all of the declaration
	Bank        string              `json:"bank"`
	Account     string              `json:"account"` // masked: where it was taken from and goes back to
	Ticket      string              `json:"ticket"`  // 电子税票号
	Original    bankapi.Ref         `json:"original"`

	Reason  Reason       `json:"reason"`
	Says    string       `json:"says"`    // in the person's words
	State   State        `json:"state"`   //
	Applied time.Time    `json:"applied"` //
	Maker   string       `json:"maker"`   // officer who checked it
	Checker string       `json:"checker"` // officer who approved it
	Refused string       `json:"refused"` // why it is refused, in the officer's words
	Ref     bankapi.Ref  `json:"ref"`     // of the last instruction to the bank
	Attempt int          `json:"attempt"` // instructions to the bank so far, each approved
	Code    bankapi.Code `json:"code"`    // the bank's last code
	Answer  string       `json:"answer"`  // the bank's words
	Trace   string       `json:"trace"`   // the bank's serial
	Sent    time.Time    `json:"sent"`
	Ended   time.Time    `json:"ended"` // when the state became final, or the bank refused
	History []Step       `json:"history"`

	Open    bool      `json:"open"`    // a program has something to do about it
	Next    time.Time `json:"next"`    // when somebody may look at it again (lease end)
	Tries   int       `json:"tries"`   // queries made
	Audited int       `json:"audited"` // steps of the history that stand in the audit trail
	Rev     int64     `json:"-"`
}

// Title is what is given back, for people.
func (r Refund) Title() string {
	if r.Reason == Surplus {
		return "银行多扣款项"
	}
	return contribution.YearTitle(r.Scheme, r.Year, r.Kind)
}

// Shown is what a page makes of the refund: it changes only when the page would. A refund
// that has its end still works on the due and the certificates for a moment.
func (r Refund) Shown() string {
	if r.State.Final() && r.Open {
		return string(r.State) + ".open"
	}
	return string(r.State)
}

// Seen tells what an officer decides about from anything later: it stands as long as nothing
// was done.
func (r Refund) Seen() int { return len(r.History) }

// Step is one change of a refund.
type Step struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"` // officer, "" for the resident or the program
	Event Event     `json:"event"`
	State State     `json:"state"` // that it led to
	Note  string    `json:"note"`
}
