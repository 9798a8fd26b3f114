package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/period"
)

// Store keeps days and differences, and finds payments. Every write is durable when the
// method returns.
type Store interface {
	// AddDay stores a new day; false when it is there already.
	AddDay(ctx context.Context, d Day) (bool, error)
	// Day returns a day.
	Day(ctx context.Context, id string) (Day, bool, error)
	// Days lists an authority's days, newest first, those before the date (zero: from the newest).
	Days(ctx context.Context, authority string, before period.Date, limit int) ([]Day, error)
	// SwapDay stores the day if the stored one still has d.Rev; false when it has not.
	SwapDay(ctx context.Context, d Day) (bool, error)
	// AddDifferences stores those that are not there yet.
	AddDifferences(ctx context.Context, ds []Difference) error
	// Difference returns a difference.
	Difference(ctx context.Context, id string) (Difference, bool, error)
	// Waiting lists differences of all days in the state, in order of ID, at most limit.
	Waiting(ctx context.Context, state State, limit int) ([]Difference, error)
	// Differences lists differences in order of ID.
	Differences(ctx context.Context, f Filter) ([]Difference, error)
	// CountDifferences counts a day's differences in the state, "" for all.
	CountDifferences(ctx context.Context, day string, state State) (int64, error)
	// SwapDifference stores the difference if the stored one still has d.Rev; false when it has not.
	SwapDifference(ctx context.Context, d Difference) (bool, error)
	// PaidBetween lists an authority's payments whose money moved from the time on and before
	// the other, in order of that time, those after the last one of the page before.
	PaidBetween(ctx context.Context, authority string, from, to time.Time, after *shared.Payment, limit int) ([]shared.Payment, error)
	RefundStore
	// LiveAgreement returns the live agreement of an account number with the authority.
	LiveAgreement(ctx context.Context, authority, account string) (agreement.Agreement, bool, error)
	// ClaimCorrection notes that a difference corrects what the bank has under the
	// reference; it returns the difference that was noted before, if there is one.
	ClaimCorrection(ctx context.Context, ref, difference string) (holder string, err error)
	// SwapCorrection notes another difference; false when the stored one is not from.
	SwapCorrection(ctx context.Context, ref, from, to string) (bool, error)
	// DoubtfulBetween lists an authority's payments in 待核实 that were sent in that time, at most limit.
	DoubtfulBetween(ctx context.Context, authority string, from, to time.Time, limit int) ([]shared.Payment, error)
}

// Payments is the payment core.
type Payments interface {
	PaymentsByID(ctx context.Context, ids []string) ([]shared.Payment, error)
	// ResolveBatch applies what the bank says about payments through their legal edges and
	// returns them as they are now.
	ResolveBatch(ctx context.Context, results []contribution.Outcome) ([]shared.Payment, error)
	// Bookable tells whether Book would find the payment's dues free.
	Bookable(ctx context.Context, payment string) (bool, error)
	// Book counts a failed payment as made; contribution.ErrHeld when its dues are not free.
	Book(ctx context.Context, o contribution.Outcome) error
	// Disprove counts a payment as failed that was not; contribution.ErrHeld when it was given back.
	Disprove(ctx context.Context, payment string) error
}

// Certificates react to a payment that is not one any more.
type Certificates interface {
	// Reversed ends every certificate that states the declaration. It may be repeated.
	Reversed(ctx context.Context, declaration, reason string) error
}

// Bank has the day files.
type Bank interface {
	Statement(ctx context.Context, q bankapi.StatementQuery) (bankapi.Statement, error)
}

// Entry is one action of an officer, for the audit trail.
type Entry struct {
	Officer, Action, Subject, Result string
	Details                          map[string]string
}

// Trail keeps the audit trail.
type Trail interface {
	Reconciled(ctx context.Context, e Entry) error
}

// Filter selects differences of a day.
type Filter struct {
	Day   string // authority:day
	State State  // "" for all
	After string // ID of the last one of the page before
	Limit int
}

// Config is what a Service works with. Trail and Certificates may be nil; without Refunds
// those in 待核实 are not settled by the day file and nothing is given back.
type Config struct {
	Store        Store
	Payments     Payments
	Refunds      Refunds
	Certificates Certificates
	Bank         Bank
	Trail        Trail
	Now          func() time.Time
}

// Service applies the rules. Safe for concurrent use.
type Service struct{ Config }

// New returns the rules.
func New(c Config) *Service { return &Service{c} }

// Refusal is why an officer's action can't be done: a stable code and what they read.
type Refusal struct{ Code, Message string }

// Error is the message for officers.
func (r *Refusal) Error() string { return r.Message }

// The refusals.
var (
	RefuseUnknown    = &Refusal{"reconcile_unknown", "没有找到这条对账记录。"}
	RefuseState      = &Refusal{"reconcile_state", "当前状态不允许这个操作，请刷新后再试。"}
	RefuseSamePerson = &Refusal{"reconcile_same_person", "提出处理意见的人不能复核自己的意见，请由另一名人员复核。"}
	RefuseChanged    = &Refusal{"reconcile_changed", "这条差异的处理意见已变更，请重新核对。"}
	RefuseMoved      = &Refusal{"reconcile_moved", "这一天的核对结果已变更，请重新核对后再关账。"}
	RefuseOfficer    = &Refusal{"reconcile_officer", "没有操作人员信息，请重新登录。"}
	RefuseChoice     = &Refusal{"reconcile_choice", "请选择处理方式。"}
	RefuseNote       = &Refusal{"reconcile_note", "请填写说明，最多 200 字。"}
	RefuseClosed     = &Refusal{"reconcile_closed", "该日已关账。"}
	RefuseNotOver    = &Refusal{"reconcile_not_over", "银行当日尚未日终，不能关账。"}
	RefuseUnbalanced = &Refusal{"reconcile_unbalanced", "仍有未处理的差异或待核实的缴费，不能关账。"}
	RefuseNoFile     = &Refusal{"reconcile_no_file", "没有取得银行这一天的对账文件，没有核对：日期可能过早，或银行暂时无法连接。请检查日期，稍后再试。"}
	RefuseFuture     = &Refusal{"reconcile_future", "不能核对将来的日期。"}
	RefuseAction     = &Refusal{"reconcile_action", "这种差异不能这样处理，请按页面说明选择。"}
	RefuseHeld       = &Refusal{"reconcile_held", "这笔缴费的费款已由其他缴费结清、占用或已退费，或金额不一致，不能这样更正，请另选处理方式。"}
	RefuseNobody     = &Refusal{"reconcile_nobody", "找不到这个账户对应的居民，不能由我方退回，请由银行更正。"}
	RefuseNotCrossed = &Refusal{"reconcile_not_crossed", "次日的银行对账文件还没有核对到这一笔，不能认定为跨日，请先核对次日。"}
	RefuseGivenBack  = &Refusal{"reconcile_given_back", "这笔扣款已在退回缴费人，不能再补记。"}
	RefuseCounted    = &Refusal{"reconcile_counted", "这笔扣款已记为缴费成功，不能再退回；如需退费请由缴费人申请。"}
	RefuseBusy       = &Refusal{"reconcile_busy", "同一笔扣款正由另一条差异办理，请稍后再试。"}
)

// DayID is the id of an authority's day.
func DayID(authority string, day period.Date) string { return authority + ":" + day.String() }

// Load returns a day, RefuseUnknown when it was never looked at.
func (s *Service) Load(ctx context.Context, id string) (Day, error) {
	d, ok, err := s.Store.Day(ctx, id)
	if err != nil {
		return d, fmt.Errorf("load day %s: %w", id, err)
	}
	if !ok {
		return d, RefuseUnknown
	}
	return d, nil
}

// Days lists an authority's days that were looked at, newest first.
func (s *Service) Days(ctx context.Context, authority string, before period.Date, limit int) ([]Day, error) {
	return s.Store.Days(ctx, authority, before, limit)
}

// Differences lists a day's differences in order of ID; the last ID is where the next page goes on.
func (s *Service) Differences(ctx context.Context, f Filter) ([]Difference, error) {
	f.Limit = min(max(f.Limit, 1), 1000)
	return s.Store.Differences(ctx, f)
}

// Counted is how many differences a day has: every one ever found, and those that are not
// ended (未办结).
func (s *Service) Counted(ctx context.Context, day string) (all, left int64, err error) {
	if all, err = s.Store.CountDifferences(ctx, day, ""); err != nil || all == 0 {
		return all, 0, err
	}
	ended, err := s.Store.CountDifferences(ctx, day, Resolved)
	return all, all - ended, err
}

// Waiting lists differences of all days in the state, at most limit: the work list.
func (s *Service) Waiting(ctx context.Context, state State, limit int) ([]Difference, error) {
	return s.Store.Waiting(ctx, state, min(max(limit, 1), 1000))
}

// Difference returns a difference, RefuseUnknown when there is none.
func (s *Service) Difference(ctx context.Context, id string) (Difference, error) {
	d, ok, err := s.Store.Difference(ctx, id)
	if err != nil {
		return d, fmt.Errorf("load difference %s: %w", id, err)
	}
	if !ok {
		return d, RefuseUnknown
	}
	return d, nil
}

// Take makes an open difference the officer's. Taking over from somebody else is noted too.
func (s *Service) Take(ctx context.Context, by, id string) (Difference, error) {
	return s.act(ctx, by, id, Take, "", func(d *Difference) error {
		d.Owner = by
		return nil
	})
}

// Propose says how an open difference is corrected. It becomes the officer's.
func (s *Service) Propose(ctx context.Context, by, id string, action Action, note string) (Difference, error) {
	if action == "" {
		return Difference{}, RefuseChoice
	}
	if strings.TrimSpace(note) == "" || utf8.RuneCountInString(note) > 200 {
		return Difference{}, RefuseNote
	}
	return s.act(ctx, by, id, Propose, note, func(d *Difference) error {
		if err := s.possible(ctx, *d, action); err != nil {
			return err
		}
		d.Action, d.Note, d.Owner, d.Maker, d.Checker = action, note, by, by, ""
		return nil
	})
}

// Approve approves what another officer has proposed, and our books follow it; seen is
// Difference.Seen of what they read. RefuseChanged when it is another proposal by now.
func (s *Service) Approve(ctx context.Context, by, id string, seen int) (Difference, error) {
	d, err := s.act(ctx, by, id, Approve, "", checker(by, seen))
	if err != nil || d.State != Approved {
		return d, err
	}
	return s.carry(context.WithoutCancel(ctx), d)
}

// Confirm says that the bank has corrected what it had to; note names its papers. Another
// officer approves.
func (s *Service) Confirm(ctx context.Context, by, id, note string) (Difference, error) {
	if strings.TrimSpace(note) == "" || utf8.RuneCountInString(note) > 200 {
		return Difference{}, RefuseNote
	}
	return s.act(ctx, by, id, Confirm, note, func(d *Difference) error {
		d.Note, d.Owner, d.Maker, d.Checker = note, by, by, ""
		return nil
	})
}

// Reject sends a proposal back; seen as in Approve.
func (s *Service) Reject(ctx context.Context, by, id string, seen int, note string) (Difference, error) {
	if strings.TrimSpace(note) == "" || utf8.RuneCountInString(note) > 200 {
		return Difference{}, RefuseNote
	}
	return s.act(ctx, by, id, Reject, note, checker(by, seen))
}

// checker lets another officer decide about the proposal that they have seen.
func checker(by string, seen int) func(*Difference) error {
	return func(d *Difference) error {
		if d.Maker == by {
			return RefuseSamePerson
		}
		if d.Seen() != seen {
			return RefuseChanged
		}
		d.Checker = by
		return nil
	}
}

func (s *Service) act(ctx context.Context, by, id string, e Event, note string, change func(*Difference) error) (Difference, error) {
	if by == "" {
		return Difference{}, RefuseOfficer
	}
	d, err := s.Difference(ctx, id)
	if err != nil {
		return d, err
	}
	day, err := s.Load(ctx, d.Day)
	if err != nil {
		return d, err
	}
	_, illegal := States.Next(d.State, e)
	carried := d.State == Awaiting || d.State == Confirming // beyond the closing
	if day.Closed && (illegal != nil || !carried) {
		return d, RefuseClosed
	}
	if illegal != nil {
		return d, RefuseState
	}
	if err := change(&d); err != nil {
		return d, err
	}
	d, ok, err := s.move(ctx, d, e, by, note)
	if err != nil {
		return d, err
	}
	if !ok {
		return d, RefuseState
	}
	return d, s.note(ctx, Entry{Officer: by, Action: "difference_" + string(e), Subject: id, Result: string(d.State), Details: map[string]string{
		"action": string(d.Action), "note": note, "ours": fmt.Sprint(int64(d.Ours)), "theirs": fmt.Sprint(int64(d.Theirs)),
	}})
}

// move does one legal transition and notes it in the difference's own history.
func (s *Service) move(ctx context.Context, d Difference, e Event, by, note string) (Difference, bool, error) {
	to, err := States.Next(d.State, e)
	if err != nil {
		return d, false, fmt.Errorf("difference %s: %w", d.ID, err)
	}
	d.State, d.Changed = to, s.Now()
	d.History = append(d.History, Step{At: d.Changed, By: by, Event: e, Action: d.Action, Note: note})
	ok, err := s.Store.SwapDifference(ctx, d)
	if err != nil {
		return d, false, fmt.Errorf("write difference %s: %w", d.ID, err)
	}
	d.Rev++
	return d, ok, nil
}

// Close looks at the day once more and closes it. It is refused unless the bank's day is
// over, nothing is in doubt, every difference is corrected or carried on as the bank's to
// correct (未达账项), and both sides have the same sums once these are counted. seen is
// Day.Seen of what the officer read: RefuseMoved when that look finds something else.
func (s *Service) Close(ctx context.Context, by, authority string, date period.Date, seen string) (Day, error) {
	d, err := s.Look(ctx, by, authority, date)
	if err != nil {
		return d, err
	}
	if d.Seen() != seen {
		return d, RefuseMoved
	}
	if !d.Final {
		return d, RefuseNotOver
	}
	for _, state := range []State{Open, Proposed, Approved} {
		left, err := s.Store.Differences(ctx, Filter{Day: d.ID, State: state, Limit: 1})
		if err != nil {
			return d, fmt.Errorf("differences of %s: %w", d.ID, err)
		}
		if len(left) > 0 {
			return d, RefuseUnbalanced
		}
	}
	if !d.Balanced() {
		return d, RefuseUnbalanced
	}
	d.Closed, d.ClosedBy, d.ClosedAt = true, by, s.Now()
	if ok, err := s.Store.SwapDay(ctx, d); err != nil || !ok {
		return d, errors.Join(fmt.Errorf("close day %s, unchanged %t", d.ID, ok), err)
	}
	d.Rev++
	return d, s.note(ctx, Entry{Officer: by, Action: "day_close", Subject: d.ID, Result: "closed", Details: map[string]string{
		"ours": fmt.Sprint(int64(d.Ours.Amount)), "bank": fmt.Sprint(int64(d.Bank.Amount)),
		"ours_fixed": fmt.Sprint(int64(d.Ours.Amount + d.Fixed.Ours)), "bank_fixed": fmt.Sprint(int64(d.Bank.Amount + d.Fixed.Bank)),
	}})
}

func (s *Service) note(ctx context.Context, e Entry) error {
	if s.Trail == nil {
		return nil
	}
	if err := s.Trail.Reconciled(context.WithoutCancel(ctx), e); err != nil {
		return fmt.Errorf("audit %s of %s: %w", e.Action, e.Subject, err)
	}
	return nil
}
