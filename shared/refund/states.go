package refund

import "shebao/shared/state"

// State is the state of a refund.
type State string

// The states.
const (
	Applied   State = "applied"   // 待审核
	Checked   State = "checked"   // 待复核: waits for another officer
	Approved  State = "approved"  // 待发送银行
	Sending   State = "sending"   // exactly one process may send it, once
	InDoubt   State = "unknown"   // 待核实: queried until the bank tells, never sent again
	Refunded  State = "refunded"  // 已退费
	Failed    State = "failed"    // 银行未退成: an officer decides what next
	Refused   State = "refused"   // 不予退费
	Withdrawn State = "withdrawn" // 已撤回
)

// States lists the states in the order of a refund's life.
func States() []State {
	return []State{Applied, Checked, Approved, Sending, InDoubt, Failed, Refunded, Refused, Withdrawn}
}

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Applied:
		return "待审核"
	case Checked:
		return "待复核"
	case Approved, Sending:
		return "银行退款中"
	case InDoubt:
		return "退款待核实"
	case Refunded:
		return "已退费"
	case Failed:
		return "银行退款未成功"
	case Refused:
		return "不予退费"
	case Withdrawn:
		return "已撤回"
	default:
		return string(s)
	}
}

// Final tells that nothing will change any more.
func (s State) Final() bool { return s == Refunded || s == Refused || s == Withdrawn }

// Event is what happens to a refund.
type Event string

// The events.
const (
	Apply    Event = "apply"    // the resident asks for it
	Withdraw Event = "withdraw" // the resident takes it back
	Check    Event = "check"    // an officer has checked it
	Approve  Event = "approve"  // another officer approves
	Refuse   Event = "refuse"   // an officer refuses, with a reason
	Send     Event = "send"     // the one sender goes to the bank
	Moved    Event = "moved"    // the bank says: given back
	Declined Event = "declined" // the bank says: not given back
	Lost     Event = "lost"     // no usable answer
	Vanished Event = "vanished" // the bank has never had it and can't take it any more
	Retry    Event = "retry"    // an officer asks for another instruction, to be approved anew
	Find     Event = "find"     // reconciliation has found it: a refund that nobody applied for begins so
)

// Label is the event's name in the history.
func (e Event) Label() string {
	switch e {
	case Apply:
		return "提交申请"
	case Withdraw:
		return "撤回申请"
	case Check:
		return "审核通过"
	case Approve:
		return "复核批准"
	case Refuse:
		return "不予退费"
	case Send:
		return "发送银行"
	case Moved:
		return "银行已退款"
	case Declined:
		return "银行未退款"
	case Lost:
		return "银行结果未知"
	case Vanished:
		return "银行确认未收到"
	case Retry:
		return "重新办理"
	case Find:
		return "对账发现"
	default:
		return string(e)
	}
}

// Table is the table of a refund's legal transitions. There is no edge back into Sending
// but through a new approval, under a new reference, after the bank has said for certain
// that the earlier instruction moved nothing.
var Table = state.New(
	state.Edge[State, Event]{From: Applied, Event: Withdraw, To: Withdrawn},
	state.Edge[State, Event]{From: Applied, Event: Check, To: Checked},
	state.Edge[State, Event]{From: Applied, Event: Refuse, To: Refused},
	state.Edge[State, Event]{From: Checked, Event: Approve, To: Approved},
	state.Edge[State, Event]{From: Checked, Event: Refuse, To: Refused},
	state.Edge[State, Event]{From: Approved, Event: Send, To: Sending},
	state.Edge[State, Event]{From: Sending, Event: Moved, To: Refunded},
	state.Edge[State, Event]{From: Sending, Event: Declined, To: Failed},
	state.Edge[State, Event]{From: Sending, Event: Lost, To: InDoubt},
	state.Edge[State, Event]{From: InDoubt, Event: Moved, To: Refunded},
	state.Edge[State, Event]{From: InDoubt, Event: Declined, To: Failed},
	state.Edge[State, Event]{From: InDoubt, Event: Vanished, To: Failed},
	state.Edge[State, Event]{From: Failed, Event: Retry, To: Checked},
	state.Edge[State, Event]{From: Failed, Event: Refuse, To: Refused},
)
