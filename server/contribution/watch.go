package contribution

import "sync"

// watchers wakes those who wait for a payment's next state in this process.
type watchers struct {
	mu  sync.Mutex
	all map[string]map[chan struct{}]struct{}
}

// Watch returns a channel that receives after each change of the payment made by this
// process, and the function that ends the watch. Changes by other servers are seen
// by asking again.
func (s *Service) Watch(payment string) (<-chan struct{}, func()) {
	w, ch := &s.watchers, make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]map[chan struct{}]struct{}{}
	}
	if w.all[payment] == nil {
		w.all[payment] = map[chan struct{}]struct{}{}
	}
	w.all[payment][ch] = struct{}{}
	return ch, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.all[payment], ch)
		if len(w.all[payment]) == 0 {
			delete(w.all, payment)
		}
	}
}

func (w *watchers) wake(payment string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all[payment] {
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up waiting
		}
	}
}
