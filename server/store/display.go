package store

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/person"
)

const displays = "displays"

type displayDoc struct {
	ID      string `bson:"_id"` // the person's
	Display string `bson:"display"`
}

func (d displayDoc) value() person.Display { return person.Display(d.Display) }

// Display is how screens look to the person; Standard when nothing was chosen.
func (s *Store) Display(ctx context.Context, who string) (person.Display, error) {
	d, _, err := findOne[displayDoc, person.Display](ctx, s.db.Collection(displays), byID(who))
	return d, err
}

// SetDisplay keeps how screens look to the person.
func (s *Store) SetDisplay(ctx context.Context, who string, d person.Display) error {
	_, err := s.db.Collection(displays).UpdateOne(ctx, byID(who),
		set(bson.D{{Key: "display", Value: string(d)}}), options.Update().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("update %s: %w", displays, err)
	}
	return nil
}
