// Package agreement holds the model of a debit agreement (缴费协议): the mandate between
// a payer, a tax authority and a bank, with the table of its legal states.
package agreement

import (
	"time"

	"shebao/shared/bankapi"
	"shebao/shared/period"
	"shebao/shared/state"
)

// State is the state of an agreement.
type State string

// The states.
const (
	Verifying State = "verifying" // 验证中
	Verified  State = "verified"  // 验证成功
	Failed    State = "failed"    // 验证失败
	Revoked   State = "revoked"   // 已撤销
	Ended     State = "ended"     // 失效: the bank no longer debits under it
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Verifying:
		return "验证中"
	case Verified:
		return "验证成功"
	case Failed:
		return "验证失败"
	case Revoked:
		return "已撤销"
	case Ended:
		return "失效"
	default:
		return string(s)
	}
}

// Event is what happens to an agreement.
type Event string

// The events.
const (
	Verify Event = "verify" // the bank accepted the mandate
	Refuse Event = "refuse" // the bank refused it
	Revoke Event = "revoke" // the payer ended it
	End    Event = "end"    // the bank ended it
)

// States is the table of legal transitions.
var States = state.New(
	state.Edge[State, Event]{From: Verifying, Event: Verify, To: Verified},
	state.Edge[State, Event]{From: Verifying, Event: Refuse, To: Failed},
	state.Edge[State, Event]{From: Verified, Event: Revoke, To: Revoked},
	state.Edge[State, Event]{From: Verified, Event: End, To: Ended},
)

// Agreement is one mandate (委托扣款协议).
type Agreement struct {
	ID        string       `json:"id"`
	Payer     string       `json:"payer"`
	Authority string       `json:"authority"` // tax authority code; must be the fee's
	Bank      string       `json:"bank"`      // three-digit bank code
	Account   string       `json:"account"`   // masked
	Holder    string       `json:"holder"`    // masked
	Phone     string       `json:"phone"`     // masked
	Mandate   string       `json:"mandate"`   // the bank's mandate number, once verified
	Ref       bankapi.Ref  `json:"ref"`       // of the signing instruction
	State     State        `json:"state"`
	Reason    string       `json:"reason"` // why it failed or ended, in the bank's words
	Code      bankapi.Code `json:"code"`
	Applied   time.Time    `json:"applied"`
	Effective period.Date  `json:"effective"` // first day on which it can be used
	Ended     time.Time    `json:"ended"`     // revoked or ended
}

// Obstacle is why an agreement can't be used for a fee.
type Obstacle string

// The obstacles.
const (
	None           Obstacle = ""
	NotYet         Obstacle = "notyet"    // 次日生效
	WrongAuthority Obstacle = "authority" // 税务机关不一致
	WasRevoked     Obstacle = "revoked"   // 已撤销
	NotVerified    Obstacle = "verifying" // 验证中 or 验证失败
	HasEnded       Obstacle = "ended"     // 失效
)

// ObstacleOn tells why the agreement can't be used on the day for a fee of the
// authority, None when it can.
func (a Agreement) ObstacleOn(day period.Date, authority string) Obstacle {
	switch a.State {
	case Revoked:
		return WasRevoked
	case Ended:
		return HasEnded
	case Verifying, Failed:
		return NotVerified
	case Verified:
	default:
		return NotVerified
	}
	if a.Authority != authority {
		return WrongAuthority
	}
	if day.Before(a.Effective) {
		return NotYet
	}
	return None
}

// Label is the obstacle's short name on a card.
func (o Obstacle) Label() string {
	switch o {
	case NotYet:
		return "次日生效"
	case WrongAuthority:
		return "税务机关不一致"
	case WasRevoked:
		return "已撤销"
	case NotVerified:
		return "未验证成功"
	case HasEnded:
		return "失效"
	case None:
		return "验证成功"
	default:
		return string(o)
	}
}
