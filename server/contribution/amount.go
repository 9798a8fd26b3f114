package contribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
)

// MaxChangesADay is how often one enrolment's amount can be set in a day.
const MaxChangesADay = 10

// Book is everything ever set for one enrolment, newest first. It is one document, so
// that replacing a setting and keeping the old one as history can't come apart.
type Book struct {
	Enrolment string
	Person    string
	Settings  []model.Setting // only the first may be in force
	Rev       int64           // 0 for a book that is not stored yet
}

// Current is the setting in force, false when there is none.
func (b Book) Current() (model.Setting, bool) {
	if len(b.Settings) == 0 || !b.Settings[0].Ended.IsZero() {
		return model.Setting{}, false
	}
	return b.Settings[0], true
}

// At is the setting that was in force at the time, false when there was none.
func (b Book) At(t time.Time) (model.Setting, bool) {
	for _, s := range b.Settings {
		if !s.Set.After(t) {
			return s, s.Ended.IsZero() || s.Ended.After(t)
		}
	}
	return model.Setting{}, false
}

// AmountStore keeps the books.
type AmountStore interface {
	// Enrolments lists a person's enrolments in a scheme.
	Enrolments(ctx context.Context, person string, scheme model.Scheme) ([]model.Enrolment, error)
	// Book returns an enrolment's book; one with Rev 0 when nothing was ever set.
	Book(ctx context.Context, enrolment string) (Book, error)
	// SwapBook stores the book if the stored one still has b.Rev; false when it has not.
	SwapBook(ctx context.Context, b Book) (bool, error)
}

// DueLister lists a person's dues. *Service is one.
type DueLister interface {
	Dues(ctx context.Context, person string, scheme model.Scheme) ([]View, error)
}

// Runs tells about batch debit runs (批量扣款).
type Runs interface {
	// Plan tells when an enrolment is next debited, and whether a run holds it now.
	Plan(ctx context.Context, enrolment string) (Plan, error)
}

// Plan is what debit runs intend for one enrolment.
type Plan struct {
	Held   bool        // a run in progress has taken the amount already; changes count from the next run
	Next   period.Date // zero when none is planned
	CutOff time.Time   // until then changes count for that run
}

// Late tells that a change made now counts from the run after the next one.
func (p Plan) Late(now time.Time) bool {
	return !p.Next.IsZero() && !p.CutOff.IsZero() && !now.Before(p.CutOff)
}

// AmountConfig is what Amounts works with. Runs and Trail may be nil.
type AmountConfig struct {
	Store AmountStore
	Dues  DueLister
	Runs  Runs
	Trail Trail
	Rates func() model.Rates
	Now   func() time.Time
	NewID func(prefix string) string
}

// Amounts applies the rules of the standing yearly amount (批量扣款缴费金额). Safe for
// concurrent use.
type Amounts struct{ AmountConfig }

// NewAmounts returns the rules.
func NewAmounts(c AmountConfig) *Amounts { return &Amounts{c} }

// AmountView is one enrolment whose yearly amount can be set.
type AmountView struct {
	Enrolment model.Enrolment
	Rate      model.Rate      // of the open year; zero when no year is open
	Setting   *model.Setting  // in force and not over; nil without one
	History   []model.Setting // earlier ones, newest first
	Refusal   *Refusal        // why it can't be changed now
	Plan      Plan
	Late      bool           // a change made now counts from the run after the next one
	Planned   *model.Setting // what the next run takes, when its cut-off is over and that is not Setting; nil otherwise
}

// List shows a person's pension enrolments with their settings.
func (a *Amounts) List(ctx context.Context, person string) ([]AmountView, error) {
	enrolments, err := a.Store.Enrolments(ctx, person, model.Pension)
	if err != nil {
		return nil, fmt.Errorf("list enrolments of %s: %w", person, err)
	}
	dues, err := a.Dues.Dues(ctx, person, model.Pension)
	if err != nil {
		return nil, err
	}
	views := make([]AmountView, 0, len(enrolments))
	for _, e := range enrolments {
		v, _, err := a.view(ctx, e, dues)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func (a *Amounts) view(ctx context.Context, e model.Enrolment, dues []View) (AmountView, Book, error) {
	today := period.DateOf(a.Now())
	book, err := a.Store.Book(ctx, e.ID)
	if err != nil {
		return AmountView{}, Book{}, fmt.Errorf("load settings of %s: %w", e.ID, err)
	}
	v := AmountView{Enrolment: e, History: book.Settings}
	if now, ok := book.Current(); ok {
		v.History = book.Settings[1:]
		if !today.After(now.To) {
			v.Setting = &now
		}
	}
	if open := a.Rates().OpenOn(today, e.Scheme, e.Category); len(open) > 0 {
		v.Rate = open[0]
	}
	v.Refusal = a.refusal(e, v.Rate, dues, today)
	if a.Runs != nil {
		if v.Plan, err = a.Runs.Plan(ctx, e.ID); err != nil {
			return AmountView{}, Book{}, fmt.Errorf("plan of debit runs for %s: %w", e.ID, err)
		}
	}
	v.Late = v.Plan.Late(a.Now())
	if then, ok := book.At(v.Plan.CutOff); v.Late && ok && v.Refusal == nil && (v.Setting == nil || v.Setting.ID != then.ID) {
		v.Planned = &then
	}
	return v, book, nil
}

// refusal says why the year's amount can't be set today.
func (a *Amounts) refusal(e model.Enrolment, r model.Rate, dues []View, today period.Date) *Refusal {
	if !e.ActiveOn(today) {
		return RefuseEnrolment
	}
	if r.Max == 0 {
		return RefuseYearClosed
	}
	for _, d := range dues {
		if d.Due.Enrolment != e.ID || d.Due.Kind != model.Regular || d.Due.Year != r.Year {
			continue
		}
		switch {
		case d.Due.State == model.DuePaid, d.Due.State == model.DueClosed:
			return RefuseYearPaid
		case d.Live != nil && d.Live.Pay == model.Debiting:
			return RefuseDebiting
		case d.Due.State == model.DueDeclared:
			return RefuseYearDeclared
		}
	}
	return nil
}

// AmountRequest asks to set the yearly amount of one enrolment.
type AmountRequest struct {
	Person    string
	Enrolment string
	Tier      money.Fen // fen a year, as chosen
}

// Set makes the tier the standing amount of the open year. An earlier setting is
// ended and stays as history, in the same write. Setting what stands already changes nothing.
// It returns a *Refusal when the amount or the time is wrong.
func (a *Amounts) Set(ctx context.Context, r AmountRequest) (model.Setting, error) {
	for range 5 {
		e, v, book, err := a.one(ctx, r.Person, r.Enrolment)
		if err != nil {
			return model.Setting{}, err
		}
		if v.Refusal != nil {
			return model.Setting{}, v.Refusal
		}
		if err := checkTier(v.Rate, r.Tier); err != nil {
			return model.Setting{}, err
		}
		next := a.setting(e, v.Rate, r.Tier)
		if v.Setting != nil && same(*v.Setting, next) {
			return *v.Setting, nil
		}
		if a.changesToday(book) >= MaxChangesADay {
			return model.Setting{}, RefuseTooOften
		}
		done, err := a.Store.SwapBook(context.WithoutCancel(ctx), book.with(next))
		if err != nil {
			return model.Setting{}, fmt.Errorf("store setting of %s: %w", e.ID, err)
		}
		if done {
			return next, a.record(ctx, "amount.set", next)
		}
	}
	return model.Setting{}, RefuseNoSuch
}

func checkTier(r model.Rate, tier money.Fen) error {
	switch err := r.CheckTier(tier); {
	case err == nil:
		return nil
	case errors.Is(err, model.ErrTierYuan):
		return RefuseTierYuan
	case errors.Is(err, model.ErrTierRange), errors.Is(err, model.ErrNoTier):
		return RefuseTierRange
	default:
		return err
	}
}

// setting is the setting for the rate's year: in force for its calendar days.
func (a *Amounts) setting(e model.Enrolment, r model.Rate, tier money.Fen) model.Setting {
	return model.Setting{
		ID: a.NewID("s"), Person: e.Person, Enrolment: e.ID, Scheme: e.Scheme, Tier: tier, Subsidy: min(e.Subsidy, tier),
		From: r.Benefit.From.First(), To: r.Benefit.To.Last(), Set: a.Now(),
	}
}

func same(a, b model.Setting) bool {
	return a.Tier == b.Tier && a.Subsidy == b.Subsidy && a.From == b.From && a.To == b.To
}

// with is the book after next has replaced what was in force.
func (b Book) with(next model.Setting) Book {
	settings := make([]model.Setting, 0, len(b.Settings)+1)
	settings = append(settings, next)
	settings = append(settings, b.Settings...)
	if len(settings) > 1 && settings[1].Ended.IsZero() {
		settings[1].Ended = next.Set
	}
	b.Settings, b.Enrolment, b.Person = settings, next.Enrolment, next.Person
	return b
}

func (a *Amounts) changesToday(b Book) int {
	today, n := period.DateOf(a.Now()), 0
	for _, s := range b.Settings {
		if period.DateOf(s.Set) == today {
			n++
		}
	}
	return n
}

func (a *Amounts) one(ctx context.Context, person, enrolment string) (model.Enrolment, AmountView, Book, error) {
	enrolments, err := a.Store.Enrolments(ctx, person, model.Pension)
	if err != nil {
		return model.Enrolment{}, AmountView{}, Book{}, fmt.Errorf("list enrolments of %s: %w", person, err)
	}
	for _, e := range enrolments {
		if e.ID != enrolment {
			continue
		}
		dues, err := a.Dues.Dues(ctx, person, model.Pension)
		if err != nil {
			return model.Enrolment{}, AmountView{}, Book{}, err
		}
		v, book, err := a.view(ctx, e, dues)
		return e, v, book, err
	}
	return model.Enrolment{}, AmountView{}, Book{}, RefuseEnrolment
}

// VoidAmountRequest asks to void settings (批量扣款缴费金额作废).
type VoidAmountRequest struct {
	Person   string
	Settings []string
}

// Void ends settings in force: no later debit run uses them. It returns those for which the
// void counts from the next run, because a run in progress holds them or the cut-off of a
// planned one is over, and RefuseNoSuch when one is not in force any more; those before it in
// the list stay voided.
func (a *Amounts) Void(ctx context.Context, r VoidAmountRequest) (later []AmountView, err error) {
	if len(r.Settings) == 0 {
		return nil, RefuseNothing
	}
	if len(r.Settings) > MaxChosen {
		return nil, RefuseTooMany
	}
	views, err := a.List(ctx, r.Person)
	if err != nil {
		return nil, err
	}
	byID := map[string]AmountView{}
	for _, v := range views {
		if v.Setting != nil {
			byID[v.Setting.ID] = v
		}
	}
	seen := map[string]bool{}
	for _, id := range r.Settings {
		v, ok := byID[id]
		if seen[id] {
			continue
		}
		if !ok {
			return later, RefuseNoSuch
		}
		seen[id] = true
		if err := a.void(ctx, v.Enrolment.ID, id); err != nil {
			return later, err
		}
		if v.Plan.Held || v.Late {
			later = append(later, v)
		}
	}
	return later, nil
}

func (a *Amounts) void(ctx context.Context, enrolment, id string) error {
	book, err := a.Store.Book(ctx, enrolment)
	if err != nil {
		return fmt.Errorf("load settings of %s: %w", enrolment, err)
	}
	now, ok := book.Current()
	if !ok || now.ID != id {
		return RefuseNoSuch
	}
	now.Ended, now.Void = a.Now(), true
	book.Settings = append([]model.Setting{now}, book.Settings[1:]...)
	done, err := a.Store.SwapBook(context.WithoutCancel(ctx), book)
	if err != nil {
		return fmt.Errorf("void setting %s: %w", id, err)
	}
	if !done {
		return RefuseNoSuch
	}
	return a.record(ctx, "amount.void", now)
}

// record writes the audit entry; the setting stands whatever becomes of it, so a failure is reported.
func (a *Amounts) record(ctx context.Context, action string, s model.Setting) error {
	if a.Trail == nil {
		return nil
	}
	e := Entry{Person: s.Person, Action: action, Subject: s.ID, Result: "ok", Amount: s.Tier}
	if err := a.Trail.Record(context.WithoutCancel(ctx), e); err != nil {
		return fmt.Errorf("audit %s of %s: %w", action, s.ID, err)
	}
	return nil
}
