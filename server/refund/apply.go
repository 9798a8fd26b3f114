package refund

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	shared "shebao/shared/contribution"
	"shebao/shared/period"
	model "shebao/shared/refund"
)

// Limits of applying.
const (
	maxApplications = 5   // of one declaration, withdrawn and refused ones counted
	maxSays         = 100 // characters
)

// Standing is how a person stands with the refund of one paid declaration.
type Standing struct {
	Declaration shared.Declaration
	Payment     shared.Payment // zero when it was not debited through this service
	Reasons     []model.Reason // that may be given today
	Refusal     *Refusal       // why no refund can be asked for now, nil when one can
	Last        *model.Refund  // the newest refund of the declaration, live or not
}

// Look tells whether the person may ask for a refund of the declaration today.
// RefuseUnknown when it is neither theirs nor about them.
func (s *Service) Look(ctx context.Context, person, declaration string) (Standing, error) {
	ds, err := s.Records.DeclarationsByID(ctx, []string{declaration})
	if err != nil {
		return Standing{}, fmt.Errorf("load declaration %s: %w", declaration, err)
	}
	if len(ds) != 1 || person == "" || ds[0].Payer != person && ds[0].Insured != person {
		return Standing{}, RefuseUnknown
	}
	v := Standing{Declaration: ds[0]}
	if v.Payment, _, err = s.Records.Payment(ctx, v.Declaration.Payment); err != nil {
		return Standing{}, fmt.Errorf("load payment %s: %w", v.Declaration.Payment, err)
	}
	list, err := s.Store.RefundsOfDeclaration(ctx, declaration)
	if err != nil {
		return Standing{}, fmt.Errorf("list refunds of %s: %w", declaration, err)
	}
	if v.Declaration.Payer == person && len(list) > 0 {
		v.Last = &list[0]
	}
	v.Reasons = model.Allowed(v.Declaration, s.today())
	v.Refusal = s.refusal(v, person, len(list))
	return v, nil
}

func (s *Service) refusal(v Standing, person string, asked int) *Refusal {
	d, p := v.Declaration, v.Payment
	switch {
	case d.Payer != person:
		return RefuseNotPayer
	case d.Pay == shared.Reversed:
		return RefuseDone
	case d.Pay != shared.Paid:
		return RefuseUnpaid
	case p.ID == "" || p.State != shared.Succeeded:
		return RefuseElsewhere
	case p.Open:
		return RefuseSettling
	case len(v.Reasons) == 0:
		return late(d.Scheme)
	case asked >= maxApplications && v.Last.State.Final():
		return RefuseTooMany
	default:
		return nil
	}
}

// late is the refusal of a reason whose last day is over.
func late(scheme shared.Scheme) *Refusal {
	if scheme == shared.Medical {
		return RefuseLate
	}
	return RefuseLatePen
}

// Application asks for a refund.
type Application struct {
	Person      string
	Declaration string
	Reason      model.Reason
	Says        string // in the person's words; needed with model.Double: where else it was paid
}

// Check tells what is wrong with the application's own words.
func (a Application) Check(scheme shared.Scheme) *Refusal {
	switch {
	case !slices.Contains(model.Reasons(scheme), a.Reason):
		return RefuseReason
	case utf8.RuneCountInString(a.Says) > maxSays:
		return RefuseSaysLong
	case a.Reason == model.Double && strings.TrimSpace(a.Says) == "":
		return RefuseSays
	default:
		return nil
	}
}

// Apply asks for the refund of a declaration that the person has paid. There is at most
// one live refund of a declaration: asking again while one is under way returns that one.
// It returns a *Refusal when no refund can be asked for.
func (s *Service) Apply(ctx context.Context, a Application) (model.Refund, error) {
	for range maxApplications + 1 {
		v, err := s.Look(ctx, a.Person, a.Declaration)
		if err != nil {
			return model.Refund{}, err
		}
		if v.Last != nil && !v.Last.State.Final() {
			return *v.Last, nil
		}
		if v.Refusal != nil {
			return model.Refund{}, v.Refusal
		}
		if refused := a.Check(v.Declaration.Scheme); refused != nil {
			return model.Refund{}, refused
		}
		if !slices.Contains(v.Reasons, a.Reason) {
			return model.Refund{}, late(v.Declaration.Scheme)
		}
		r := s.application(a, v)
		s.Checkpoint("apply.before")
		added, err := s.Store.AddRefund(context.WithoutCancel(ctx), r)
		if err != nil {
			return model.Refund{}, fmt.Errorf("add refund %s: %w", r.ID, err)
		}
		if added {
			s.Checkpoint("apply.added")
			return s.start(ctx, r), nil
		} // somebody asked at the same moment: look again
	}
	return model.Refund{}, RefuseTooMany
}

// application is the refund asked for. Its id counts the applications of the declaration,
// so the store itself refuses a second live one.
func (s *Service) application(a Application, v Standing) model.Refund {
	now, n, d, p := s.Now(), 1, v.Declaration, v.Payment
	if v.Last != nil {
		n = number(v.Last.ID) + 1
	}
	return model.Refund{
		ID: refundID(d.ID, n), Declaration: d.ID, Payment: p.ID, Due: d.Due, Person: d.Payer, Insured: d.Insured, Scheme: d.Scheme, Kind: d.Kind,
		Year: d.Year, Period: d.Period, Authority: d.Authority, Amount: d.Amount, Bank: p.Bank, Account: p.Account, Ticket: d.Settled.Ticket,
		Original: p.Ref, Reason: a.Reason, Says: strings.TrimSpace(a.Says), State: model.Applied, Applied: now,
		History: []model.Step{{At: now, Event: model.Apply, State: model.Applied, Note: strings.TrimSpace(a.Says)}},
		Open:    true, Next: now.Add(s.Lease),
	}
}

// refundID is r, 26 digits that depend on the declaration alone, and the number of the
// application: short enough for a bank's serial with the attempt behind it.
func refundID(declaration string, n int) string {
	sum := sha256.Sum256([]byte(declaration))
	return "r" + hex.EncodeToString(sum[:13]) + strconv.Itoa(n)
}

// number is the number of the application in a refund's id.
func number(id string) int {
	n, err := strconv.Atoi(id[min(27, len(id)):])
	if err != nil {
		return 0
	}
	return n
}

// Own returns the person's refund. Anybody else's is RefuseUnknown.
func (s *Service) Own(ctx context.Context, person, id string) (model.Refund, error) {
	r, err := s.Load(ctx, id)
	if err != nil {
		return r, err
	}
	if person == "" || r.Person != person {
		return model.Refund{}, RefuseUnknown
	}
	return r, nil
}

// PageSize is how many refunds a page of a person's list shows.
const PageSize = 20

// Of lists the person's refunds, newest first, those after the cursor ("" from the newest);
// next is the cursor of the following page, "" on the last one.
func (s *Service) Of(ctx context.Context, person, after string) (list []model.Refund, next string, err error) {
	list, err = s.Store.RefundsOf(ctx, person, after, PageSize+1)
	if err != nil {
		return nil, "", fmt.Errorf("list refunds of %s: %w", person, err)
	}
	if len(list) > PageSize {
		list = list[:PageSize]
		next = s.Store.RefundCursor(list[PageSize-1])
	}
	return list, next, nil
}

// Load returns a refund, RefuseUnknown when there is none.
func (s *Service) Load(ctx context.Context, id string) (model.Refund, error) {
	r, ok, err := s.Store.Refund(ctx, id)
	if err != nil {
		return r, fmt.Errorf("load refund %s: %w", id, err)
	}
	if !ok {
		return r, RefuseUnknown
	}
	return r, nil
}

// Withdraw takes back an application that no officer has checked yet.
func (s *Service) Withdraw(ctx context.Context, person, id string) (model.Refund, error) {
	if _, err := s.Own(ctx, person, id); err != nil {
		return model.Refund{}, err
	}
	r, err := s.act(ctx, id, model.Withdraw, "", "", func(*model.Refund) error { return nil })
	if err == RefuseState { //nolint:errorlint // act returns the refusal itself
		err = RefuseNoWithdraw
	}
	return r, err
}

// Payable tells whether the refund's due can be paid again on the day.
func Payable(r model.Refund, due shared.Due, today period.Date) bool {
	return r.State == model.Refunded && due.State == shared.DueOpen && !today.After(due.Deadline)
}
