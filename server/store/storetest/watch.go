package storetest

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/event"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/store"
)

// Query is a query as it was sent.
type Query = bson.Raw

// Watch keeps the queries that a store sends.
type Watch struct {
	tb   testing.TB
	db   *mongo.Database // over a connection that is not watched
	mu   sync.Mutex
	seen []bson.Raw
}

// OpenWatched is Open with somebody who watches the queries.
func OpenWatched(tb testing.TB) (*store.Store, *Watch) {
	tb.Helper()
	w := &Watch{tb: tb}
	o := where(tb)
	o.Monitor = &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		switch e.CommandName {
		case "find", "aggregate", "count", "getMore", "distinct":
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen = append(w.seen, bytes.Clone(e.Command))
		}
	}}
	c := options.Client().ApplyURI(o.URI)
	if o.Dialer != nil {
		c.SetDialer(o.Dialer)
	}
	client, err := mongo.Connect(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	w.db = client.Database(o.Database)
	s := open(tb, o)
	tb.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return s, w
}

// Take gives the queries since the last call.
func (w *Watch) Take() []Query {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

// Plan is how the database answers a query.
type Plan struct {
	Scans             bool // looks at the whole collection
	Returned, Fetched int  // documents
}

// Explain asks the database how it answers the query.
func (w *Watch) Explain(query Query) Plan {
	w.tb.Helper()
	var find bson.D
	if err := bson.Unmarshal(query, &find); err != nil {
		w.tb.Fatal(err)
	}
	kept := bson.D{}
	for _, e := range find {
		if e.Key[0] != '$' && e.Key != "lsid" && e.Key != "readConcern" { // what belongs to the connection
			kept = append(kept, e)
		}
	}
	var answer bson.Raw
	if err := w.db.RunCommand(w.tb.Context(), bson.D{{Key: "explain", Value: kept}, {Key: "verbosity", Value: "executionStats"}}).Decode(&answer); err != nil {
		w.tb.Fatal(err)
	}
	var stats struct {
		Stats struct {
			Returned int `bson:"nReturned"`
			Fetched  int `bson:"totalDocsExamined"`
		} `bson:"executionStats"`
	}
	if err := bson.Unmarshal(answer, &stats); err != nil {
		w.tb.Fatal(err)
	}
	return Plan{bytes.Contains(answer, []byte("COLLSCAN")), stats.Stats.Returned, stats.Stats.Fetched}
}
