package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/account"
)

const codes = "codes"

var codeIndexes = []index{
	{collection: codes, name: "expires", keys: bson.D{{Key: "expires", Value: 1}}, ttl: time.Minute},
}

// codeDoc is the newest code of a purpose and phone; its _id is a keyed hash of both.
type codeDoc struct {
	ID      string    `bson:"_id"`
	Hash    string    `bson:"hash"`
	Sent    time.Time `bson:"sent"`
	Expires time.Time `bson:"expires"`
	Tries   int       `bson:"tries"`
}

func (s *Store) codeID(p account.Purpose, phone string) string {
	return s.vault.Index("code", string(p)+":"+phone)
}

// PutCode replaces the phone's code for the purpose; false when the former one was
// sent after since.
func (s *Store) PutCode(ctx context.Context, c account.Code, since time.Time) (bool, error) {
	d := codeDoc{ID: s.codeID(c.Purpose, c.Phone), Hash: c.Hash, Sent: c.Sent, Expires: c.Expires}
	res, err := s.db.Collection(codes).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: d.ID}, {Key: "sent", Value: bson.D{{Key: "$lte", Value: since}}}},
		set(bson.D{
			{Key: "hash", Value: d.Hash}, {Key: "sent", Value: d.Sent}, {Key: "expires", Value: d.Expires}, {Key: "tries", Value: 0},
		}))
	if err != nil {
		return false, fmt.Errorf("update %s: %w", codes, err)
	}
	if res.MatchedCount == 1 {
		return true, nil
	}
	return s.add(ctx, codes, d)
}

// TryCode counts a try and returns the code; false when there is none that expires
// after now and was tried less than most times.
func (s *Store) TryCode(
	ctx context.Context, p account.Purpose, phone string, now time.Time, most int,
) (account.Code, bool, error) {
	var d codeDoc
	err := s.db.Collection(codes).FindOneAndUpdate(ctx,
		bson.D{
			{Key: "_id", Value: s.codeID(p, phone)},
			{Key: "expires", Value: bson.D{{Key: "$gt", Value: now}}},
			{Key: "tries", Value: bson.D{{Key: "$lt", Value: most}}},
		},
		bson.D{{Key: "$inc", Value: bson.D{{Key: "tries", Value: 1}}}},
		options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return account.Code{}, false, nil
	case err != nil:
		return account.Code{}, false, fmt.Errorf("count a try in %s: %w", codes, err)
	}
	return account.Code{Purpose: p, Phone: phone, Hash: d.Hash, Sent: d.Sent, Expires: d.Expires}, true, nil
}

// TakeCode removes the code if its hash is still that one: true for one caller only.
func (s *Store) TakeCode(ctx context.Context, p account.Purpose, phone, hash string) (bool, error) {
	res, err := s.db.Collection(codes).DeleteOne(ctx, bson.D{{Key: "_id", Value: s.codeID(p, phone)}, {Key: "hash", Value: hash}})
	if err != nil {
		return false, fmt.Errorf("delete from %s: %w", codes, err)
	}
	return res.DeletedCount == 1, nil
}

// LookCode returns the newest code of the purpose and phone and how often it was tried;
// false when there is none.
func (s *Store) LookCode(ctx context.Context, p account.Purpose, phone string) (account.Code, int, bool, error) {
	var d codeDoc
	err := s.db.Collection(codes).FindOne(ctx, byID(s.codeID(p, phone))).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return account.Code{}, 0, false, nil
	case err != nil:
		return account.Code{}, 0, false, fmt.Errorf("find %s: %w", codes, err)
	}
	return account.Code{Purpose: p, Phone: phone, Hash: d.Hash, Sent: d.Sent, Expires: d.Expires}, d.Tries, true, nil
}
