package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
)

const drafts = "drafts"

var draftIndexes = []index{
	{collection: drafts, name: "expires", keys: bson.D{{Key: "expires", Value: 1}}, ttl: time.Minute},
}

// draftDoc is what somebody has typed; its _id is the session and the form.
type draftDoc struct {
	ID      string    `bson:"_id"`
	Text    string    `bson:"text"` // sealed
	Expires time.Time `bson:"expires"`
}

func (d draftDoc) value() draftDoc { return d }

func draftID(session, form string) string { return session + ":" + form }

// Draft is what was typed into the form in the session; "" when nothing is kept after now.
func (s *Store) Draft(ctx context.Context, session, form string, now time.Time) (string, error) {
	id := draftID(session, form)
	d, ok, err := findOne[draftDoc, draftDoc](ctx, s.db.Collection(drafts), byID(id))
	if err != nil || !ok || !d.Expires.After(now) {
		return "", err
	}
	text, err := s.vault.Open(d.Text, "draft:"+id)
	if err != nil {
		return "", fmt.Errorf("open draft of %s: %w", form, err)
	}
	return text, nil
}

// SetDraft keeps what was typed until then, for the session alone.
func (s *Store) SetDraft(ctx context.Context, session, form, text string, until time.Time) error {
	id := draftID(session, form)
	sealed, err := s.vault.Seal(text, "draft:"+id)
	if err != nil {
		return fmt.Errorf("seal draft of %s: %w", form, err)
	}
	_, err = s.db.Collection(drafts).UpdateOne(ctx, byID(id),
		set(bson.D{{Key: "text", Value: sealed}, {Key: "expires", Value: until}}), options.Update().SetUpsert(true))
	if err != nil {
		return fmt.Errorf("update %s: %w", drafts, err)
	}
	return nil
}

// ForgetDraft removes what was typed.
func (s *Store) ForgetDraft(ctx context.Context, session, form string) error {
	if _, err := s.db.Collection(drafts).DeleteOne(ctx, byID(draftID(session, form))); err != nil {
		return fmt.Errorf("delete from %s: %w", drafts, err)
	}
	return nil
}
