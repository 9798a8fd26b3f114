package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shebao/shared/agreement"
	"shebao/shared/bankapi"
	model "shebao/shared/contribution"
	"shebao/shared/period"
)

// PayRequest asks to debit declarations under an agreement.
type PayRequest struct {
	Payer        string
	Declarations []string
	Agreement    string
	Key          string // Idempotency-Key: the same key repeats the first answer
	Channel      model.Channel
}

// PayDeadline is how much longer than the lease an untouched payment may still be
// started by recovery. Older ones are given up: their payer no longer expects them.
const payDeadline = 15 * time.Minute

// Pay debits the declarations once. It answers when the bank has, or after Patience
// with a payment in progress. The same key and content repeat the first payment; the
// same key with other content is RefuseKeyReused. When another payment already holds a
// declaration, that payment is returned with RefuseDebiting.
func (s *Service) Pay(ctx context.Context, r PayRequest) (model.Payment, error) {
	if r.Key == "" {
		return model.Payment{}, RefuseKeyReused
	}
	id := paymentID(r)
	if p, ok, err := s.repeated(ctx, id, r); err != nil || ok {
		return p, err
	}
	ds, err := s.payable(ctx, r)
	if err != nil {
		return s.heldBy(ctx, ds, err)
	}
	agr, err := s.usable(ctx, r, ds[0].Authority)
	if err != nil {
		return model.Payment{}, err
	}
	p, err := s.payment(ctx, id, r, ds, agr)
	if err != nil {
		return model.Payment{}, err
	}
	s.Checkpoint("pay.before")
	added, err := s.Store.AddPayment(context.WithoutCancel(ctx), p)
	if err != nil {
		return model.Payment{}, fmt.Errorf("add payment %s: %w", id, err)
	}
	if !added { // the same request arrived twice at once
		p, _, err := s.repeated(ctx, id, r)
		return p, err
	}
	s.Checkpoint("pay.stored")
	return s.start(ctx, p)
}

// paymentID is the same for the same payer and key, so the store itself refuses a second one.
func paymentID(r PayRequest) string {
	sum := sha256.Sum256([]byte(r.Payer + "\x00" + r.Key))
	return "p" + hex.EncodeToString(sum[:15])
}

func digest(r PayRequest) string {
	ids := slices.Sorted(slices.Values(r.Declarations))
	sum := sha256.Sum256([]byte(r.Agreement + "\x00" + strings.Join(ids, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// repeated returns the payment already made under the request's key.
func (s *Service) repeated(ctx context.Context, id string, r PayRequest) (model.Payment, bool, error) {
	p, ok, err := s.Store.Payment(ctx, id)
	switch {
	case err != nil:
		return model.Payment{}, false, fmt.Errorf("load payment %s: %w", id, err)
	case !ok:
		return model.Payment{}, false, nil
	case p.Digest != digest(r):
		return model.Payment{}, false, RefuseKeyReused
	default:
		return p, true, nil
	}
}

// payable loads the payer's declarations and refuses any that can't be paid now.
func (s *Service) payable(ctx context.Context, r PayRequest) ([]model.Declaration, error) {
	if len(r.Declarations) == 0 {
		return nil, RefuseNothing
	}
	if len(r.Declarations) > MaxChosen {
		return nil, RefuseTooMany
	}
	ds, err := s.own(ctx, r.Payer, r.Declarations)
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		if refused := PayRefusal(d, r.Payer, s.today()); refused != nil {
			return ds, refused
		}
		if d.Authority != ds[0].Authority {
			return ds, RefuseMixed
		}
	}
	return ds, nil
}

// heldBy adds the payment that holds or has paid one of the declarations to a refusal.
func (s *Service) heldBy(ctx context.Context, ds []model.Declaration, refused error) (model.Payment, error) {
	if !errors.Is(refused, RefuseDebiting) && !errors.Is(refused, RefusePaid) {
		return model.Payment{}, refused
	}
	for _, d := range ds {
		if d.Payment == "" {
			continue
		}
		p, ok, err := s.Store.Payment(ctx, d.Payment)
		if err != nil {
			return model.Payment{}, fmt.Errorf("load payment %s: %w", d.Payment, err)
		}
		if ok {
			return p, refused
		}
	}
	return model.Payment{}, refused
}

// usable loads the payer's agreement and refuses one that can't be used today.
func (s *Service) usable(ctx context.Context, r PayRequest, authority string) (agreement.Agreement, error) {
	a, ok, err := s.Agreements.Agreement(ctx, r.Agreement)
	if err != nil {
		return agreement.Agreement{}, fmt.Errorf("load agreement %s: %w", r.Agreement, err)
	}
	if !ok || a.Payer != r.Payer {
		return agreement.Agreement{}, RefuseAgreement
	}
	if refused := AgreementRefusal(a.ObstacleOn(s.today(), authority)); refused != nil {
		return agreement.Agreement{}, refused
	}
	return a, nil
}

// AgreementRefusal is the refusal for an obstacle, nil for none.
func AgreementRefusal(o agreement.Obstacle) *Refusal {
	switch o {
	case agreement.None:
		return nil
	case agreement.NotYet:
		return RefuseNotYet
	case agreement.WrongAuthority:
		return RefuseAuthority
	case agreement.WasRevoked:
		return RefuseRevoked
	case agreement.NotVerified:
		return RefuseUnverified
	case agreement.HasEnded:
		return RefuseEnded
	default:
		return RefuseAgreement
	}
}

func (s *Service) payment(
	ctx context.Context, id string, r PayRequest, ds []model.Declaration, a agreement.Agreement,
) (model.Payment, error) {
	now := s.Now()
	day := period.DateOf(now)
	p := model.Payment{
		ID: id, Payer: r.Payer, Authority: a.Authority, Agreement: a.ID, Bank: a.Bank, Account: a.Account, Mandate: a.Mandate,
		Ref:     bankapi.Ref{Authority: a.Authority, Date: day.String(), Serial: id},
		Channel: r.Channel, State: model.Pending, Created: now, Open: true, Next: now.Add(s.Lease), Digest: digest(r),
	}
	for _, d := range ds {
		ticket, err := s.tickets.take(ctx, d.Authority, day)
		if err != nil {
			return model.Payment{}, err
		}
		p.Items = append(p.Items, model.Item{Declaration: d.ID, Due: d.Due, Amount: d.Amount, Ticket: ticket})
		p.Amount += d.Amount
	}
	return p, nil
}

// start works on the payment in the background and waits for it a little.
func (s *Service) start(ctx context.Context, p model.Payment) (model.Payment, error) {
	type answer struct {
		p   model.Payment
		err error
	}
	done := make(chan answer, 1)
	s.background.Go(func() {
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Lease)
		defer cancel()
		p, err := s.drive(work, p)
		if err != nil {
			s.Log.ErrorContext(work, "payment interrupted; recovery will go on", "payment", p.ID, "error", err)
		}
		done <- answer{p, err}
	})
	patience := time.NewTimer(s.Patience)
	defer patience.Stop()
	select {
	case a := <-done:
		if a.err != nil { // stored, so its page shows the truth
			a.p = p
		}
		return a.p, nil
	case <-patience.C:
		return p, nil
	case <-ctx.Done():
		return p, nil
	}
}
