package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/rates"
)

const rateChanges = "rateChanges"

var rateIndexes = []index{
	{collection: rateChanges, name: "state", keys: bson.D{{Key: "state", Value: 1}, {Key: "decided", Value: 1}, {Key: "_id", Value: 1}}},
	{collection: rateChanges, name: "maker", keys: bson.D{{Key: "by", Value: 1}, {Key: "proposed", Value: -1}, {Key: "_id", Value: -1}}},
	{collection: rateChanges, name: "waiting", keys: bson.D{{Key: "key", Value: 1}}, partial: bson.D{{Key: "waits", Value: true}}, unique: true},
}

type rateChangeDoc struct {
	ID       string    `bson:"_id"`
	Key      string    `bson:"key"`   // of the rate
	Waits    bool      `bson:"waits"` // proposed
	Was      string    `bson:"was"`   // JSON like Rate, "" when it is not known
	Rate     string    `bson:"rate"`  // JSON, as in the city file
	State    string    `bson:"state"`
	By       string    `bson:"by"`
	Proposed time.Time `bson:"proposed"`
	Decider  string    `bson:"decider"`
	Decided  time.Time `bson:"decided"`
	Reason   string    `bson:"reason"`
}

func (d rateChangeDoc) value() rateChangeDoc { return d }

func (d rateChangeDoc) change() (rates.Change, error) {
	c := rates.Change{
		ID: d.ID, State: rates.State(d.State), By: d.By, Proposed: d.Proposed, Decider: d.Decider, Decided: instant(d.Decided), Reason: d.Reason,
	}
	if d.Was != "" {
		if err := json.Unmarshal([]byte(d.Was), &c.Was); err != nil {
			return c, fmt.Errorf("read rate change %s: %w", d.ID, err)
		}
	}
	if err := json.Unmarshal([]byte(d.Rate), &c.Rate); err != nil {
		return c, fmt.Errorf("read rate change %s: %w", d.ID, err)
	}
	return c, nil
}

// AddRateChange stores a proposed change; false when one for the same rate is proposed already.
func (s *Store) AddRateChange(ctx context.Context, c rates.Change) (bool, error) {
	was, err := json.Marshal(c.Was)
	if err != nil {
		return false, fmt.Errorf("write rate change %s: %w", c.ID, err)
	}
	text, err := json.Marshal(c.Rate)
	if err != nil {
		return false, fmt.Errorf("write rate change %s: %w", c.ID, err)
	}
	return s.add(ctx, rateChanges, rateChangeDoc{
		ID: c.ID, Key: rates.Key(c.Rate), Waits: c.State == rates.Proposed, Was: string(was), Rate: string(text), State: string(c.State), By: c.By,
		Proposed: c.Proposed,
	})
}

// RateChange returns a change.
func (s *Store) RateChange(ctx context.Context, id string) (rates.Change, bool, error) {
	d, ok, err := findOne[rateChangeDoc, rateChangeDoc](ctx, s.db.Collection(rateChanges), byID(id))
	if err != nil || !ok {
		return rates.Change{}, false, err
	}
	c, err := d.change()
	return c, err == nil, err
}

// RateChanges lists all of the state in the order of their decision.
func (s *Store) RateChanges(ctx context.Context, state rates.State) ([]rates.Change, error) {
	return s.findChanges(ctx, bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "decided", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(1000))
}

// RateChangesOf lists what the officer has proposed, newest first, at most limit.
func (s *Store) RateChangesOf(ctx context.Context, by string, limit int) ([]rates.Change, error) {
	return s.findChanges(ctx, bson.D{{Key: "by", Value: by}},
		options.Find().SetSort(bson.D{{Key: "proposed", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(limit)))
}

func (s *Store) findChanges(ctx context.Context, filter bson.D, o *options.FindOptions) ([]rates.Change, error) {
	docs, err := find[rateChangeDoc, rateChangeDoc](ctx, s.db.Collection(rateChanges), filter, o)
	if err != nil {
		return nil, err
	}
	out := make([]rates.Change, len(docs))
	for i, d := range docs {
		if out[i], err = d.change(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// DecideRateChange ends a proposed change; false when it is not proposed any more.
func (s *Store) DecideRateChange(ctx context.Context, id string, d rates.Decision) (bool, error) {
	res, err := s.db.Collection(rateChanges).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: string(rates.Proposed)}},
		set(bson.D{
			{Key: "state", Value: string(d.To)},
			{Key: "waits", Value: false},
			{Key: "decider", Value: d.By},
			{Key: "decided", Value: d.At},
			{Key: "reason", Value: d.Reason},
		}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", rateChanges, err)
	}
	return res.MatchedCount == 1, nil
}
