package certificate

import "shebao/shared/state"

// State is the state of a certificate.
type State string

// The states.
const (
	Making    State = "making"    // 制作中
	Ready     State = "ready"     // 制作成功
	Failed    State = "failed"    // 制作失败
	Withdrawn State = "withdrawn" // 已失效: it was asked for or issued and is no longer valid
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Making:
		return "制作中"
	case Ready:
		return "制作成功"
	case Failed:
		return "制作失败"
	case Withdrawn:
		return "已失效"
	default:
		return string(s)
	}
}

// Event is what happens to a certificate.
type Event string

// The events.
const (
	Complete Event = "complete" // the document was made and stored
	Fail     Event = "fail"     // it can't be made
	Retry    Event = "retry"    // it is to be made once more
	Withdraw Event = "withdraw" // an officer withdrew it, or a contribution on it was reversed
)

// States is the table of legal transitions. Withdrawn is final. What failed was never
// issued: there is nothing to withdraw, and made again it states what is paid then.
var States = state.New(
	state.Edge[State, Event]{From: Making, Event: Complete, To: Ready},
	state.Edge[State, Event]{From: Making, Event: Fail, To: Failed},
	state.Edge[State, Event]{From: Failed, Event: Retry, To: Making},
	state.Edge[State, Event]{From: Ready, Event: Withdraw, To: Withdrawn},
	state.Edge[State, Event]{From: Making, Event: Withdraw, To: Withdrawn},
)
