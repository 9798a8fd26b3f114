package refund

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"shebao/server/contribution"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	model "shebao/shared/refund"
)

// maxNote is the longest note of an officer, in characters.
const maxNote = 200

// noteOf is the officer's note, or RefuseNote.
func noteOf(note string) (string, error) {
	note = strings.TrimSpace(note)
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return "", RefuseNote
	}
	return note, nil
}

// Check says that the officer has checked the application; another officer approves it.
func (s *Service) Check(ctx context.Context, by, id, note string) (model.Refund, error) {
	note, err := noteOf(note)
	if err != nil {
		return model.Refund{}, err
	}
	return s.decide(ctx, by, id, model.Check, note, func(r *model.Refund) error {
		r.Maker, r.Checker = by, ""
		return s.stillPaid(ctx, *r)
	})
}

// Retry asks for another instruction to the bank after it has refused the last one. It
// is approved like the first.
func (s *Service) Retry(ctx context.Context, by, id, note string) (model.Refund, error) {
	note, err := noteOf(note)
	if err != nil {
		return model.Refund{}, err
	}
	return s.decide(ctx, by, id, model.Retry, note, func(r *model.Refund) error {
		r.Maker, r.Checker = by, ""
		return s.stillPaid(ctx, *r)
	})
}

// Approve sends the refund to the bank. The officer is not the one who checked it; seen is
// Refund.Seen of what they read. RefuseChanged when something was done since.
func (s *Service) Approve(ctx context.Context, by, id string, seen int) (model.Refund, error) {
	return s.decide(ctx, by, id, model.Approve, "", func(r *model.Refund) error {
		if r.Maker == by {
			return RefuseSamePerson
		}
		if r.Seen() != seen {
			return RefuseChanged
		}
		r.Checker = by
		r.Attempt++
		r.Ref = bankapi.Ref{Authority: r.Authority, Date: s.today().String(), Serial: fmt.Sprintf("%s-%d", r.ID, r.Attempt)}
		r.Code, r.Answer, r.Trace, r.Tries = "", "", "", 0
		return s.stillPaid(ctx, *r)
	})
}

// Refuse ends the refund for the officer's reason, which the person reads. What another
// officer has checked is refused by somebody else. seen as in Approve.
func (s *Service) Refuse(ctx context.Context, by, id string, seen int, reason string) (model.Refund, error) {
	reason, err := noteOf(reason)
	if err != nil {
		return model.Refund{}, err
	}
	return s.decide(ctx, by, id, model.Refuse, reason, func(r *model.Refund) error {
		if r.State == model.Checked {
			if r.Maker == by {
				return RefuseSamePerson
			}
			r.Checker = by
		}
		if r.Seen() != seen {
			return RefuseChanged
		}
		r.Refused = reason
		return nil
	})
}

func (s *Service) decide(ctx context.Context, by, id string, e model.Event, note string, change func(*model.Refund) error) (model.Refund, error) {
	if by == "" {
		return model.Refund{}, RefuseOfficer
	}
	return s.act(ctx, id, e, by, note, change)
}

// act does one step that a person asked for, and starts the work behind it.
func (s *Service) act(ctx context.Context, id string, e model.Event, by, note string, change func(*model.Refund) error) (model.Refund, error) {
	for {
		r, err := s.Load(ctx, id)
		if err != nil {
			return r, err
		}
		if _, err := model.Table.Next(r.State, e); err != nil {
			return r, RefuseState
		}
		if err := change(&r); err != nil {
			return r, err
		}
		next, won, err := s.step(context.WithoutCancel(ctx), r, e, by, note)
		if err != nil {
			return r, err
		}
		if won {
			return s.start(ctx, next), nil
		}
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
	}
}

// stillPaid refuses a refund whose declaration is not paid by its payment any more.
func (s *Service) stillPaid(ctx context.Context, r model.Refund) error {
	if r.Reason == model.Surplus { // no contribution stands for it
		return nil
	}
	ds, err := s.Records.DeclarationsByID(ctx, []string{r.Declaration})
	if err != nil {
		return fmt.Errorf("load declaration %s: %w", r.Declaration, err)
	}
	if len(ds) != 1 || ds[0].Pay != shared.Paid || ds[0].Payment != r.Payment || ds[0].Amount != r.Amount {
		return RefuseGone
	}
	return nil
}

// Evidence gathers what the refund is decided by, as it stands now.
func (s *Service) Evidence(ctx context.Context, id string) (Evidence, error) {
	r, err := s.Load(ctx, id)
	if err != nil {
		return Evidence{}, err
	}
	v := Evidence{Refund: r}
	if r.Reason == model.Surplus {
		if v.Payment, _, err = s.Records.Payment(ctx, r.Payment); err != nil {
			return v, fmt.Errorf("payment %s of refund %s: %w", r.Payment, id, err)
		}
		return v, nil
	}
	ds, err := s.Records.DeclarationsByID(ctx, []string{r.Declaration})
	if err != nil || len(ds) != 1 {
		return v, errors.Join(fmt.Errorf("declaration %s of refund %s: %d found", r.Declaration, id, len(ds)), err)
	}
	v.Declaration = ds[0]
	if v.Payment, _, err = s.Records.Payment(ctx, r.Payment); err != nil {
		return v, fmt.Errorf("payment %s of refund %s: %w", r.Payment, id, err)
	}
	dues, err := s.Records.DuesByID(ctx, []string{r.Due})
	if err != nil || len(dues) != 1 {
		return v, errors.Join(fmt.Errorf("due %s of refund %s: %d found", r.Due, id, len(dues)), err)
	}
	v.Due = dues[0]
	paid, err := s.Records.PaidIn(ctx, contribution.PaidFilter{Person: r.Insured, Scheme: r.Scheme, Months: r.Period, Limit: 50})
	if err != nil {
		return v, fmt.Errorf("other payments for refund %s: %w", id, err)
	}
	for _, d := range paid {
		if d.ID != r.Declaration && d.Insured == r.Insured {
			v.Others = append(v.Others, d)
		}
	}
	if s.Certificates != nil {
		if v.Certificates, err = s.Certificates.Stating(ctx, r.Declaration); err != nil {
			return v, fmt.Errorf("certificates for refund %s: %w", id, err)
		}
	}
	return v, nil
}

// In lists the refunds of a state, oldest application first, at most limit, those after the
// cursor ("" from the first).
func (s *Service) In(ctx context.Context, state model.State, after string, limit int) ([]model.Refund, error) {
	return s.Store.RefundsIn(ctx, state, after, limit)
}

// Recent lists the refunds of a state, newest application first, at most limit, those after
// the cursor ("" from the newest).
func (s *Service) Recent(ctx context.Context, state model.State, after string, limit int) ([]model.Refund, error) {
	return s.Store.RecentRefunds(ctx, state, after, limit)
}

// Cursor is where a list goes on after the refund.
func (s *Service) Cursor(r model.Refund) string { return s.Store.RefundCursor(r) }

// Hasten makes a refund in doubt due for a query now. RefuseState when it is not in doubt.
func (s *Service) Hasten(ctx context.Context, by, id string) error {
	if by == "" {
		return RefuseOfficer
	}
	r, err := s.Load(ctx, id)
	if err != nil {
		return err
	}
	if r.State != model.InDoubt {
		return RefuseState
	}
	r.Next = s.Now()
	_, _, err = s.swap(ctx, r) // who was quicker has just asked the bank
	return err
}
