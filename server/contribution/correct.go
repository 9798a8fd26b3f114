package contribution

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
)

// ErrHeld says that a payment can't be corrected as asked: its dues have gone another way
// since, or it is not in the state that the correction is about.
var ErrHeld = errors.New("payment can't be corrected")

// Bookable tells whether Book would find the payment's dues free.
func (s *Service) Bookable(ctx context.Context, payment string) (bool, error) {
	p, ok, err := s.Store.Payment(ctx, payment)
	if err != nil || !ok || p.State != model.Failed || p.Open {
		return false, err
	}
	free, _, err := s.bookable(ctx, p)
	return free, err
}

// bookable tells whether every due of a failed payment is still free for it, and which of
// its declarations were voided meanwhile.
func (s *Service) bookable(ctx context.Context, p model.Payment) (free bool, voided map[string]bool, err error) {
	ds, dues, err := s.itemsOf(ctx, p)
	if err != nil {
		return false, nil, err
	}
	voided = map[string]bool{}
	for _, it := range p.Items {
		d, due := ds[it.Declaration], dues[it.Due]
		ours := due.State == model.DueDeclared && due.Declaration == d.ID
		switch {
		case d.State == model.Declared && d.Pay == model.Unpaid && d.Payment == "" && ours:
		case d.State == model.Declared && d.Pay == model.Debiting && d.Payment == p.ID && ours: // an earlier try
		case d.State == model.Voided && (due.State == model.DueOpen || ours):
			voided[d.ID] = true
		default:
			return false, nil, nil
		}
	}
	return true, voided, nil
}

func (s *Service) itemsOf(ctx context.Context, p model.Payment) (map[string]model.Declaration, map[string]model.Due, error) {
	ds, err := s.declarations(ctx, declarationIDs(p))
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(p.Items))
	for i, it := range p.Items {
		ids[i] = it.Due
	}
	list, err := s.Store.DuesByID(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("dues of payment %s: %w", p.ID, err)
	}
	dues := make(map[string]model.Due, len(list))
	for _, d := range list {
		dues[d.ID] = d
	}
	return ds, dues, nil
}

// Book counts a payment that had failed as made, because the bank's books have it (我方补记):
// its dues are taken again and paid. ErrHeld, with nothing changed, when one of them has gone
// another way; ErrBusy while somebody else is at it. It may be repeated: a payment is booked once.
func (s *Service) Book(ctx context.Context, o Outcome) error {
	ctx, cancel := context.WithTimeout(ctx, s.Lease)
	defer cancel()
	p, ok, err := s.Store.Payment(ctx, o.Payment)
	switch {
	case err != nil || !ok:
		return errors.Join(fmt.Errorf("payment %s to book, found %t", o.Payment, ok), err)
	case p.State == model.Succeeded:
		return s.resume(ctx, p)
	case p.State != model.Failed:
		return ErrHeld
	}
	if p, err = s.hold(ctx, p); err != nil {
		return err
	}
	held, err := s.takeBack(ctx, p)
	if err != nil {
		return err
	}
	if !held {
		return cmp.Or(s.letGo(ctx, p), ErrHeld)
	}
	s.Checkpoint("book.held")
	return s.correct(ctx, p, model.Book, o.Result)
}

// takeBack takes a failed payment's dues and declarations for it once more; false when one
// can't be had.
func (s *Service) takeBack(ctx context.Context, p model.Payment) (bool, error) {
	free, voided, err := s.bookable(ctx, p)
	if err != nil || !free {
		return false, err
	}
	var dues []DueSwap
	swaps := s.itemSwaps(p, model.Unpaid, model.Debiting, "", p.ID)
	for i, it := range p.Items {
		if voided[it.Declaration] {
			dues = append(dues, DueSwap{ID: it.Due, From: model.DueOpen, To: model.DueDeclared, Next: it.Declaration})
			swaps[i].FromState = model.Voided
		}
	}
	if _, err := s.Store.SwapDues(ctx, dues); err != nil {
		return false, fmt.Errorf("take dues of payment %s again: %w", p.ID, err)
	}
	s.Checkpoint("book.dues")
	if _, err := s.Store.SwapDeclarations(ctx, swaps); err != nil {
		return false, fmt.Errorf("take declarations of payment %s again: %w", p.ID, err)
	}
	return s.allIn(ctx, p, model.Debiting, model.DueDeclared)
}

// allIn tells whether all of the payment's declarations and dues are its own in these states.
func (s *Service) allIn(ctx context.Context, p model.Payment, pay model.PayState, due model.DueState) (bool, error) {
	ds, dues, err := s.itemsOf(ctx, p)
	if err != nil {
		return false, err
	}
	for _, it := range p.Items {
		d, u := ds[it.Declaration], dues[it.Due]
		if d.Pay != pay || d.Payment != p.ID || u.State != due || u.Declaration != d.ID {
			return false, nil
		}
	}
	return true, nil
}

// Disprove counts a payment that was made as failed, because the bank's books never had it
// (我方冲正): its declarations are unpaid again. ErrHeld, with nothing changed, when one of them
// was given back meanwhile; ErrBusy while somebody else is at it. It may be repeated.
func (s *Service) Disprove(ctx context.Context, payment string) error {
	ctx, cancel := context.WithTimeout(ctx, s.Lease)
	defer cancel()
	p, ok, err := s.Store.Payment(ctx, payment)
	switch {
	case err != nil || !ok:
		return errors.Join(fmt.Errorf("payment %s to disprove, found %t", payment, ok), err)
	case p.State == model.Failed && p.Code == bankapi.Disproved:
		return s.resume(ctx, p)
	case p.State != model.Succeeded:
		return ErrHeld
	}
	ds, dues, err := s.itemsOf(ctx, p)
	if err != nil {
		return err
	}
	open := make([]DueSwap, len(p.Items))
	for i, it := range p.Items {
		d, due := ds[it.Declaration], dues[it.Due]
		if d.Payment != p.ID || d.Pay != model.Paid && d.Pay != model.Debiting || due.Declaration != d.ID {
			return ErrHeld
		}
		open[i] = DueSwap{ID: it.Due, From: model.DuePaid, To: model.DueDeclared, Holder: it.Declaration, Next: it.Declaration}
	}
	if p, err = s.hold(ctx, p); err != nil {
		return err
	}
	swaps := s.itemSwaps(p, model.Paid, model.Debiting, p.ID, p.ID)
	for i := range swaps {
		swaps[i].Settled = &model.Settlement{}
	}
	// The declarations last: what is left half-way, however late, is then settled again by recovery or the sweep.
	if _, err := s.Store.SwapDues(ctx, open); err != nil {
		return fmt.Errorf("take payment %s from its dues: %w", p.ID, err)
	}
	s.Checkpoint("disprove.dues")
	if _, err := s.Store.SwapDeclarations(ctx, swaps); err != nil {
		return fmt.Errorf("take payment %s from its declarations: %w", p.ID, err)
	}
	held, err := s.allIn(ctx, p, model.Debiting, model.DueDeclared)
	if err != nil {
		return err
	}
	if !held { // a refund was quicker with one: the rest is paid as before
		return cmp.Or(s.letGo(ctx, p), ErrHeld)
	}
	s.Checkpoint("disprove.held")
	return s.correct(ctx, p, model.Disprove, bankapi.Result{Code: bankapi.Disproved})
}

// correct moves a final payment that the caller holds, with its declarations, by an officer's
// correction and follows it to its end. Who no longer holds it changes nothing: recovery is at it.
func (s *Service) correct(ctx context.Context, p model.Payment, e model.Event, r bankapi.Result) error {
	to, err := model.PaymentStates.Next(p.State, e)
	if err != nil {
		return fmt.Errorf("payment %s: %w", p.ID, err)
	}
	next := p
	next.State, next.Code, next.Reason, next.Open, next.Next = to, r.Code, reason(e, r), true, s.Now().Add(s.Lease)
	next.Ended = s.Now()
	if !r.At.IsZero() {
		next.Ended = r.At
	}
	if r.Trace != "" {
		next.Trace = r.Trace
	}
	n, err := s.Store.SwapPayments(ctx, []PaymentSwap{{From: p.State, Held: p.Next, Next: next}})
	switch {
	case err != nil:
		return fmt.Errorf("correct payment %s: %w", p.ID, err)
	case n == 0:
		return ErrBusy
	}
	s.Checkpoint("correct.recorded")
	_, err = s.follow(ctx, next)
	return err
}

// resume follows a payment that was corrected before to its end.
func (s *Service) resume(ctx context.Context, p model.Payment) error {
	if !p.Open {
		return nil
	}
	p, err := s.hold(ctx, p)
	if err != nil {
		return err
	}
	_, err = s.follow(ctx, p)
	return err
}
