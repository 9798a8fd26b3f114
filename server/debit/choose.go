package debit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"shebao/server/contribution"
	"shebao/shared/agreement"
	shared "shebao/shared/contribution"
	model "shebao/shared/debit"
)

// choose goes on with a run's dry run: page by page of the settings in force, each page
// stored before the run's cursor moves past it. An interrupted page is done again. The next
// settings are read while the ones before are judged.
func (s *Service) choose(ctx context.Context, r model.Run) error {
	if err := s.Store.DropPages(ctx, r.ID, r.Step); err != nil {
		return fmt.Errorf("drop what an interrupted selection left in %s: %w", r.ID, err)
	}
	next := s.lookFor(ctx, r, r.Cursor)
	defer func() { <-next.done }()
	for ctx.Err() == nil {
		<-next.done
		this := next
		if this.err != nil {
			return fmt.Errorf("settings for run %s: %w", r.ID, this.err)
		}
		if len(this.settings) == 0 {
			return s.chosen(ctx, r)
		}
		next = s.lookFor(ctx, r, this.settings[len(this.settings)-1].Enrolment)
		var err error
		if r, err = s.page(ctx, r, this); err != nil {
			return err
		}
		s.Checkpoint("choose.page")
	}
	return ctx.Err()
}

// looked is settings with their enrolments, once done is closed.
type looked struct {
	settings   []shared.Setting
	enrolments map[string]shared.Enrolment
	err        error
	done       chan struct{}
}

// lookFor begins to read the settings behind the enrolment.
func (s *Service) lookFor(ctx context.Context, r model.Run, after string) *looked {
	l := &looked{done: make(chan struct{})}
	go func() {
		defer close(l.done)
		if l.settings, l.err = s.settings(ctx, r, after); l.err != nil {
			return
		}
		ids := make([]string, len(l.settings))
		for i, v := range l.settings {
			ids[i] = v.Enrolment
		}
		var es []shared.Enrolment
		es, l.err = s.Store.EnrolmentsByID(ctx, ids)
		l.enrolments = make(map[string]shared.Enrolment, len(es))
		for _, e := range es {
			l.enrolments[e.ID] = e
		}
	}()
	return l
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

// page judges one page of settings and stores the people.
func (s *Service) page(ctx context.Context, r model.Run, l *looked) (model.Run, error) {
	items, err := s.judge(ctx, r, l)
	if err != nil {
		return r, err
	}
	r.Cells, r.LeftOut, r.Step = slices.Clone(r.Cells), cloneCounts(r.LeftOut), r.Step+1
	p := &pages{by: map[string]int{}}
	for _, it := range items {
		s.place(&r, it, p)
	}
	n, err := s.Store.AddPages(ctx, p.all)
	if err != nil {
		return r, fmt.Errorf("add people of run %s: %w", r.ID, err)
	}
	if n < len(p.all) {
		return r, fmt.Errorf("run %s: another server is choosing too", r.ID)
	}
	s.Checkpoint("choose.stored")
	r.Cursor, r.Looked, r.Next = l.settings[len(l.settings)-1].Enrolment, r.Looked+int64(len(items)), s.Now().Add(s.Lease)
	ok, err := s.Store.SwapRun(ctx, r)
	if err != nil || !ok {
		return r, errors.Join(fmt.Errorf("go on with the dry run of %s, still ours %t", r.ID, ok), err)
	}
	r.Rev++
	return r, nil
}

// pages are those that are being filled, each with people who go on from one place of a
// file or of those left out.
type pages struct {
	all []model.Page
	by  map[string]int // file, "" for people left out
}

// place counts the item and puts a candidate into the file that is being filled.
func (s *Service) place(r *model.Run, it model.Item, p *pages) {
	if it.State == model.LeftOut {
		var n int64
		for _, of := range r.LeftOut {
			n += of
		}
		r.LeftOut[it.Exclusion]++
		it.ID = itemID(r.ID+":00", n)
		p.put(it, r.Step)
		return
	}
	i := slices.IndexFunc(r.Cells, func(c model.Cell) bool { return c.Authority == it.Authority && c.Bank == it.Bank })
	if i < 0 {
		r.Cells = append(r.Cells, model.Cell{Authority: it.Authority, Bank: it.Bank})
		i = len(r.Cells) - 1
	}
	file, at := r.Cells[i].Count/int64(s.FileItems), r.Cells[i].Count%int64(s.FileItems)
	it.File = fileID(r.ID, 1, it.Authority, it.Bank, int(file))
	it.ID = itemID(it.File, at)
	r.Cells[i].Total = r.Cells[i].Add(it.Amount)
	r.Chosen = r.Chosen.Add(it.Amount)
	p.put(it, r.Step)
}

func (p *pages) put(it model.Item, step int64) {
	i, ok := p.by[it.File]
	if !ok {
		i = len(p.all)
		p.by[it.File] = i
		p.all = append(p.all, model.Page{ID: it.ID, Run: it.Run, Round: it.Round, File: it.File, Step: step})
	}
	p.all[i].Items = append(p.all[i].Items, it)
}

// itemID is the item's place in a list, so that ids sort as the list does.
func itemID(list string, place int64) string { return fmt.Sprintf("%s:%07d", list, place) }

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
func (s *Service) judge(ctx context.Context, r model.Run, l *looked) ([]model.Item, error) {
	settings, err := s.atCutOff(ctx, r, l.settings)
	if err != nil {
		return nil, err
	}
	items := make([]model.Item, 0, len(settings))
	dues := make([]shared.Due, 0, len(settings)) // as they are made when nobody has asked for them yet
	for _, v := range settings {
		e, ok := l.enrolments[v.Enrolment]
		if !ok || !slices.Contains(r.Authorities, e.Authority) {
			continue
		}
		rate, why := s.first(r, e, v)
		it, due := item(r, e, v, why), shared.Due{}
		if why == model.NotExcluded {
			due = contribution.RegularDue(e, rate)
			it.Due = due.ID
		}
		items, dues = append(items, it), append(dues, due)
	}
	var known []shared.Due
	var agreements []agreement.Agreement
	var failed error
	var other sync.WaitGroup
	other.Go(func() { agreements, failed = s.Store.VerifiedAgreements(ctx, candidates(items, payer)) })
	known, err = s.Store.DuesOf(ctx, candidates(items, dueOf))
	other.Wait()
	if err = errors.Join(err, failed); err != nil {
		return nil, fmt.Errorf("dues and agreements for run %s: %w", r.ID, err)
	}
	judgeDues(r, items, dues, known)
	judgeAgreements(r, items, agreements)
	return items, nil
}

func payer(it model.Item) string { return it.Person }

func dueOf(it model.Item) string { return it.Due }

// candidates is a value of everybody who is in so far.
func candidates(items []model.Item, of func(model.Item) string) []string {
	out := make([]string, 0, len(items))
	for _, it := range items {
		if it.State == model.Chosen {
			out = append(out, of(it))
		}
	}
	return out
}

func item(r model.Run, e shared.Enrolment, v shared.Setting, why model.Exclusion) model.Item {
	it := model.Item{
		Run: r.ID, Person: e.Person, Enrolment: e.ID, Scheme: r.Scheme, Authority: e.Authority,
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

// judgeDues looks at the year's dues: the known ones, or those that will be made when the
// file takes its people.
func judgeDues(r model.Run, items []model.Item, dues, known []shared.Due) {
	have := make(map[string]shared.Due, len(known))
	for _, d := range known {
		have[d.ID] = d
	}
	for i := range items {
		if items[i].State != model.Chosen {
			continue
		}
		d, ok := have[items[i].Due]
		if !ok {
			d = dues[i]
		}
		leave(&items[i], judgeDue(d, r))
	}
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
func judgeAgreements(r model.Run, items []model.Item, list []agreement.Agreement) {
	by := make(map[string][]agreement.Agreement, len(list))
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
