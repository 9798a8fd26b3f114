package debit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// choose goes on with a run's dry run: page by page of the settings in force, each page
// stored before the run's cursor moves past it. An interrupted page is done again.
func (s *Service) choose(ctx context.Context, r model.Run) error {
	if err := s.Store.DropItems(ctx, r.ID, r.Cursor); err != nil {
		return fmt.Errorf("drop what an interrupted selection left in %s: %w", r.ID, err)
	}
	for ctx.Err() == nil {
		settings, err := s.Store.SettingsInForce(ctx, r.Scheme, r.Cursor, s.Page)
		if err != nil {
			return fmt.Errorf("settings for run %s: %w", r.ID, err)
		}
		if len(settings) == 0 {
			return s.chosen(ctx, r)
		}
		if r, err = s.page(ctx, r, settings); err != nil {
			return err
		}
		s.Checkpoint("choose.page")
	}
	return ctx.Err()
}

func (s *Service) chosen(ctx context.Context, r model.Run) error {
	to, err := model.States.Next(r.State, model.Select)
	if err != nil {
		return fmt.Errorf("run %s: %w", r.ID, err)
	}
	r.State = to
	if ok, err := s.Store.SwapRun(ctx, r); err != nil || !ok {
		return errors.Join(fmt.Errorf("end the dry run of %s, still ours %t", r.ID, ok), err)
	}
	return nil
}

// page judges one page of settings and stores the items.
func (s *Service) page(ctx context.Context, r model.Run, settings []shared.Setting) (model.Run, error) {
	items, err := s.judge(ctx, r, settings)
	if err != nil {
		return r, err
	}
	r.Cells, r.LeftOut = slices.Clone(r.Cells), cloneCounts(r.LeftOut)
	for i := range items {
		s.place(&r, &items[i])
	}
	n, err := s.Store.AddItems(ctx, items)
	if err != nil {
		return r, fmt.Errorf("add items of run %s: %w", r.ID, err)
	}
	if n < len(items) {
		return r, fmt.Errorf("run %s: another server is choosing too", r.ID)
	}
	r.Cursor, r.Looked, r.Next = settings[len(settings)-1].Enrolment, r.Looked+int64(len(items)), s.Now().Add(s.Lease)
	ok, err := s.Store.SwapRun(ctx, r)
	if err != nil || !ok {
		return r, errors.Join(fmt.Errorf("go on with the dry run of %s, still ours %t", r.ID, ok), err)
	}
	r.Rev++
	return r, nil
}

// place counts the item and puts a candidate into the file that is being filled.
func (s *Service) place(r *model.Run, it *model.Item) {
	if it.State == model.LeftOut {
		r.LeftOut[it.Exclusion]++
		return
	}
	i := slices.IndexFunc(r.Cells, func(c model.Cell) bool { return c.Authority == it.Authority && c.Bank == it.Bank })
	if i < 0 {
		r.Cells = append(r.Cells, model.Cell{Authority: it.Authority, Bank: it.Bank})
		i = len(r.Cells) - 1
	}
	it.File = fileID(r.ID, 1, it.Authority, it.Bank, int(r.Cells[i].Count)/s.FileItems)
	r.Cells[i].Total = r.Cells[i].Add(it.Amount)
	r.Chosen = r.Chosen.Add(it.Amount)
}

func cloneCounts(m map[model.Exclusion]int64) map[model.Exclusion]int64 {
	out := make(map[model.Exclusion]int64, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func fileID(run string, round int, authority, bank string, n int) string {
	return fmt.Sprintf("%s:%02d:%s:%s:%05d", run, round, authority, bank, n)
}

// judge makes an item of everybody on the page who belongs to the run's authorities.
func (s *Service) judge(ctx context.Context, r model.Run, settings []shared.Setting) ([]model.Item, error) {
	ids := make([]string, len(settings))
	for i, v := range settings {
		ids[i] = v.Enrolment
	}
	enrolments, err := s.Store.EnrolmentsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("enrolments for run %s: %w", r.ID, err)
	}
	byID := make(map[string]shared.Enrolment, len(enrolments))
	for _, e := range enrolments {
		byID[e.ID] = e
	}
	var items []model.Item
	var rates []shared.Rate
	for _, v := range settings {
		e, ok := byID[v.Enrolment]
		if !ok || !slices.Contains(r.Authorities, e.Authority) {
			continue
		}
		rate, why := s.first(r, e, v)
		items, rates = append(items, item(r, e, v, why)), append(rates, rate)
	}
	if err := s.judgeDues(ctx, r, items, rates, byID); err != nil {
		return nil, err
	}
	return items, s.judgeAgreements(ctx, r, items)
}

func item(r model.Run, e shared.Enrolment, v shared.Setting, why model.Exclusion) model.Item {
	it := model.Item{
		ID: r.ID + ":" + e.ID, Run: r.ID, Person: e.Person, Enrolment: e.ID, Scheme: r.Scheme, Authority: e.Authority,
		Setting: v.ID, Amount: v.Amount(), State: model.Chosen, Round: 1,
	}
	leave(&it, why)
	return it
}

func leave(it *model.Item, why model.Exclusion) {
	if why != model.NotExcluded {
		it.State, it.Exclusion = model.LeftOut, why
	}
}

// first judges what the enrolment, the setting and the rates tell.
func (s *Service) first(r model.Run, e shared.Enrolment, v shared.Setting) (shared.Rate, model.Exclusion) {
	rate, ok := s.Rates().Find(r.Scheme, e.Category, r.Year)
	switch {
	case !ok:
		return rate, model.NoRate
	case !e.ActiveOn(r.Date):
		return rate, model.NotEnrolled
	case v.From.After(rate.Benefit.To.Last()) || v.To.Before(rate.Benefit.From.First()):
		return rate, model.OutOfForce
	case !rate.OpenOn(r.Date):
		return rate, model.OutsideWindow
	case v.Amount() <= 0:
		return rate, model.NothingToPay
	}
	return rate, model.NotExcluded
}

// judgeDues looks at the year's dues and makes those that nobody has asked for yet.
func (s *Service) judgeDues(
	ctx context.Context, r model.Run, items []model.Item, rates []shared.Rate, byID map[string]shared.Enrolment,
) error {
	var ids []string
	for i := range items {
		if items[i].State == model.Chosen {
			items[i].Due = contribution.RegularDue(byID[items[i].Enrolment], rates[i]).ID
			ids = append(ids, items[i].Due)
		}
	}
	dues, err := s.Store.DuesOf(ctx, ids)
	if err != nil {
		return fmt.Errorf("dues for run %s: %w", r.ID, err)
	}
	have := make(map[string]shared.Due, len(dues))
	for _, d := range dues {
		have[d.ID] = d
	}
	var missing []shared.Due
	for i := range items {
		if items[i].State != model.Chosen {
			continue
		}
		d, ok := have[items[i].Due]
		if !ok {
			d = contribution.RegularDue(byID[items[i].Enrolment], rates[i])
			missing = append(missing, d)
		}
		leave(&items[i], judgeDue(d, r))
	}
	if err := s.Store.AddDues(ctx, missing); err != nil {
		return fmt.Errorf("add dues for run %s: %w", r.ID, err)
	}
	return nil
}

func judgeDue(d shared.Due, r model.Run) model.Exclusion {
	switch {
	case d.State == shared.DuePaid, d.State == shared.DueClosed:
		return model.AlreadyPaid
	case d.Refund != "":
		return model.GivenBack
	case d.State == shared.DueDeclared:
		return model.AlreadyDeclared
	case r.Date.Before(d.Opens) || r.Date.After(d.Deadline):
		return model.OutsideWindow
	default:
		return model.NotExcluded
	}
}

// judgeAgreements finds each candidate's agreement.
func (s *Service) judgeAgreements(ctx context.Context, r model.Run, items []model.Item) error {
	var payers []string
	for _, it := range items {
		if it.State == model.Chosen {
			payers = append(payers, it.Person)
		}
	}
	list, err := s.Store.VerifiedAgreements(ctx, payers)
	if err != nil {
		return fmt.Errorf("agreements for run %s: %w", r.ID, err)
	}
	by := map[string][]agreement.Agreement{}
	for _, a := range list {
		by[a.Payer] = append(by[a.Payer], a)
	}
	for i := range items {
		it := &items[i]
		if it.State != model.Chosen {
			continue
		}
		a, why := usable(by[it.Person], r, it.Authority)
		it.Agreement, it.Bank, it.Account = a.ID, a.Bank, a.Account
		leave(it, why)
	}
	return nil
}

// usable is the agreement to debit under, the one signed last, or why there is none.
func usable(list []agreement.Agreement, r model.Run, authority string) (agreement.Agreement, model.Exclusion) {
	slices.SortFunc(list, func(a, b agreement.Agreement) int {
		if c := b.Applied.Compare(a.Applied); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	why := model.NoAgreement
	for _, a := range list {
		switch a.ObstacleOn(r.Date, authority) { //nolint:exhaustive // the others are no agreement at all
		case agreement.None:
			return a, model.NotExcluded
		case agreement.NotYet:
			why = model.NotEffective
		case agreement.WrongAuthority:
			if why == model.NoAgreement {
				why = model.WrongAuthority
			}
		}
	}
	return agreement.Agreement{}, why
}
