// Package forewarn tells people in advance of the batch debits that are planned for them
// (批量扣款预告), so that there is money on the account. It knows neither HTTP nor the
// database; it declares the ports it needs.
package forewarn

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shebao/server/debit"
	"shebao/shared/bankcard"
	"shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/notice"
	"shebao/shared/page"
	"shebao/shared/period"
	"shebao/shared/words"
)

// Runs are the batch debit runs. *debit.Service is one.
type Runs interface {
	// List returns runs, newest first.
	List(ctx context.Context, before string, limit int) ([]model.Run, error)
	// Items lists people in a run in order of ID.
	Items(ctx context.Context, f debit.ItemFilter) ([]model.Item, error)
}

// Notices tell people. *notice.Service is one.
type Notices interface {
	// TellAll adds notices; telling the same id again changes nothing.
	TellAll(ctx context.Context, ns []notice.Notice) error
}

// Config is what a Service works with.
type Config struct {
	Runs    Runs
	Notices Notices
	Now     func() time.Time
	Log     *slog.Logger
	Poll    time.Duration // between looks for approved runs; a minute when zero
}

// Service tells. One goroutine runs it; several servers may, and each notice is told once.
type Service struct {
	Config
	told map[string]bool // runs whose people this server has told
}

// The sizes of what is looked at in one piece.
const (
	newest = 50 // runs
	pieces = 500
)

// New returns a service.
func New(c Config) *Service {
	if c.Poll == 0 {
		c.Poll = time.Minute
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, told: map[string]bool{}}
}

// Run tells until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := s.TellPlanned(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "tell of planned debits", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// TellPlanned tells the people of approved runs whose day is still to come. It can be
// asked again at any time, also after it was interrupted.
func (s *Service) TellPlanned(ctx context.Context) error {
	runs, err := s.Runs.List(ctx, "", newest)
	if err != nil {
		return fmt.Errorf("list runs: %w", err)
	}
	today := period.DateOf(s.Now())
	for _, r := range runs {
		if s.told[r.ID] || r.State != model.Running || r.Round != 1 || r.Stopped || !today.Before(r.Date) {
			continue
		}
		if err := s.tell(ctx, r); err != nil {
			return fmt.Errorf("run %s: %w", r.ID, err)
		}
		s.told[r.ID] = true
	}
	return nil
}

func (s *Service) tell(ctx context.Context, r model.Run) error {
	for after := ""; ; {
		items, err := s.Runs.Items(ctx, debit.ItemFilter{Run: r.ID, State: model.Chosen, After: after, Limit: pieces})
		if err != nil || len(items) == 0 {
			return err
		}
		list := make([]notice.Notice, len(items))
		for i, it := range items {
			list[i] = planned(r, it)
		}
		if err := s.Notices.TellAll(ctx, list); err != nil {
			return err
		}
		after = items[len(items)-1].ID
	}
}

// planned is the notice; its id is the item's, so that it is told once.
func planned(r model.Run, it model.Item) notice.Notice {
	bank, _ := bankcard.Lookup(it.Bank) // an unknown bank has no name
	link := page.PatternAmounts
	if r.Scheme == contribution.Medical {
		link = page.PatternMedical
	}
	return notice.Notice{
		ID: "n:planned:" + it.ID, Person: it.Person, Kind: notice.Planned, Title: words.NoticePlannedTitle, Link: link,
		Text: fmt.Sprintf(words.NoticePlanned, r.Date, bank.Name, it.Account, r.Year, r.Scheme.Label(), it.Amount.Display()),
	}
}
