package contribution

import (
	"context"
	"fmt"
	"slices"

	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/words"
)

// Order asks to debit one due in a batch run (批量扣款). Its ids are chosen by the caller, the
// same whenever the order is repeated, so that the store itself refuses a second one.
type Order struct {
	Payment     string // id, also the serial at the bank: at most 32 characters
	Declaration string // id
	Due         model.Due
	Amount      money.Fen // fen, > 0
	Agreement   string
	Bank        string
	Account     string // masked
	Mandate     string
	Date        string // business date of the instruction, 2006-01-02
}

// Outcome is what the bank says about one payment of a batch.
type Outcome struct {
	Payment string
	Result  bankapi.Result
}

// ClaimBatch makes a declaration and a payment for each order and takes the due for them:
// from then on nobody else can declare or pay it. It returns the payments that hold their
// due, in no order; the others are cancelled, their declarations voided. It may be repeated at
// any point. The payments stay Pending until SendBatch: they are not Open, recovery leaves them
// to the run.
//
// A declaration is written once, as it stands when the due is its own, and before the due is
// taken: until then nobody finds it through the due, and what an interrupted claim leaves is
// found through it.
func (s *Service) ClaimBatch(ctx context.Context, orders []Order) ([]model.Payment, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, declareWithin)
	defer cancel()
	ps, err := s.batchPayments(ctx, orders)
	if err != nil {
		return nil, err
	}
	s.Checkpoint("batch.payments")
	ds := make([]model.Declaration, len(orders))
	claims := make([]DueSwap, len(orders))
	for i, o := range orders {
		ds[i] = s.batchDeclaration(o)
		claims[i] = DueSwap{ID: o.Due.ID, From: model.DueOpen, To: model.DueDeclared, Next: o.Declaration}
	}
	fresh, err := s.Store.AddMissingDeclarations(ctx, ds)
	if err != nil {
		return nil, fmt.Errorf("add declarations of a batch: %w", err)
	}
	s.Checkpoint("batch.declared")
	n, err := s.Store.SwapDues(ctx, claims)
	if err != nil {
		return nil, fmt.Errorf("claim dues of a batch: %w", err)
	}
	s.Checkpoint("batch.dues")
	if n < len(orders) || fresh < len(orders) {
		return s.claimPart(ctx, orders, ps)
	}
	return ps, nil
}

// batchPayments stores the payments, or finds those stored before, in the orders' order.
func (s *Service) batchPayments(ctx context.Context, orders []Order) ([]model.Payment, error) {
	now, day := s.Now(), s.today()
	ps := make([]model.Payment, len(orders))
	ids := make([]string, len(orders))
	if err := s.tickets.stock(ctx, day, len(orders)); err != nil {
		return nil, err
	}
	for i, o := range orders {
		ticket, err := s.tickets.take(ctx, o.Due.Authority, day)
		if err != nil {
			return nil, err
		}
		ids[i] = o.Payment
		ps[i] = model.Payment{
			ID: o.Payment, Payer: o.Due.Person, Amount: o.Amount, Authority: o.Due.Authority, Agreement: o.Agreement, Bank: o.Bank,
			Items:   []model.Item{{Declaration: o.Declaration, Due: o.Due.ID, Amount: o.Amount, Ticket: ticket}},
			Account: o.Account, Mandate: o.Mandate, Ref: bankapi.Ref{Authority: o.Due.Authority, Date: o.Date, Serial: o.Payment},
			Channel: model.ChannelDebitRun, State: model.Pending, Created: now, Next: now,
		}
	}
	n, err := s.Store.AddMissingPayments(ctx, ps)
	if err != nil {
		return nil, fmt.Errorf("add payments of a batch: %w", err)
	}
	if n == len(ps) {
		return ps, nil
	}
	stored, err := s.PaymentsByID(ctx, ids) // their tickets count
	if err != nil {
		return nil, err
	}
	return inOrder(stored, ids), nil
}

func inOrder(ps []model.Payment, ids []string) []model.Payment {
	at := map[string]int{}
	for i, id := range ids {
		at[id] = i
	}
	slices.SortFunc(ps, func(a, b model.Payment) int { return at[a.ID] - at[b.ID] })
	return ps
}

func (s *Service) batchDeclaration(o Order) model.Declaration {
	d := o.Due
	return model.Declaration{
		ID: o.Declaration, Due: d.ID, Kind: d.Kind, Insured: d.Person, Payer: d.Person, Scheme: d.Scheme, Enrolment: d.Enrolment,
		Authority: d.Authority, Year: d.Year, Period: d.Period, Amount: o.Amount, Deadline: d.Deadline,
		Channel: model.ChannelDebitRun, Declared: s.Now(), State: model.Declared, Pay: model.Debiting, Payment: o.Payment,
	}
}

// claimPart finishes a claim that did not get everything at once: somebody else has some of
// the dues, or an earlier try was interrupted.
func (s *Service) claimPart(ctx context.Context, orders []Order, ps []model.Payment) ([]model.Payment, error) {
	ids, dues := make([]string, len(orders)), make([]string, len(orders))
	for i, o := range orders {
		ids[i], dues[i] = o.Declaration, o.Due.ID
	}
	holders, err := s.holders(ctx, dues)
	if err != nil {
		return nil, err
	}
	ds, err := s.declarations(ctx, ids)
	if err != nil {
		return nil, err
	}
	var held []model.Payment
	var lost []string
	for i, o := range orders {
		d := ds[o.Declaration]
		mine := holders[o.Due.ID] == o.Declaration && d.Payment == o.Payment && (d.Pay == model.Debiting || d.Pay == model.Paid)
		if mine && ps[i].State != model.Cancelled {
			held = append(held, ps[i])
		} else {
			lost = append(lost, o.Payment)
		}
	}
	return held, s.cancelBatch(ctx, lost, words.DueDebiting)
}

// holders tells which declaration holds each of the dues.
func (s *Service) holders(ctx context.Context, ids []string) (map[string]string, error) {
	by := map[string]string{}
	for part := range slices.Chunk(ids, lookAtOnce) {
		dues, err := s.Store.DuesByID(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("look at dues of a batch: %w", err)
		}
		for _, d := range dues {
			by[d.ID] = d.Declaration
		}
	}
	return by, nil
}

// lookAtOnce bounds the ids of one query.
const lookAtOnce = 250

func (s *Service) declarations(ctx context.Context, ids []string) (map[string]model.Declaration, error) {
	by := map[string]model.Declaration{}
	for part := range slices.Chunk(ids, lookAtOnce) {
		ds, err := s.Store.DeclarationsByID(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("look at declarations of a batch: %w", err)
		}
		for _, d := range ds {
			by[d.ID] = d
		}
	}
	return by, nil
}

// PaymentsByID returns the payments that exist, in no order.
func (s *Service) PaymentsByID(ctx context.Context, ids []string) ([]model.Payment, error) {
	var all []model.Payment
	for part := range slices.Chunk(ids, lookAtOnce) {
		ps, err := s.Store.PaymentsByID(ctx, part)
		if err != nil {
			return nil, fmt.Errorf("load payments of a batch: %w", err)
		}
		all = append(all, ps...)
	}
	return all, nil
}
