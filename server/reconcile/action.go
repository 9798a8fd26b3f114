package reconcile

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"shebao/shared/bankapi"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Action is how a difference is corrected.
type Action string

// The actions.
const (
	Book      Action = "book"      // 我方补记: the money moved, our payment counts as made
	Refund    Action = "refund"    // 退回缴费人: the bank gives it back to the account
	Disprove  Action = "disprove"  // 我方冲正: it never moved, our payment counts as not made
	BankFixes Action = "bankfix"   // 银行更正: carried on until the bank has corrected its books
	Explained Action = "explained" // 已核实，无需调整: both sides have it, on different days
)

// Label is the action's name on screens.
func (a Action) Label() string {
	switch a {
	case Book:
		return "我方补记"
	case Refund:
		return "退回缴费人"
	case Disprove:
		return "我方冲正"
	case BankFixes:
		return "银行更正"
	case Explained:
		return "已核实，无需调整"
	default:
		return string(a)
	}
}

// Does says what the action leads to once it is approved.
func (a Action) Does() string {
	switch a {
	case Book:
		return "银行确已扣款：该笔缴费改记为缴费成功，费款结清，并通知缴费人。费款已由其他缴费结清或占用的不能补记，请选退回缴费人。"
	case Refund:
		return "银行多扣的款项按原扣款流水退回原账户：批准后即生成退费并发送银行，居民在「我的退费」中看得到。"
	case Disprove:
		return "银行确未扣款：该笔缴费改记为扣款失败，费款恢复未缴，列有该笔缴费的证明失效，并通知缴费人。"
	case BankFixes:
		return "我方账务无误：列为未达账项，结转到银行更正为止；银行更正后凭回执确认，同样由两人办理。"
	case Explained:
		return "双方都已入账，只是记在不同的日期。"
	default:
		return ""
	}
}

// Actions lists how the difference may be corrected; none for what is settled otherwise: a
// payment in doubt by the bank's answer or a decision. A debit that stands twice under one
// reference can't be given back through that reference without giving back the right one.
func (d Difference) Actions() []Action {
	debit := d.Movement != bankapi.Returned
	switch d.Kind {
	case OursOnly:
		if debit {
			return []Action{BankFixes, Disprove, Explained}
		}
		return []Action{BankFixes, Explained}
	case BankOnly, Against:
		switch {
		case d.Kind == Against && d.Theirs == 0:
			return []Action{Disprove, BankFixes}
		case debit && d.Payment != "":
			return []Action{Book, Refund, BankFixes}
		case debit && d.Person != "":
			return []Action{Refund, BankFixes}
		}
		return []Action{BankFixes}
	case Amount:
		if debit && d.Theirs > d.Ours {
			return []Action{Refund, BankFixes}
		}
		return []Action{BankFixes}
	case Duplicate:
		return []Action{BankFixes}
	case Crossed:
		return []Action{Explained}
	case InDoubt:
		return nil
	default:
		return nil
	}
}

func (d Difference) allows(a Action) bool { return slices.Contains(d.Actions(), a) }

// Fix is what approved corrections add to the sums of a day (余额调节): what our books or the
// bank's do not have yet and are going to have. Fen.
type Fix struct {
	Ours, Bank         money.Fen // of debits
	OursBack, BankBack money.Fen // of refunds
}

// add counts a difference that is found by the look and corrected.
func (f Fix) add(d Difference) Fix {
	if d.State == Open || d.State == Proposed {
		return f
	}
	var ours, bank money.Fen
	switch d.Action {
	case Refund: // owed to the resident until it is given back
		ours = d.Theirs
		if d.Kind == Amount {
			ours -= d.Ours
		}
	case BankFixes:
		bank = d.owedByBank()
	case Explained:
		if d.Kind == Crossed {
			ours = d.Theirs
		} else {
			bank = d.Ours
		}
	case Book, Disprove: // the sums themselves follow
	}
	if d.Movement == bankapi.Returned {
		f.OursBack, f.BankBack = f.OursBack+ours, f.BankBack+bank
	} else {
		f.Ours, f.Bank = f.Ours+ours, f.Bank+bank
	}
	return f
}

// owedByBank is what the bank's correction will change its sum by, fen.
func (d Difference) owedByBank() money.Fen {
	switch d.Kind {
	case OursOnly:
		return d.Ours
	case BankOnly, Duplicate:
		return -d.Theirs
	case Amount:
		return d.Ours - d.Theirs
	case Crossed, InDoubt, Against:
		return 0
	default:
		return 0
	}
}

// Adjusted is an open day with what its corrections have changed since it was looked at and
// what they add as they stand now; a closed one stays as it was closed.
func (s *Service) Adjusted(ctx context.Context, d Day) (Day, error) {
	if d.Closed {
		return d, nil
	}
	d.Fixed, d.Kinds = Fix{}, maps.Clone(d.Kinds)
	for after := ""; ; {
		list, err := s.Store.Differences(ctx, Filter{Day: d.ID, After: after, Limit: page})
		if err != nil {
			return d, fmt.Errorf("differences of %s: %w", d.ID, err)
		}
		for _, x := range list {
			after = x.ID
			gone := len(x.History) > 0 && x.History[len(x.History)-1].Event == Vanish
			if x.Kind != Against && !gone {
				d.Fixed = d.Fixed.add(x)
			}
			if x.State == Resolved && x.Changed.After(d.Looked) {
				d = d.follow(x)
			}
		}
		if len(list) < page {
			return d, nil
		}
	}
}

// follow counts a correction of our books as the next look will find it.
func (d Day) follow(x Difference) Day {
	switch {
	case x.Action == Disprove && x.Kind == OursOnly:
		d.Ours = Total{d.Ours.Count - 1, d.Ours.Amount - x.Ours}
	case x.Action == Book && x.Kind == BankOnly && period.DateOf(x.At) == d.Date:
		d.Ours, d.Both = d.Ours.add(x.Theirs), d.Both.add(x.Theirs)
	default:
		return d
	}
	if d.Kinds[x.Kind]--; d.Kinds[x.Kind] <= 0 {
		delete(d.Kinds, x.Kind)
	}
	return d
}

// Balanced tells whether both sides have the same sums once approved corrections are counted.
func (d Day) Balanced() bool {
	return d.Ours.Amount+d.Fixed.Ours == d.Bank.Amount+d.Fixed.Bank && d.OursBack.Amount+d.Fixed.OursBack == d.BankBack.Amount+d.Fixed.BankBack
}

// Sums are both sums of debits once approved corrections are counted (调节后余额), fen.
func (d Day) Sums() (ours, bank money.Fen) {
	return d.Ours.Amount + d.Fixed.Ours, d.Bank.Amount + d.Fixed.Bank
}
