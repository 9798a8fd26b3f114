// Package storetest opens a database for a test: a fresh embedded store, or a fresh
// database of the MongoDB server at SHEBAO_TEST_MONGODB_URI.
package storetest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"shebao/server/localmongo"
	"shebao/server/store"
	"shebao/server/vault"
)

// Open returns an empty store that is dropped when the test ends. A query that looks at
// a whole collection fails the test.
func Open(tb testing.TB) *store.Store {
	tb.Helper()
	return open(tb, where(tb))
}

// where is a database of its own for the test.
func where(tb testing.TB) store.Options {
	tb.Helper()
	ring, err := vault.NewRing(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	v, err := vault.Open(ring)
	if err != nil {
		tb.Fatal(err)
	}
	o := store.Options{URI: os.Getenv("SHEBAO_TEST_MONGODB_URI"), Vault: v}
	o.Database = "shebao_test_" + strings.ToLower(rand.Text()[:12])
	if o.URI == "" {
		local, err := localmongo.Open(tb.Context(), localmongo.Options{
			Dir: tb.TempDir(), OnFullScan: func(namespace string, paths []string) {
				tb.Errorf("a query on %s by %v looks at the whole collection", namespace, paths)
			},
		})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() {
			if err := local.Close(); err != nil {
				tb.Error(err)
			}
		})
		o.URI, o.Dialer = local.URI(), local.Dialer()
	}
	return o
}

func open(tb testing.TB, o store.Options) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Drop(context.Background()); err != nil {
			tb.Error(err)
		}
		if err := s.Close(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return s
}
