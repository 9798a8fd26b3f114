package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/overview"
	"shebao/shared/agreement"
	"shebao/shared/contribution"
	"shebao/shared/money"
	"shebao/shared/period"
	"shebao/shared/person"
)

// What officers look at.
var overviewIndexes = []index{
	{collection: payments, name: "day", keys: bson.D{{Key: "date", Value: 1}, {Key: "state", Value: 1}, {Key: "amount", Value: 1}}},
	{collection: payments, name: "state", keys: bson.D{{Key: "state", Value: 1}, {Key: "created", Value: 1}}},
	{collection: agreements, name: "applied", keys: bson.D{{Key: "applied", Value: -1}}},
	{collection: people, name: "name", keys: bson.D{{Key: "nameIdx", Value: 1}}},
}

// DayTotals sums a business day's payments by state.
func (s *Store) DayTotals(ctx context.Context, on period.Date) ([]overview.Total, error) {
	cur, err := s.db.Collection(payments).Aggregate(ctx, bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: "date", Value: on.String()}}}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: "$state"},
			{Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}},
			{Key: "fen", Value: bson.D{{Key: "$sum", Value: "$amount"}}},
		}}},
	})
	if err != nil {
		return nil, fmt.Errorf("sum %s: %w", payments, err)
	}
	defer func() { _ = cur.Close(ctx) }() // nothing is lost with a cursor
	var out []overview.Total
	for cur.Next(ctx) {
		var d struct {
			State string `bson:"_id"`
			N     int    `bson:"n"`
			Fen   int64  `bson:"fen"`
		}
		if err := cur.Decode(&d); err != nil {
			return nil, fmt.Errorf("decode from %s: %w", payments, err)
		}
		out = append(out, overview.Total{State: contribution.PaymentState(d.State), Count: d.N, Amount: money.Fen(d.Fen)})
	}
	if err := cur.Err(); err != nil {
		return nil, fmt.Errorf("read from %s: %w", payments, err)
	}
	return out, nil
}

// PaymentsIn lists payments of a state, oldest first.
func (s *Store) PaymentsIn(ctx context.Context, state contribution.PaymentState, limit int) ([]contribution.Payment, error) {
	return find[paymentDoc, contribution.Payment](ctx, s.db.Collection(payments), bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "created", Value: 1}}).SetLimit(int64(limit)))
}

// HastenPayment makes an open payment due for a query now; false when it is not open.
func (s *Store) HastenPayment(ctx context.Context, id string, now time.Time) (bool, error) {
	res, err := s.db.Collection(payments).UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "open", Value: true}},
		set(bson.D{{Key: "next", Value: now}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", payments, err)
	}
	return res.MatchedCount == 1, nil
}

// PaymentsOf lists a payer's newest payments.
func (s *Store) PaymentsOf(ctx context.Context, payer string, limit int) ([]contribution.Payment, error) {
	return find[paymentDoc, contribution.Payment](ctx, s.db.Collection(payments), bson.D{{Key: "payer", Value: payer}},
		options.Find().SetSort(bson.D{{Key: "created", Value: -1}}).SetLimit(int64(limit)))
}

// AgreementsSince lists agreements applied for from the time on, newest first.
func (s *Store) AgreementsSince(ctx context.Context, from time.Time, limit int) ([]agreement.Agreement, error) {
	return find[agreementDoc, agreement.Agreement](ctx, s.db.Collection(agreements),
		bson.D{{Key: "applied", Value: bson.D{{Key: "$gte", Value: from}}}},
		options.Find().SetSort(bson.D{{Key: "applied", Value: -1}}).SetLimit(int64(limit)))
}

// PeopleByName finds people by their whole name, at most limit.
func (s *Store) PeopleByName(ctx context.Context, name string, limit int) ([]person.Person, error) {
	docs, err := find[personDoc, personDoc](ctx, s.db.Collection(people), bson.D{{Key: "nameIdx", Value: s.nameIndex(name)}},
		options.Find().SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	out := make([]person.Person, len(docs))
	for i, d := range docs {
		if out[i], err = s.personFromDoc(d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) nameIndex(name string) string {
	return s.vault.Index("name", person.NormaliseName(name))
}
