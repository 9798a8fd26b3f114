package store

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
)

// recentFields are what a line of recent payments shows, pendingFields what is said of declarations
// that wait for money.
var (
	recentFields  = project("kind", "insured", "payer", "scheme", "year", "amount", "settled")
	pendingFields = project("insured", "payer", "scheme", "amount", "deadline", "state", "pay")
)

func project(names ...string) bson.D {
	d := make(bson.D, len(names))
	for i, n := range names {
		d[i] = bson.E{Key: n, Value: 1}
	}
	return d
}

// RecentPaid lists the declarations that were paid last, by or for the person, newest first, in
// any scheme, with only what a line of them shows.
func (s *Store) RecentPaid(ctx context.Context, person string, limit int) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
		bson.D{{Key: "people", Value: person}, {Key: "pay", Value: string(contribution.Paid)}},
		options.Find().SetProjection(recentFields).SetSort(bson.D{{Key: "settled.at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}

// UnpaidForOthers lists what a person declared for others and is not paid or just being debited,
// in no order.
func (s *Store) UnpaidForOthers(ctx context.Context, payer string, limit int) ([]contribution.Declaration, error) {
	open := bson.A{string(contribution.Unpaid), string(contribution.Debiting)}
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations), bson.D{
		{Key: "people", Value: payer},
		{Key: "payer", Value: payer},
		{Key: "insured", Value: bson.D{{Key: "$ne", Value: payer}}},
		{Key: "state", Value: string(contribution.Declared)},
		{Key: "pay", Value: bson.D{{Key: "$in", Value: open}}},
	}, options.Find().SetProjection(pendingFields).SetLimit(int64(limit)))
}
