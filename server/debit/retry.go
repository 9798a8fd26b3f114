package debit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shebao/shared/bankapi"
	model "shebao/shared/debit"
)

// retryFiles moves items that may be tried again into new files, closed until all are
// moved, and counts the files that they leave anew. Interrupted anywhere it is done again:
// a page that was moved is known by its From.
func (s *Service) retryFiles(ctx context.Context, r model.Run) error {
	t := &retry{Service: s, run: r, moved: map[string]bool{}, filling: map[[2]string]*model.File{}}
	if err := t.resume(ctx); err != nil {
		return err
	}
	for round := 1; round < r.Round; round++ {
		err := s.eachPages(ctx, r.ID, round, t.move)
		if err != nil {
			return err
		}
	}
	if err := s.Store.AddFiles(ctx, t.files()); err != nil {
		return fmt.Errorf("add files of run %s: %w", r.ID, err)
	}
	s.Checkpoint("retry.moved")
	return t.open(ctx)
}

// eachPages calls fn for the pages of a round, some at a time.
func (s *Service) eachPages(ctx context.Context, run string, round int, fn func(context.Context, []model.Page) error) error {
	const atOnce = 20
	after := ""
	for {
		pages, err := s.Store.PagesOfRound(ctx, run, round, after, atOnce)
		if err != nil {
			return fmt.Errorf("people of run %s: %w", run, err)
		}
		if len(pages) == 0 {
			return nil
		}
		after = pages[len(pages)-1].ID
		if err := fn(ctx, pages); err != nil {
			return err
		}
	}
}

// retriable is whom another round of the run would debit.
func (s *Service) retriable(ctx context.Context, r model.Run) (model.Total, error) {
	var again model.Total
	for round := 1; round <= r.Round; round++ {
		err := s.eachPages(ctx, r.ID, round, func(_ context.Context, pages []model.Page) error {
			for _, p := range pages {
				items, _ := split(p.Items)
				for _, it := range items {
					again = again.Add(it.Amount)
				}
			}
			return nil
		})
		if err != nil {
			return again, err
		}
	}
	return again, nil
}

// retry is one server's work on the files of a retry round.
type retry struct {
	*Service
	run     model.Run
	moved   map[string]bool           // pages of earlier rounds whose items have been moved
	filling map[[2]string]*model.File // by authority and bank: the file that is being filled
	full    []model.File
}

// resume takes up what an interrupted try has moved.
func (t *retry) resume(ctx context.Context) error {
	return t.eachPages(ctx, t.run.ID, t.run.Round, func(_ context.Context, pages []model.Page) error {
		for _, p := range pages {
			t.moved[p.From] = true
			first := p.Items[0]
			f := t.fileFor(first.Authority, first.Bank, 0)
			for f.ID != p.File { // files are filled one after the other
				t.full = append(t.full, *f)
				f = t.nextFile(first.Authority, first.Bank)
			}
			for _, it := range p.Items {
				f.Planned = f.Planned.Add(it.Amount)
			}
		}
		return nil
	})
}

// fileFor is the file of the authority and bank that has room for so many more.
func (t *retry) fileFor(authority, bank string, more int) *model.File {
	key := [2]string{authority, bank}
	f := t.filling[key]
	if f != nil && f.Planned.Count+int64(more) <= int64(t.FileItems) {
		return f
	}
	if f == nil {
		n := t.file(t.run, authority, bank, fileID(t.run.ID, t.run.Round, authority, bank, 0))
		t.filling[key] = &n
		return &n
	}
	t.full = append(t.full, *f)
	return t.nextFile(authority, bank)
}

func (t *retry) nextFile(authority, bank string) *model.File {
	n := 0
	for _, f := range t.full {
		if f.Authority == authority && f.Bank == bank {
			n++
		}
	}
	f := t.file(t.run, authority, bank, fileID(t.run.ID, t.run.Round, authority, bank, n))
	t.filling[[2]string{authority, bank}] = &f
	return &f
}

// files are all of the round.
func (t *retry) files() []model.File {
	all := t.full
	for _, f := range t.filling {
		all = append(all, *f)
	}
	return all
}

// move puts what may be tried again of the pages into pages of the round, and only then
// takes it out of theirs.
func (t *retry) move(ctx context.Context, pages []model.Page) error {
	var fresh, left []model.Page
	for _, p := range pages {
		again, stay := split(p.Items)
		if len(again) == 0 {
			continue
		}
		if !t.moved[p.ID] {
			fresh = append(fresh, t.fill(p, again))
		}
		p.Items = stay
		left = append(left, p)
	}
	if _, err := t.Store.AddPages(ctx, fresh); err != nil {
		return fmt.Errorf("move people of run %s: %w", t.run.ID, err)
	}
	t.Checkpoint("retry.added")
	n, err := t.Store.SwapPages(ctx, left)
	if err != nil || n < len(left) {
		return errors.Join(fmt.Errorf("take moved people out of run %s: %d of %d pages", t.run.ID, n, len(left)), err)
	}
	return nil
}

// split tells who may be tried again.
func split(items []model.Item) (again, stay []model.Item) {
	for _, it := range items {
		if it.State == model.Failed && model.Retriable(bankapi.Code(it.Code)) {
			again = append(again, it)
		} else {
			stay = append(stay, it)
		}
	}
	return again, stay
}

// fill makes the page of the round from the items of a page.
func (t *retry) fill(from model.Page, items []model.Item) model.Page {
	f := t.fileFor(items[0].Authority, items[0].Bank, len(items))
	p := model.Page{Run: t.run.ID, Round: t.run.Round, File: f.ID, From: from.ID, Step: t.run.Step}
	for _, it := range items {
		it.ID = itemID(f.ID, f.Planned.Count)
		it.State, it.Round, it.File, it.Payment, it.Code, it.Reason = model.Chosen, t.run.Round, f.ID, "", "", ""
		it.Ended = time.Time{}
		f.Planned = f.Planned.Add(it.Amount)
		p.Items = append(p.Items, it)
	}
	p.ID = p.Items[0].ID
	return p
}

// open counts the files of earlier rounds anew and lets servers take those of this one.
func (t *retry) open(ctx context.Context) error {
	files, err := t.Store.FilesOf(ctx, t.run.ID)
	if err != nil {
		return fmt.Errorf("files of run %s: %w", t.run.ID, err)
	}
	for _, f := range files {
		switch {
		case f.Round < t.run.Round:
			err = t.recount(ctx, f)
		case f.State == model.FilePlanned && !f.Open:
			f.Open, f.Next = true, t.Now()
			_, err = t.Store.SwapFile(ctx, f)
		}
		if err != nil {
			return fmt.Errorf("file %s: %w", f.ID, err)
		}
	}
	return nil
}

// recount counts a finished file's items anew.
func (s *Service) recount(ctx context.Context, f model.File) error {
	w := &work{Service: s, f: f}
	if err := w.load(ctx); err != nil {
		return err
	}
	_, err := s.Store.SwapFile(ctx, count(f, w.items))
	return err
}
