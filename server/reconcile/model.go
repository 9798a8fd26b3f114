// Package reconcile holds the rules of reconciliation (对账): a bank's day file against our
// payments, the work list of differences that one officer corrects and another approves,
// and the closing of a day. It knows neither HTTP nor the database; it declares the ports
// it needs.
package reconcile

import (
	"fmt"
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/state"
)

// Kind is how a payment and the bank's day file differ.
type Kind string

// The kinds.
const (
	OursOnly  Kind = "ours"      // 我方有、银行无
	BankOnly  Kind = "bank"      // 银行有、我方无
	Amount    Kind = "amount"    // 金额不符
	Duplicate Kind = "duplicate" // 银行重复入账
	Crossed   Kind = "crossed"   // 跨日
	InDoubt   Kind = "doubt"     // 待核实: not in the file, and the bank has not answered yet
	Against   Kind = "against"   // 与认定不符: the bank's late answer contradicts what officers decided about a payment in doubt
)

// Label is the kind's name on screens.
func (k Kind) Label() string {
	switch k {
	case OursOnly:
		return "我方有、银行无"
	case BankOnly:
		return "银行有、我方无"
	case Amount:
		return "金额不符"
	case Duplicate:
		return "银行重复入账"
	case Crossed:
		return "跨日"
	case InDoubt:
		return "待核实"
	case Against:
		return "与认定不符"
	default:
		return string(k)
	}
}

// State is the state of a difference.
type State string

// The states of a difference.
const (
	Open       State = "open"       // 待处理
	Proposed   State = "proposed"   // 待复核
	Approved   State = "approved"   // 办理中: our books are about to follow
	Awaiting   State = "awaiting"   // 待银行更正: carried on as 未达账项 until the bank has corrected it
	Confirming State = "confirming" // 更正待复核: one officer has seen the bank's correction
	Resolved   State = "resolved"   // 已处理
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Open:
		return "待处理"
	case Proposed:
		return "待复核"
	case Approved:
		return "办理中"
	case Awaiting:
		return "待银行更正"
	case Confirming:
		return "更正待复核"
	case Resolved:
		return "已处理"
	default:
		return string(s)
	}
}

// Event is what happens to a difference.
type Event string

// The events.
const (
	Take    Event = "take"    // an officer makes it theirs (认领)
	Propose Event = "propose" // an officer says how it is corrected
	Approve Event = "approve" // another officer approves
	Reject  Event = "reject"  // another officer sends it back
	Carry   Event = "carry"   // our books have followed
	Await   Event = "await"   // the bank has to correct it
	Fail    Event = "fail"    // our books can't follow any more: it has to be decided anew
	Confirm Event = "confirm" // an officer has seen the bank's correction
	Vanish  Event = "vanish"  // a later look finds no difference
	Return  Event = "return"  // a later look finds it again
)

// States is the table of legal transitions.
var States = state.New(
	state.Edge[State, Event]{From: Open, Event: Take, To: Open},
	state.Edge[State, Event]{From: Open, Event: Propose, To: Proposed},
	state.Edge[State, Event]{From: Proposed, Event: Approve, To: Approved},
	state.Edge[State, Event]{From: Proposed, Event: Reject, To: Open},
	state.Edge[State, Event]{From: Approved, Event: Carry, To: Resolved},
	state.Edge[State, Event]{From: Approved, Event: Await, To: Awaiting},
	state.Edge[State, Event]{From: Approved, Event: Fail, To: Open},
	state.Edge[State, Event]{From: Awaiting, Event: Take, To: Awaiting},
	state.Edge[State, Event]{From: Awaiting, Event: Confirm, To: Confirming},
	state.Edge[State, Event]{From: Confirming, Event: Approve, To: Resolved},
	state.Edge[State, Event]{From: Confirming, Event: Reject, To: Awaiting},
	state.Edge[State, Event]{From: Open, Event: Vanish, To: Resolved},
	state.Edge[State, Event]{From: Proposed, Event: Vanish, To: Resolved},
	state.Edge[State, Event]{From: Awaiting, Event: Vanish, To: Resolved},
	state.Edge[State, Event]{From: Confirming, Event: Vanish, To: Resolved},
	state.Edge[State, Event]{From: Resolved, Event: Return, To: Open},
	state.Edge[State, Event]{From: Awaiting, Event: Return, To: Open},
	state.Edge[State, Event]{From: Confirming, Event: Return, To: Open},
)

// Total is how many and how much.
type Total struct {
	Count  int64     `json:"count"`
	Amount money.Fen `json:"amount"` // fen
}

func (t Total) add(a money.Fen) Total { return Total{t.Count + 1, t.Amount + a} }

// Day is one authority's reconciliation of one posting day.
type Day struct {
	ID        string         `json:"id"` // {authority}:{day}
	Authority string         `json:"authority"`
	Date      period.Date    `json:"date"`
	Final     bool           `json:"final"`    // the bank's day was over when its file was last fetched
	Ours      Total          `json:"ours"`     // our payments of the day
	Bank      Total          `json:"bank"`     // rows of the day file
	Both      Total          `json:"both"`     // the same on both sides
	OursBack  Total          `json:"oursBack"` // our refunds of the day
	BankBack  Total          `json:"bankBack"` // refunds in the day file
	BothBack  Total          `json:"bothBack"`
	Settled   int64          `json:"settled"` // 待核实 payments that the file has settled, ever
	Fixed     Fix            `json:"fixed"`   // what approved corrections add to the sums of each side
	Kinds     map[Kind]int64 `json:"kinds"`   // differences found by the last look
	Looked    time.Time      `json:"looked"`
	Closed    bool           `json:"closed"`
	ClosedBy  string         `json:"closedBy"`
	ClosedAt  time.Time      `json:"closedAt"`
	Rev       int64          `json:"-"`
}

// Seen is what an officer sees of the day before closing it: whether the bank's day is over and
// what the sides have. Looking again changes it only when something has changed.
func (d Day) Seen() string {
	return fmt.Sprint(d.Final, d.Ours, d.Bank, d.Both, d.OursBack, d.BankBack, d.BothBack, d.Kinds)
}

// Difference is one entry of the work list.
type Difference struct {
	ID       string           `json:"id"` // {authority}:{day}:{kind}:{serial}
	Day      string           `json:"day"`
	Kind     Kind             `json:"kind"`
	Ref      bankapi.Ref      `json:"ref"`
	Trace    string           `json:"trace"`    // the bank's serial, "" when the bank has none
	Movement bankapi.Movement `json:"movement"` // a debit or a refund
	Payment  string           `json:"payment"`  // ours, "" when we have none
	Refund   string           `json:"refund"`   // ours, or the one that gives the money back; "" when there is none
	Person   string           `json:"person"`   // whose account it is, "" when we don't know
	Account  string           `json:"account"`  // masked
	At       time.Time        `json:"at"`       // when the bank posted it, zero when it did not
	Bank     string           `json:"bank"`
	Ours     money.Fen        `json:"ours"` // fen, 0 when we have none
	Theirs   money.Fen        `json:"theirs"`
	State    State            `json:"state"`
	Action   Action           `json:"action"`
	Note     string           `json:"note"`
	Owner    string           `json:"owner"` // officer who works on it, "" for nobody yet
	Maker    string           `json:"maker"`
	Checker  string           `json:"checker"`
	Found    time.Time        `json:"found"`
	Changed  time.Time        `json:"changed"`
	History  []Step           `json:"history"` // oldest first
	Rev      int64            `json:"-"`
}

// Seen tells a proposal from any later one about the same difference: what an officer read
// stands as long as nothing was done.
func (d Difference) Seen() int { return len(d.History) }

// Step is one change of a difference.
type Step struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"` // officer, "" for the program
	Event  Event     `json:"event"`
	Action Action    `json:"action"`
	Note   string    `json:"note"`
}
