package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
	"shebao/shared/debit"
	"shebao/shared/period"
)

type plannedDoc struct {
	ID          string    `bson:"_id"`
	Scheme      string    `bson:"scheme"`
	Year        int       `bson:"year"`
	Authorities []string  `bson:"auths"`
	Date        string    `bson:"date"`
	CutOff      time.Time `bson:"cutoff"`
	By          string    `bson:"by"`
	Run         string    `bson:"run"`
	Open        bool      `bson:"open"` // a run is still to be made from it
}

func (d plannedDoc) value() debit.Planned {
	return debit.Planned{
		ID: d.ID, Scheme: contribution.Scheme(d.Scheme), Year: d.Year, Authorities: d.Authorities, Date: day(d.Date),
		CutOff: instant(d.CutOff), By: d.By, Run: d.Run,
	}
}

// AddPlanned stores a plan; false when its scheme has one at one of its authorities on the
// day. The unique index over the list of authorities sees to it, however many officers plan.
func (s *Store) AddPlanned(ctx context.Context, p debit.Planned) (bool, error) {
	return s.add(ctx, debitPlan, plannedDoc{
		ID: p.ID, Scheme: string(p.Scheme), Year: p.Year, Authorities: p.Authorities, Date: dayText(p.Date), CutOff: p.CutOff,
		By: p.By, Run: p.Run, Open: p.Run == "",
	})
}

// PlannedFrom lists the plans of the day and later, earliest first.
func (s *Store) PlannedFrom(ctx context.Context, from period.Date, limit int) ([]debit.Planned, error) {
	return find[plannedDoc, debit.Planned](ctx, s.db.Collection(debitPlan),
		bson.D{{Key: "date", Value: bson.D{{Key: "$gte", Value: dayText(from)}}}},
		options.Find().SetSort(bson.D{{Key: "date", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(int64(limit)))
}

// Planned returns a plan.
func (s *Store) Planned(ctx context.Context, id string) (debit.Planned, bool, error) {
	return findOne[plannedDoc, debit.Planned](ctx, s.db.Collection(debitPlan), byID(id))
}

// DuePlanned lists plans that are not closed and whose cut-off has come, earliest first.
func (s *Store) DuePlanned(ctx context.Context, now time.Time, limit int) ([]debit.Planned, error) {
	return find[plannedDoc, debit.Planned](ctx, s.db.Collection(debitPlan),
		bson.D{{Key: "open", Value: true}, {Key: "cutoff", Value: bson.D{{Key: "$lte", Value: now}}}},
		options.Find().SetSort(bson.D{{Key: "cutoff", Value: 1}}).SetLimit(int64(limit)))
}

// ClosePlanned notes that nothing more is to be made from a plan.
func (s *Store) ClosePlanned(ctx context.Context, id string) error {
	if _, err := s.db.Collection(debitPlan).UpdateOne(ctx, byID(id), set(bson.D{{Key: "open", Value: false}})); err != nil {
		return fmt.Errorf("update %s: %w", debitPlan, err)
	}
	return nil
}

// UsePlanned notes the run made from a plan; false when it has another one or is gone.
func (s *Store) UsePlanned(ctx context.Context, id, run string) (bool, error) {
	res, err := s.db.Collection(debitPlan).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "run", Value: bson.D{{Key: "$in", Value: []string{"", run}}}}},
		set(bson.D{{Key: "run", Value: run}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", debitPlan, err)
	}
	return res.MatchedCount == 1, nil
}

// ForgetPlanned deletes a plan if that run was made from it.
func (s *Store) ForgetPlanned(ctx context.Context, id, run string) error {
	if _, err := s.db.Collection(debitPlan).DeleteOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "run", Value: run}}); err != nil {
		return fmt.Errorf("delete from %s: %w", debitPlan, err)
	}
	return nil
}

// DropPlanned deletes a plan from which no run was made; false when there is none.
func (s *Store) DropPlanned(ctx context.Context, id string) (bool, error) {
	res, err := s.db.Collection(debitPlan).DeleteOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "run", Value: ""}})
	if err != nil {
		return false, fmt.Errorf("delete from %s: %w", debitPlan, err)
	}
	return res.DeletedCount == 1, nil
}
