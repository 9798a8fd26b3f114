package agreement

import "sync"

// watchers wakes those who wait for an agreement's next state in this process.
type watchers struct {
	mu  sync.Mutex
	all map[string]map[chan struct{}]struct{}
}

// Watch returns a channel that receives after each change of the agreement made by this
// process, and the function that ends the watch. Changes by other servers are seen
// by asking again.
func (s *Service) Watch(agreement string) (<-chan struct{}, func()) {
	w, ch := &s.watchers, make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]map[chan struct{}]struct{}{}
	}
	if w.all[agreement] == nil {
		w.all[agreement] = map[chan struct{}]struct{}{}
	}
	w.all[agreement][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all[agreement], ch)
		if len(w.all[agreement]) == 0 {
			delete(w.all, agreement)
		}
	}
}

func (w *watchers) wake(agreement string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all[agreement] {
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up waiting
		}
	}
}
