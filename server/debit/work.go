package debit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	model "shebao/shared/debit"
	"shebao/shared/period"
)

// Run makes runs of the plans whose cut-off has come and works on runs and their files until ctx ends. Several servers may run it.
func (s *Service) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, work := range []func(context.Context) error{s.makePlanned, s.workRuns, s.workFiles} {
		all.Go(func() { s.poll(ctx, work) })
	}
	all.Wait()
}

func (s *Service) poll(ctx context.Context, work func(context.Context) error) {
	tick := time.NewTicker(s.Poll)
	defer tick.Stop()
	for {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "debit runs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Work does everything that is due now, once. Errors of single runs and files are logged;
// their leases run out and somebody goes on.
func (s *Service) Work(ctx context.Context) error {
	return errors.Join(s.makePlanned(ctx), s.workRuns(ctx), s.workFiles(ctx))
}

func (s *Service) workRuns(ctx context.Context) error {
	for ctx.Err() == nil {
		now := s.Now()
		r, ok, err := s.Store.LeaseRun(ctx, now, now.Add(s.Lease))
		if err != nil {
			return fmt.Errorf("lease run: %w", err)
		}
		if !ok {
			break
		}
		if err := s.workRun(ctx, r); err != nil {
			s.Log.ErrorContext(ctx, "work on run", "run", r.ID, "error", err)
		}
	}
	return nil
}

func (s *Service) workFiles(ctx context.Context) error {
	slots := make(chan struct{}, s.Together)
	var all sync.WaitGroup
	defer all.Wait()
	for ctx.Err() == nil {
		slots <- struct{}{}
		now := s.Now()
		f, ok, err := s.Store.LeaseFile(ctx, now, now.Add(s.Lease))
		if err != nil {
			return fmt.Errorf("lease file: %w", err)
		}
		if !ok {
			return nil
		}
		all.Go(func() {
			defer func() { <-slots }()
			if err := s.workFile(ctx, f); err != nil && ctx.Err() == nil {
				s.Log.ErrorContext(ctx, "work on file", "file", f.ID, "error", err)
			}
		})
	}
	return nil
}

func (s *Service) workRun(ctx context.Context, r model.Run) error {
	switch {
	case r.State == model.Selecting:
		return s.choose(ctx, r)
	case r.State == model.Running && !r.Assigned:
		return s.assign(ctx, r)
	case r.State == model.Running:
		return s.conclude(ctx, r)
	default:
		return nil
	}
}

// assign makes the round's files.
func (s *Service) assign(ctx context.Context, r model.Run) error {
	var err error
	if r.Round == 1 {
		err = s.firstFiles(ctx, r)
	} else {
		err = s.retryFiles(ctx, r)
	}
	if err != nil {
		return err
	}
	r.Assigned, r.Next = true, s.Now().Add(s.Poll)
	if ok, err := s.Store.SwapRun(ctx, r); err != nil || !ok {
		return errors.Join(fmt.Errorf("note the files of run %s, still ours %t", r.ID, ok), err)
	}
	return nil
}

// firstFiles stores the files that the dry run has filled.
func (s *Service) firstFiles(ctx context.Context, r model.Run) error {
	var files []model.File
	for _, c := range r.Cells {
		for n := 0; int64(n)*int64(s.FileItems) < c.Count; n++ {
			f := s.file(r, c.Authority, c.Bank, fileID(r.ID, 1, c.Authority, c.Bank, n))
			f.Open = true
			files = append(files, f)
		}
	}
	if err := s.Store.AddFiles(ctx, files); err != nil {
		return fmt.Errorf("add files of run %s: %w", r.ID, err)
	}
	return nil
}

func (s *Service) file(r model.Run, authority, bank, id string) model.File {
	date := r.Date
	if today := period.DateOf(s.Now()); date.Before(today) {
		date = today
	}
	return model.File{
		ID: id, Run: r.ID, Round: r.Round, Authority: authority, Bank: bank, Date: date, Serial: "f" + short(id),
		State: model.FilePlanned, Next: s.Now(),
	}
}

// short is 30 characters that stand for the id.
func short(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:15])
}

// count fills in the file's totals from its items.
func count(f model.File, items []*model.Item) model.File {
	f.Planned, f.Paid, f.Failed, f.Skipped, f.Doubt = model.Total{}, model.Total{}, model.Total{}, model.Total{}, model.Total{}
	f.Codes = map[string]int64{}
	for _, it := range items {
		f.Planned = f.Planned.Add(it.Amount)
		switch it.State {
		case model.Paid:
			f.Paid = f.Paid.Add(it.Amount)
		case model.Failed:
			f.Failed = f.Failed.Add(it.Amount)
			f.Codes[it.Code]++
		case model.Skipped:
			f.Skipped = f.Skipped.Add(it.Amount)
		case model.Doubt:
			f.Doubt = f.Doubt.Add(it.Amount)
		case model.Chosen, model.LeftOut:
		}
	}
	return f
}

// conclude ends a run whose files all have their end.
func (s *Service) conclude(ctx context.Context, r model.Run) error {
	open, err := s.Store.OpenFiles(ctx, r.ID, 1)
	if err != nil {
		return fmt.Errorf("open files of run %s: %w", r.ID, err)
	}
	r.Next = s.Now().Add(s.Poll)
	if len(open) == 0 {
		to, err := model.States.Next(r.State, model.Finish)
		if err != nil {
			return fmt.Errorf("run %s: %w", r.ID, err)
		}
		r.State, r.Ended = to, s.Now()
	}
	if _, err := s.Store.SwapRun(ctx, r); err != nil { // when not ours any more, the next look does it
		return fmt.Errorf("conclude run %s: %w", r.ID, err)
	}
	return nil
}
