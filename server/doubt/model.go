// Package doubt holds the rules of deciding what became of a payment in 待核实 that neither
// the bank's answers nor its day files settle (人工认定): one officer proposes, another
// approves, and the bank is still asked afterwards. It knows neither HTTP nor the database; it
// declares the ports it needs.
package doubt

import (
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/state"
)

// Verdict is what the officers decide about the money.
type Verdict string

// The verdicts.
const (
	Taken    Verdict = "taken"    // 已扣款
	NotTaken Verdict = "nottaken" // 未扣款
)

// Label is the verdict's name on screens.
func (v Verdict) Label() string {
	switch v {
	case Taken:
		return "已扣款"
	case NotTaken:
		return "未扣款"
	default:
		return string(v)
	}
}

// State is the state of a case.
type State string

// The states.
const (
	Proposed  State = "proposed"  // 待复核
	Approved  State = "approved"  // 已批准: the payment is about to follow
	Decided   State = "decided"   // 已认定
	Overtaken State = "overtaken" // 银行已答复: the bank told before the decision took effect
	Rejected  State = "rejected"  // 已退回
	Withdrawn State = "withdrawn" // 已撤回
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Proposed:
		return "待复核"
	case Approved:
		return "已批准"
	case Decided:
		return "已认定"
	case Overtaken:
		return "银行已答复"
	case Rejected:
		return "已退回"
	case Withdrawn:
		return "已撤回"
	default:
		return string(s)
	}
}

// Event is what happens to a case.
type Event string

// The events.
const (
	Propose    Event = "propose"
	Withdraw   Event = "withdraw" // its maker takes it back
	Reject     Event = "reject"   // another officer sends it back
	Approve    Event = "approve"  // another officer approves
	Apply      Event = "apply"    // the payment follows
	Tell       Event = "tell"     // the bank's own answer came first
	Contradict Event = "contradict"
)

// Label is the event's name in the history.
func (e Event) Label() string {
	switch e {
	case Propose:
		return "提出认定"
	case Withdraw:
		return "撤回"
	case Reject:
		return "退回"
	case Approve:
		return "批准"
	case Apply:
		return "认定生效"
	case Tell:
		return "银行已先答复，认定不生效"
	case Contradict:
		return "银行后来的答复与认定不符，已列入对账差异"
	default:
		return string(e)
	}
}

// States is the table of legal transitions.
var States = state.New(
	state.Edge[State, Event]{From: "", Event: Propose, To: Proposed},
	state.Edge[State, Event]{From: Rejected, Event: Propose, To: Proposed},
	state.Edge[State, Event]{From: Withdrawn, Event: Propose, To: Proposed},
	state.Edge[State, Event]{From: Proposed, Event: Withdraw, To: Withdrawn},
	state.Edge[State, Event]{From: Proposed, Event: Reject, To: Rejected},
	state.Edge[State, Event]{From: Proposed, Event: Approve, To: Approved},
	state.Edge[State, Event]{From: Proposed, Event: Tell, To: Overtaken},
	state.Edge[State, Event]{From: Approved, Event: Apply, To: Decided},
	state.Edge[State, Event]{From: Approved, Event: Tell, To: Overtaken},
	state.Edge[State, Event]{From: Decided, Event: Contradict, To: Decided},
)

// Case is the decision about one payment.
type Case struct {
	ID        string      `json:"id"` // of the payment: it has one case
	Person    string      `json:"person"`
	Authority string      `json:"authority"`
	Bank      string      `json:"bank"`
	Amount    money.Fen   `json:"amount"` // fen
	Ref       bankapi.Ref `json:"ref"`
	Sent      time.Time   `json:"sent"`

	State    State     `json:"state"`
	Verdict  Verdict   `json:"verdict"`
	Why      string    `json:"why"`      // the maker's reason
	Evidence string    `json:"evidence"` // number or place of the papers it rests on
	Trace    string    `json:"trace"`    // the bank's serial by these papers, may be ""
	Maker    string    `json:"maker"`
	Checker  string    `json:"checker"`
	Proposed time.Time `json:"proposed"`
	Ended    time.Time `json:"ended"` // when the decision took effect
	History  []Step    `json:"history"`

	Open  bool      `json:"open"` // a program has something to do: apply it, or go on asking the bank
	Next  time.Time `json:"next"`
	Tries int       `json:"tries"` // times the bank was asked after the decision
	Rev   int64     `json:"-"`
}

// Seen tells a proposal from any later one about the same payment: what an officer read stands
// as long as nothing was done.
func (c Case) Seen() int { return len(c.History) }

// Step is one change of a case.
type Step struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"` // officer, "" for the program
	Event Event     `json:"event"`
	Note  string    `json:"note"`
}

// Proof is what the bank says about a payment at the moment.
type Proof struct {
	Asked  time.Time
	Code   bankapi.Code          // its answer to a query, "" when there was none
	Final  bool                  // it has closed the reference and never had the instruction
	Days   []period.Date         // day files that are in, final and without the payment
	Missed period.Date           // first day whose file is not in or not final; zero for none
	Row    *bankapi.StatementRow // the payment in a day file, nil for none
	Day    period.Date           // of Row
}

// Told tells that the bank's own answer settles the payment: nothing is to be decided.
func (p Proof) Told() bool {
	return p.Code.Outcome() == bankapi.Moved || p.Final ||
		p.Code.Outcome() == bankapi.Refused && p.Code != bankapi.DayEnd && p.Code != bankapi.SystemError
}
