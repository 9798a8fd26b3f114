package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
)

const captchas = "captchas"

var captchaIndexes = []index{
	{collection: captchas, name: "expires", keys: bson.D{{Key: "expires", Value: 1}}, ttl: time.Minute},
}

type captchaDoc struct {
	ID      string    `bson:"_id"`
	Digits  []byte    `bson:"digits"`
	Expires time.Time `bson:"expires"`
}

func (d captchaDoc) value() captchaDoc { return d }

// HoldCaptcha stores the digits unless the id has some that expire after now, and returns
// those that are stored.
func (s *Store) HoldCaptcha(ctx context.Context, id string, digits []byte, now, expires time.Time) ([]byte, error) {
	for range raceRounds {
		added, err := s.add(ctx, captchas, captchaDoc{ID: id, Digits: digits, Expires: expires})
		if err != nil {
			return nil, err
		}
		if added {
			return digits, nil
		}
		d, ok, err := findOne[captchaDoc, captchaDoc](ctx, s.db.Collection(captchas), byID(id))
		if err != nil {
			return nil, err
		}
		if ok && d.Expires.After(now) {
			return d.Digits, nil
		}
		if _, err := s.TakeCaptcha(ctx, id, now); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("hold in %s: %w", captchas, ErrExists)
}

// TakeCaptcha removes the id and returns its digits, to one caller only; none when they
// expired before now.
func (s *Store) TakeCaptcha(ctx context.Context, id string, now time.Time) ([]byte, error) {
	var d captchaDoc
	err := s.db.Collection(captchas).FindOneAndDelete(ctx, byID(id)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("take from %s: %w", captchas, err)
	case !d.Expires.After(now):
		return nil, nil
	}
	return d.Digits, nil
}
