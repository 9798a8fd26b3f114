package refund

import "shebao/shared/words"

// Refusal is why something can't be done now: a stable code and what people read.
type Refusal struct{ Code, Message string }

// Error is the message for people.
func (r *Refusal) Error() string { return r.Message }

// The refusals. The first ones are a resident's, the others an officer's.
var (
	RefuseNotPayer   = &Refusal{"refund_not_payer", words.RefundNotPayer}
	RefuseUnpaid     = &Refusal{"refund_unpaid", words.RefundUnpaid}
	RefuseDone       = &Refusal{"refund_done", words.RefundDone}
	RefuseElsewhere  = &Refusal{"refund_elsewhere", words.RefundElsewhere}
	RefuseSettling   = &Refusal{"refund_settling", words.RefundSettling}
	RefuseLate       = &Refusal{"refund_late", words.RefundLate}
	RefuseLatePen    = &Refusal{"refund_late_pension", words.RefundLatePen}
	RefuseReason     = &Refusal{"refund_reason", words.RefundReason}
	RefuseSays       = &Refusal{"refund_says", words.RefundSays}
	RefuseSaysLong   = &Refusal{"refund_says_long", words.RefundSaysLong}
	RefuseTooMany    = &Refusal{"refund_too_many", words.RefundTooMany}
	RefuseUnknown    = &Refusal{"refund_unknown", words.RefundUnknown}
	RefuseNoWithdraw = &Refusal{"refund_no_withdraw", words.RefundNoWithdraw}

	RefuseState      = &Refusal{"refund_state", words.RefundState}
	RefuseOfficer    = &Refusal{"refund_officer", words.RefundOfficer}
	RefuseSamePerson = &Refusal{"refund_same_person", words.RefundSamePerson}
	RefuseChanged    = &Refusal{"refund_changed", words.RefundChanged}
	RefuseNote       = &Refusal{"refund_note", words.RefundNote}
	RefuseGone       = &Refusal{"refund_gone", words.RefundGone}
)
