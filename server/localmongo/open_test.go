package localmongo

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

// as asserts a value's type.
func as[T any](v any) T {
	t, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("%v is a %T", v, v))
	}
	return t
}

// open opens a store that closes with the test.
func open(tb testing.TB, opts Options) *Server {
	tb.Helper()
	if opts.Dir == "" {
		opts.Dir = tb.TempDir()
	}
	s, err := Open(context.Background(), opts)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

// connect connects the driver as the program does.
func connect(tb testing.TB, s *Server, opts ...*options.ClientOptions) *mongo.Client {
	tb.Helper()
	journal := true
	o := options.Client().ApplyURI(s.URI()).SetDialer(s.Dialer()).SetMaxPoolSize(64).SetServerSelectionTimeout(5 * time.Second).
		SetReadConcern(readconcern.Majority()).SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal})
	c, err := mongo.Connect(context.Background(), append([]*options.ClientOptions{o}, opts...)...)
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	tb.Cleanup(func() { _ = c.Disconnect(context.Background()) })
	return c
}

// start opens a store and returns an empty collection in it.
func start(tb testing.TB, opts Options) (*Server, *mongo.Collection) {
	tb.Helper()
	s := open(tb, opts)
	return s, connect(tb, s).Database("test").Collection("docs")
}
