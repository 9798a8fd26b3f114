package store

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"shebao/server/account"
)

const sessions = "sessions"

var sessionIndexes = []index{
	{collection: sessions, name: "account", keys: bson.D{{Key: "account", Value: 1}}},
	{collection: sessions, name: "ends", keys: bson.D{{Key: "ends", Value: 1}}, ttl: time.Minute},
}

type sessionDoc struct {
	ID      string    `bson:"_id"` // hash of the token
	Kind    string    `bson:"kind"`
	Subject string    `bson:"subject"`
	Account string    `bson:"account"`
	Name    string    `bson:"name"` // sealed
	Started time.Time `bson:"started"`
	Seen    time.Time `bson:"seen"`
	Ends    time.Time `bson:"ends"`
}

// value lets findOne return the document itself, which needs the vault to be read.
func (d sessionDoc) value() sessionDoc { return d }

func sessionName(id string) string { return "session:" + id + ":name" }

// AddSession stores a new session.
func (s *Store) AddSession(ctx context.Context, ses account.Session) error {
	name, err := s.vault.Seal(ses.Name, sessionName(ses.ID))
	if err != nil {
		return fmt.Errorf("seal name of a session: %w", err)
	}
	added, err := s.add(ctx, sessions, sessionDoc{
		ID: ses.ID, Kind: string(ses.Kind), Subject: ses.Subject, Account: ses.Account, Name: name,
		Started: ses.Started, Seen: ses.Seen, Ends: ses.Ends,
	})
	if err == nil && !added {
		err = fmt.Errorf("insert into %s: %w", sessions, ErrExists)
	}
	return err
}

// Session finds a session, perhaps one that has ended; false when there is none.
func (s *Store) Session(ctx context.Context, id string) (account.Session, bool, error) {
	d, ok, err := findOne[sessionDoc, sessionDoc](ctx, s.db.Collection(sessions), byID(id))
	if err != nil || !ok {
		return account.Session{}, false, err
	}
	name, err := s.vault.Open(d.Name, sessionName(d.ID))
	if err != nil {
		return account.Session{}, false, fmt.Errorf("open name of a session: %w", err)
	}
	return account.Session{
		ID: d.ID, Kind: account.Kind(d.Kind), Subject: d.Subject, Account: d.Account, Name: name,
		Started: d.Started, Seen: d.Seen, Ends: d.Ends,
	}, true, nil
}

// TouchSession moves Seen and Ends. A session that is gone stays gone.
func (s *Store) TouchSession(ctx context.Context, id string, seen, ends time.Time) error {
	_, err := s.db.Collection(sessions).UpdateOne(ctx, byID(id), set(bson.D{{Key: "seen", Value: seen}, {Key: "ends", Value: ends}}))
	if err != nil {
		return fmt.Errorf("update %s: %w", sessions, err)
	}
	return nil
}

// EndSession removes a session; one that is gone is no error.
func (s *Store) EndSession(ctx context.Context, id string) error {
	if _, err := s.db.Collection(sessions).DeleteOne(ctx, byID(id)); err != nil {
		return fmt.Errorf("delete from %s: %w", sessions, err)
	}
	return nil
}

// EndSessions removes every session of the account but the one with the id except.
func (s *Store) EndSessions(ctx context.Context, acc, except string) error {
	_, err := s.db.Collection(sessions).DeleteMany(ctx,
		bson.D{{Key: "account", Value: acc}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: except}}}})
	if err != nil {
		return fmt.Errorf("delete from %s: %w", sessions, err)
	}
	return nil
}
