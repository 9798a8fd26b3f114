package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/sms"
)

const inbox = "inbox"

var inboxIndexes = []index{
	{collection: inbox, name: "at", keys: bson.D{{Key: "at", Value: 1}}, ttl: 7 * 24 * time.Hour},
}

// messageDoc is a text message of the demo inbox; its _id sorts by time.
type messageDoc struct {
	ID    string    `bson:"_id"`
	Phone string    `bson:"phone"` // sealed
	Text  string    `bson:"text"`  // sealed
	At    time.Time `bson:"at"`
}

// value lets find return the document itself, which needs the vault to be read.
func (d messageDoc) value() messageDoc { return d }

// AddMessage keeps a message of the demo inbox.
func (s *Store) AddMessage(ctx context.Context, m sms.Message) error {
	d := messageDoc{ID: fmt.Sprintf("%020d-%s", m.At.UnixNano(), rand.Text()[:8]), At: m.At}
	var err error
	if d.Phone, err = s.vault.Seal(m.Phone, "message:"+d.ID+":phone"); err != nil {
		return fmt.Errorf("seal a message: %w", err)
	}
	if d.Text, err = s.vault.Seal(m.Text, "message:"+d.ID+":text"); err != nil {
		return fmt.Errorf("seal a message: %w", err)
	}
	_, err = s.add(ctx, inbox, d)
	return err
}

// Messages lists the newest messages of the demo inbox, newest first.
func (s *Store) Messages(ctx context.Context, limit int) ([]sms.Message, error) {
	docs, err := find[messageDoc, messageDoc](ctx, s.db.Collection(inbox), bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: ""}}}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	out := make([]sms.Message, len(docs))
	for i, d := range docs {
		out[i].At = d.At
		if out[i].Phone, err = s.vault.Open(d.Phone, "message:"+d.ID+":phone"); err != nil {
			return nil, fmt.Errorf("open a message: %w", err)
		}
		if out[i].Text, err = s.vault.Open(d.Text, "message:"+d.ID+":text"); err != nil {
			return nil, fmt.Errorf("open a message: %w", err)
		}
	}
	return out, nil
}
