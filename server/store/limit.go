package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

const (
	counters = "counters"
	tries    = "tries"
)

var limitIndexes = []index{
	{collection: counters, name: "ends", keys: bson.D{{Key: "ends", Value: 1}}, ttl: time.Minute},
	{collection: tries, name: "last", keys: bson.D{{Key: "last", Value: 1}}, ttl: 48 * time.Hour},
}

// raceRounds is how often a step is tried again when another call made or removed
// the document in between.
const raceRounds = 5

// Count adds one to the key's count in the window that begins at start and returns
// it. The document's _id is a keyed hash of the key, and the window.
func (s *Store) Count(ctx context.Context, key string, start, ends time.Time) (int, error) {
	id := s.vault.Index("counter", key) + ":" + strconv.FormatInt(start.Unix(), 36)
	var d struct {
		N int `bson:"n"`
	}
	var err error
	for range raceRounds {
		err = s.db.Collection(counters).FindOneAndUpdate(ctx, byID(id),
			bson.D{
				{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}},
				{Key: "$setOnInsert", Value: bson.D{{Key: "ends", Value: ends}}},
			},
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.After)).Decode(&d)
		if !mongo.IsDuplicateKeyError(err) { // two first ones at once: the second counts onto the first
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("count in %s: %w", counters, err)
	}
	return d.N, nil
}

// tryDoc counts attempts; its _id is a keyed hash of what is attempted.
type tryDoc struct {
	ID   string    `bson:"_id"`
	N    int       `bson:"n"`
	Last time.Time `bson:"last"`
}

// Try counts an attempt; false, counting nothing, when there were most attempts
// already and the last one was after since.
func (s *Store) Try(ctx context.Context, key string, now, since time.Time, most int) (bool, error) {
	d := tryDoc{ID: s.vault.Index("tries", key), N: 1, Last: now}
	last := func(op string) bson.E { return bson.E{Key: "last", Value: bson.D{{Key: op, Value: since}}} }
	steps := []struct{ filter, update bson.D }{
		{ // one more of the recent ones
			bson.D{{Key: "_id", Value: d.ID}, last("$gt"), {Key: "n", Value: bson.D{{Key: "$lt", Value: most}}}},
			bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: 1}}}, {Key: "$set", Value: bson.D{{Key: "last", Value: now}}}},
		},
		{ // the first after a long time
			bson.D{{Key: "_id", Value: d.ID}, last("$lte")},
			set(bson.D{{Key: "n", Value: 1}, {Key: "last", Value: now}}),
		},
	}
	for round := range raceRounds {
		for _, step := range steps {
			res, err := s.db.Collection(tries).UpdateOne(ctx, step.filter, step.update)
			if err != nil {
				return false, fmt.Errorf("update %s: %w", tries, err)
			}
			if res.MatchedCount == 1 {
				return true, nil
			}
		}
		added, err := s.add(ctx, tries, d)
		if err != nil || added {
			return added, err
		}
		if round > 0 { // it was there before the steps and matched none: used up
			return false, nil
		}
	}
	return false, nil
}

// ForgetTries removes the key.
func (s *Store) ForgetTries(ctx context.Context, key string) error {
	if _, err := s.db.Collection(tries).DeleteOne(ctx, byID(s.vault.Index("tries", key))); err != nil {
		return fmt.Errorf("delete from %s: %w", tries, err)
	}
	return nil
}
