package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"shebao/server/contribution"
	"shebao/server/refund"
	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/period"
)

// poll is the pause between looks for corrections that were left half-way.
const poll = 5 * time.Second

// Run carries out approved corrections that were left half-way, by this process or another,
// until ctx ends. Several processes may run it.
func (s *Service) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		if err := s.Recover(ctx); err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "corrections of reconciliation", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Recover carries out every approved correction, once.
func (s *Service) Recover(ctx context.Context) error {
	list, err := s.Store.Waiting(ctx, Approved, page)
	if err != nil {
		return fmt.Errorf("approved corrections: %w", err)
	}
	for _, d := range list {
		_, failed := s.carry(ctx, d)
		err = errors.Join(err, failed)
	}
	return err
}

// carry lets our books follow an approved correction. Every effect may be repeated, so the
// process can end anywhere and the next one goes on.
func (s *Service) carry(ctx context.Context, d Difference) (Difference, error) {
	event, note := Carry, ""
	var err error
	switch d.Action {
	case Book:
		err = s.first(ctx, d, func() error { return s.book(ctx, d) })
	case Disprove:
		err = s.first(ctx, d, func() error { return s.disprove(ctx, d) })
	case Refund:
		err = s.first(ctx, d, func() (err error) {
			d.Refund, err = s.giveBack(ctx, d)
			return err
		})
		note = d.Refund
	case BankFixes:
		event = Await
	case Explained:
	default:
		err = fmt.Errorf("difference %s: unknown action %q", d.ID, d.Action)
	}
	var why *Refusal
	switch {
	case errors.As(err, &why):
		event, note = Fail, why.Message
	case errors.Is(err, contribution.ErrBusy):
		return d, nil // another server is at it, or was when it ended: Recover looks again
	case err != nil:
		return d, fmt.Errorf("carry out %s of %s: %w", d.Action, d.ID, err)
	}
	next, _, err := s.move(ctx, d, event, "", note) // not ours any more: another server has carried it out
	if err != nil {
		return d, err
	}
	return next, s.note(ctx, Entry{Action: "difference_" + string(event), Subject: d.ID, Result: string(next.State), Details: map[string]string{
		"action": string(d.Action), "note": note,
	}})
}

// first lets one correction at a time touch what the bank has under one reference: two
// differences may be about the same debit.
func (s *Service) first(ctx context.Context, d Difference, act func() error) error {
	holder, err := s.Store.ClaimCorrection(ctx, d.Ref.Key(), d.ID)
	if err != nil {
		return err
	}
	if holder != d.ID {
		other, err := s.Difference(ctx, holder)
		if err != nil {
			return err
		}
		if other.State == Approved {
			return RefuseBusy
		}
		ok, err := s.Store.SwapCorrection(ctx, d.Ref.Key(), holder, d.ID)
		if err != nil {
			return err
		}
		if !ok {
			return RefuseBusy
		}
	}
	return act()
}

// book counts our payment as made: the bank has its money.
func (s *Service) book(ctx context.Context, d Difference) error {
	if s.Refunds == nil {
		return RefuseAction
	}
	given, err := s.Refunds.Returned(ctx, d.Ref)
	if err != nil {
		return err
	}
	if given {
		return RefuseGivenBack
	}
	err = s.Payments.Book(ctx, contribution.Outcome{
		Payment: d.Payment, Result: bankapi.Result{Ref: d.Ref, Code: bankapi.OK, Trace: d.Trace, Amount: d.Theirs, At: d.At},
	})
	if errors.Is(err, contribution.ErrHeld) {
		return RefuseHeld
	}
	return err
}

// disprove counts our payment as not made.
func (s *Service) disprove(ctx context.Context, d Difference) error {
	err := s.Payments.Disprove(ctx, d.Payment)
	if errors.Is(err, contribution.ErrHeld) {
		return RefuseHeld
	}
	if err != nil || s.Certificates == nil {
		return err
	}
	ps, err := s.Payments.PaymentsByID(ctx, []string{d.Payment})
	for _, p := range ps {
		for _, it := range p.Items {
			err = errors.Join(err, s.Certificates.Reversed(ctx, it.Declaration, "所列缴费经与银行对账未扣款，已更正，电子税票号 "+it.Ticket))
		}
	}
	return err
}

// giveBack has the bank return what it took too much, to the account it took it from.
func (s *Service) giveBack(ctx context.Context, d Difference) (string, error) {
	if s.Refunds == nil || d.Person == "" {
		return "", RefuseNobody
	}
	amount := d.Theirs
	if d.Kind == Amount {
		amount -= d.Ours
	} else if err := s.surplus(ctx, d.Payment); err != nil {
		return "", err
	}
	r, err := s.Refunds.Return(ctx, refund.Found{
		Original: d.Ref, Payment: d.Payment, Person: d.Person, Bank: d.Bank, Account: d.Account, Amount: amount, At: d.At,
		Maker: d.Maker, Checker: d.Checker, Note: d.Note,
	})
	return r.ID, err
}

// surplus refuses unless our payment certainly does not count as made and never will by itself.
func (s *Service) surplus(ctx context.Context, payment string) error {
	if payment == "" {
		return nil
	}
	ps, err := s.Payments.PaymentsByID(ctx, []string{payment})
	switch {
	case err != nil:
		return fmt.Errorf("payment %s: %w", payment, err)
	case len(ps) == 1 && (ps[0].State == shared.Failed || ps[0].State == shared.Cancelled):
		return nil
	default:
		return RefuseCounted
	}
}

// counted tells whether our payment counts as made.
func (s *Service) counted(ctx context.Context, payment string) (bool, error) {
	ps, err := s.Payments.PaymentsByID(ctx, []string{payment})
	return len(ps) == 1 && ps[0].State == shared.Succeeded, err
}

// possible refuses a proposal that our books could not follow.
func (s *Service) possible(ctx context.Context, d Difference, a Action) error {
	if !d.allows(a) {
		return RefuseAction
	}
	switch {
	case a == Book && d.Theirs != d.Ours:
		return RefuseHeld
	case a == Book:
		free, err := s.Payments.Bookable(ctx, d.Payment)
		if err != nil {
			return fmt.Errorf("payment %s: %w", d.Payment, err)
		}
		if !free {
			return RefuseHeld
		}
	case a == Refund && d.Person == "":
		return RefuseNobody
	case a == Refund && d.Kind != Amount:
		return s.surplus(ctx, d.Payment)
	case a == Explained && d.Kind == OursOnly:
		return s.crossedLater(ctx, d)
	}
	return nil
}

// crossedLater refuses unless the next day's file has been looked at and has the row.
func (s *Service) crossedLater(ctx context.Context, d Difference) error {
	day, err := s.Load(ctx, d.Day)
	if err != nil {
		return err
	}
	next := DayID(day.Authority, day.Date.AddDays(1))
	_, ok, err := s.Store.Difference(ctx, next+":"+string(Crossed)+":"+d.Ref.Serial)
	if err != nil {
		return fmt.Errorf("crossed difference of %s: %w", next, err)
	}
	if !ok {
		return RefuseNotCrossed
	}
	return nil
}

// Contradict puts what the bank says late about a payment on today's work list, when it is not
// what two officers decided (人工认定). It may be repeated.
func (s *Service) Contradict(ctx context.Context, p shared.Payment, late bankapi.Result) error {
	date := period.DateOf(s.Now())
	day := Day{ID: DayID(p.Authority, date), Authority: p.Authority, Date: date, Kinds: map[Kind]int64{}}
	if _, err := s.Store.AddDay(ctx, day); err != nil {
		return fmt.Errorf("add day %s: %w", day.ID, err)
	}
	d := Difference{
		ID: day.ID + ":" + string(Against) + ":" + p.Ref.Serial, Day: day.ID, Kind: Against, Movement: bankapi.Debited, Ref: p.Ref,
		Trace: late.Trace, Payment: p.ID, Person: p.Payer, Account: p.Account, Bank: p.Bank, Ours: p.Amount, At: late.At, State: Open,
		Found: s.Now(), Changed: s.Now(),
	}
	if late.Outcome() == bankapi.Moved {
		d.Theirs = p.Amount
	}
	if err := s.Store.AddDifferences(ctx, []Difference{d}); err != nil {
		return fmt.Errorf("add difference %s: %w", d.ID, err)
	}
	return s.note(ctx, Entry{Action: "difference_against", Subject: d.ID, Result: string(late.Code), Details: map[string]string{"payment": p.ID}})
}
