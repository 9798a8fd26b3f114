package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/money"
)

const (
	payments  = "payments"
	sequences = "sequences"
)

var paymentIndexes = []index{
	{collection: payments, name: "payer", keys: bson.D{{Key: "payer", Value: 1}, {Key: "created", Value: -1}}},
	{collection: payments, name: "open", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
	{
		collection: payments, name: "paid", keys: bson.D{{Key: "auth", Value: 1}, {Key: "ended", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "state", Value: string(contribution.Succeeded)}},
	},
	{
		collection: payments, name: "doubt", keys: bson.D{{Key: "auth", Value: 1}, {Key: "sent", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "state", Value: string(contribution.InDoubt)}},
	},
}

type paymentDoc struct {
	ID        string    `bson:"_id"`
	Payer     string    `bson:"payer"`
	Items     []itemDoc `bson:"items"`
	Amount    int64     `bson:"amount"`
	Authority string    `bson:"auth"`
	Agreement string    `bson:"agreement"`
	Bank      string    `bson:"bank"`
	Account   string    `bson:"account"`
	Mandate   string    `bson:"mandate"`
	Date      string    `bson:"date"`
	Serial    string    `bson:"serial"`
	Channel   string    `bson:"channel"`
	State     string    `bson:"state"`
	Code      string    `bson:"code,omitempty"`
	Reason    string    `bson:"reason,omitempty"`
	Trace     string    `bson:"trace,omitempty"`
	Created   time.Time `bson:"created"`
	Sent      time.Time `bson:"sent,omitempty"`
	Ended     time.Time `bson:"ended,omitempty"`
	Open      bool      `bson:"open"`
	Next      time.Time `bson:"next"`
	Tries     int       `bson:"tries"`
	Digest    string    `bson:"digest"`
}

type itemDoc struct {
	Declaration string `bson:"decl"`
	Due         string `bson:"due"`
	Amount      int64  `bson:"amount"`
	Ticket      string `bson:"ticket"`
}

func paymentToDoc(p contribution.Payment) paymentDoc {
	items := make([]itemDoc, len(p.Items))
	for i, it := range p.Items {
		items[i] = itemDoc{Declaration: it.Declaration, Due: it.Due, Amount: int64(it.Amount), Ticket: it.Ticket}
	}
	return paymentDoc{
		ID: p.ID, Payer: p.Payer, Items: items, Amount: int64(p.Amount), Authority: p.Authority, Agreement: p.Agreement, Bank: p.Bank,
		Account: p.Account, Mandate: p.Mandate, Date: p.Ref.Date, Serial: p.Ref.Serial, Channel: string(p.Channel),
		State: string(p.State), Code: string(p.Code), Reason: p.Reason, Trace: p.Trace, Created: p.Created, Sent: p.Sent,
		Ended: p.Ended, Open: p.Open, Next: p.Next, Tries: p.Tries, Digest: p.Digest,
	}
}

func (d paymentDoc) value() contribution.Payment {
	items := make([]contribution.Item, len(d.Items))
	for i, it := range d.Items {
		items[i] = contribution.Item{Declaration: it.Declaration, Due: it.Due, Amount: money.Fen(it.Amount), Ticket: it.Ticket}
	}
	return contribution.Payment{
		ID: d.ID, Payer: d.Payer, Items: items, Amount: money.Fen(d.Amount), Authority: d.Authority, Agreement: d.Agreement,
		Bank: d.Bank, Account: d.Account, Mandate: d.Mandate,
		Ref:     bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: d.Serial},
		Channel: contribution.Channel(d.Channel), State: contribution.PaymentState(d.State), Code: bankapi.Code(d.Code),
		Reason: d.Reason, Trace: d.Trace, Created: d.Created, Sent: instant(d.Sent), Ended: instant(d.Ended), Open: d.Open,
		Next: d.Next, Tries: d.Tries, Digest: d.Digest,
	}
}

// AddPayment stores a new payment; false when its id is taken.
func (s *Store) AddPayment(ctx context.Context, p contribution.Payment) (bool, error) {
	return s.add(ctx, payments, paymentToDoc(p))
}

// Payment returns a payment.
func (s *Store) Payment(ctx context.Context, id string) (contribution.Payment, bool, error) {
	return findOne[paymentDoc, contribution.Payment](ctx, s.db.Collection(payments), byID(id))
}

// SwapPayment writes the state and the bank's facts of next if the stored state is still from.
func (s *Store) SwapPayment(ctx context.Context, from contribution.PaymentState, next contribution.Payment) (bool, error) {
	d := paymentToDoc(next)
	res, err := s.db.Collection(payments).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: d.ID}, {Key: "state", Value: string(from)}},
		set(bson.D{
			{Key: "state", Value: d.State},
			{Key: "code", Value: d.Code},
			{Key: "reason", Value: d.Reason},
			{Key: "trace", Value: d.Trace},
			{Key: "sent", Value: d.Sent},
			{Key: "ended", Value: d.Ended},
			{Key: "next", Value: d.Next},
			{Key: "tries", Value: d.Tries},
		}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", payments, err)
	}
	return res.MatchedCount == 1, nil
}

// encodePayment writes the fields of paymentToDoc(p).
func encodePayment(e *encoder, p contribution.Payment) {
	e.text("_id", p.ID)
	e.text("payer", p.Payer)
	e.list("items")
	for i, it := range p.Items {
		e.sub(place(i))
		e.text("decl", it.Declaration)
		e.text("due", it.Due)
		e.long("amount", int64(it.Amount))
		e.text("ticket", it.Ticket)
		e.end()
	}
	e.end()
	e.long("amount", int64(p.Amount))
	e.text("auth", p.Authority)
	e.text("agreement", p.Agreement)
	e.text("bank", p.Bank)
	e.text("account", p.Account)
	e.text("mandate", p.Mandate)
	e.text("date", p.Ref.Date)
	e.text("serial", p.Ref.Serial)
	e.text("channel", string(p.Channel))
	e.text("state", string(p.State))
	e.some("code", string(p.Code))
	e.some("reason", p.Reason)
	e.some("trace", p.Trace)
	e.time("created", p.Created)
	e.later("sent", p.Sent)
	e.later("ended", p.Ended)
	e.truth("open", p.Open)
	e.time("next", p.Next)
	e.whole("tries", p.Tries)
	e.text("digest", p.Digest)
}

// AddMissingPayments stores those that are not there yet and returns how many were new.
func (s *Store) AddMissingPayments(ctx context.Context, ps []contribution.Payment) (int, error) {
	return s.addEncoded(ctx, payments, len(ps), func(e *encoder, i int) { encodePayment(e, ps[i]) })
}

// PaymentsByID returns those that exist, in no order.
func (s *Store) PaymentsByID(ctx context.Context, ids []string) ([]contribution.Payment, error) {
	list := make([]contribution.Payment, 0, len(ids))
	err := scanIn(ctx, s.db.Collection(payments), "_id", ids, nil, collect(&list, scanPayment))
	return list, err
}

// SwapPayments does each swap on its own and returns how many matched.
func (s *Store) SwapPayments(ctx context.Context, swaps []rules.PaymentSwap) (int, error) {
	return s.swapEncoded(ctx, payments, len(swaps), func(e *encoder, i int) {
		e.text("_id", swaps[i].Next.ID)
		e.text("state", string(swaps[i].From))
		if held := swaps[i].Held; !held.IsZero() {
			e.truth("open", true)
			e.time("next", held)
		}
	}, func(e *encoder, i int) {
		p := swaps[i].Next
		e.text("state", string(p.State))
		e.text("code", string(p.Code))
		e.text("reason", p.Reason)
		e.text("trace", p.Trace)
		e.time("sent", p.Sent)
		e.time("ended", p.Ended)
		e.time("next", p.Next)
		e.whole("tries", p.Tries)
		e.truth("open", p.Open)
	})
}

// SendPayments moves those that are Pending into Sending, sent at the time, and returns how many.
func (s *Store) SendPayments(ctx context.Context, ids []string, at time.Time) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	res, err := s.db.Collection(payments).UpdateMany(ctx, append(byIDs(ids), bson.E{Key: "state", Value: string(contribution.Pending)}),
		set(bson.D{{Key: "state", Value: string(contribution.Sending)}, {Key: "sent", Value: at}}))
	if err != nil {
		return 0, fmt.Errorf("update %s: %w", payments, err)
	}
	return int(res.MatchedCount), nil
}

// HoldPayment takes a payment in the state that is closed, or open with its Next past now: it is
// open until then. False when it is not so.
func (s *Store) HoldPayment(ctx context.Context, id string, state contribution.PaymentState, now, until time.Time) (bool, error) {
	free := bson.A{bson.D{{Key: "open", Value: false}}, bson.D{{Key: "next", Value: bson.D{{Key: "$lte", Value: now}}}}}
	res, err := s.db.Collection(payments).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: string(state)}, {Key: "$or", Value: free}},
		set(bson.D{{Key: "open", Value: true}, {Key: "next", Value: until}}))
	if err != nil {
		return false, fmt.Errorf("hold in %s: %w", payments, err)
	}
	return res.MatchedCount == 1, nil
}

// ClosePayment marks that declarations and dues follow the payment's final state.
func (s *Store) ClosePayment(ctx context.Context, id string) error {
	if _, err := s.db.Collection(payments).UpdateOne(ctx, byID(id), set(bson.D{{Key: "open", Value: false}})); err != nil {
		return fmt.Errorf("update %s: %w", payments, err)
	}
	return nil
}

// LeasePayment takes the open payment that has waited longest and moves Next to until.
func (s *Store) LeasePayment(ctx context.Context, now, until time.Time) (contribution.Payment, bool, error) {
	var d paymentDoc
	err := s.db.Collection(payments).FindOneAndUpdate(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$lte", Value: now}}}},
		set(bson.D{{Key: "next", Value: until}}),
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "next", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return contribution.Payment{}, false, nil
	case err != nil:
		return contribution.Payment{}, false, fmt.Errorf("lease in %s: %w", payments, err)
	default:
		return d.value(), true, nil
	}
}

// ReleaseLeases makes every open payment due now.
func (s *Store) ReleaseLeases(ctx context.Context, now time.Time) error {
	_, err := s.db.Collection(payments).UpdateMany(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$gt", Value: now}}}},
		set(bson.D{{Key: "next", Value: now}}))
	if err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}

// NextTickets reserves n consecutive numbers of the sequence and returns the first, from 1.
func (s *Store) NextTickets(ctx context.Context, sequence string, n int) (int64, error) {
	var d struct {
		Last int64 `bson:"last"`
	}
	err := s.db.Collection(sequences).FindOneAndUpdate(ctx, byID(sequence),
		bson.D{{Key: "$inc", Value: bson.D{{Key: "last", Value: int64(n)}}}},
		options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&d)
	if err != nil {
		return 0, fmt.Errorf("reserve in sequence %s: %w", sequence, err)
	}
	return d.Last - int64(n) + 1, nil
}
