package store

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/shared/lang"
	"shebao/shared/person"
)

const displays = "displays"

type displayDoc struct {
	ID      string          `bson:"_id"`            // the person's
	Display *person.Display `bson:"display"`        // nil when none was chosen
	Lang    string          `bson:"lang,omitempty"` // lang.Tag's Code, "" when none was chosen
}

func (d displayDoc) value() *person.Display { return d.Display }

// Display is how the person chose that screens look; false when they never did.
func (s *Store) Display(ctx context.Context, who string) (person.Display, bool, error) {
	d, _, err := findOne[displayDoc, *person.Display](ctx, s.db.Collection(displays), byID(who))
	if err != nil || d == nil {
		return person.Standard, false, err
	}
	return *d, true, nil
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

// Language is what the person chose for their screens; false when they never did.
func (s *Store) Language(ctx context.Context, who string) (lang.Tag, bool, error) {
	var d displayDoc
	err := s.db.Collection(displays).FindOne(ctx, byID(who)).Decode(&d)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return lang.Chinese, false, nil
	}
	if err != nil {
		return lang.Chinese, false, fmt.Errorf("find %s: %w", displays, err)
	}
	t, chosen := lang.Parse(d.Lang)
	return t, chosen, nil
}

// SetLanguage keeps what the person chose for their screens.
func (s *Store) SetLanguage(ctx context.Context, who string, t lang.Tag) error {
	_, err := s.db.Collection(displays).UpdateOne(ctx, byID(who),
		set(bson.D{{Key: "lang", Value: t.Code()}}), options.Update().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("update %s: %w", displays, err)
	}
	return nil
}
