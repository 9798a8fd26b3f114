package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/money"
)

const (
	debitRuns = "debitruns"
	debitPlan = "debitplan"
)

var debitRunIndexes = []index{
	{collection: debitRuns, name: "work", keys: bson.D{{Key: "next", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
	{collection: debitRuns, name: "created", keys: bson.D{{Key: "created", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: debitRuns, name: "state", keys: bson.D{{Key: "state", Value: 1}, {Key: "created", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: debitPlan, name: "date", keys: bson.D{{Key: "date", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: debitPlan, name: "once", keys: bson.D{{Key: "scheme", Value: 1}, {Key: "date", Value: 1}, {Key: "auths", Value: 1}}, unique: true},
	{collection: debitPlan, name: "due", keys: bson.D{{Key: "cutoff", Value: 1}}, partial: bson.D{{Key: "open", Value: true}}},
}

type debitRunDoc struct {
	ID          string           `bson:"_id"`
	Scheme      string           `bson:"scheme"`
	Year        int              `bson:"year"`
	Authorities []string         `bson:"auths"`
	Date        string           `bson:"date"`
	CutOff      time.Time        `bson:"cutoff"`
	Planned     string           `bson:"planned"`
	State       string           `bson:"state"`
	Round       int              `bson:"round"`
	Maker       string           `bson:"maker"`
	Checker     string           `bson:"checker"`
	Created     time.Time        `bson:"created"`
	Submitted   time.Time        `bson:"submitted"`
	Approved    time.Time        `bson:"approved"`
	Ended       time.Time        `bson:"ended"`
	Reason      string           `bson:"reason"`
	Stopped     bool             `bson:"stopped"`
	Looked      int64            `bson:"looked"`
	Chosen      totalDoc         `bson:"chosen"`
	Cells       []cellDoc        `bson:"cells"`
	LeftOut     map[string]int64 `bson:"leftout"`
	Cursor      string           `bson:"cursor"`
	Step        int64            `bson:"step"`
	Assigned    bool             `bson:"assigned"`
	Open        bool             `bson:"open"` // a worker must go on with it
	Next        time.Time        `bson:"next"`
	Rev         int64            `bson:"rev"`
	History     []moveDoc        `bson:"history,omitempty"`
}

type moveDoc struct {
	Round  int       `bson:"round"`
	Did    string    `bson:"did"`
	By     string    `bson:"by"`
	At     time.Time `bson:"at"`
	People totalDoc  `bson:"people"`
	Reason string    `bson:"reason"`
}

type totalDoc struct {
	Count  int64 `bson:"n"`
	Amount int64 `bson:"fen"`
}

func totalToDoc(t debit.Total) totalDoc { return totalDoc{t.Count, int64(t.Amount)} }

func (d totalDoc) total() debit.Total {
	return debit.Total{Count: d.Count, Amount: money.Fen(d.Amount)}
}

type cellDoc struct {
	Authority string   `bson:"auth"`
	Bank      string   `bson:"bank"`
	Total     totalDoc `bson:"total"`
}

func runToDoc(r debit.Run) debitRunDoc {
	d := debitRunDoc{
		ID: r.ID, Scheme: string(r.Scheme), Year: r.Year, Authorities: r.Authorities, Date: dayText(r.Date), CutOff: r.CutOff,
		Planned: r.Planned, State: string(r.State), Round: r.Round, Maker: r.Maker, Checker: r.Checker, Created: r.Created,
		Submitted: r.Submitted, Approved: r.Approved, Ended: r.Ended, Reason: r.Reason, Stopped: r.Stopped, Looked: r.Looked,
		Chosen: totalToDoc(r.Chosen), LeftOut: map[string]int64{}, Cursor: r.Cursor, Step: r.Step, Assigned: r.Assigned,
		Open: r.State == debit.Selecting || r.State == debit.Running, Next: r.Next, Rev: r.Rev,
	}
	for _, c := range r.Cells {
		d.Cells = append(d.Cells, cellDoc{c.Authority, c.Bank, totalToDoc(c.Total)})
	}
	for e, n := range r.LeftOut {
		d.LeftOut[string(e)] = n
	}
	for _, m := range r.History {
		d.History = append(d.History, moveDoc{m.Round, string(m.Did), m.By, m.At, totalToDoc(m.People), m.Reason})
	}
	return d
}

func (d debitRunDoc) value() debit.Run {
	r := debit.Run{
		ID: d.ID, Scheme: contribution.Scheme(d.Scheme), Year: d.Year, Authorities: d.Authorities, Date: day(d.Date),
		CutOff: instant(d.CutOff), Planned: d.Planned, State: debit.State(d.State), Round: d.Round, Maker: d.Maker, Checker: d.Checker,
		Created: d.Created, Submitted: instant(d.Submitted), Approved: instant(d.Approved), Ended: instant(d.Ended), Reason: d.Reason,
		Stopped: d.Stopped, Looked: d.Looked, Chosen: d.Chosen.total(), LeftOut: map[debit.Exclusion]int64{}, Cursor: d.Cursor,
		Step: d.Step, Assigned: d.Assigned, Next: d.Next, Rev: d.Rev,
	}
	for _, c := range d.Cells {
		r.Cells = append(r.Cells, debit.Cell{Authority: c.Authority, Bank: c.Bank, Total: c.Total.total()})
	}
	for e, n := range d.LeftOut {
		r.LeftOut[debit.Exclusion(e)] = n
	}
	for _, m := range d.History {
		r.History = append(r.History, debit.Move{
			Round: m.Round, Did: debit.Event(m.Did), By: m.By, At: instant(m.At), People: m.People.total(), Reason: m.Reason,
		})
	}
	return r
}

// AddRun stores a new run; false when its id is taken.
func (s *Store) AddRun(ctx context.Context, r debit.Run) (bool, error) {
	return s.add(ctx, debitRuns, runToDoc(r))
}

// DebitRun returns a run.
func (s *Store) DebitRun(ctx context.Context, id string) (debit.Run, bool, error) {
	return findOne[debitRunDoc, debit.Run](ctx, s.db.Collection(debitRuns), byID(id))
}

// DebitRuns lists runs, newest first, those before the run given.
func (s *Store) DebitRuns(ctx context.Context, before string, limit int) ([]debit.Run, error) {
	filter := bson.D{{Key: "created", Value: bson.D{{Key: "$gt", Value: time.Time{}}}}}
	if before != "" {
		last, ok, err := s.DebitRun(ctx, before)
		if err != nil || !ok {
			return nil, err
		}
		filter = bson.D{
			{Key: "created", Value: bson.D{{Key: "$lte", Value: last.Created}}}, afterCursor("created", last.Created, last.ID),
		}
	}
	return find[debitRunDoc, debit.Run](ctx, s.db.Collection(debitRuns), filter,
		options.Find().SetSort(bson.D{{Key: "created", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}

// DebitRunsIn lists the runs of a state, oldest first.
func (s *Store) DebitRunsIn(ctx context.Context, state debit.State, limit int) ([]debit.Run, error) {
	return find[debitRunDoc, debit.Run](ctx, s.db.Collection(debitRuns), bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "created", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// SwapRun stores the run if the stored one still has its Rev; false when it has not.
func (s *Store) SwapRun(ctx context.Context, r debit.Run) (bool, error) {
	return swapRev(ctx, s.db.Collection(debitRuns), r.ID, r.Rev, func() any {
		r.Rev++
		return runToDoc(r)
	})
}

// swapRev replaces the document if it still has the revision; false when it has not.
func swapRev(ctx context.Context, c *mongo.Collection, id string, rev int64, next func() any) (bool, error) {
	res, err := c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "rev", Value: rev}}, next())
	if err != nil {
		return false, fmt.Errorf("replace in %s: %w", c.Name(), err)
	}
	return res.MatchedCount == 1, nil
}

// LeaseRun takes the run in work that has waited longest past its Next and moves Next to until.
func (s *Store) LeaseRun(ctx context.Context, now, until time.Time) (debit.Run, bool, error) {
	return lease[debitRunDoc, debit.Run](ctx, s.db.Collection(debitRuns), now, until)
}

// lease takes the open document that has waited longest past its next and moves that to until.
func lease[D document[V], V any](ctx context.Context, c *mongo.Collection, now, until time.Time) (V, bool, error) {
	var d D
	var zero V
	err := c.FindOneAndUpdate(ctx,
		bson.D{{Key: "open", Value: true}, {Key: "next", Value: bson.D{{Key: "$lte", Value: now}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "next", Value: until}}}, {Key: "$inc", Value: bson.D{{Key: "rev", Value: int64(1)}}}},
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "next", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return zero, false, nil
	case err != nil:
		return zero, false, fmt.Errorf("lease in %s: %w", c.Name(), err)
	default:
		return d.value(), true, nil
	}
}
