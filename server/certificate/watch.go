package certificate

import "sync"

// watchers wakes those who wait for a certificate's next state in this process.
type watchers struct {
	mu  sync.Mutex
	all map[string]map[chan struct{}]struct{}
}

// Watch returns a channel that receives after each change of the certificate made by
// this process, and the function that ends the watch. Changes by other servers are seen
// by asking again.
func (s *Service) Watch(id string) (<-chan struct{}, func()) {
	w, ch := &s.watchers, make(chan struct{}, 1)
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

func (w *watchers) changed(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all[id] {
		select {
		case ch <- struct{}{}:
		default: // it has a wake-up waiting
		}
	}
}
