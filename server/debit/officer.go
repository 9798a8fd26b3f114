package debit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

// Create makes a run; its dry run starts at once. by is the maker.
func (s *Service) Create(ctx context.Context, by string, d Draft) (model.Run, error) {
	if err := s.checkDraft(by, d); err != nil {
		return model.Run{}, err
	}
	if d.Planned == "" && !s.window(d) { // a plan's day was in it when it was planned
		return model.Run{}, RefuseWindow
	}
	now := s.Now()
	r := model.Run{
		ID: s.NewID("r"), Scheme: d.Scheme, Year: d.Year, Authorities: slices.Compact(slices.Sorted(slices.Values(d.Authorities))),
		Date: d.Date, CutOff: d.CutOff, Planned: d.Planned, State: model.Selecting, Round: 1, Maker: by, Created: now,
		LeftOut: map[model.Exclusion]int64{}, Next: now, History: []model.Move{{Round: 1, Did: model.Create, By: by, At: now}},
	}
	if d.Planned != "" {
		r.ID = planRun(d.Planned)
		ok, err := s.Store.UsePlanned(ctx, d.Planned, r.ID)
		if err != nil {
			return r, fmt.Errorf("use plan %s: %w", d.Planned, err)
		}
		if !ok {
			return model.Run{}, RefusePlanned
		}
	}
	ok, err := s.Store.AddRun(ctx, r)
	if err == nil && !ok && d.Planned != "" {
		return model.Run{}, RefusePlanned // it was made before
	}
	if err != nil || !ok {
		return r, errors.Join(fmt.Errorf("add run %s, new %t", r.ID, ok), err)
	}
	return r, s.record(ctx, by, "run_create", r)
}

func (s *Service) checkDraft(by string, d Draft) error {
	if by == "" {
		return RefuseOfficer
	}
	if len(d.Authorities) == 0 || len(d.Authorities) > model.MaxAuthorities || slices.Contains(d.Authorities, "") {
		return RefuseAuthorities
	}
	if d.Scheme == shared.Medical {
		return RefuseMedical
	}
	rated := false
	for _, r := range s.Rates() {
		rated = rated || r.Scheme == d.Scheme && r.Year == d.Year
	}
	if !rated {
		return RefuseScheme
	}
	if !d.Date.Valid() || d.Date.Before(period.DateOf(s.Now())) || d.CutOff.After(d.Date.AddDays(1).Start()) {
		return RefuseDate
	}
	return nil
}

// window tells whether the year can be paid on the debit date.
func (s *Service) window(d Draft) bool {
	return slices.ContainsFunc(s.Rates(), func(r shared.Rate) bool { return r.Scheme == d.Scheme && r.Year == d.Year && r.OpenOn(d.Date) })
}

// Load returns a run, RefuseUnknown when there is none.
func (s *Service) Load(ctx context.Context, id string) (model.Run, error) {
	r, ok, err := s.Store.DebitRun(ctx, id)
	if err != nil {
		return r, fmt.Errorf("load run %s: %w", id, err)
	}
	if !ok {
		return r, RefuseUnknown
	}
	return r, nil
}

// List returns runs, newest first, those before the run given ("" from the newest).
func (s *Service) List(ctx context.Context, before string, limit int) ([]model.Run, error) {
	return s.Store.DebitRuns(ctx, before, limit)
}

// Items lists people in a run and left out of it, in order of ID.
func (s *Service) Items(ctx context.Context, f ItemFilter) ([]model.Item, error) {
	f.Limit = min(max(f.Limit, 1), 1000)
	return s.Store.RunItems(ctx, f)
}

// Files lists a run's bank files in order of ID.
func (s *Service) Files(ctx context.Context, run string) ([]model.File, error) {
	return s.Store.FilesOf(ctx, run)
}

// act moves a run by an officer's event. change refuses or fills in what the event needs.
func (s *Service) act(
	ctx context.Context, by, id string, e model.Event, action string, change func(*model.Run, *model.Move) error,
) (model.Run, error) {
	if by == "" {
		return model.Run{}, RefuseOfficer
	}
	for range 20 { // workers write runs too
		r, err := s.Load(ctx, id)
		if err != nil {
			return r, err
		}
		to, err := model.States.Next(r.State, e)
		if err != nil {
			return r, RefuseState
		}
		m := model.Move{Round: r.Round, Did: e, By: by, At: s.Now()}
		if err := change(&r, &m); err != nil {
			return r, err
		}
		m.Reason, r.State, r.Next = r.Reason, to, s.Now()
		r.History = append(r.History, m)
		ok, err := s.Store.SwapRun(context.WithoutCancel(ctx), r)
		if err != nil {
			return r, fmt.Errorf("%s %s: %w", action, id, err)
		}
		if ok {
			r.Rev++
			return r, s.record(ctx, by, action, r)
		}
	}
	return model.Run{}, RefuseState
}

// Submit asks for approval of the dry run. The submitting officer becomes the maker.
func (s *Service) Submit(ctx context.Context, by, id string) (model.Run, error) {
	return s.act(ctx, by, id, model.Submit, "run_submit", func(r *model.Run, m *model.Move) error {
		if r.Chosen.Count == 0 {
			return RefuseEmpty
		}
		m.People = r.Chosen
		r.Maker, r.Submitted, r.Reason = by, s.Now(), ""
		return nil
	})
}

// Approve starts the round. It is refused to the officer who made it, and with RefuseChanged when
// the run is not as it was seen (model.Run.Seen).
func (s *Service) Approve(ctx context.Context, by, id string, seen int) (model.Run, error) {
	return s.act(ctx, by, id, model.Approve, "run_approve", func(r *model.Run, _ *model.Move) error {
		if err := checks(*r, by, seen); err != nil {
			return err
		}
		r.Checker, r.Approved, r.Assigned, r.Ended = by, s.Now(), false, time.Time{}
		return nil
	})
}

// checks refuses an officer who can't decide the round, or has seen another one.
func checks(r model.Run, by string, seen int) error {
	switch {
	case r.Maker == by:
		return RefuseSamePerson
	case r.Seen() != seen:
		return RefuseChanged
	default:
		return nil
	}
}

// Reject sends a submitted round back: a first round to its maker, a retry round to the
// end that the run had reached. It is refused as Approve is.
func (s *Service) Reject(ctx context.Context, by, id, reason string, seen int) (model.Run, error) {
	if err := checkReason(reason); err != nil {
		return model.Run{}, err
	}
	r, err := s.Load(ctx, id)
	if err != nil {
		return r, err
	}
	event := model.Reject
	if r.Round > 1 {
		event = model.Drop
	}
	return s.act(ctx, by, id, event, "run_reject", func(r *model.Run, _ *model.Move) error {
		if err := checks(*r, by, seen); err != nil {
			return err
		}
		r.Reason = reason
		if event == model.Drop {
			backARound(r)
		}
		return nil
	})
}

// backARound takes back a retry round that is not to be: the run is again what the round
// before made of it.
func backARound(r *model.Run) {
	r.Round--
	if m, ok := r.Last(r.Round, model.Submit, model.Retry); ok {
		r.Maker, r.Submitted = m.By, m.At
	}
	if m, ok := r.Last(r.Round, model.Approve); ok {
		r.Checker, r.Approved = m.By, m.At
	}
}

// Cancel gives up a run before it was submitted. A plan that it was made from is free again.
func (s *Service) Cancel(ctx context.Context, by, id, reason string) (model.Run, error) {
	if err := checkReason(reason); err != nil {
		return model.Run{}, err
	}
	r, err := s.cancel(ctx, by, id, reason)
	if err == nil && r.Planned != "" {
		err = s.Store.ForgetPlanned(ctx, r.Planned, r.ID)
	}
	return r, err
}

func (s *Service) cancel(ctx context.Context, by, id, reason string) (model.Run, error) {
	return s.act(ctx, by, id, model.Cancel, "run_cancel", func(r *model.Run, _ *model.Move) error {
		r.Reason, r.Ended = reason, s.Now()
		return nil
	})
}

// Stop gives up the files of a running run that no server has begun to send: when it
// returns without an error none of them will be sent. Files on their way go to their end.
func (s *Service) Stop(ctx context.Context, by, id, reason string) (model.Run, error) {
	if err := checkReason(reason); err != nil {
		return model.Run{}, err
	}
	if by == "" {
		return model.Run{}, RefuseOfficer
	}
	for range 20 {
		r, err := s.Load(ctx, id)
		if err != nil {
			return r, err
		}
		if r.State != model.Running {
			return r, RefuseState
		}
		r.Stopped, r.Reason, r.Next = true, reason, s.Now()
		r.History = append(r.History, model.Move{Round: r.Round, Did: model.Stop, By: by, At: r.Next, Reason: reason})
		ok, err := s.Store.SwapRun(context.WithoutCancel(ctx), r)
		if err != nil {
			return r, fmt.Errorf("stop run %s: %w", id, err)
		}
		if ok {
			r.Rev++
			return r, errors.Join(s.haltFiles(ctx, id), s.record(ctx, by, "run_stop", r))
		}
	}
	return model.Run{}, RefuseState
}

// haltFiles takes files out of the hands of servers that looked at the run before it was stopped.
func (s *Service) haltFiles(ctx context.Context, run string) error {
	files, err := s.Store.FilesOf(ctx, run)
	if err != nil {
		return fmt.Errorf("files of run %s: %w", run, err)
	}
	for _, f := range files {
		for f.Open && (f.State == model.FilePlanned || f.State == model.FileClaimed) {
			f.Next = s.Now()
			ok, err := s.Store.SwapFile(context.WithoutCancel(ctx), f)
			if err != nil {
				return fmt.Errorf("halt file %s: %w", f.ID, err)
			}
			if ok {
				break
			}
			if f, ok, err = s.Store.File(ctx, f.ID); err != nil || !ok {
				return errors.Join(fmt.Errorf("reload file, found %t", ok), err)
			}
		}
	}
	return nil
}

// Retry asks for another round with those that failed for a reason that may pass.
func (s *Service) Retry(ctx context.Context, by, id string) (model.Run, error) {
	report, err := s.Report(ctx, id)
	if err != nil {
		return model.Run{}, err
	}
	if report.Retriable == 0 {
		return model.Run{}, RefuseNoRetry
	}
	again, err := s.retriable(ctx, report.Run)
	if err != nil {
		return model.Run{}, err
	}
	return s.act(ctx, by, id, model.Retry, "run_retry", func(r *model.Run, m *model.Move) error {
		if r.Round != report.Run.Round {
			return RefuseState
		}
		r.Round, r.Maker, r.Checker, r.Submitted, r.Reason, r.Stopped = r.Round+1, by, "", s.Now(), "", false
		m.Round, m.People = r.Round, again
		return nil
	})
}

func checkReason(reason string) error {
	if strings.TrimSpace(reason) == "" || utf8.RuneCountInString(reason) > 200 {
		return RefuseReason
	}
	return nil
}

// record writes the audit entry; what the officer did stands whatever becomes of it.
func (s *Service) record(ctx context.Context, by, action string, r model.Run) error {
	people := r.ThisRound()
	return s.note(ctx, Entry{
		Officer: by, Action: action, Subject: r.ID, Result: string(r.State),
		Details: map[string]string{
			"round": fmt.Sprint(r.Round), "people": fmt.Sprint(people.Count), "fen": fmt.Sprint(int64(people.Amount)), "reason": r.Reason,
		},
	})
}

func (s *Service) note(ctx context.Context, e Entry) error {
	if s.Trail == nil {
		return nil
	}
	if err := s.Trail.Officer(context.WithoutCancel(ctx), e); err != nil {
		return fmt.Errorf("audit %s of %s: %w", e.Action, e.Subject, err)
	}
	return nil
}
