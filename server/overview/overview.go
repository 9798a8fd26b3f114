// Package overview sums what officers look at first: payments by day. Sums are kept for a
// short time, so that many open screens cost no more than one.
package overview

import (
	"context"
	"sync"
	"time"

	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// Total is what became of a day's payments of one state.
type Total struct {
	State  contribution.PaymentState
	Count  int
	Amount money.Fen // fen
}

// Store sums payments.
type Store interface {
	// DayTotals sums a business day's payments by state.
	DayTotals(ctx context.Context, on period.Date) ([]Total, error)
}

// Day is one business day in sums.
type Day struct {
	Date                   period.Date
	Paid, Failed, Doubtful int
	Amount                 money.Fen // paid, fen
}

// Rate is how many of the decided payments were paid, in tenths of a percent; false without any.
func (d Day) Rate() (int, bool) {
	if d.Paid+d.Failed == 0 {
		return 0, false
	}
	return d.Paid * 1000 / (d.Paid + d.Failed), true
}

// How long sums are kept.
const (
	freshToday = 3 * time.Second
	freshPast  = 5 * time.Minute
)

// Book keeps the sums. Safe for concurrent use.
type Book struct {
	store Store
	now   func() time.Time
	mu    sync.Mutex
	kept  map[period.Date]sum
}

type sum struct {
	day Day
	at  time.Time
}

// New returns an empty book.
func New(store Store, now func() time.Time) *Book {
	return &Book{store: store, now: now, kept: map[period.Date]sum{}}
}

// Last gives the last n business days, today last.
func (b *Book) Last(ctx context.Context, n int) ([]Day, error) {
	today := period.DateOf(b.now())
	out := make([]Day, n)
	for i := range out {
		var err error
		if out[i], err = b.day(ctx, today.AddDays(i+1-n), today); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *Book) day(ctx context.Context, on, today period.Date) (Day, error) {
	now, fresh := b.now(), freshPast
	if on == today {
		fresh = freshToday
	}
	b.mu.Lock()
	k, ok := b.kept[on]
	b.mu.Unlock()
	if ok && now.Sub(k.at) < fresh {
		return k.day, nil
	}
	totals, err := b.store.DayTotals(ctx, on)
	if err != nil {
		return Day{}, err
	}
	d := Day{Date: on}
	for _, t := range totals {
		switch t.State {
		case contribution.Succeeded:
			d.Paid, d.Amount = d.Paid+t.Count, d.Amount+t.Amount
		case contribution.Failed:
			d.Failed += t.Count
		case contribution.InDoubt:
			d.Doubtful += t.Count
		case contribution.Pending, contribution.Sending, contribution.Cancelled:
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for old := range b.kept {
		if old.Before(today.AddDays(-60)) {
			delete(b.kept, old)
		}
	}
	b.kept[on] = sum{d, now}
	return d, nil
}
