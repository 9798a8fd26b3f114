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
}

type rateChangeDoc struct {
	ID       string    `bson:"_id"`
	Rate     string    `bson:"rate"` // JSON, as in the city file
	State    string    `bson:"state"`
	By       string    `bson:"by"`
	Proposed time.Time `bson:"proposed"`
	Decider  string    `bson:"decider"`
	Decided  time.Time `bson:"decided"`
}

func (d rateChangeDoc) value() rateChangeDoc { return d }

func (d rateChangeDoc) change() (rates.Change, error) {
	c := rates.Change{
		ID: d.ID, State: rates.State(d.State), By: d.By, Proposed: d.Proposed, Decider: d.Decider, Decided: instant(d.Decided),
	}
	if err := json.Unmarshal([]byte(d.Rate), &c.Rate); err != nil {
		return c, fmt.Errorf("read rate change %s: %w", d.ID, err)
	}
	return c, nil
}

// AddRateChange stores a change.
func (s *Store) AddRateChange(ctx context.Context, c rates.Change) error {
	text, err := json.Marshal(c.Rate)
	if err != nil {
		return fmt.Errorf("write rate change %s: %w", c.ID, err)
	}
	added, err := s.add(ctx, rateChanges, rateChangeDoc{ID: c.ID, Rate: string(text), State: string(c.State), By: c.By, Proposed: c.Proposed})
	if err == nil && !added {
		err = ErrExists
	}
	return err
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
	docs, err := find[rateChangeDoc, rateChangeDoc](ctx, s.db.Collection(rateChanges), bson.D{{Key: "state", Value: string(state)}},
		options.Find().SetSort(bson.D{{Key: "decided", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(1000))
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

// DecideRateChange moves a proposed change; false when it is not proposed any more.
func (s *Store) DecideRateChange(ctx context.Context, id string, to rates.State, by string, at time.Time) (bool, error) {
	res, err := s.db.Collection(rateChanges).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: id}, {Key: "state", Value: string(rates.Proposed)}},
		set(bson.D{{Key: "state", Value: string(to)}, {Key: "decider", Value: by}, {Key: "decided", Value: at}}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", rateChanges, err)
	}
	return res.MatchedCount == 1, nil
}
