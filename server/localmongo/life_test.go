package localmongo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func TestOpen(t *testing.T) {
	t.Run("a second one is told that the directory is locked", func(t *testing.T) {
		dir := t.TempDir()
		open(t, Options{Dir: dir})
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrLocked) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a closed store can be opened again", func(t *testing.T) {
		dir := t.TempDir()
		for range 3 {
			s, err := Open(t.Context(), Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), s.Close()); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("a directory that is a file is unreadable", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Dir: path}); !errors.Is(err, ErrUnreadable) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a store.db that is a directory is unreadable", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "store.db"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrUnreadable) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a file of something else is refused", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "store.db"), []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a damaged file is refused", func(t *testing.T) {
		dir := t.TempDir()
		s, err := Open(t.Context(), Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		fill(t, connect(t, s).Database("test").Collection("docs"), 2000)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "store.db")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := pageSize * 3; i < pageSize*9; i++ {
			b[i] ^= 0x5a
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("a failed open leaves no lock behind", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "store.db")
		if err := os.WriteFile(path, []byte(strings.Repeat("x", 100000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("got %v", err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		open(t, Options{Dir: dir})
	})
	t.Run("the files are for the owner only", func(t *testing.T) {
		s, c := start(t, Options{})
		fill(t, c, 10)
		files, err := filepath.Glob(filepath.Join(s.opts.Dir, "*"))
		if err != nil || len(files) < 3 {
			t.Fatalf("%v, %v", files, err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %v, %v", f, info.Mode(), err)
			}
		}
	})
}

func TestCatalogueSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, s).Database("test").Collection("docs")
	fill(t, c, 50)
	models := []mongo.IndexModel{
		{Keys: bson.D{{Key: "person", Value: 1}, {Key: "created", Value: -1}}},
		{Keys: bson.D{{Key: "amount", Value: 1}}, Options: options.Index().SetUnique(true).SetPartialFilterExpression(bson.D{{Key: "state", Value: "paid"}})},
		{Keys: bson.D{{Key: "created", Value: 1}}, Options: options.Index().SetExpireAfterSeconds(1 << 30)},
		{Keys: bson.D{{Key: "tags", Value: 1}}},
	}
	if _, err := c.Indexes().CreateMany(t.Context(), models); err != nil {
		t.Fatal(err)
	}
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "arrays"}, {Key: "tags", Value: bson.A{"x", "y"}}}); err != nil {
		t.Fatal(err)
	}
	before := indexes(t, c)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c = connect(t, open(t, Options{Dir: dir})).Database("test").Collection("docs")
	if after := indexes(t, c); after != before {
		t.Fatalf("before %s\nafter %s", before, after)
	}
	if n, err := c.CountDocuments(t.Context(), bson.D{{Key: "tags", Value: "y"}}); n != 1 || err != nil {
		t.Errorf("%d found by the array, %v", n, err)
	}
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "amount", Value: int64(100002)}, {Key: "state", Value: "paid"}}); !mongo.IsDuplicateKeyError(err) {
		t.Errorf("the partial unique index let a duplicate in: %v", err)
	}
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "amount", Value: int64(100002)}, {Key: "state", Value: "open"}}); err != nil {
		t.Errorf("the partial unique index holds what is not in it: %v", err)
	}
	if _, err := c.Database().Collection("more").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Errorf("a new collection after the restart: %v", err)
	}
}

func indexes(t *testing.T, c *mongo.Collection) string {
	t.Helper()
	cur, err := c.Indexes().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var docs []bson.D
	if err := cur.All(t.Context(), &docs); err != nil {
		t.Fatal(err)
	}
	return show(docs)
}

func TestFullDisk(t *testing.T) {
	_, c := start(t, Options{maxPages: 60})
	var kept []string
	var full error
	for i := 0; full == nil && i < 500; i++ {
		id := fmt.Sprintf("d%d", i)
		if _, full = c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "v", Value: strings.Repeat("x", 3000)}}); full == nil {
			kept = append(kept, id)
		}
	}
	var ce mongo.ServerError
	if !errors.As(full, &ce) || !ce.HasErrorCode(int(codeOutOfDisk)) || strings.Contains(full.Error(), "sqlite") {
		t.Fatalf("the full disk is reported as %v", full)
	}
	if n, err := c.CountDocuments(t.Context(), bson.D{}); err != nil || n != int64(len(kept)) {
		t.Fatalf("%d documents of %d, %v", n, len(kept), err)
	}
	if _, err := c.DeleteMany(t.Context(), bson.D{}); err != nil {
		t.Fatalf("room can't be made: %v", err)
	}
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "again"}}); err != nil {
		t.Fatalf("writes don't work again: %v", err)
	}
}

func TestBackup(t *testing.T) {
	s, c := start(t, Options{})
	fill(t, c, 500)
	ctx, stop := context.WithCancel(t.Context())
	var pairs atomic.Int64
	done := make(chan error, 1)
	go func() { // each write makes two documents at once: the copy must have both or none
		for ctx.Err() == nil {
			n := pairs.Add(1)
			_, err := c.InsertMany(context.WithoutCancel(ctx), []any{bson.D{{Key: "_id", Value: fmt.Sprintf("a%d", n)}}, bson.D{{Key: "_id", Value: fmt.Sprintf("b%d", n)}}})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for pairs.Load() < 3 {
		runtime.Gosched()
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "store.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); !errors.Is(err, ErrExists) {
		t.Fatalf("a backup over a backup: %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.part")); err != nil || len(left) > 0 {
		t.Fatalf("left behind: %v, %v", left, err)
	}
	copied := connect(t, open(t, Options{Dir: dir})).Database("test").Collection("docs")
	count := func(from, to string) int64 {
		n, err := copied.CountDocuments(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: from}, {Key: "$lt", Value: to}}}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b, rest := count("a", "b"), count("b", "c"), count("d", "e"); a != b || a < 1 || rest != 500 {
		t.Fatalf("the copy has %d and %d of the pairs, %d of the others", a, b, rest)
	}
}

func TestExpiry(t *testing.T) {
	var now atomic.Int64
	now.Store(1_800_000_000)
	s, c := start(t, Options{Now: func() time.Time { return time.Unix(now.Load(), 0) }})
	_, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "at", Value: 1}}, Options: options.Index().SetExpireAfterSeconds(60)})
	if err != nil {
		t.Fatal(err)
	}
	at := func(sec int64) any { return time.Unix(1_800_000_000+sec, 0) }
	_, err = c.InsertMany(t.Context(), []any{
		bson.D{{Key: "_id", Value: "old"}, {Key: "at", Value: at(-61)}},
		bson.D{{Key: "_id", Value: "array"}, {Key: "at", Value: bson.A{at(500), at(-100)}}},
		bson.D{{Key: "_id", Value: "just"}, {Key: "at", Value: at(-60)}},
		bson.D{{Key: "_id", Value: "young"}, {Key: "at", Value: at(-59)}},
		bson.D{{Key: "_id", Value: "none"}},
		bson.D{{Key: "_id", Value: "text"}, {Key: "at", Value: "2020-01-01"}},
		bson.D{{Key: "_id", Value: "number"}, {Key: "at", Value: int64(1)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	sweep := func(want int) {
		t.Helper()
		if n, err := s.Sweep(t.Context()); n != want || err != nil {
			t.Fatalf("%d removed, want %d, %v", n, want, err)
		}
	}
	sweep(3)
	if left := ids(t, c, bson.D{}, options.Find()); strings.Join(left, " ") != "none number text young" {
		t.Fatalf("left: %v", left)
	}
	sweep(0)
	now.Add(1)
	sweep(1)
}

func TestCatalogueCommands(t *testing.T) {
	s, c := start(t, Options{})
	fill(t, c, 3)
	db := c.Database()
	if err := db.CreateCollection(t.Context(), "made"); err != nil {
		t.Fatal(err)
	}
	if err := db.CreateCollection(t.Context(), "made"); err == nil {
		t.Error("a collection was made twice")
	}
	if _, err := connect(t, s).Database("other").Collection("x").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Fatal(err)
	}
	names, err := db.ListCollectionNames(t.Context(), bson.D{})
	if err != nil || strings.Join(names, " ") != "docs made" {
		t.Errorf("%v, %v", names, err)
	}
	if names, err = db.ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: "made"}}); err != nil || strings.Join(names, " ") != "made" {
		t.Errorf("%v, %v", names, err)
	}
	dbs, err := db.Client().ListDatabaseNames(t.Context(), bson.D{})
	if err != nil || strings.Join(dbs, " ") != "other test" {
		t.Errorf("%v, %v", dbs, err)
	}
	if _, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "state", Value: 1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "state", Value: 1}}}); err != nil {
		t.Errorf("making an index again: %v", err)
	}
	if _, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "state", Value: 1}}, Options: options.Index().SetUnique(true)}); err == nil {
		t.Error("an index changed silently")
	}
	if _, err := c.Indexes().DropOne(t.Context(), "state_1"); err != nil {
		t.Error(err)
	}
	if plan := explained(t, c, bson.D{{Key: "state", Value: "paid"}}, nil); !strings.Contains(plan, "COLLSCAN") {
		t.Error(plan)
	}
	if err := errors.Join(c.Drop(t.Context()), db.Collection("none").Drop(t.Context()), db.Client().Database("other").Drop(t.Context())); err != nil {
		t.Fatal(err)
	}
	if dbs, err = db.Client().ListDatabaseNames(t.Context(), bson.D{}); err != nil || strings.Join(dbs, " ") != "test" {
		t.Errorf("%v, %v", dbs, err)
	}
	if n, err := c.CountDocuments(t.Context(), bson.D{}); n != 0 || err != nil {
		t.Errorf("%d documents in a dropped collection, %v", n, err)
	}
}

func TestListenTCP(t *testing.T) {
	s, c := start(t, Options{})
	fill(t, c, 3)
	addr, err := s.ListenTCP("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(t.Context(), options.Client().ApplyURI("mongodb://"+addr.String()+"/?directConnection=true"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := client.Database("test").Collection("docs").CountDocuments(t.Context(), bson.D{}); n != 3 || err != nil {
		t.Fatalf("%d documents, %v", n, err)
	}
	if err := errors.Join(client.Disconnect(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", addr.String()); err == nil {
		_ = conn.Close()
		t.Fatal("the port is open after Close")
	}
	if _, err := s.ListenTCP("127.0.0.1:0"); !errors.Is(err, ErrClosed) && err == nil {
		t.Fatal("a closed store listens")
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "x")); !errors.Is(err, ErrClosed) {
		t.Fatalf("backup of a closed store: %v", err)
	}
}
