package debit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shebao/server/contribution"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// workFile takes a leased file as far as it can go now.
func (s *Service) workFile(ctx context.Context, f model.File) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := time.AfterFunc(s.Lease, cancel) // each write of the file renews the lease
	defer over.Stop()
	run, ok, err := s.Store.DebitRun(ctx, f.Run)
	if err != nil || !ok {
		return errors.Join(fmt.Errorf("run of file, found %t", ok), err)
	}
	w := &work{Service: s, run: run, f: f, over: over}
	switch f.State {
	case model.FilePlanned, model.FileClaimed:
		return w.prepare(ctx)
	case model.FileSending, model.FileTaken:
		return w.ask(ctx)
	case model.FileDoubt:
		return w.settle(ctx)
	case model.FileDone, model.FileStopped:
		return nil
	default:
		return fmt.Errorf("file is in no known state %q", f.State)
	}
}

// work is one server's work on one leased file. Every write of the file proves that the
// lease is still ours: another server's lease changes the revision.
type work struct {
	*Service
	run   model.Run
	f     model.File
	pages []model.Page  // of the file, once loaded
	items []*model.Item // in the pages
	dirty []bool        // pages that are not stored as they are
	over  *time.Timer   // ends the work when the lease does

	held map[string]shared.Payment // as just claimed; nil when they must be loaded
}

var errTaken = errors.New("another server has the file")

// save writes the file with its lease renewed, or open no more.
func (w *work) save(ctx context.Context) error {
	ok, err := w.Store.SwapFile(ctx, w.f)
	if err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	if !ok {
		return errTaken
	}
	w.f.Rev++
	w.over.Reset(w.Lease)
	return nil
}

// step moves the file by the event and writes it.
func (w *work) step(ctx context.Context, e model.Event) error {
	to, err := model.FileStates.Next(w.f.State, e)
	if err != nil {
		return err
	}
	w.f.State, w.f.Next, w.f.Tries = to, w.Now().Add(w.Lease), 0
	if to == model.FileDone || to == model.FileStopped {
		w.f.Open, w.f.Ended = false, w.Now()
	}
	return w.save(ctx)
}

// wait leaves the file until then.
func (w *work) wait(ctx context.Context, until time.Time) error {
	w.f.Next = until
	return w.save(ctx)
}

// again leaves the file for a pause that grows with the tries.
func (w *work) again(ctx context.Context) error {
	steps := []time.Duration{1, 1, 2, 3, 5, 5, 10, 20, 30, 60}
	pause := steps[min(w.f.Tries, len(steps)-1)] * time.Second
	w.f.Tries++
	return w.wait(ctx, w.Now().Add(pause))
}

func (w *work) load(ctx context.Context) error {
	if w.pages != nil {
		return nil
	}
	pages, err := w.Store.PagesOf(ctx, w.f.ID)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	w.pages, w.dirty = pages, make([]bool, len(pages))
	for p := range pages {
		for i := range pages[p].Items {
			w.items = append(w.items, &pages[p].Items[i])
		}
	}
	if len(w.items) > maxItems {
		return fmt.Errorf("%d items in one file", len(w.items))
	}
	return nil
}

// put changes the i-th item; saveItems stores it.
func (w *work) put(i int, it model.Item) {
	*w.items[i] = it
	for p := range w.pages {
		if i -= len(w.pages[p].Items); i < 0 {
			w.dirty[p] = true
			return
		}
	}
}

// saveItems stores the pages that have changed. A page that another server has written
// proves that the file is not ours any more.
func (w *work) saveItems(ctx context.Context) error {
	var changed []model.Page
	for p, d := range w.dirty {
		if d {
			changed = append(changed, w.pages[p])
		}
	}
	n, err := w.Store.SwapPages(ctx, changed)
	if err != nil {
		return fmt.Errorf("write people: %w", err)
	}
	if n < len(changed) {
		return errTaken
	}
	for p, d := range w.dirty {
		if d {
			w.pages[p].Rev++
			w.dirty[p] = false
		}
	}
	return nil
}

// chosen are the items that have no end yet, with their places in w.items.
func (w *work) chosen() (at []int, payments []string) {
	for i, it := range w.items {
		if it.State == model.Chosen {
			at, payments = append(at, i), append(payments, paymentID(*it))
		}
	}
	return at, payments
}

// paymentID is the payment of the item, whoever asks. Those of one file follow each other,
// so that a file's payments lie together in the store.
func paymentID(it model.Item) string {
	list, place, _ := cutLast(it.ID)
	return "b" + short(list)[:18] + place
}

func declarationID(it model.Item) string { return "d" + paymentID(it) }

// cutLast cuts s around its last colon.
func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// announce tells a person before the debit: date and amount.
func (w *work) announce(it model.Item) contribution.Notice {
	return contribution.Notice{
		ID: "n:" + paymentID(it) + ":planned", Person: it.Person, Kind: "planned", Title: "批量扣款提醒", Link: "/agreements",
		Text: "您的" + it.Scheme.Label() + "保险费 " + it.Amount.Display() + " 将于 " + w.f.Date.String() + " 从尾号 " + tail(it.Account) +
			" 的账户批量扣款，请保证余额充足。",
	}
}

func tail(masked string) string {
	r := []rune(strings.TrimSpace(masked))
	return string(r[max(0, len(r)-4):])
}

// pace tells whether this server may send a file now, and notes that it does; or from when.
func (s *Service) pace(now time.Time) (time.Time, bool) {
	s.paceMu.Lock()
	defer s.paceMu.Unlock()
	if until := s.sentAt.Add(s.Pace); s.Pace > 0 && now.Before(until) {
		return until, false
	}
	s.sentAt = now
	return now, true
}
