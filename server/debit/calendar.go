package debit

import (
	"context"
	"fmt"
	"slices"

	"shebao/server/contribution"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
	"shebao/shared/period"
)

var _ contribution.Runs = (*Service)(nil)

// maxPlanned bounds how far the calendar is looked through.
const maxPlanned = 200

// AddPlanned puts a run into the calendar. ID, By and Run are set here. Residents are shown
// the date and the cut-off at once; a run that moves money still needs a second officer.
func (s *Service) AddPlanned(ctx context.Context, by string, p model.Planned) (model.Planned, error) {
	if err := s.checkPlan(by, p); err != nil {
		return p, err
	}
	p.ID, p.By, p.Run = s.NewID("l"), by, ""
	p.Authorities = slices.Compact(slices.Sorted(slices.Values(p.Authorities)))
	ok, err := s.Store.AddPlanned(ctx, p)
	if err == nil && !ok {
		var freed bool
		if freed, err = s.freeDay(ctx, p); freed && err == nil {
			ok, err = s.Store.AddPlanned(ctx, p)
		}
	}
	if err != nil {
		return p, fmt.Errorf("add plan %s: %w", p.ID, err)
	}
	if !ok {
		return p, RefuseOverlap
	}
	return p, s.note(ctx, Entry{Officer: by, Action: "run_plan", Subject: p.ID, Result: "ok", Details: map[string]string{"date": p.Date.String()}})
}

// DropPlanned deletes a plan from which no run was made.
func (s *Service) DropPlanned(ctx context.Context, by, id string) error {
	if by == "" {
		return RefuseOfficer
	}
	ok, err := s.Store.DropPlanned(ctx, id)
	if err != nil {
		return fmt.Errorf("drop plan %s: %w", id, err)
	}
	if !ok {
		return RefusePlanned
	}
	return s.note(ctx, Entry{Officer: by, Action: "run_unplan", Subject: id, Result: "ok"})
}

// Calendar lists planned runs from the day on, earliest first.
func (s *Service) Calendar(ctx context.Context, from period.Date, limit int) ([]model.Planned, error) {
	return s.Store.PlannedFrom(ctx, from, min(max(limit, 1), maxPlanned))
}

// NextPlanned returns the next planned debit of a scheme at an authority; false when none is planned.
func (s *Service) NextPlanned(ctx context.Context, scheme shared.Scheme, authority string) (model.Planned, bool, error) {
	list, err := s.Calendar(ctx, period.DateOf(s.Now()), maxPlanned)
	if err != nil {
		return model.Planned{}, false, fmt.Errorf("look through the calendar: %w", err)
	}
	for _, p := range list {
		if p.Scheme != scheme || !slices.Contains(p.Authorities, authority) {
			continue
		}
		if p.Run == "" {
			return p, true, nil
		}
		r, ok, err := s.Store.DebitRun(ctx, p.Run)
		if err != nil {
			return p, false, fmt.Errorf("run of plan %s: %w", p.ID, err)
		}
		if ok && r.State != model.Cancelled && r.State != model.Finished {
			return p, true, nil
		}
	}
	return model.Planned{}, false, nil
}

// Locked tells whether a run in progress has taken the enrolment's due: a change or void of
// its setting then counts from the next run.
func (s *Service) Locked(ctx context.Context, enrolment string) (bool, error) {
	es, err := s.Store.EnrolmentsByID(ctx, []string{enrolment})
	if err != nil || len(es) == 0 {
		return false, err
	}
	return s.holds(ctx, es[0])
}

func (s *Service) holds(ctx context.Context, e shared.Enrolment) (bool, error) {
	ds, err := s.Store.BeingDebited(ctx, e.Person, e.Scheme)
	if err != nil {
		return false, fmt.Errorf("runs that hold %s: %w", e.ID, err)
	}
	return slices.ContainsFunc(ds, func(d shared.Declaration) bool {
		return d.Enrolment == e.ID && d.Channel == shared.ChannelDebitRun
	}), nil
}

// Plan is what runs intend for an enrolment.
func (s *Service) Plan(ctx context.Context, enrolment string) (contribution.Plan, error) {
	es, err := s.Store.EnrolmentsByID(ctx, []string{enrolment})
	if err != nil || len(es) == 0 {
		return contribution.Plan{}, err
	}
	held, err := s.holds(ctx, es[0])
	if err != nil {
		return contribution.Plan{}, err
	}
	p, _, err := s.NextPlanned(ctx, es[0].Scheme, es[0].Authority)
	return contribution.Plan{Held: held, Next: p.Date, CutOff: p.CutOff}, err
}
