package store

import (
	"context"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/contribution"
)

// RecentPaid lists the declarations that were paid for the latest periods, by or for
// the person, at most limit of each scheme.
func (s *Store) RecentPaid(ctx context.Context, person string, limit int) ([]contribution.Declaration, error) {
	var all []contribution.Declaration
	for _, scheme := range []contribution.Scheme{contribution.Pension, contribution.Medical} {
		ds, err := find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations),
			bson.D{
				{Key: "people", Value: person},
				{Key: "scheme", Value: string(scheme)},
				{Key: "pay", Value: string(contribution.Paid)},
			},
			options.Find().SetSort(bson.D{{Key: "from", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
		if err != nil {
			return nil, err
		}
		all = append(all, ds...)
	}
	return all, nil
}
