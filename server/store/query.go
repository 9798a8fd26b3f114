package store

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// document is a stored form that can be turned into its value.
type document[V any] interface{ value() V }

// find runs a query and turns the documents into values.
func find[D document[V], V any](
	ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptions,
) ([]V, error) {
	cur, err := c.Find(ctx, filter, o)
	if err != nil {
		return nil, fmt.Errorf("find in %s: %w", c.Name(), err)
	}
	defer func() { _ = cur.Close(ctx) }() // nothing is lost with a cursor
	var out []V
	for cur.Next(ctx) {
		var d D
		if err := cur.Decode(&d); err != nil {
			return nil, fmt.Errorf("decode from %s: %w", c.Name(), err)
		}
		out = append(out, d.value())
	}
	if err := cur.Err(); err != nil {
		return nil, fmt.Errorf("read from %s: %w", c.Name(), err)
	}
	return out, nil
}

// findOne returns the document with the filter; false when there is none.
func findOne[D document[V], V any](
	ctx context.Context, c *mongo.Collection, filter bson.D, o ...*options.FindOneOptions,
) (V, bool, error) {
	var d D
	var zero V
	err := c.FindOne(ctx, filter, o...).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return zero, false, nil
	case err != nil:
		return zero, false, fmt.Errorf("find one in %s: %w", c.Name(), err)
	default:
		return d.value(), true, nil
	}
}

// add inserts a document; false when its _id or a unique value is taken.
func (s *Store) add(ctx context.Context, collection string, doc any) (bool, error) {
	_, err := s.db.Collection(collection).InsertOne(ctx, doc)
	switch {
	case mongo.IsDuplicateKeyError(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("insert into %s: %w", collection, err)
	default:
		return true, nil
	}
}

// addMany inserts the documents that are not there yet.
func (s *Store) addMany(ctx context.Context, collection string, docs []any) error {
	if len(docs) == 0 {
		return nil
	}
	_, err := s.db.Collection(collection).InsertMany(ctx, docs, options.InsertMany().SetOrdered(false))
	var bulk mongo.BulkWriteException
	switch {
	case err == nil:
		return nil
	case mongo.IsDuplicateKeyError(err) && errors.As(err, &bulk) && bulk.WriteConcernError == nil:
		for _, e := range bulk.WriteErrors {
			if !mongo.IsDuplicateKeyError(e) {
				return fmt.Errorf("insert into %s: %w", collection, err)
			}
		}
		return nil
	default:
		return fmt.Errorf("insert into %s: %w", collection, err)
	}
}

func byID(id string) bson.D { return bson.D{{Key: "_id", Value: id}} }

func byIDs(ids []string) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}

func set(fields bson.D) bson.D { return bson.D{{Key: "$set", Value: fields}} }
