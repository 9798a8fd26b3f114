// Package store keeps the service's documents in MongoDB through the official
// driver. Documents and queries are private; callers see shared values and the
// ports that the rules packages declare. No rules live here.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

// Vault encrypts fields and makes the keyed indexes by which they are found.
type Vault interface {
	// Seal encrypts plain; ad binds the result to its record and field.
	Seal(plain, ad string) (string, error)
	// Open decrypts what Seal made with the same ad.
	Open(sealed, ad string) (string, error)
	// Index is the keyed hash by which a value of that kind is found.
	Index(kind, value string) string
}

// Options say where the database is.
type Options struct {
	URI      string                // mongodb://…
	Database string                // name, shebao when empty
	Dialer   options.ContextDialer // how to reach an embedded store; nil for the network
	Vault    Vault
	Timeout  time.Duration         // to reach the database at start; 8 s when zero
	Monitor  *event.CommandMonitor // is told of every command; nil for nobody
}

// Store is the database with its indexes in place. Safe for concurrent use.
type Store struct {
	client *mongo.Client
	db     *mongo.Database
	vault  Vault
}

// ErrNotFound says that there is no such document.
var ErrNotFound = errors.New("not found")

// ErrExists says that a document with this id or unique value is there already.
var ErrExists = errors.New("exists already")

// Open connects, makes sure that the database answers within o.Timeout and
// creates missing indexes.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Database == "" {
		o.Database = "shebao"
	}
	if o.Timeout == 0 {
		o.Timeout = 8 * time.Second
	}
	journaled := true
	c := options.Client().ApplyURI(o.URI).
		SetServerSelectionTimeout(o.Timeout).
		SetConnectTimeout(o.Timeout).
		SetMaxPoolSize(128).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journaled}).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary())
	if o.Dialer != nil {
		c.SetDialer(o.Dialer)
	}
	if o.Monitor != nil {
		c.SetMonitor(o.Monitor)
	}
	client, err := mongo.Connect(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	s := &Store{client: client, db: client.Database(o.Database), vault: o.Vault}
	within, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	if err := client.Ping(within, readpref.Primary()); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx)) // the ping's error tells more
		return nil, fmt.Errorf("reach the database: %w", err)
	}
	if err := s.ensureIndexes(ctx); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx)) // as above
		return nil, err
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close(ctx context.Context) error { return s.client.Disconnect(ctx) }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.client.Ping(ctx, readpref.Primary()) }

// index is one index of a collection.
type index struct {
	collection string
	name       string
	keys       bson.D
	unique     bool
	partial    bson.D        // only documents that match
	ttl        time.Duration // counted from the date in keys; zero keeps for good
}

// indexes lists every index; they are declared beside the queries that use them.
func indexes() []index {
	var all []index
	for _, list := range [][]index{
		dueIndexes, declarationIndexes, paymentIndexes, agreementIndexes, settingIndexes, enrolmentIndexes, personIndexes,
		accountIndexes, sessionIndexes, codeIndexes, limitIndexes, inboxIndexes, auditIndexes, noticeIndexes, principalIndexes,
		debitRunIndexes, debitPageIndexes, debitFileIndexes, reconcileIndexes, intakeIndexes, rateIndexes, overviewIndexes,
		certificateIndexes, captchaIndexes, refundIndexes, pushIndexes, doubtIndexes, draftIndexes,
	} {
		all = append(all, list...)
	}
	return all
}

func (s *Store) ensureIndexes(ctx context.Context) error {
	by := map[string][]mongo.IndexModel{}
	var order []string
	for _, ix := range indexes() {
		o := options.Index().SetName(ix.name)
		if ix.unique {
			o.SetUnique(true)
		}
		if ix.partial != nil {
			o.SetPartialFilterExpression(ix.partial)
		}
		if ix.ttl != 0 {
			o.SetExpireAfterSeconds(int32(ix.ttl / time.Second)) //nolint:gosec // at most a few years
		}
		if by[ix.collection] == nil {
			order = append(order, ix.collection)
		}
		by[ix.collection] = append(by[ix.collection], mongo.IndexModel{Keys: ix.keys, Options: o})
	}
	for _, name := range order {
		if _, err := s.db.Collection(name).Indexes().CreateMany(ctx, by[name]); err != nil {
			return fmt.Errorf("create indexes of %s: %w", name, err)
		}
	}
	return nil
}

// asErr turns the driver's errors into this package's.
func asErr(err error) error {
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return ErrNotFound
	case mongo.IsDuplicateKeyError(err):
		return ErrExists
	default:
		return err
	}
}

// Drop deletes the whole database. For tests.
func (s *Store) Drop(ctx context.Context) error { return s.db.Drop(ctx) }
