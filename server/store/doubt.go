package store

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/doubt"
	"shebao/shared/bankapi"
	"shebao/shared/money"
)

const doubts = "doubts"

var doubtIndexes = []index{
	{collection: doubts, name: "state", keys: bson.D{{Key: "state", Value: 1}, {Key: "proposed", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: doubts, name: "open", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

type doubtDoc struct {
	ID        string         `bson:"_id"`
	Person    string         `bson:"person"`
	Authority string         `bson:"auth"`
	Bank      string         `bson:"bank"`
	Amount    int64          `bson:"amount"`
	Date      string         `bson:"date"`
	Serial    string         `bson:"serial"`
	Sent      time.Time      `bson:"sent"`
	State     string         `bson:"state"`
	Verdict   string         `bson:"verdict"`
	Why       string         `bson:"why"`
	Evidence  string         `bson:"evidence"`
	Trace     string         `bson:"trace"`
	Maker     string         `bson:"maker"`
	Checker   string         `bson:"checker"`
	Proposed  time.Time      `bson:"proposed"`
	Ended     time.Time      `bson:"ended"`
	History   []doubtStepDoc `bson:"history"`
	Open      bool           `bson:"open"`
	Next      time.Time      `bson:"next"`
	Tries     int            `bson:"tries"`
	Rev       int64          `bson:"rev"`
}

type doubtStepDoc struct {
	At    time.Time `bson:"at"`
	By    string    `bson:"by"`
	Event string    `bson:"event"`
	Note  string    `bson:"note"`
}

func doubtToDoc(c rules.Case) doubtDoc {
	d := doubtDoc{
		ID: c.ID, Person: c.Person, Authority: c.Authority, Bank: c.Bank, Amount: int64(c.Amount), Date: c.Ref.Date, Serial: c.Ref.Serial,
		Sent: c.Sent, State: string(c.State), Verdict: string(c.Verdict), Why: c.Why, Evidence: c.Evidence, Trace: c.Trace, Maker: c.Maker,
		Checker: c.Checker, Proposed: c.Proposed, Ended: c.Ended, Open: c.Open, Next: c.Next, Tries: c.Tries, Rev: c.Rev,
	}
	for _, h := range c.History {
		d.History = append(d.History, doubtStepDoc{h.At, h.By, string(h.Event), h.Note})
	}
	return d
}

func (d doubtDoc) value() rules.Case {
	c := rules.Case{
		ID: d.ID, Person: d.Person, Authority: d.Authority, Bank: d.Bank, Amount: money.Fen(d.Amount),
		Ref: bankapi.Ref{Authority: d.Authority, Date: d.Date, Serial: d.Serial}, Sent: instant(d.Sent), State: rules.State(d.State),
		Verdict: rules.Verdict(d.Verdict), Why: d.Why, Evidence: d.Evidence, Trace: d.Trace, Maker: d.Maker, Checker: d.Checker,
		Proposed: instant(d.Proposed), Ended: instant(d.Ended), Open: d.Open, Next: instant(d.Next), Tries: d.Tries, Rev: d.Rev,
	}
	for _, h := range d.History {
		c.History = append(c.History, rules.Step{At: h.At, By: h.By, Event: rules.Event(h.Event), Note: h.Note})
	}
	return c
}

// AddCase stores a new decision; false when the payment has one.
func (s *Store) AddCase(ctx context.Context, c rules.Case) (bool, error) {
	return s.add(ctx, doubts, doubtToDoc(c))
}

// Case returns the decision about a payment.
func (s *Store) Case(ctx context.Context, id string) (rules.Case, bool, error) {
	return findOne[doubtDoc, rules.Case](ctx, s.db.Collection(doubts), byID(id))
}

// CasesIn lists decisions of a state, oldest proposal first.
func (s *Store) CasesIn(ctx context.Context, state rules.State, limit int) ([]rules.Case, error) {
	return s.cases(ctx, state, 1, limit)
}

// RecentCases lists the decisions of a state, newest proposal first.
func (s *Store) RecentCases(ctx context.Context, state rules.State, limit int) ([]rules.Case, error) {
	return s.cases(ctx, state, -1, limit)
}

func (s *Store) cases(ctx context.Context, state rules.State, order, limit int) ([]rules.Case, error) {
	return find[doubtDoc, rules.Case](ctx, s.db.Collection(doubts), bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "proposed", Value: order}, {Key: "_id", Value: order}}).SetLimit(int64(limit)))
}

// SwapCase stores the decision if the stored one still has its Rev; false when it has not.
func (s *Store) SwapCase(ctx context.Context, c rules.Case) (bool, error) {
	return swapRev(ctx, s.db.Collection(doubts), c.ID, c.Rev, func() any {
		c.Rev++
		return doubtToDoc(c)
	})
}

// LeaseCase takes the open decision that has waited longest and moves its Next to until.
func (s *Store) LeaseCase(ctx context.Context, now, until time.Time) (rules.Case, bool, error) {
	return lease[doubtDoc, rules.Case](ctx, s.db.Collection(doubts), now, until)
}
