// Package wake wakes those who wait in this process for something to change. What other
// servers change is seen by asking again.
package wake

import "sync"

// Watchers are those who wait, by what they wait for. The zero value is ready.
type Watchers struct {
	mu  sync.Mutex
	all map[string]map[chan struct{}]struct{}
}

// Watch returns a channel that receives after each change of the id, and the function that
// ends the watch.
func (w *Watchers) Watch(id string) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]map[chan struct{}]struct{}{}
	}
	if w.all[id] == nil {
		w.all[id] = map[chan struct{}]struct{}{}
	}
	w.all[id][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all[id], ch)
		if len(w.all[id]) == 0 {
			delete(w.all, id)
		}
	}
}

// Wake tells those who watch the id.
func (w *Watchers) Wake(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all[id] {
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up waiting
		}
	}
}
