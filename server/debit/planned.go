package debit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	model "shebao/shared/debit"
	"shebao/shared/period"
)

// Why a run can't be planned.
var (
	RefuseWindow  = &Refusal{"plan_window", "扣款日不在该险种该年度的缴费期内，请对照【缴费标准】中的缴费期。"}
	RefuseOverlap = &Refusal{"plan_overlap", "同一险种在同一天、同一税务机关已有批扣计划，请改日期或税务机关。"}
	RefuseCutOff  = &Refusal{"plan_cutoff", "变更截止时间须晚于现在，且不晚于扣款日终了。"}
)

// checkPlan refuses what could not become a run on its day.
func (s *Service) checkPlan(by string, p model.Planned) error {
	if err := s.checkDraft(by, Draft{Scheme: p.Scheme, Year: p.Year, Authorities: p.Authorities, Date: p.Date}); err != nil {
		return err
	}
	if !p.CutOff.After(s.Now()) || p.CutOff.After(p.Date.AddDays(1).Start()) {
		return RefuseCutOff
	}
	for _, r := range s.Rates() {
		if r.Scheme == p.Scheme && r.Year == p.Year && !p.Date.Before(r.Opens) && !p.Date.After(r.Closes) {
			return nil
		}
	}
	return RefuseWindow
}

// CreatePlanned makes the plan's run before its cut-off has come; the run still takes nobody
// before the cut-off. by is its maker.
func (s *Service) CreatePlanned(ctx context.Context, by, id string) (model.Run, error) {
	p, ok, err := s.Store.Planned(ctx, id)
	if err != nil {
		return model.Run{}, fmt.Errorf("load plan %s: %w", id, err)
	}
	if !ok || p.Run != "" {
		return model.Run{}, RefusePlanned
	}
	return s.fromPlan(ctx, by, p)
}

// freeDay deletes the plans that stand in the way of p though their run was cancelled: what
// nobody will be debited by keeps no day. It tells whether there were any.
func (s *Service) freeDay(ctx context.Context, p model.Planned) (bool, error) {
	list, err := s.Store.PlannedFrom(ctx, p.Date, maxPlanned)
	if err != nil {
		return false, fmt.Errorf("plans of %s: %w", p.Date, err)
	}
	freed := false
	for _, old := range list {
		if old.Date != p.Date || old.Scheme != p.Scheme || old.Run == "" ||
			!slices.ContainsFunc(old.Authorities, func(a string) bool { return slices.Contains(p.Authorities, a) }) {
			continue
		}
		r, ok, err := s.Store.DebitRun(ctx, old.Run)
		if err != nil {
			return freed, fmt.Errorf("run of plan %s: %w", old.ID, err)
		}
		if !ok || r.State != model.Cancelled {
			continue
		}
		if err := s.Store.ForgetPlanned(ctx, old.ID, old.Run); err != nil {
			return freed, fmt.Errorf("forget plan %s: %w", old.ID, err)
		}
		freed = true
	}
	return freed, nil
}

// planRun is the id of the run made from a plan: one plan, one run, whoever makes it.
func planRun(plan string) string { return "r" + plan[1:] }

// fromPlan makes the plan's run. It may be repeated: after a crash between its steps the
// next one finds the same run.
func (s *Service) fromPlan(ctx context.Context, by string, p model.Planned) (model.Run, error) {
	r, err := s.Create(ctx, by, Draft{
		Scheme: p.Scheme, Year: p.Year, Authorities: p.Authorities, Date: p.Date, CutOff: p.CutOff, Planned: p.ID,
	})
	if err == nil {
		err = s.Store.ClosePlanned(ctx, p.ID)
	}
	return r, err
}

// makePlanned makes the runs of plans whose cut-off has come: their dry run looks at
// settings and agreements as they stand then. A plan whose day has passed meanwhile is
// closed without one.
func (s *Service) makePlanned(ctx context.Context) error {
	now := s.Now()
	due, err := s.Store.DuePlanned(ctx, now, 20)
	if err != nil {
		return fmt.Errorf("look for plans that are due: %w", err)
	}
	var failed error
	for _, p := range due {
		var err error
		if p.Date.Before(period.DateOf(now)) {
			err = errors.Join(s.Store.ClosePlanned(ctx, p.ID),
				s.note(ctx, Entry{Action: "run_plan_missed", Subject: p.ID, Result: "late", Details: map[string]string{"date": p.Date.String()}}))
		} else if _, err = s.fromPlan(ctx, p.By, p); errors.Is(err, RefusePlanned) {
			err = s.Store.ClosePlanned(ctx, p.ID) // another server was faster, or an officer
		}
		if err != nil { // the others' days are not given up for it
			failed = errors.Join(failed, fmt.Errorf("make run of plan %s: %w", p.ID, err))
		}
	}
	return failed
}
