package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/push"
	"shebao/shared/notice"
)

const (
	pushDevices  = "push_devices"
	pushMessages = "push_messages"
)

var pushIndexes = []index{
	{collection: pushDevices, name: "person", keys: bson.D{{Key: "person", Value: 1}, {Key: "since", Value: -1}}},
	{collection: pushDevices, name: "session", keys: bson.D{{Key: "session", Value: 1}}},
	{collection: pushMessages, name: "due", keys: bson.D{{Key: "due", Value: 1}}, partial: bson.D{{Key: "waiting", Value: true}}},
	{collection: pushMessages, name: "at", keys: bson.D{{Key: "at", Value: 1}}, ttl: 7 * 24 * time.Hour},
}

// pushDeviceDoc is a device. Its address and keys are sealed together: who has them can
// push to the person's phone.
type pushDeviceDoc struct {
	ID      string    `bson:"_id"`
	Person  string    `bson:"person"`
	Session string    `bson:"session"`
	Address string    `bson:"address"` // sealed pushAddress
	Since   time.Time `bson:"since"`
}

type pushAddress struct {
	Endpoint string `json:"endpoint"`
	Key      string `json:"key"`
	Auth     string `json:"auth"`
}

// value lets find return the document itself, which needs the vault to be read.
func (d pushDeviceDoc) value() pushDeviceDoc { return d }

func pushAddressOf(id string) string { return "push:" + id + ":address" }

func (s *Store) pushDevice(d pushDeviceDoc) (push.Device, error) {
	text, err := s.vault.Open(d.Address, pushAddressOf(d.ID))
	if err != nil {
		return push.Device{}, fmt.Errorf("open address of device %s: %w", d.ID, err)
	}
	var a pushAddress
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return push.Device{}, fmt.Errorf("read address of device %s: %w", d.ID, err)
	}
	return push.Device{ID: d.ID, Person: d.Person, Session: d.Session, Endpoint: a.Endpoint, Key: a.Key, Auth: a.Auth, Since: d.Since}, nil
}

// PutDevice stores a device. One with the same id is replaced, whosever it was.
func (s *Store) PutDevice(ctx context.Context, d push.Device) error {
	text, err := json.Marshal(pushAddress{Endpoint: d.Endpoint, Key: d.Key, Auth: d.Auth})
	if err != nil {
		return fmt.Errorf("write address of device %s: %w", d.ID, err)
	}
	sealed, err := s.vault.Seal(string(text), pushAddressOf(d.ID))
	if err != nil {
		return fmt.Errorf("seal address of device %s: %w", d.ID, err)
	}
	doc := pushDeviceDoc{ID: d.ID, Person: d.Person, Session: d.Session, Address: sealed, Since: d.Since}
	for range raceRounds {
		if _, err = s.db.Collection(pushDevices).ReplaceOne(ctx, byID(d.ID), doc, options.Replace().SetUpsert(true)); !mongo.IsDuplicateKeyError(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("replace in %s: %w", pushDevices, err)
	}
	return nil
}

// Device returns a device; false when there is none.
func (s *Store) Device(ctx context.Context, id string) (push.Device, bool, error) {
	doc, ok, err := findOne[pushDeviceDoc, pushDeviceDoc](ctx, s.db.Collection(pushDevices), byID(id))
	if err != nil || !ok {
		return push.Device{}, false, err
	}
	d, err := s.pushDevice(doc)
	return d, err == nil, err
}

// Devices lists a person's devices, newest first.
func (s *Store) Devices(ctx context.Context, person string, limit int) ([]push.Device, error) {
	docs, err := find[pushDeviceDoc, pushDeviceDoc](ctx, s.db.Collection(pushDevices), bson.D{{Key: "person", Value: person}},
		options.Find().SetSort(bson.D{{Key: "since", Value: -1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	list := make([]push.Device, len(docs))
	for i, doc := range docs {
		if list[i], err = s.pushDevice(doc); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// DevicesOf lists the devices of many people, without their addresses.
func (s *Store) DevicesOf(ctx context.Context, persons []string) ([]push.Device, error) {
	var list []push.Device
	err := scanIn(ctx, s.db.Collection(pushDevices), "person", persons, nil, func(doc bson.Raw) error {
		var d pushDeviceDoc
		err := bson.Unmarshal(doc, &d)
		list = append(list, push.Device{ID: d.ID, Person: d.Person, Session: d.Session, Since: d.Since})
		return err
	})
	return list, err
}

// RemoveDevice removes the person's device; person "" is anybody's.
func (s *Store) RemoveDevice(ctx context.Context, person, id string) error {
	filter := byID(id)
	if person != "" {
		filter = append(filter, bson.E{Key: "person", Value: person})
	}
	if _, err := s.db.Collection(pushDevices).DeleteOne(ctx, filter); err != nil {
		return fmt.Errorf("delete from %s: %w", pushDevices, err)
	}
	return nil
}

// RemoveDevicesIn removes the devices that were switched on in the session.
func (s *Store) RemoveDevicesIn(ctx context.Context, session string) error {
	return s.removeDevices(ctx, "session", session)
}

// RemoveDevicesOf removes all devices of the person.
func (s *Store) RemoveDevicesOf(ctx context.Context, person string) error {
	return s.removeDevices(ctx, "person", person)
}

func (s *Store) removeDevices(ctx context.Context, field, value string) error {
	if value == "" {
		return nil
	}
	if _, err := s.db.Collection(pushDevices).DeleteMany(ctx, bson.D{{Key: field, Value: value}}); err != nil {
		return fmt.Errorf("delete from %s: %w", pushDevices, err)
	}
	return nil
}

// pushMessageDoc is a message; it stays for a week so that its id stays taken.
type pushMessageDoc struct {
	ID      string    `bson:"_id"`
	Notice  string    `bson:"notice"`
	Person  string    `bson:"person"`
	Device  string    `bson:"device"`
	Kind    string    `bson:"kind"`
	Path    string    `bson:"path"`
	At      time.Time `bson:"at"`
	Due     time.Time `bson:"due"`
	Waiting bool      `bson:"waiting"` // nobody has claimed it
	Tried   int       `bson:"tried"`
}

// AddMessages stores those whose id is not taken; ids stay taken for a week.
func (s *Store) AddMessages(ctx context.Context, list []push.Message) error {
	docs := make([]any, len(list))
	for i, m := range list {
		docs[i] = pushMessageDoc{
			ID: m.ID, Notice: m.Notice, Person: m.Person, Device: m.Device, Kind: string(m.Kind), Path: m.Path, At: m.At, Due: m.At, Waiting: true,
		}
	}
	return s.addMany(ctx, pushMessages, docs)
}

// ClaimMessage takes the message that has waited longest, for one caller only.
func (s *Store) ClaimMessage(ctx context.Context, now time.Time) (push.Message, bool, error) {
	var d pushMessageDoc
	err := s.db.Collection(pushMessages).FindOneAndUpdate(ctx,
		bson.D{{Key: "waiting", Value: true}, {Key: "due", Value: bson.D{{Key: "$lte", Value: now}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "waiting", Value: false}}}, {Key: "$inc", Value: bson.D{{Key: "tried", Value: 1}}}},
		options.FindOneAndUpdate().SetSort(bson.D{{Key: "due", Value: 1}}).SetReturnDocument(options.After)).Decode(&d)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return push.Message{}, false, nil
	case err != nil:
		return push.Message{}, false, fmt.Errorf("claim in %s: %w", pushMessages, err)
	default:
		return push.Message{
			ID: d.ID, Notice: d.Notice, Person: d.Person, Device: d.Device, Kind: notice.Kind(d.Kind), Path: d.Path, At: d.At, Tried: d.Tried,
		}, true, nil
	}
}

// ReturnMessage gives a claimed message back to wait until due.
func (s *Store) ReturnMessage(ctx context.Context, id string, due time.Time) error {
	_, err := s.db.Collection(pushMessages).UpdateOne(ctx, byID(id), set(bson.D{{Key: "waiting", Value: true}, {Key: "due", Value: due}}))
	if err != nil {
		return fmt.Errorf("update %s: %w", pushMessages, err)
	}
	return nil
}
