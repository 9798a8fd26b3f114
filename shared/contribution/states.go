package contribution

import "shebao/shared/state"

// Event is what happens to a due, a declaration or a payment.
type Event string

// The events.
const (
	Claim    Event = "claim"    // a declaration takes the due, a payment takes the declaration
	Accept   Event = "accept"   // the declaration stands
	Void     Event = "void"     // 作废
	Release  Event = "release"  // the taker gave it back
	Settle   Event = "settle"   // the money has moved
	Reverse  Event = "reverse"  // the money went back (退费)
	Close    Event = "close"    // the money went back because the due was paid twice: the other payment settles it
	Send     Event = "send"     // every declaration is held: the one sender goes to the bank
	Cancel   Event = "cancel"   // given up before anything was sent
	Moved    Event = "moved"    // the bank says: debited
	Refused  Event = "refused"  // the bank says: not debited
	Lost     Event = "lost"     // no usable answer
	Vanished Event = "vanished" // the bank has never had the instruction and can't take it any more
	Book     Event = "book"     // 我方补记: reconciliation shows that the money has moved after all
	Disprove Event = "disprove" // 我方冲正: reconciliation shows that it never moved
)

// DueState is the state of one amount owed.
type DueState string

// The states of a due. Past its deadline is not a state: the date tells.
const (
	DueOpen     DueState = "open"
	DueDeclared DueState = "declared" // held by its one live declaration
	DuePaid     DueState = "paid"
	DueClosed   DueState = "closed" // 已结清: settled by a payment elsewhere, the one here went back
)

// DueStates is the table of a due's legal transitions.
var DueStates = state.New(
	state.Edge[DueState, Event]{From: DueOpen, Event: Claim, To: DueDeclared},
	state.Edge[DueState, Event]{From: DueDeclared, Event: Release, To: DueOpen},
	state.Edge[DueState, Event]{From: DueDeclared, Event: Settle, To: DuePaid},
	state.Edge[DueState, Event]{From: DuePaid, Event: Reverse, To: DueOpen},
	state.Edge[DueState, Event]{From: DuePaid, Event: Close, To: DueClosed},
	state.Edge[DueState, Event]{From: DuePaid, Event: Disprove, To: DueDeclared},
)

// DeclarationState is 申报状态.
type DeclarationState string

// The states of a declaration.
const (
	Processing DeclarationState = "processing" // 申报处理中: the due is being taken
	Declared   DeclarationState = "declared"   // 申报成功
	Voided     DeclarationState = "voided"     // 已作废
)

// Label is the state's name on screens.
func (s DeclarationState) Label() string {
	switch s {
	case Processing:
		return "申报处理中"
	case Declared:
		return "申报成功"
	case Voided:
		return "已作废"
	default:
		return string(s)
	}
}

// DeclarationStates is the table of a declaration's legal transitions.
var DeclarationStates = state.New(
	state.Edge[DeclarationState, Event]{From: Processing, Event: Accept, To: Declared},
	state.Edge[DeclarationState, Event]{From: Processing, Event: Void, To: Voided},
	state.Edge[DeclarationState, Event]{From: Declared, Event: Void, To: Voided},
	state.Edge[DeclarationState, Event]{From: Voided, Event: Book, To: Declared}, // its due still open
)

// PayState tells whether a declaration is paid. It moves only while the declaration is Declared.
type PayState string

// The pay states.
const (
	Unpaid   PayState = "unpaid"   // 未缴费
	Debiting PayState = "debiting" // 扣款处理中: held by its one live payment
	Paid     PayState = "paid"     // 已缴费
	Reversed PayState = "reversed" // 已退费
)

// Label is the state's name on screens.
func (s PayState) Label() string {
	switch s {
	case Unpaid:
		return "未缴费"
	case Debiting:
		return "扣款处理中"
	case Paid:
		return "已缴费"
	case Reversed:
		return "已退费"
	default:
		return string(s)
	}
}

// PayStates is the table of the legal transitions of a declaration's pay state.
var PayStates = state.New(
	state.Edge[PayState, Event]{From: Unpaid, Event: Claim, To: Debiting},
	state.Edge[PayState, Event]{From: Debiting, Event: Release, To: Unpaid},
	state.Edge[PayState, Event]{From: Debiting, Event: Settle, To: Paid},
	state.Edge[PayState, Event]{From: Paid, Event: Reverse, To: Reversed},
	state.Edge[PayState, Event]{From: Paid, Event: Disprove, To: Debiting}, // its payment then gives it back
)

// PaymentState is the state of one debit.
type PaymentState string

// The states of a payment.
const (
	Pending   PaymentState = "pending"   // stored with its serial; declarations are being taken
	Sending   PaymentState = "sending"   // exactly one process may send it, once
	InDoubt   PaymentState = "unknown"   // 待核实: queried until the bank tells, never sent again
	Succeeded PaymentState = "paid"      // 成功
	Failed    PaymentState = "failed"    // 失败
	Cancelled PaymentState = "cancelled" // never sent
)

// Label is the state's name on screens.
func (s PaymentState) Label() string {
	switch s {
	case Pending, Sending, InDoubt:
		return "扣款处理中"
	case Succeeded:
		return "缴费成功"
	case Failed:
		return "扣款失败"
	case Cancelled:
		return "未发起扣款"
	default:
		return string(s)
	}
}

// Final tells that the state of the money is known for good.
func (s PaymentState) Final() bool { return s == Succeeded || s == Failed || s == Cancelled }

// PaymentStates is the table of a payment's legal transitions. There is no edge
// back into Sending: what was sent once is only ever queried. What two officers correct in
// reconciliation is the one way out of a final state.
var PaymentStates = state.New(
	state.Edge[PaymentState, Event]{From: Pending, Event: Send, To: Sending},
	state.Edge[PaymentState, Event]{From: Pending, Event: Cancel, To: Cancelled},
	state.Edge[PaymentState, Event]{From: Sending, Event: Moved, To: Succeeded},
	state.Edge[PaymentState, Event]{From: Sending, Event: Refused, To: Failed},
	state.Edge[PaymentState, Event]{From: Sending, Event: Lost, To: InDoubt},
	state.Edge[PaymentState, Event]{From: InDoubt, Event: Moved, To: Succeeded},
	state.Edge[PaymentState, Event]{From: InDoubt, Event: Refused, To: Failed},
	state.Edge[PaymentState, Event]{From: InDoubt, Event: Vanished, To: Failed},
	state.Edge[PaymentState, Event]{From: Failed, Event: Book, To: Succeeded},
	state.Edge[PaymentState, Event]{From: Succeeded, Event: Disprove, To: Failed},
)
