package certificate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shebao/shared/api"
	model "shebao/shared/certificate"
)

// applyRounds is how often an application is tried again when another one of the same
// person was first.
const applyRounds = 5

// Apply asks for a certificate of the range. Asked again within a day, it answers the
// same certificate if that would state the same, and the next edition of it if not: once
// that is made, the earlier edition counts as re-issued. Refusals: ErrRange, ErrNothing,
// ErrTooManyRows, ErrOften.
func (s *Service) Apply(ctx context.Context, person string, r model.Range) (model.Record, error) {
	for range applyRounds {
		c, slot, err := s.draft(ctx, person, r)
		if err != nil {
			return c, err
		}
		former, known, err := s.Store.NewestCertificate(ctx, person, r)
		if err != nil {
			return c, fmt.Errorf("look for an earlier certificate of %s: %w", person, err)
		}
		if known {
			slot += former.ID
			if s.Now().Sub(former.Applied) < sameWithin && former.State != model.Withdrawn {
				if same(former.Facts, c.Facts) {
					return s.again(ctx, former, c)
				}
				c.Number, c.Edition = former.Number, former.Edition+1
			}
		}
		added, err := s.add(ctx, c, slot)
		if err != nil || added.ID != "" {
			return added, err
		}
	}
	return model.Record{}, api.Conflict("")
}

// again answers the earlier certificate, which is made once more if that had failed.
func (s *Service) again(ctx context.Context, former, draft model.Record) (model.Record, error) {
	if former.State != model.Failed {
		return former, nil
	}
	return s.remake(ctx, former, draft)
}

// draft is a new certificate of what is paid now, without number and code.
func (s *Service) draft(ctx context.Context, person string, r model.Range) (model.Record, string, error) {
	p, declarations, err := s.snapshot(ctx, person, r)
	if err != nil {
		return model.Record{}, "", err
	}
	if len(p.Rows) == 0 {
		return model.Record{}, "", ErrNothing
	}
	holder, ok, err := s.People.Person(ctx, person)
	if err != nil {
		return model.Record{}, "", fmt.Errorf("load holder %s: %w", person, err)
	}
	if !ok {
		return model.Record{}, "", ErrUnknown
	}
	now := s.Now()
	c := model.Record{
		Person: person, Range: r, Edition: 1, Total: p.Total, Count: len(p.Rows), Declarations: declarations,
		State: model.Making, Applied: now.Truncate(time.Millisecond), Next: now,
		Facts: model.Facts{
			Name: holder.Name, Document: holder.Document, TaxpayerID: holder.Document.Number, Period: r.Months, Rows: p.Rows,
			Total: p.Total, Issuer: s.Issuer, IssuedAt: now.Truncate(time.Second),
		},
	}
	return c, person + ":" + r.Months.From.String() + ":" + r.Months.To.String() + ":" + string(r.Scheme) + ":", nil
}

// add gives the draft its number and code and stores it; the zero Record when another
// application was first.
func (s *Service) add(ctx context.Context, c model.Record, slot string) (model.Record, error) {
	if err := s.Limiter.Allow(ctx, "certificate-apply:"+c.Person, perDay, 24*time.Hour); err != nil {
		if errors.Is(err, api.TooMany(0)) {
			return model.Record{}, ErrOften
		}
		return model.Record{}, fmt.Errorf("limit of applications: %w", err)
	}
	if c.Number == "" {
		day := s.today().Start().Format("20060102")
		n, err := s.Store.NextTickets(ctx, "certificate:"+day, 1)
		if err != nil {
			return model.Record{}, fmt.Errorf("number of a certificate: %w", err)
		}
		c.Number = fmt.Sprintf("%s%s%08d", s.Prefix, day, n)
	}
	code, err := model.NewCheckCode(s.Random)
	if err != nil {
		return model.Record{}, err
	}
	c.ID = s.NewID("c")
	c.Facts.Number, c.Facts.Edition, c.Facts.CheckCode = c.Number, c.Edition, code
	added, err := s.Store.AddCertificate(ctx, c, slot)
	if err != nil {
		return model.Record{}, fmt.Errorf("store certificate %s: %w", c.ID, err)
	}
	if !added {
		return model.Record{}, nil
	}
	s.note(ctx, Entry{Person: c.Person, Action: "apply", Subject: c.ID, Result: "ok"})
	s.nudge()
	return c, nil
}

// same tells whether two certificates of one range would read the same but for number,
// code and time.
func same(a, b model.Facts) bool {
	return a.Name == b.Name && a.Document == b.Document && a.Issuer == b.Issuer && a.Total == b.Total && slices.Equal(a.Rows, b.Rows)
}

// Retry makes a certificate again that failed, of what is paid now. Refusals: ErrUnknown,
// ErrNotFailed, ErrNothing.
func (s *Service) Retry(ctx context.Context, person, id string) (model.Record, error) {
	c, err := s.Own(ctx, person, id)
	if err != nil {
		return c, err
	}
	if c.State != model.Failed {
		return c, ErrNotFailed
	}
	draft, _, err := s.draft(ctx, person, c.Range)
	if err != nil {
		return c, err
	}
	return s.remake(ctx, c, draft)
}

func (s *Service) remake(ctx context.Context, c, draft model.Record) (model.Record, error) {
	next := draft
	next.ID, next.Number, next.Edition, next.Applied, next.Rev = c.ID, c.Number, c.Edition, c.Applied, c.Rev
	next.Facts.Number, next.Facts.Edition, next.Facts.CheckCode = c.Number, c.Edition, c.Facts.CheckCode
	swapped, err := s.swap(ctx, c.State, model.Retry, next)
	if err != nil {
		return c, err
	}
	if !swapped {
		return c, api.Conflict("")
	}
	s.nudge()
	return next, nil
}

// swap moves the certificate along one edge of the table.
func (s *Service) swap(ctx context.Context, from model.State, event model.Event, next model.Record) (bool, error) {
	to, err := model.States.Next(from, event)
	if err != nil {
		return false, fmt.Errorf("certificate %s: %w", next.ID, err)
	}
	next.State = to
	swapped, err := s.Store.SwapCertificate(ctx, from, next)
	if err != nil {
		return false, fmt.Errorf("%s certificate %s: %w", event, next.ID, err)
	}
	s.Wake(next.ID)
	return swapped, nil
}

func (s *Service) note(ctx context.Context, e Entry) {
	if s.Trail == nil {
		return
	}
	if err := s.Trail.Record(ctx, e); err != nil {
		s.Log.ErrorContext(ctx, "audit of a certificate", "certificate", e.Subject, "error", err)
	}
}
