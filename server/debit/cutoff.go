package debit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// asPlanned puts back the settings that were in force at the cut-off of a planned run: what a
// resident changes or voids later counts from the next run, as their screen says. A run
// that was not planned takes what stands when its files are filled.
func (w *work) asPlanned(ctx context.Context, now map[string]shared.Setting) error {
	if !planned(w.run) {
		return nil
	}
	for _, it := range w.items {
		if it.State != model.Chosen || now[it.Enrolment].ID == it.Setting {
			continue
		}
		v, ok, err := w.settingAt(ctx, w.run, it.Enrolment)
		if err != nil {
			return err
		}
		delete(now, it.Enrolment)
		if ok {
			now[it.Enrolment] = v
		}
	}
	return nil
}

// planned tells that the run's people were told a time until which changes count.
func planned(r model.Run) bool { return r.Planned != "" && !r.CutOff.IsZero() }

func (s *Service) settingAt(ctx context.Context, r model.Run, enrolment string) (shared.Setting, bool, error) {
	b, err := s.Store.Book(ctx, enrolment)
	if err != nil {
		return shared.Setting{}, false, fmt.Errorf("settings of %s: %w", enrolment, err)
	}
	v, ok := b.At(r.CutOff)
	return v, ok, nil
}

// settings are the next ones to be judged, those of enrolments after the one given, in their order.
// A planned run takes those too that were voided after its cut-off. They are read last: one that is
// voided meanwhile is in both lists, never in neither.
func (s *Service) settings(ctx context.Context, r model.Run, after string) ([]shared.Setting, error) {
	list, err := s.Store.SettingsInForce(ctx, r.Scheme, after, s.Page)
	if err != nil || !planned(r) {
		return list, err
	}
	last := ""
	if len(list) == s.Page {
		last = list[len(list)-1].Enrolment
	}
	voided, err := s.Store.SettingsVoidedSince(ctx, r.Scheme, r.CutOff, after, last)
	if err != nil || len(voided) == 0 {
		return list, err
	}
	list = append(list, voided...)
	slices.SortStableFunc(list, func(a, b shared.Setting) int { return strings.Compare(a.Enrolment, b.Enrolment) })
	return slices.CompactFunc(list, func(a, b shared.Setting) bool { return a.Enrolment == b.Enrolment }), nil
}

// atCutOff puts settings that were changed after the run's cut-off back to what stood then, and
// leaves out those that were made later.
func (s *Service) atCutOff(ctx context.Context, r model.Run, list []shared.Setting) ([]shared.Setting, error) {
	if !planned(r) {
		return list, nil
	}
	out := make([]shared.Setting, 0, len(list))
	for _, v := range list {
		if v.Set.After(r.CutOff) {
			then, ok, err := s.settingAt(ctx, r, v.Enrolment)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			v = then
		}
		out = append(out, v)
	}
	return out, nil
}
