package doubt

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"shebao/shared/bankapi"
	shared "shebao/shared/contribution"
	"shebao/shared/period"
)

// maxDays bounds how many day files are read for one decision; a payment is not in doubt for
// longer than the bank keeps its files.
const maxDays = 31

// Look asks the bank once more and reads its day files from the day of sending to yesterday,
// newest 31 at most. RefuseSilent when the bank does not answer.
func (s *Service) Look(ctx context.Context, p shared.Payment) (Proof, error) {
	v := Proof{Asked: s.Now()}
	res, err := s.ask(ctx, p)
	if err != nil {
		s.Log.WarnContext(ctx, "bank query failed", "payment", p.ID, "error", err)
	} else {
		v.Code, v.Final = res.Code, res.Code == bankapi.NotFound && res.Final
	}
	today, day := period.DateOf(v.Asked), period.DateOf(p.Sent)
	if !day.Before(today) {
		v.Missed = day
		return v, nil
	}
	if first := today.AddDays(-maxDays); day.Before(first) {
		day = first
	}
	for ; day.Before(today); day = day.AddDays(1) {
		st, err := s.statement(ctx, p, day)
		if err != nil {
			s.Log.WarnContext(ctx, "day file not to be had", "authority", p.Authority, "day", day.String(), "error", err)
			return v, RefuseSilent
		}
		at := slices.IndexFunc(st.Rows, func(r bankapi.StatementRow) bool { return r.Movement == bankapi.Debited && r.Ref == p.Ref })
		switch {
		case at >= 0:
			v.Row, v.Day = &st.Rows[at], day
			return v, nil
		case !st.Closed:
			v.Missed = day
			return v, nil
		}
		v.Days = append(v.Days, day)
	}
	return v, nil
}

func (s *Service) ask(ctx context.Context, p shared.Payment) (bankapi.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	return s.Bank.Query(ctx, bankapi.Query{Ref: p.Ref, Bank: p.Bank, Sent: p.Sent})
}

func (s *Service) statement(ctx context.Context, p shared.Payment, day period.Date) (bankapi.Statement, error) {
	ctx, cancel := context.WithTimeout(ctx, s.BankTimeout)
	defer cancel()
	return s.Bank.Statement(ctx, bankapi.StatementQuery{Authority: p.Authority, Day: day.String()})
}

// Allowed is the rule of deciding; nil when the verdict can be given on this proof.
//
// Either verdict waits for every day file from the day of sending to yesterday: a payment that
// stands in one is settled by reconciliation. 未扣款 is refused while the bank says that it has
// the instruction and works on it (05): it may still debit.
func Allowed(v Verdict, p Proof) *Refusal {
	switch {
	case p.Told():
		return RefuseTold
	case p.Row != nil:
		return RefusePosted
	case !p.Missed.IsZero() || len(p.Days) == 0:
		return RefuseNotOver
	case v == NotTaken && p.Code == bankapi.Accepted:
		return RefuseAccepted
	}
	return nil
}

// check looks at the payment and the bank's side and refuses what can't be decided.
func (s *Service) check(ctx context.Context, payment string, v Verdict) (shared.Payment, error) {
	p, ok, err := s.Store.Payment(ctx, payment)
	switch {
	case err != nil:
		return p, fmt.Errorf("load payment %s: %w", payment, err)
	case !ok:
		return p, RefuseUnknown
	case p.State.Final():
		return p, RefuseSettled
	case p.State != shared.InDoubt:
		return p, RefuseState
	}
	proof, err := s.Look(ctx, p)
	if err != nil {
		return p, err
	}
	why := Allowed(v, proof)
	if errors.Is(why, RefuseTold) { // the payment core asks again at once and goes by the answer
		_, err = s.Store.HastenPayment(ctx, p.ID, s.Now())
	}
	if err != nil || why == nil {
		return p, err
	}
	return p, why
}
