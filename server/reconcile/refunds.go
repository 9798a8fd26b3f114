package reconcile

import (
	"context"
	"strings"
	"time"

	rules "shebao/server/refund"
	"shebao/shared/bankapi"
	"shebao/shared/refund"
)

// RefundStore finds refunds (退费): the day file has them beside the debits.
type RefundStore interface {
	// RefundsByID returns those that exist, in no order.
	RefundsByID(ctx context.Context, ids []string) ([]refund.Refund, error)
	// RefundedBetween lists an authority's refunds whose money moved from the time on and
	// before the other, in order of that time, those after the last one of the page before.
	RefundedBetween(ctx context.Context, authority string, from, to time.Time, after *refund.Refund, limit int) ([]refund.Refund, error)
	// DoubtfulRefunds lists an authority's refunds in 待核实 that were sent in that time, at most limit.
	DoubtfulRefunds(ctx context.Context, authority string, from, to time.Time, limit int) ([]refund.Refund, error)
}

// Refunds are the rules of refunds. *refund.Service is one.
type Refunds interface {
	// Resolve ends a refund in 待核实 by what the bank says about its last instruction.
	Resolve(ctx context.Context, id string, res bankapi.Result) error
	// Return gives back money that a bank took and that no contribution stands for.
	Return(ctx context.Context, f rules.Found) (refund.Refund, error)
	// Returned tells whether Return has given back, or is giving back, what was debited
	// under the reference.
	Returned(ctx context.Context, original bankapi.Ref) (bool, error)
}

func givenBack(r refund.Refund) entry {
	return entry{refund: r.ID, person: r.Person, account: r.Account, ref: r.Ref, bank: r.Bank, amount: r.Amount, movement: bankapi.Returned, moved: r.State == refund.Refunded}
}

// loadRefunds finds the refunds of the instructions.
func (m *match) loadRefunds(ctx context.Context, serials []string) error {
	ids := make([]string, len(serials))
	for i, s := range serials {
		ids[i], _, _ = strings.Cut(s, "-") // the attempt stands behind the id
	}
	list, err := m.Store.RefundsByID(ctx, ids)
	for _, r := range list {
		m.backs[r.Ref.Serial] = r
	}
	return err
}

// settleRefunds ends refunds in 待核实 that the bank has posted with the right amount.
func (m *match) settleRefunds(ctx context.Context) error {
	var settled []string
	for _, r := range m.rows {
		b, ok := m.backs[r.Serial]
		if !ok || m.Refunds == nil || r.Movement != bankapi.Returned || b.Ref != r.Ref || b.State != refund.InDoubt || b.Amount != r.Amount {
			continue
		}
		if err := m.Refunds.Resolve(ctx, b.ID, posted(r)); err != nil {
			return err
		}
		settled = append(settled, r.Serial)
	}
	m.day.Settled += int64(len(settled))
	return m.loadRefunds(ctx, settled)
}

// oursBack adds our refunds whose money moved on the day.
func (m *match) oursBack(ctx context.Context, all map[bankapi.Ref]entry) error {
	m.day.OursBack = Total{}
	from, to := m.day.Date.Start(), m.day.Date.AddDays(1).Start()
	var last *refund.Refund
	for {
		list, err := m.Store.RefundedBetween(ctx, m.day.Authority, from, to, last, page)
		if err != nil {
			return err
		}
		for _, r := range list {
			all[r.Ref] = givenBack(r)
			m.day.OursBack = m.day.OursBack.add(r.Amount)
		}
		if len(list) < page {
			return nil
		}
		last = &list[len(list)-1]
	}
}
