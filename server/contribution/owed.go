package contribution

import (
	"context"
	"fmt"
	"slices"

	model "shebao/shared/contribution"
)

// Standing is how a person stands with both schemes today.
type Standing struct {
	Views    []View // of the dues that are not paid, in no order
	Enrolled bool   // some enrolment is in force today
}

// Owed lists what a person has not paid in either scheme, for the screen that everybody
// sees first: it asks the store for little. Dues of years that have opened since the last
// look are made here.
func (s *Service) Owed(ctx context.Context, person string) (Standing, error) {
	enrolments, err := s.Store.AllEnrolments(ctx, person)
	if err != nil {
		return Standing{}, fmt.Errorf("list enrolments of %s: %w", person, err)
	}
	unpaid, err := s.Store.UnpaidDues(ctx, person)
	if err != nil {
		return Standing{}, fmt.Errorf("list unpaid dues of %s: %w", person, err)
	}
	known, err := s.settledYears(ctx, enrolments, unpaid)
	if err != nil {
		return Standing{}, err
	}
	added, err := s.openYears(ctx, enrolments, slices.Concat(unpaid, known))
	if err != nil {
		return Standing{}, err
	}
	var standing Standing
	for _, e := range enrolments {
		standing.Enrolled = standing.Enrolled || e.ActiveOn(s.today())
	}
	standing.Views, err = s.views(ctx, enrolments, append(added, unpaid...))
	return standing, err
}

// settledYears loads the regular dues of the open years that are not among the unpaid ones.
func (s *Service) settledYears(ctx context.Context, enrolments []model.Enrolment, unpaid []model.Due) ([]model.Due, error) {
	var ids []string
	for _, e := range enrolments {
		if !e.ActiveOn(s.today()) {
			continue
		}
		for _, r := range s.Rates().OpenOn(s.today(), e.Scheme, e.Category) {
			if id := RegularDue(e, r).ID; !hasDue(unpaid, id) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	dues, err := s.Store.DuesByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("load dues of open years: %w", err)
	}
	return dues, nil
}
