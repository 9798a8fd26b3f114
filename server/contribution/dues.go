package contribution

import (
	"context"
	"fmt"
	"strconv"

	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// View is a due as one person sees it today.
type View struct {
	Due     model.Due
	Rate    model.Rate     // zero for assessed dues and years without one
	Setting *model.Setting // of a regular pension due, nil when none is in force
	Amount  money.Fen      // fen to pay now; 0 when not known (no setting)
	Live    *model.Declaration
	Refusal *Refusal // why it can't be declared now, nil when it can
}

// Dues lists what a person owes in a scheme: the open years' regular dues, assessed
// dues and those already declared or paid, newest first. Dues of years that have
// opened since the last look are made here.
func (s *Service) Dues(ctx context.Context, person string, scheme model.Scheme) ([]View, error) {
	enrolments, err := s.Store.Enrolments(ctx, person, scheme)
	if err != nil {
		return nil, fmt.Errorf("list enrolments of %s: %w", person, err)
	}
	dues, err := s.Store.Dues(ctx, person, scheme)
	if err != nil {
		return nil, fmt.Errorf("list dues of %s: %w", person, err)
	}
	added, err := s.openYears(ctx, enrolments, dues)
	if err != nil {
		return nil, err
	}
	return s.views(ctx, enrolments, append(added, dues...))
}

// openYears stores the regular dues of years that can be paid today and have none yet.
func (s *Service) openYears(ctx context.Context, enrolments []model.Enrolment, have []model.Due) ([]model.Due, error) {
	var added []model.Due
	today := s.today()
	for _, e := range enrolments {
		if !e.ActiveOn(today) {
			continue
		}
		for _, r := range s.Rates().OpenOn(today, e.Scheme, e.Category) {
			due := RegularDue(e, r)
			if hasDue(have, due.ID) {
				continue
			}
			if _, err := s.Store.AddDue(ctx, due); err != nil {
				return nil, fmt.Errorf("add due %s: %w", due.ID, err)
			}
			added = append(added, due)
		}
	}
	return added, nil
}

func hasDue(dues []model.Due, id string) bool {
	for _, d := range dues {
		if d.ID == id {
			return true
		}
	}
	return false
}

func hasRegular(dues []model.Due, enrolment string) bool {
	for _, d := range dues {
		if d.Enrolment == enrolment && d.Kind == model.Regular {
			return true
		}
	}
	return false
}

// RegularDue is the yearly due of an enrolment at a rate.
func RegularDue(e model.Enrolment, r model.Rate) model.Due {
	return model.Due{
		ID:     "due:" + e.Person + ":" + string(e.Scheme) + ":" + strconv.Itoa(r.Year) + ":" + string(model.Regular) + ":1",
		Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Kind: model.Regular, Year: r.Year, Period: r.Benefit,
		Authority: e.Authority, Amount: r.Amount, Opens: r.Opens, Deadline: r.Closes, State: model.DueOpen,
	}
}

// views joins dues with rates, settings and live declarations.
func (s *Service) views(ctx context.Context, enrolments []model.Enrolment, dues []model.Due) ([]View, error) {
	settings := map[string]*model.Setting{}
	byID := map[string]model.Enrolment{}
	for _, e := range enrolments {
		byID[e.ID] = e
		if e.Scheme != model.Pension || !hasRegular(dues, e.ID) {
			continue
		}
		set, ok, err := s.Store.SettingInForce(ctx, e.ID)
		if err != nil {
			return nil, fmt.Errorf("load setting of %s: %w", e.ID, err)
		}
		if ok {
			settings[e.ID] = &set
		}
	}
	live, err := s.liveDeclarations(ctx, dues)
	if err != nil {
		return nil, err
	}
	views := make([]View, 0, len(dues))
	for _, d := range dues {
		v := View{Due: d, Amount: d.Amount, Live: live[d.Declaration]}
		e, known := byID[d.Enrolment]
		if known {
			v.Rate, _ = s.Rates().Find(d.Scheme, e.Category, d.Year)
		}
		if d.Kind == model.Regular && d.Scheme == model.Pension {
			v.Setting = inForce(settings[d.Enrolment], d.Period)
			if v.Setting != nil {
				v.Amount = v.Setting.Amount()
			}
		}
		if v.Live != nil {
			v.Amount = v.Live.Amount
		}
		v.Refusal = refusal(v, known, s.today())
		views = append(views, v)
	}
	return views, nil
}

// inForce drops a setting that does not cover the period.
func inForce(set *model.Setting, p period.Period) *model.Setting {
	if set == nil || set.From.After(p.To.Last()) || set.To.Before(p.From.First()) {
		return nil
	}
	return set
}

// liveDeclarations loads the declarations that hold dues, by id.
func (s *Service) liveDeclarations(ctx context.Context, dues []model.Due) (map[string]*model.Declaration, error) {
	var ids []string
	for _, d := range dues {
		if d.Declaration != "" {
			ids = append(ids, d.Declaration)
		}
	}
	live := map[string]*model.Declaration{}
	if len(ids) == 0 {
		return live, nil
	}
	ds, err := s.Store.DeclarationsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load live declarations: %w", err)
	}
	for _, d := range ds {
		live[d.ID] = &d
	}
	return live, nil
}

// refusal says why a due can't be declared today.
func refusal(v View, known bool, today period.Date) *Refusal {
	d := v.Due
	switch {
	case d.State == model.DuePaid:
		return RefusePaid
	case d.State == model.DueClosed:
		return RefuseClosed
	case v.Live != nil && v.Live.Pay == model.Debiting:
		return RefuseDebiting
	case d.State == model.DueDeclared:
		return RefuseDeclared
	case !known:
		return RefuseEnrolment
	case today.After(d.Deadline):
		return RefuseDeadline
	case today.Before(d.Opens):
		return RefuseNotOpen
	case v.Amount == 0 && d.Scheme == model.Pension && d.Kind == model.Regular && v.Setting == nil:
		return RefuseNoSetting
	case v.Amount <= 0:
		return RefuseNothingToPay
	default:
		return nil
	}
}
