package contribution

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shebao/shared/bankcard"
	model "shebao/shared/contribution"
	"shebao/shared/words"
)

// follow makes declarations and dues agree with the payment's final state and then
// closes it. Each step may be repeated. Declarations come last: one that is still being debited
// shows the sweep that something is left to do for a payment that is closed already.
func (s *Service) follow(ctx context.Context, p model.Payment) (model.Payment, error) {
	steps := []func() error{
		func() error { return s.tell(ctx, p) },
		func() error { return s.record(ctx, entry(p, string(p.State), string(p.Code))) },
	}
	last := s.giveBack
	if p.State == model.Succeeded {
		steps = append(steps, func() error { return s.settleDues(ctx, p) })
		last = s.settle
	}
	if err := together(steps...); err != nil {
		return p, err
	}
	s.Checkpoint("follow.told")
	if err := last(ctx, p); err != nil {
		return p, err
	}
	if err := s.Store.ClosePayment(ctx, p.ID); err != nil {
		return p, fmt.Errorf("close payment %s: %w", p.ID, err)
	}
	s.Checkpoint("follow.closed")
	p.Open = false
	s.watchers.wake(p.ID)
	return p, nil
}

// settle marks the declarations as paid.
func (s *Service) settle(ctx context.Context, p model.Payment) error {
	n, err := s.Store.SwapDeclarations(ctx, s.settlements(p))
	if err != nil {
		return fmt.Errorf("settle declarations of %s: %w", p.ID, err)
	}
	if n < len(p.Items) {
		if err := s.allPaidBy(ctx, p); err != nil {
			return err
		}
	}
	s.Checkpoint("follow.settled")
	return nil
}

// settleDues marks the dues as paid.
func (s *Service) settleDues(ctx context.Context, p model.Payment) error {
	if _, err := s.Store.SwapDues(ctx, duesPaid(p)); err != nil {
		return fmt.Errorf("settle dues of %s: %w", p.ID, err)
	}
	s.Checkpoint("follow.dues")
	return nil
}

// settlements mark the payment's declarations as paid by it.
func (s *Service) settlements(p model.Payment) []DeclarationSwap {
	swaps := s.itemSwaps(p, model.Debiting, model.Paid, p.ID, p.ID)
	for i, it := range p.Items {
		swaps[i].Settled = &model.Settlement{Ticket: it.Ticket, At: p.Ended, Channel: p.Channel, Bank: p.Bank, Account: p.Account}
	}
	return swaps
}

// duesPaid mark the payment's dues as paid.
func duesPaid(p model.Payment) []DueSwap {
	dues := make([]DueSwap, len(p.Items))
	for i, it := range p.Items {
		dues[i] = DueSwap{ID: it.Due, From: model.DueDeclared, To: model.DuePaid, Holder: it.Declaration, Next: it.Declaration}
	}
	return dues
}

// allPaidBy checks that a repeated settlement finds what the first one wrote. Anything
// else keeps the payment open, where officers see it.
func (s *Service) allPaidBy(ctx context.Context, p model.Payment) error {
	ds, err := s.Store.DeclarationsByID(ctx, declarationIDs(p))
	if err != nil {
		return fmt.Errorf("look at declarations of %s: %w", p.ID, err)
	}
	paid := 0
	for _, d := range ds {
		if (d.Pay == model.Paid || d.Pay == model.Reversed) && d.Payment == p.ID {
			paid++
		}
	}
	if paid < len(p.Items) {
		return fmt.Errorf("payment %s has moved money but holds only %d of %d declarations", p.ID, paid, len(p.Items))
	}
	return nil
}

// giveBack releases the declarations of a payment that moved nothing.
func (s *Service) giveBack(ctx context.Context, p model.Payment) error {
	if p.Channel == model.ChannelDebitRun {
		return s.releaseBatch(ctx, []model.Payment{p})
	}
	swaps := s.itemSwaps(p, model.Debiting, model.Unpaid, p.ID, "")
	for i := range swaps {
		swaps[i].Failure = p.Reason
	}
	if _, err := s.Store.SwapDeclarations(ctx, swaps); err != nil {
		return fmt.Errorf("release declarations of %s: %w", p.ID, err)
	}
	s.Checkpoint("follow.released")
	if p.State == model.Failed && p.Code.EndsMandate() {
		if err := s.Agreements.EndByBank(ctx, p.Agreement, p.Code, p.Reason); err != nil {
			return fmt.Errorf("end agreement %s: %w", p.Agreement, err)
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, p model.Payment) error {
	if s.Notices == nil || p.State == model.Cancelled {
		return nil
	}
	ds, err := s.declarations(ctx, declarationIDs(p))
	if err != nil {
		return err
	}
	if err := s.Notices.Tell(ctx, paymentNotice(p, ds)); err != nil {
		return fmt.Errorf("notice of payment %s: %w", p.ID, err)
	}
	return nil
}

// paymentNotice is what the payer reads about a payment's end; ds has its declarations.
func paymentNotice(p model.Payment, ds map[string]model.Declaration) Notice {
	n := Notice{ID: "n:" + p.ID + ":" + string(p.State), Person: p.Payer, Kind: string(p.State), Link: "/payments/" + p.ID}
	what, whom := paidFor(p, ds)
	bank, _ := bankcard.Lookup(p.Bank) // an unknown bank has no name
	known := what != "" && bank.Name != ""
	if p.State == model.Succeeded {
		n.Title, n.Text = words.NoticePaidTitle, "您的社会保险费 "+p.Amount.Display()+" 已扣款成功。"
		if known {
			n.Text = fmt.Sprintf(words.NoticePaid, bank.Name, p.Account, whom, what, p.Amount.Display())
		}
		return n
	}
	n.Title, n.Text = words.NoticeFailedTitle, "原因："+p.Reason
	if known {
		n.Text = fmt.Sprintf(words.NoticeUnpaid, bank.Name, p.Account, whom, what, p.Amount.Display(), p.Reason)
	}
	return n
}

// paidFor says which contributions the payment is for, "" when that can't be said in short,
// and for whom, "" for the payer alone. Nobody's name is in it.
func paidFor(p model.Payment, ds map[string]model.Declaration) (what, whom string) {
	var years []int
	own, others := false, false
	first := ds[p.Items[0].Declaration]
	for _, it := range p.Items {
		d, ok := ds[it.Declaration]
		if !ok || d.Scheme != first.Scheme {
			return "", ""
		}
		years = append(years, d.Year)
		own, others = own || d.Insured == p.Payer, others || d.Insured != p.Payer
	}
	switch {
	case own && others:
		whom = "为本人和他人"
	case others:
		whom = "为他人"
	}
	if len(years) == 1 {
		return model.YearTitle(first.Scheme, first.Year, first.Kind), whom
	}
	return listed(years) + " 年度 " + first.Scheme.Label(), whom
}

// listedAtMost is how many years a notice lists; a text message has to stay short.
const listedAtMost = 3

// listed is 2024、2026, or from the first to the last of many.
func listed(years []int) string {
	slices.Sort(years)
	years = slices.Compact(years)
	if len(years) > listedAtMost {
		return strconv.Itoa(years[0]) + "–" + strconv.Itoa(years[len(years)-1])
	}
	list := make([]string, len(years))
	for i, y := range years {
		list[i] = strconv.Itoa(y)
	}
	return strings.Join(list, "、")
}
