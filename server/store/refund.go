package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/bankapi"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/refund"
)

const refunds = "refunds"

var refundIndexes = []index{
	{collection: refunds, name: "person", keys: bson.D{{Key: "person", Value: 1}, {Key: "applied", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: refunds, name: "declaration", keys: bson.D{{Key: "decl", Value: 1}, {Key: "_id", Value: -1}}},
	{collection: refunds, name: "state", keys: bson.D{{Key: "state", Value: 1}, {Key: "applied", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: refunds, name: "open", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
	{
		collection: refunds, name: "ended", keys: bson.D{{Key: "auth", Value: 1}, {Key: "ended", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "state", Value: string(refund.Refunded)}},
	},
	{
		collection: refunds, name: "doubt", keys: bson.D{{Key: "auth", Value: 1}, {Key: "sent", Value: 1}, {Key: "_id", Value: 1}},
		partial: bson.D{{Key: "state", Value: string(refund.InDoubt)}},
	},
}

type refundDoc struct {
	ID          string          `bson:"_id"`
	Declaration string          `bson:"decl"`
	Payment     string          `bson:"payment"`
	Due         string          `bson:"due"`
	Person      string          `bson:"person"`
	Insured     string          `bson:"insured"`
	Scheme      string          `bson:"scheme"`
	Kind        string          `bson:"kind"`
	Year        int             `bson:"year"`
	From        string          `bson:"from"`
	To          string          `bson:"to"`
	Authority   string          `bson:"auth"`
	Amount      int64           `bson:"amount"`
	Bank        string          `bson:"bank"`
	Account     string          `bson:"account"`
	Ticket      string          `bson:"ticket"`
	OldDate     string          `bson:"oldDate"`   // of the debit
	OldSerial   string          `bson:"oldSerial"` // of the debit
	Reason      string          `bson:"reason"`
	Says        string          `bson:"says"`
	State       string          `bson:"state"`
	Applied     time.Time       `bson:"applied"`
	Maker       string          `bson:"maker"`
	Checker     string          `bson:"checker"`
	Refused     string          `bson:"refused"`
	Date        string          `bson:"date"`
	Serial      string          `bson:"serial"`
	Attempt     int             `bson:"attempt"`
	Code        string          `bson:"code"`
	Answer      string          `bson:"answer"`
	Trace       string          `bson:"trace"`
	Sent        time.Time       `bson:"sent"`
	Ended       time.Time       `bson:"ended"`
	History     []refundStepDoc `bson:"history"`
	Open        bool            `bson:"open"`
	Next        time.Time       `bson:"next"`
	Tries       int             `bson:"tries"`
	Audited     int             `bson:"audited"`
	Rev         int64           `bson:"rev"`
}

type refundStepDoc struct {
	At    time.Time `bson:"at"`
	By    string    `bson:"by"`
	Event string    `bson:"event"`
	State string    `bson:"state"`
	Note  string    `bson:"note"`
}

func refundToDoc(r refund.Refund) refundDoc {
	d := refundDoc{
		ID: r.ID, Declaration: r.Declaration, Payment: r.Payment, Due: r.Due, Person: r.Person, Insured: r.Insured, Scheme: string(r.Scheme),
		Kind: string(r.Kind), Year: r.Year, From: r.Period.From.String(), To: r.Period.To.String(), Authority: r.Authority, Amount: int64(r.Amount),
		Bank: r.Bank, Account: r.Account, Ticket: r.Ticket, OldDate: r.Original.Date, OldSerial: r.Original.Serial, Reason: string(r.Reason),
		Says: r.Says, State: string(r.State), Applied: r.Applied, Maker: r.Maker, Checker: r.Checker, Refused: r.Refused, Date: r.Ref.Date,
		Serial: r.Ref.Serial, Attempt: r.Attempt, Code: string(r.Code), Answer: r.Answer, Trace: r.Trace, Sent: r.Sent, Ended: r.Ended,
		Open: r.Open, Next: r.Next, Tries: r.Tries, Audited: r.Audited, Rev: r.Rev,
	}
	for _, h := range r.History {
		d.History = append(d.History, refundStepDoc{h.At, h.By, string(h.Event), string(h.State), h.Note})
	}
	return d
}

func (d refundDoc) value() refund.Refund {
	r := refund.Refund{
		ID: d.ID, Declaration: d.Declaration, Payment: d.Payment, Due: d.Due, Person: d.Person, Insured: d.Insured,
		Scheme: contribution.Scheme(d.Scheme), Kind: contribution.Kind(d.Kind), Year: d.Year, Period: months(d.From, d.To), Authority: d.Authority,
		Amount: money.Fen(d.Amount), Bank: d.Bank, Account: d.Account, Ticket: d.Ticket,
		Original: bankapi.Ref{Authority: d.Authority, Date: d.OldDate, Serial: d.OldSerial}, Reason: refund.Reason(d.Reason), Says: d.Says,
		State: refund.State(d.State), Applied: d.Applied, Maker: d.Maker, Checker: d.Checker, Refused: d.Refused, Attempt: d.Attempt,
		Code: bankapi.Code(d.Code), Answer: d.Answer, Trace: d.Trace, Sent: instant(d.Sent), Ended: instant(d.Ended), Open: d.Open, Next: d.Next,
		Tries: d.Tries, Audited: d.Audited, Rev: d.Rev,
	}
	if d.Serial != "" {
		r.Ref = bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: d.Serial}
	}
	for _, h := range d.History {
		r.History = append(r.History, refund.Step{At: h.At, By: h.By, Event: refund.Event(h.Event), State: refund.State(h.State), Note: h.Note})
	}
	return r
}

// AddRefund stores a new refund; false when its id is taken.
func (s *Store) AddRefund(ctx context.Context, r refund.Refund) (bool, error) {
	return s.add(ctx, refunds, refundToDoc(r))
}

// Refund returns a refund.
func (s *Store) Refund(ctx context.Context, id string) (refund.Refund, bool, error) {
	return findOne[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), byID(id))
}

// RefundsByID returns those that exist, in no order.
func (s *Store) RefundsByID(ctx context.Context, ids []string) ([]refund.Refund, error) {
	return find[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), byIDs(ids), options.Find())
}

// RefundsOfDeclaration lists the refunds asked for a declaration, newest first, at most 20.
func (s *Store) RefundsOfDeclaration(ctx context.Context, declaration string) ([]refund.Refund, error) {
	return find[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), bson.D{{Key: "decl", Value: declaration}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(20))
}

// RefundCursor is where a list of refunds by application goes on after the refund.
func (s *Store) RefundCursor(r refund.Refund) string {
	return strconv.FormatInt(r.Applied.UnixMilli(), 10) + "." + r.ID
}

// RefundsOf lists a person's refunds, newest first, those after the cursor ("" from the newest).
func (s *Store) RefundsOf(ctx context.Context, person, after string, limit int) ([]refund.Refund, error) {
	return s.refundList(ctx, bson.E{Key: "person", Value: person}, after, -1, limit)
}

// refundList lists by time of application, -1 newest first, 1 oldest first, those after the cursor.
func (s *Store) refundList(ctx context.Context, of bson.E, after string, order, limit int) ([]refund.Refund, error) {
	filter := bson.D{of}
	if millis, id, ok := cutCursor(after); ok {
		if n, err := strconv.ParseInt(millis, 10, 64); err == nil {
			at := time.UnixMilli(n)
			from, beyond := "$lte", "$lt"
			if order > 0 {
				from, beyond = "$gte", "$gt"
			}
			filter = append(filter, bson.E{Key: "applied", Value: bson.D{{Key: from, Value: at}}}, bson.E{Key: "$or", Value: bson.A{
				bson.D{{Key: "applied", Value: bson.D{{Key: beyond, Value: at}}}},
				bson.D{{Key: "applied", Value: at}, {Key: "_id", Value: bson.D{{Key: beyond, Value: id}}}},
			}})
		}
	}
	return find[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), filter,
		options.Find().SetSort(bson.D{{Key: "applied", Value: order}, {Key: "_id", Value: order}}).SetLimit(int64(limit)))
}

// RefundsIn lists the refunds of a state, oldest application first, those after the cursor.
func (s *Store) RefundsIn(ctx context.Context, state refund.State, after string, limit int) ([]refund.Refund, error) {
	return s.refundList(ctx, bson.E{Key: "state", Value: string(state)}, after, 1, limit)
}

// RecentRefunds lists the refunds of a state, newest application first, those after the cursor.
func (s *Store) RecentRefunds(ctx context.Context, state refund.State, after string, limit int) ([]refund.Refund, error) {
	return s.refundList(ctx, bson.E{Key: "state", Value: string(state)}, after, -1, limit)
}

// RefundedBetween lists an authority's refunds whose money moved from the time on and
// before the other, in order of that time, those after the last one of the page before.
func (s *Store) RefundedBetween(ctx context.Context, authority string, from, to time.Time, after *refund.Refund, limit int) ([]refund.Refund, error) {
	var last lastEnded
	if after != nil {
		last = lastEnded{after.Ended, after.ID}
	}
	return find[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), endedFilter(authority, string(refund.Refunded), from, to, last),
		options.Find().SetSort(bson.D{{Key: "ended", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// DoubtfulRefunds lists an authority's refunds in 待核实 that were sent in that time, at most limit.
func (s *Store) DoubtfulRefunds(ctx context.Context, authority string, from, to time.Time, limit int) ([]refund.Refund, error) {
	return find[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), bson.D{
		{Key: "auth", Value: authority},
		{Key: "state", Value: string(refund.InDoubt)},
		{Key: "sent", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}},
	}, options.Find().SetLimit(int64(limit)))
}

// SwapRefund stores the refund if the stored one still has its Rev; false when it has not.
func (s *Store) SwapRefund(ctx context.Context, r refund.Refund) (bool, error) {
	return swapRev(ctx, s.db.Collection(refunds), r.ID, r.Rev, func() any {
		r.Rev++
		return refundToDoc(r)
	})
}

// LeaseRefund takes the open refund that has waited longest and moves its Next to until.
func (s *Store) LeaseRefund(ctx context.Context, now, until time.Time) (refund.Refund, bool, error) {
	return lease[refundDoc, refund.Refund](ctx, s.db.Collection(refunds), now, until)
}

// ReleaseRefunds makes every open refund due now.
func (s *Store) ReleaseRefunds(ctx context.Context, now time.Time) error {
	_, err := s.db.Collection(refunds).UpdateMany(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$gt", Value: now}}}},
		set(bson.D{{Key: "next", Value: now}}))
	if err != nil {
		return fmt.Errorf("release leases of %s: %w", refunds, err)
	}
	return nil
}
