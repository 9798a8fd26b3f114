package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/contribution"
	"shebao/shared/contribution"
)

// DeclaredBetween lists declarations, newest first. DeclaredCursor of the last one is where
// the next call goes on.
func (s *Store) DeclaredBetween(ctx context.Context, f rules.DeclaredFilter) ([]contribution.Declaration, error) {
	before := f.To.AddDays(1).Start()
	filter := bson.D{{Key: "people", Value: f.Person}, {Key: "scheme", Value: string(f.Scheme)}}
	within := bson.D{{Key: "$gte", Value: f.From.Start()}, {Key: "$lt", Value: before}}
	var after bson.E
	if millis, id, ok := cutCursor(f.After); ok {
		n, err := strconv.ParseInt(millis, 10, 64)
		if at := time.UnixMilli(n); err == nil && at.Before(before) {
			within[1] = bson.E{Key: "$lte", Value: at}
			after = afterCursor("declared", at, id)
		}
	}
	filter = append(filter, bson.E{Key: "declared", Value: within})
	if after.Key != "" {
		filter = append(filter, after)
	}
	if f.Show == rules.ShowUnpaid {
		filter = append(filter, bson.E{Key: "state", Value: string(contribution.Declared)},
			bson.E{Key: "pay", Value: bson.D{{Key: "$in", Value: bson.A{string(contribution.Unpaid), string(contribution.Debiting)}}}})
	}
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations), filter,
		options.Find().SetSort(bson.D{{Key: "declared", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(f.Limit)))
}

// DeclaredCursor is where DeclaredBetween goes on after the declaration.
func (s *Store) DeclaredCursor(d contribution.Declaration) string {
	return strconv.FormatInt(d.Declared.UnixMilli(), 10) + "." + d.ID
}

// PaidIn lists paid (or refunded) declarations whose period overlaps the months, newest period first.
func (s *Store) PaidIn(ctx context.Context, f rules.PaidFilter) ([]contribution.Declaration, error) {
	last := f.Months.To.String()
	var after bson.E
	if month, id, ok := cutCursor(f.After); ok && month <= last {
		last = month
		after = afterCursor("from", month, id)
	}
	filter := bson.D{
		{Key: "people", Value: f.Person},
		{Key: "scheme", Value: string(f.Scheme)},
		{Key: "pay", Value: string(f.Show.State())},
		{Key: "from", Value: bson.D{{Key: "$lte", Value: last}}},
		{Key: "to", Value: bson.D{{Key: "$gte", Value: f.Months.From.String()}}},
	}
	if after.Key != "" {
		filter = append(filter, after)
	}
	return find[declarationDoc, contribution.Declaration](ctx, s.db.Collection(declarations), filter,
		options.Find().SetSort(bson.D{{Key: "from", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(f.Limit)).
			SetBatchSize(int32(min(f.Limit, 10_000)))) //nolint:gosec // G115: under 2³¹
}

// PaidCursor is where PaidIn goes on after the declaration.
func (s *Store) PaidCursor(d contribution.Declaration) string {
	return d.Period.From.String() + "." + d.ID
}

// cutCursor takes a cursor apart; false for none.
func cutCursor(s string) (key, id string, ok bool) { return strings.Cut(s, ".") }

// afterCursor is the condition for what follows a record in descending order.
func afterCursor(field string, value any, id string) bson.E {
	return bson.E{Key: "$or", Value: bson.A{
		bson.D{{Key: field, Value: bson.D{{Key: "$lt", Value: value}}}},
		bson.D{{Key: field, Value: value}, {Key: "_id", Value: bson.D{{Key: "$lt", Value: id}}}},
	}}
}
