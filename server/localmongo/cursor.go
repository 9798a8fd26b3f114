package localmongo

import (
	"sync"
	"time"
)

// cursorIdle is how long a cursor waits for the next getMore, MongoDB's time.
const cursorIdle = 10 * time.Minute

// maxCursors bounds the open cursors; the one that was idle longest makes room.
const maxCursors = 4096

// cursor is a query that was answered in part. It holds no transaction: what comes later shows what was written meanwhile.
type cursor struct {
	id     int64
	ns     string
	find   *finder
	active time.Time
}

type cursors struct {
	mu   sync.Mutex
	open map[int64]*cursor
	next int64
}

func (k *cursors) init() { k.open, k.next = map[int64]*cursor{}, 1 }

// keep puts a cursor by; a new one gets its number.
func (k *cursors) keep(c *cursor, now time.Time) int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c.id == 0 {
		c.id = k.next
		k.next++
	}
	c.active = now
	k.open[c.id] = c
	if len(k.open) > maxCursors {
		oldest := c
		for _, o := range k.open {
			if o.active.Before(oldest.active) {
				oldest = o
			}
		}
		delete(k.open, oldest.id)
	}
	return c.id
}

// take returns a cursor for one getMore; until it is kept again nobody else gets it.
func (k *cursors) take(id int64, ns string) (*cursor, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.open[id]
	if c == nil {
		return nil, failed(codeCursorNotFound, "cursor id %d not found", id)
	}
	if c.ns != ns {
		return nil, failed(codeUnauthorized, "cursor id %d belongs to another collection", id)
	}
	delete(k.open, id)
	return c, nil
}

// kill removes a cursor and tells whether it was there.
func (k *cursors) kill(id int64, ns string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.open[id]
	if c == nil || c.ns != ns {
		return false
	}
	delete(k.open, id)
	return true
}

// reap removes the cursors that were idle too long.
func (k *cursors) reap(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, c := range k.open {
		if now.Sub(c.active) > cursorIdle {
			delete(k.open, id)
		}
	}
}
