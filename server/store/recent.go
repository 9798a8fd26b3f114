package store

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
)

// recentFields are what a line of recent payments shows.
var recentFields = bson.D{
	{Key: "kind", Value: 1},
	{Key: "insured", Value: 1},
	{Key: "payer", Value: 1},
	{Key: "scheme", Value: 1},
	{Key: "year", Value: 1},
	{Key: "amount", Value: 1},
	{Key: "settled", Value: 1},
}

// RecentPaid lists the declarations that were paid for the latest periods, by or for
// the person, in any scheme, with only what a line of them shows.
func (s *Store) RecentPaid(ctx context.Context, person string, limit int) ([]contribution.Declaration, error) {
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
		bson.D{{Key: "people", Value: person}, {Key: "pay", Value: string(contribution.Paid)}},
		options.Find().SetProjection(recentFields).SetSort(bson.D{{Key: "from", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}
