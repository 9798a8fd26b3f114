// Package rates keeps the yearly rates (缴费标准) that officers set over the deployment's
// city file. A change is proposed by one officer and approved by another. It knows neither
// HTTP nor the database.
package rates

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/page"
)

// State is how far a change is.
type State string

// The states.
const (
	Proposed  State = "proposed"  // 待复核
	Approved  State = "approved"  // 已生效
	Rejected  State = "rejected"  // 已退回
	Withdrawn State = "withdrawn" // 已撤回
)

// Label is the state's name on screens.
func (s State) Label() string {
	switch s {
	case Proposed:
		return "待复核"
	case Approved:
		return "已生效"
	case Rejected:
		return "已退回"
	case Withdrawn:
		return "已撤回"
	default:
		return string(s)
	}
}

// Change is one rate as it shall be. It never changes after it was proposed, except to be decided.
type Change struct {
	ID       string
	Was      contribution.Rate // in force when it was proposed; zero for changes older than this field
	Rate     contribution.Rate
	State    State
	By       string // officer who proposed it
	Proposed time.Time
	Decider  string // officer who decided it
	Decided  time.Time
	Reason   string // why it was sent back
}

// Decision ends a proposal.
type Decision struct {
	To     State
	By     string
	Reason string
	At     time.Time
}

// Store keeps changes.
type Store interface {
	// AddRateChange stores a proposed change; false when one for the same rate is proposed already.
	AddRateChange(ctx context.Context, c Change) (bool, error)
	RateChange(ctx context.Context, id string) (Change, bool, error)
	// RateChanges lists all of the state in the order of their decision.
	RateChanges(ctx context.Context, s State) ([]Change, error)
	// RateChangesOf lists what the officer has proposed, newest first, at most limit.
	RateChangesOf(ctx context.Context, by string, limit int) ([]Change, error)
	// DecideRateChange ends a proposed change; false when it is not Proposed any more.
	DecideRateChange(ctx context.Context, id string, d Decision) (bool, error)
}

// Config is what a Service works with.
type Config struct {
	Store Store
	Base  func() contribution.Rates // of the city file
	Now   func() time.Time
	NewID func(prefix string) string
	Log   *slog.Logger
	Poll  time.Duration // between looks for what other servers decided; 10 s when zero
}

// Service applies the rules. Safe for concurrent use.
type Service struct {
	Config
	over atomic.Pointer[[]Change]
}

// New returns a service. Call Refresh before it is used.
func New(c Config) *Service {
	if c.Poll == 0 {
		c.Poll = 10 * time.Second
	}
	return &Service{Config: c}
}

// Rates are the rates in force: the city file's with the approved changes over them.
func (s *Service) Rates() contribution.Rates {
	base := s.Base()
	over := s.over.Load()
	if over == nil || len(*over) == 0 {
		return base
	}
	all := slices.Clone(base)
	for _, c := range *over {
		i := slices.IndexFunc(all, func(r contribution.Rate) bool { return Key(r) == Key(c.Rate) })
		if i < 0 {
			all = append(all, c.Rate)
			continue
		}
		all[i] = c.Rate
	}
	return all
}

// Key names a rate: pension-10-2026.
func Key(r contribution.Rate) string {
	return fmt.Sprintf("%s-%s-%d", r.Scheme, r.Category, r.Year)
}

// Refresh reads what was approved.
func (s *Service) Refresh(ctx context.Context) error {
	list, err := s.Store.RateChanges(ctx, Approved)
	if err != nil {
		return fmt.Errorf("read rates: %w", err)
	}
	s.over.Store(&list)
	return nil
}

// Run keeps up with other servers until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := s.Refresh(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "rates", "error", err)
		}
	}
}

// Pending lists changes that wait for approval, oldest proposal first.
func (s *Service) Pending(ctx context.Context) ([]Change, error) {
	list, err := s.Store.RateChanges(ctx, Proposed)
	slices.SortStableFunc(list, func(a, b Change) int { return a.Proposed.Compare(b.Proposed) })
	return list, err
}

// Of lists what the officer has proposed, newest first, at most limit.
func (s *Service) Of(ctx context.Context, by string, limit int) ([]Change, error) {
	return s.Store.RateChangesOf(ctx, by, limit)
}

// Load returns a change; api.NotFound when there is none.
func (s *Service) Load(ctx context.Context, id string) (Change, error) {
	c, ok, err := s.Store.RateChange(ctx, id)
	if err == nil && !ok {
		err = api.NotFound("")
	}
	return c, err
}

// Propose stores a change of a rate in force. Errors: api.Invalid, api.NotFound, ErrNothing,
// ErrPending.
func (s *Service) Propose(ctx context.Context, by string, r contribution.Rate) (Change, error) {
	if wrong := check(r); len(wrong) > 0 {
		return Change{}, api.Invalid(wrong...)
	}
	was, ok := s.inForce(Key(r))
	switch {
	case !ok:
		return Change{}, api.NotFound("")
	case same(was, r):
		return Change{}, ErrNothing
	}
	pending, err := s.Pending(ctx)
	if err != nil {
		return Change{}, err
	}
	if slices.ContainsFunc(pending, func(c Change) bool { return Key(c.Rate) == Key(r) }) {
		return Change{}, ErrPending
	}
	c := Change{ID: s.NewID("rc"), Was: was, Rate: r, State: Proposed, By: by, Proposed: s.Now()}
	added, err := s.Store.AddRateChange(ctx, c)
	if err != nil {
		return Change{}, fmt.Errorf("propose rate %s: %w", Key(r), err)
	}
	if !added {
		return Change{}, ErrPending
	}
	return c, nil
}

func (s *Service) inForce(key string) (contribution.Rate, bool) {
	all := s.Rates()
	i := slices.IndexFunc(all, func(r contribution.Rate) bool { return Key(r) == key })
	if i < 0 {
		return contribution.Rate{}, false
	}
	return all[i], true
}

// same tells whether two rates say the same.
func same(a, b contribution.Rate) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func check(r contribution.Rate) []page.Problem {
	var wrong []page.Problem
	if r.Max > 0 && (r.Min <= 0 || r.Min > r.Max || r.Min%100 != 0 || r.Max%100 != 0) {
		wrong = append(wrong, api.Field("min", "最低和最高档次应为整元，最低不高于最高"))
	}
	if r.Max == 0 && r.Amount <= 0 {
		wrong = append(wrong, api.Field("amount", "缴费标准应大于零"))
	}
	if r.Opens.IsZero() || r.Closes.Before(r.Opens) {
		wrong = append(wrong, api.Field("closes", "缴费截止日不能早于开始日"))
	}
	return wrong
}

// The refusals.
var (
	ErrSame    = api.Refuse("four_eyes", "不能复核自己提交的事项，请由另一位复核人员办理。")
	ErrNotOwn  = api.Refuse("rate_not_own", "只有提交调整的人可以撤回。")
	ErrDecided = api.Refuse("decided", "这项调整已变更，请重新核对。")
	ErrMoved   = api.Refuse("rate_moved", "现行标准在提交之后已变更，请重新核对：不能批准，请退回后按现行标准重新提交。")
	ErrNothing = api.Refuse("rate_nothing", "与现行标准相同，没有调整任何内容。")
	ErrPending = api.Refuse("rate_pending", "这项标准已有待复核的调整，请先由复核人员办理，或由提交人撤回。")
)

const maxReason = 200 // characters

// Approve lets a change count that another officer has proposed, for the rate it was proposed
// over. Errors: api.NotFound, ErrSame, ErrDecided, ErrMoved.
func (s *Service) Approve(ctx context.Context, by, id string) (Change, error) {
	if err := s.Refresh(ctx); err != nil {
		return Change{}, err
	}
	return s.decide(ctx, id, Decision{To: Approved, By: by}, func(c Change) error {
		if c.By == by {
			return ErrSame
		}
		if was, _ := s.inForce(Key(c.Rate)); c.Was.Scheme != "" && !same(was, c.Was) {
			return ErrMoved
		}
		return nil
	})
}

// Reject sends another officer's change back for a reason, which its maker reads. Errors:
// api.Invalid, api.NotFound, ErrSame, ErrDecided.
func (s *Service) Reject(ctx context.Context, by, id, reason string) (Change, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return Change{}, api.Invalid(api.Field(page.AdminFieldNote, "请填写退回原因，最多 200 字。"))
	}
	return s.decide(ctx, id, Decision{To: Rejected, By: by, Reason: reason}, func(c Change) error {
		if c.By == by {
			return ErrSame
		}
		return nil
	})
}

// Withdraw takes the officer's own proposal back. Errors: api.NotFound, ErrNotOwn, ErrDecided.
func (s *Service) Withdraw(ctx context.Context, by, id string) (Change, error) {
	return s.decide(ctx, id, Decision{To: Withdrawn, By: by}, func(c Change) error {
		if c.By != by {
			return ErrNotOwn
		}
		return nil
	})
}

func (s *Service) decide(ctx context.Context, id string, d Decision, allowed func(Change) error) (Change, error) {
	c, err := s.Load(ctx, id)
	if err != nil {
		return c, err
	}
	if c.State != Proposed {
		return c, ErrDecided
	}
	if err := allowed(c); err != nil {
		return c, err
	}
	d.At = s.Now()
	moved, err := s.Store.DecideRateChange(ctx, id, d)
	if err != nil {
		return c, fmt.Errorf("decide rate change %s: %w", id, err)
	}
	if !moved {
		return c, ErrDecided
	}
	return c, s.Refresh(ctx)
}
