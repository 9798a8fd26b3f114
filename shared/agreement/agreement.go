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

// The states. The first three are one to people, 验证中; they differ in what the bank
// has been asked and whether its answer is known.
const (
	Signing    State = "signing"    // the bank was asked to sign, its answer is not known
	Verifying  State = "verifying"  // the bank sent an SMS code and waits for it
	Confirming State = "confirming" // the code went to the bank, its answer is not known
	Verified   State = "verified"   // 验证成功
	Failed     State = "failed"     // 验证失败
	Revoking   State = "revoking"   // 撤销中: not used any more, the bank has yet to confirm
	Revoked    State = "revoked"    // 已撤销
	Ended      State = "ended"      // 失效: the bank no longer debits under it
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Signing, Verifying, Confirming:
		return "验证中"
	case Verified:
		return "验证成功"
	case Failed:
		return "验证失败"
	case Revoking:
		return "撤销中"
	case Revoked:
		return "已撤销"
	case Ended:
		return "失效"
	default:
		return string(s)
	}
}

// InProgress tells that the agreement is being signed.
func (s State) InProgress() bool { return s == Signing || s == Verifying || s == Confirming }

// Live tells that the bank has, or may come to have, a mandate: the account can't be
// signed again with the same authority.
func (s State) Live() bool { return s.InProgress() || s == Verified || s == Revoking }

// Event is what happens to an agreement.
type Event string

// The events.
const (
	Challenge Event = "challenge" // the bank sent the holder an SMS code
	Submit    Event = "submit"    // the payer typed the code
	Retry     Event = "retry"     // the bank still waits for the right code
	Resend    Event = "resend"    // the payer asked for another code
	Verify    Event = "verify"    // the bank accepted the mandate
	Refuse    Event = "refuse"    // the bank refused it
	Vanish    Event = "vanish"    // the bank never got the instruction and never will
	Lapse     Event = "lapse"     // the payer did not finish, or gave up
	Revoke    Event = "revoke"    // the payer ended it
	Release   Event = "release"   // the bank has no such mandate any more
	End       Event = "end"       // the bank ended it
)

// States is the table of legal transitions.
var States = state.New(
	state.Edge[State, Event]{From: Signing, Event: Challenge, To: Verifying},
	state.Edge[State, Event]{From: Signing, Event: Verify, To: Verified},
	state.Edge[State, Event]{From: Signing, Event: Refuse, To: Failed},
	state.Edge[State, Event]{From: Signing, Event: Vanish, To: Failed},
	state.Edge[State, Event]{From: Verifying, Event: Submit, To: Confirming},
	state.Edge[State, Event]{From: Verifying, Event: Resend, To: Signing},
	state.Edge[State, Event]{From: Verifying, Event: Verify, To: Verified}, // a code that was thought lost arrived
	state.Edge[State, Event]{From: Verifying, Event: Lapse, To: Failed},
	state.Edge[State, Event]{From: Confirming, Event: Verify, To: Verified},
	state.Edge[State, Event]{From: Confirming, Event: Refuse, To: Failed},
	state.Edge[State, Event]{From: Confirming, Event: Retry, To: Verifying},
	state.Edge[State, Event]{From: Verified, Event: Revoke, To: Revoking},
	state.Edge[State, Event]{From: Verified, Event: End, To: Ended},
	state.Edge[State, Event]{From: Revoking, Event: Release, To: Revoked},
)

// The bounds of signing.
const (
	MaxTries = 5 // of one SMS code
	MaxCodes = 5 // SMS codes for one application
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
	Ref       bankapi.Ref  `json:"ref"`       // of the signing instruction that counts
	State     State        `json:"state"`
	Reason    string       `json:"reason"` // why it failed or ended, in the bank's words
	Code      bankapi.Code `json:"code"`
	Applied   time.Time    `json:"applied"`
	Effective period.Date  `json:"effective"` // first day on which it can be used
	Ended     time.Time    `json:"ended"`     // revoked or ended

	Sent    time.Time     `json:"sent"`    // when the instruction under Ref was about to be sent
	Earlier []bankapi.Ref `json:"earlier"` // signing instructions whose SMS codes were replaced, oldest first
	Tries   int           `json:"tries"`   // wrong codes typed under Ref; MaxTries: the code is used up
	Doubt   time.Time     `json:"doubt"`   // until when a code that got no answer may still reach the bank
	Ending  bankapi.Ref   `json:"ending"`  // of the revoking instruction

	Open  bool      `json:"open"`  // somebody must go on with it
	Next  time.Time `json:"next"`  // not before then
	Waits int       `json:"waits"` // questions to the bank since the last change
	Rev   int       `json:"rev"`   // counts the changes
}

// Codes is how many SMS codes were asked for.
func (a Agreement) Codes() int { return len(a.Earlier) + 1 }
