// Package rates keeps the yearly rates (缴费标准) that officers set over the deployment's
// city file. A change is proposed by one officer and approved by another. It knows neither
// HTTP nor the database.
package rates

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"shebao/shared/api"
	"shebao/shared/contribution"
	"shebao/shared/page"
)

// State is how far a change is.
type State string

// The states.
const (
	Proposed State = "proposed" // 待复核
	Approved State = "approved" // 已生效
	Rejected State = "rejected" // 已退回
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
	default:
		return string(s)
	}
}

// Change is one rate as it shall be.
type Change struct {
	ID       string
	Rate     contribution.Rate
	State    State
	By       string // officer who proposed it
	Proposed time.Time
	Decider  string // officer who approved or rejected it
	Decided  time.Time
}

// Store keeps changes.
type Store interface {
	AddRateChange(ctx context.Context, c Change) error
	RateChange(ctx context.Context, id string) (Change, bool, error)
	// RateChanges lists all of the state in the order of their decision; Proposed ones in
	// the order they were made.
	RateChanges(ctx context.Context, s State) ([]Change, error)
	// DecideRateChange moves a proposed change; false when it is not Proposed any more.
	DecideRateChange(ctx context.Context, id string, to State, by string, at time.Time) (bool, error)
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

// Pending lists changes that wait for approval.
func (s *Service) Pending(ctx context.Context) ([]Change, error) {
	return s.Store.RateChanges(ctx, Proposed)
}

// Propose stores a change. The error is api.Invalid.
func (s *Service) Propose(ctx context.Context, by string, r contribution.Rate) (Change, error) {
	if wrong := check(r); len(wrong) > 0 {
		return Change{}, api.Invalid(wrong...)
	}
	c := Change{ID: s.NewID("rc"), Rate: r, State: Proposed, By: by, Proposed: s.Now()}
	if err := s.Store.AddRateChange(ctx, c); err != nil {
		return Change{}, fmt.Errorf("propose rate %s: %w", Key(r), err)
	}
	return c, nil
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
	ErrDecided = api.Refuse("decided", "这项调整已经由他人处理，请刷新查看。")
)

// Decide approves or rejects a change. Errors: api.NotFound, ErrSame, ErrDecided.
func (s *Service) Decide(ctx context.Context, by, id string, to State) (Change, error) {
	c, ok, err := s.Store.RateChange(ctx, id)
	if err != nil {
		return Change{}, err
	}
	if !ok {
		return Change{}, api.NotFound("")
	}
	if c.By == by {
		return c, ErrSame
	}
	moved, err := s.Store.DecideRateChange(ctx, id, to, by, s.Now())
	if err != nil {
		return c, fmt.Errorf("decide rate change %s: %w", id, err)
	}
	if !moved {
		return c, ErrDecided
	}
	return c, s.Refresh(ctx)
}
