package doubt

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shebao/shared/period"
)

// Proposal is what an officer says became of the money.
type Proposal struct {
	Payment  string
	Verdict  Verdict
	Why      string
	Evidence string // which papers say so
	Trace    string // the bank's serial by these papers, may be ""
}

// Propose asks another officer to decide about a payment in doubt.
func (s *Service) Propose(ctx context.Context, by string, p Proposal) (Case, error) {
	if by == "" {
		return Case{}, RefuseOfficer
	}
	if p.Verdict != Taken && p.Verdict != NotTaken {
		return Case{}, RefuseVerdict
	}
	why, err := noted(p.Why, RefuseNote)
	if err != nil {
		return Case{}, err
	}
	evidence, err := noted(p.Evidence, RefuseEvidence)
	if err != nil {
		return Case{}, err
	}
	x, err := s.check(ctx, p.Payment, p.Verdict)
	if err != nil {
		return Case{}, err
	}
	old, known, err := s.Load(ctx, p.Payment)
	if err != nil {
		return old, err
	}
	next := Case{
		ID: x.ID, Person: x.Payer, Authority: x.Authority, Bank: x.Bank, Amount: x.Amount, Ref: x.Ref, Sent: x.Sent, State: old.State,
		Verdict: p.Verdict, Why: why, Evidence: evidence, Trace: strings.TrimSpace(p.Trace), Maker: by, Proposed: s.Now(),
		History: old.History, Rev: old.Rev,
	}
	if next, err = s.step(next, Propose, by, p.Verdict.Label()+"："+why); err != nil {
		return old, RefuseState
	}
	var done bool
	if known {
		next, done, err = s.swap(ctx, next)
	} else {
		done, err = s.Store.AddCase(context.WithoutCancel(ctx), next)
	}
	if err != nil {
		return next, fmt.Errorf("propose about payment %s: %w", x.ID, err)
	}
	if !done {
		return next, RefuseState
	}
	return next, s.note(ctx, next, by, Propose, "")
}

// Withdraw takes back the maker's own proposal.
func (s *Service) Withdraw(ctx context.Context, by, payment string) (Case, error) {
	return s.act(ctx, by, payment, Withdraw, "", func(c *Case) error {
		if c.Maker != by {
			return RefuseNotMaker
		}
		return nil
	})
}

// Reject sends a proposal of another officer back; seen is Case.Seen of what they read.
// RefuseChanged when it is another one by now.
func (s *Service) Reject(ctx context.Context, by, payment string, seen int, note string) (Case, error) {
	note, err := noted(note, RefuseNote)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, payment, Reject, note, checker(by, seen))
}

// Approve decides as another officer has proposed; seen is Case.Seen of what they read, and
// RefuseChanged comes back when it is another proposal by now. The bank is asked once more
// before; what it says for certain goes before any decision.
func (s *Service) Approve(ctx context.Context, by, payment string, seen int) (Case, error) {
	c, ok, err := s.Load(ctx, payment)
	if err != nil {
		return c, err
	}
	if !ok || c.State != Proposed {
		return c, RefuseState
	}
	check := checker(by, seen)
	if err := check(&c); err != nil {
		return c, err
	}
	if _, err := s.check(ctx, payment, c.Verdict); err != nil {
		if errors.Is(err, RefuseSettled) {
			_, told := s.act(ctx, by, payment, Tell, "", check)
			err = errors.Join(err, told)
		}
		return c, err
	}
	c, err = s.act(ctx, by, payment, Approve, "", check)
	if err != nil {
		return c, err
	}
	s.Checkpoint("decide.approved")
	return s.apply(context.WithoutCancel(ctx), c)
}

// checker lets another officer decide about the proposal that they have seen.
func checker(by string, seen int) func(*Case) error {
	return func(c *Case) error {
		if c.Maker == by {
			return RefuseSamePerson
		}
		if c.Seen() != seen {
			return RefuseChanged
		}
		c.Checker = by
		return nil
	}
}

// act does one step that an officer asked for.
func (s *Service) act(ctx context.Context, by, payment string, e Event, note string, change func(*Case) error) (Case, error) {
	if by == "" {
		return Case{}, RefuseOfficer
	}
	c, ok, err := s.Load(ctx, payment)
	if err != nil {
		return c, err
	}
	if !ok {
		return c, RefuseUnknown
	}
	if err := change(&c); err != nil {
		return c, err
	}
	next, err := s.step(c, e, by, note)
	if err != nil {
		return c, RefuseState
	}
	next, done, err := s.swap(ctx, next)
	if err != nil {
		return c, err
	}
	if !done {
		return c, RefuseState
	}
	return next, s.note(ctx, next, by, e, note)
}

// step moves the case by the event and notes it in its history.
func (s *Service) step(c Case, e Event, by, note string) (Case, error) {
	to, err := States.Next(c.State, e)
	if err != nil {
		return c, fmt.Errorf("decision about payment %s: %w", c.ID, err)
	}
	now := s.Now()
	c.State, c.Open, c.Next = to, to == Approved, now
	if to == Approved {
		c.Next = now.Add(s.Lease)
	}
	c.History = append(c.History[:len(c.History):len(c.History)], Step{At: now, By: by, Event: e, Note: note})
	return c, nil
}

func (s *Service) swap(ctx context.Context, c Case) (Case, bool, error) {
	done, err := s.Store.SwapCase(context.WithoutCancel(ctx), c)
	if err != nil {
		return c, false, fmt.Errorf("write decision about payment %s: %w", c.ID, err)
	}
	if done {
		c.Rev++
	}
	return c, done, nil
}

// Until is the last day on which the bank is still asked about a decided payment.
func Until(c Case) period.Date { return period.DateOf(c.Ended.Add(watched)) }
