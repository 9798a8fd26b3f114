package contribution

import (
	"context"
	"fmt"
	"sync"

	"shebao/shared/period"
)

// ticketBlock is how many numbers are reserved at a time; those that a process does
// not use are skipped for good.
const ticketBlock = 200

// tickets hands out 电子税票号 without a write for each.
type tickets struct {
	reserve func(ctx context.Context, sequence string, n int) (int64, error)
	mu      sync.Mutex
	blocks  map[string][2]int64 // month: next and end
}

// stock makes sure that the next n numbers of the month need no reservation of their own.
func (t *tickets) stock(ctx context.Context, day period.Date, n int) error {
	month := fmt.Sprintf("%02d%02d", day.Year%100, day.Month)
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.blocks[month]
	if b[1]-b[0] >= int64(n) {
		return nil
	}
	return t.refill(ctx, month, max(n, ticketBlock))
}

// refill replaces what is left of the month's numbers; the caller holds mu.
func (t *tickets) refill(ctx context.Context, month string, n int) error {
	first, err := t.reserve(ctx, "ticket:"+month, n)
	if err != nil {
		return fmt.Errorf("reserve ticket numbers: %w", err)
	}
	if t.blocks == nil {
		t.blocks = map[string][2]int64{}
	}
	t.blocks[month] = [2]int64{first, first + int64(n)}
	return nil
}

// take returns a new 18-digit number: 3, five digits of the authority, year and
// month, and an eight-digit sequence of the month.
func (t *tickets) take(ctx context.Context, authority string, day period.Date) (string, error) {
	month := fmt.Sprintf("%02d%02d", day.Year%100, day.Month)
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.blocks[month]; b[0] == b[1] {
		if err := t.refill(ctx, month, ticketBlock); err != nil {
			return "", err
		}
	}
	b := t.blocks[month]
	t.blocks[month] = [2]int64{b[0] + 1, b[1]}
	return fmt.Sprintf("3%.5s%s%08d", authority[1:], month, b[0]), nil
}
