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

// take returns a new 18-digit number: 3, five digits of the authority, year and
// month, and an eight-digit sequence of the month.
func (t *tickets) take(ctx context.Context, authority string, day period.Date) (string, error) {
	month := fmt.Sprintf("%02d%02d", day.Year%100, day.Month)
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.blocks[month]
	if b[0] == b[1] {
		first, err := t.reserve(ctx, "ticket:"+month, ticketBlock)
		if err != nil {
			return "", fmt.Errorf("reserve ticket numbers: %w", err)
		}
		if t.blocks == nil {
			t.blocks = map[string][2]int64{}
		}
		b = [2]int64{first, first + ticketBlock}
	}
	t.blocks[month] = [2]int64{b[0] + 1, b[1]}
	return fmt.Sprintf("3%.5s%s%08d", authority[1:], month, b[0]), nil
}
