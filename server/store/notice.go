package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	rules "shebao/server/notice"
	"shebao/shared/notice"
)

const notices = "notices"

var noticeIndexes = []index{
	{collection: notices, name: "list", keys: bson.D{{Key: "person", Value: 1}, {Key: "key", Value: -1}}},
	{
		collection: notices, name: "unread",
		keys: bson.D{{Key: "person", Value: 1}, {Key: "key", Value: 1}}, partial: bson.D{{Key: "unread", Value: true}},
	},
	{collection: notices, name: "texts", keys: bson.D{{Key: "due", Value: 1}}, partial: bson.D{{Key: "texting", Value: true}}},
}

type noticeDoc struct {
	ID      string    `bson:"_id"`
	Person  string    `bson:"person"`
	Key     string    `bson:"key"`
	Kind    string    `bson:"kind"`
	Title   string    `bson:"title"`
	Text    string    `bson:"text"`
	Link    string    `bson:"link"`
	At      time.Time `bson:"at"`
	Unread  bool      `bson:"unread"`
	Texting bool      `bson:"texting"` // its SMS waits to be sent
	Due     time.Time `bson:"due,omitempty"`
	Tried   int       `bson:"tried"`
}

func (d noticeDoc) value() notice.Notice {
	return notice.Notice{
		ID: d.ID, Person: d.Person, Kind: notice.Kind(d.Kind), Title: d.Title, Text: d.Text, Link: d.Link,
		At: d.At, Unread: d.Unread, Key: d.Key,
	}
}

// AddNotice stores a new notice; false when its id is taken. With due, the notice
// waits for its SMS from then on.
func (s *Store) AddNotice(ctx context.Context, n notice.Notice, due time.Time) (bool, error) {
	return s.add(ctx, notices, noticeToDoc(n, due))
}

// AddNotices stores those that are not there yet.
func (s *Store) AddNotices(ctx context.Context, list []rules.Waiting) error {
	_, err := s.addEncoded(ctx, notices, len(list), func(e *encoder, i int) { encodeNotice(e, list[i].Notice, list[i].Due) })
	return err
}

// encodeNotice writes the fields of noticeToDoc(n, due).
func encodeNotice(e *encoder, n notice.Notice, due time.Time) {
	e.text("_id", n.ID)
	e.text("person", n.Person)
	e.text("key", n.Key)
	e.text("kind", string(n.Kind))
	e.text("title", n.Title)
	e.text("text", n.Text)
	e.text("link", n.Link)
	e.time("at", n.At)
	e.truth("unread", n.Unread)
	e.truth("texting", !due.IsZero())
	e.later("due", due)
	e.whole("tried", 0)
}

func noticeToDoc(n notice.Notice, due time.Time) noticeDoc {
	return noticeDoc{
		ID: n.ID, Person: n.Person, Key: n.Key, Kind: string(n.Kind), Title: n.Title, Text: n.Text, Link: n.Link,
		At: n.At, Unread: n.Unread, Texting: !due.IsZero(), Due: due,
	}
}

// Notices lists a person's notices before the key ("" from the newest), newest first.
func (s *Store) Notices(ctx context.Context, person, before string, limit int) ([]notice.Notice, error) {
	filter := bson.D{{Key: "person", Value: person}}
	if before != "" {
		filter = append(filter, bson.E{Key: "key", Value: bson.D{{Key: "$lt", Value: before}}})
	}
	return find[noticeDoc, notice.Notice](ctx, s.db.Collection(notices), filter,
		options.Find().SetSort(bson.D{{Key: "key", Value: -1}}).SetLimit(int64(limit)))
}

// UnreadNotices counts a person's unread notices up to the limit.
func (s *Store) UnreadNotices(ctx context.Context, person string, limit int) (int, error) {
	list, err := find[noticeDoc, notice.Notice](ctx, s.db.Collection(notices),
		bson.D{{Key: "person", Value: person}, {Key: "unread", Value: true}},
		options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}).SetLimit(int64(limit)))
	return len(list), err
}

// MarkNotice marks one notice of the person as read and returns it; false when it is not theirs.
func (s *Store) MarkNotice(ctx context.Context, person, id string) (notice.Notice, bool, error) {
	var d noticeDoc
	err := s.db.Collection(notices).FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: id}, {Key: "person", Value: person}},
		set(bson.D{{Key: "unread", Value: false}}), options.FindOneAndUpdate().SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return notice.Notice{}, false, nil
	case err != nil:
		return notice.Notice{}, false, fmt.Errorf("update %s: %w", notices, err)
	default:
		return d.value(), true, nil
	}
}

// MarkNotices marks those of the person up to and including the key as read.
func (s *Store) MarkNotices(ctx context.Context, person, upTo string) error {
	_, err := s.db.Collection(notices).UpdateMany(ctx, bson.D{
		{Key: "person", Value: person}, {Key: "unread", Value: true}, {Key: "key", Value: bson.D{{Key: "$lte", Value: upTo}}},
	}, set(bson.D{{Key: "unread", Value: false}}))
	if err != nil {
		return fmt.Errorf("update %s: %w", notices, err)
	}
	return nil
}

// LeaseText takes the notice whose SMS has waited longest, moves its time to until and
// counts the try.
func (s *Store) LeaseText(ctx context.Context, now, until time.Time) (notice.Notice, int, bool, error) {
	var d noticeDoc
	err := s.db.Collection(notices).FindOneAndUpdate(ctx,
		bson.D{{Key: "texting", Value: true}, {Key: "due", Value: bson.D{{Key: "$lte", Value: now}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "due", Value: until}}}, {Key: "$inc", Value: bson.D{{Key: "tried", Value: 1}}}},
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "due", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return notice.Notice{}, 0, false, nil
	case err != nil:
		return notice.Notice{}, 0, false, fmt.Errorf("lease in %s: %w", notices, err)
	default:
		return d.value(), d.Tried, true, nil
	}
}

// CloseText marks that the notice's SMS was sent, or given up.
func (s *Store) CloseText(ctx context.Context, id string) error {
	if _, err := s.db.Collection(notices).UpdateOne(ctx, byID(id), set(bson.D{{Key: "texting", Value: false}})); err != nil {
		return fmt.Errorf("update %s: %w", notices, err)
	}
	return nil
}
