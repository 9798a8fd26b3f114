package localmongo

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"shebao/server/localmongo/internal/sq"
)

// sampleDoc is a due as the program stores it, about 300 bytes.
func sampleDoc(i int) bson.D {
	return bson.D{
		{Key: "_id", Value: fmt.Sprintf("due:p%07d:pension:2026:regular:1", i)},
		{Key: "person", Value: fmt.Sprintf("p%07d", i%5000)},
		{Key: "scheme", Value: "pension"},
		{Key: "year", Value: int32(2026)},
		{Key: "amount", Value: int64(100000 + i)},
		{Key: "state", Value: []string{"open", "declared", "paid"}[i%3]},
		{Key: "authority", Value: "11101050000"},
		{Key: "version", Value: int64(1)},
		{Key: "created", Value: time.UnixMilli(1767225600000 + int64(i)*1000)},
		{Key: "note", Value: "城乡居民基本养老保险费 2026-01…2026-12"},
	}
}

// clients runs b.N steps on n goroutines.
func clients(b *testing.B, n int, step func(i int) error) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	cpu := cpuTime(b)
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				if err := step(i); err != nil {
					b.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpuTime is what this process, client and server, used so far; other than the wall clock it does not depend on neighbours.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkInsert(b *testing.B) {
	for _, n := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("%d_clients", n), func(b *testing.B) {
			_, c := start(b, Options{})
			clients(b, n, func(i int) error {
				_, err := c.InsertOne(context.Background(), sampleDoc(i))
				return err
			})
		})
	}
}

func BenchmarkCompareAndSet(b *testing.B) {
	_, c := start(b, Options{})
	fill(b, c, 1000)
	clients(b, 32, func(i int) error {
		id := sampleDoc(i % 1000)[0].Value
		_, err := c.UpdateOne(context.Background(), bson.D{{Key: "_id", Value: id}, {Key: "state", Value: bson.D{{Key: "$ne", Value: "void"}}}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: "paid"}}}, {Key: "$inc", Value: bson.D{{Key: "version", Value: int64(1)}}}})
		return err
	})
}

func fill(tb testing.TB, c *mongo.Collection, n int) {
	tb.Helper()
	for at := 0; at < n; at += 5000 {
		var docs []any
		for i := at; i < min(n, at+5000); i++ {
			docs = append(docs, sampleDoc(i))
		}
		if _, err := c.InsertMany(context.Background(), docs); err != nil {
			tb.Fatalf("fill: %v", err)
		}
	}
}

func BenchmarkPointRead(b *testing.B) {
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("%d_clients", n), func(b *testing.B) {
			_, c := start(b, Options{})
			fill(b, c, 100000)
			clients(b, n, func(i int) error {
				id := sampleDoc(i * 7919 % 100000)[0].Value
				return c.FindOne(context.Background(), bson.D{{Key: "_id", Value: id}}).Err()
			})
		})
	}
}

func BenchmarkRangeSortLimit(b *testing.B) {
	_, c := start(b, Options{})
	fill(b, c, 100000)
	_, err := c.Indexes().CreateOne(context.Background(), mongo.IndexModel{Keys: bson.D{{Key: "state", Value: 1}, {Key: "created", Value: -1}}})
	if err != nil {
		b.Fatal(err)
	}
	clients(b, 1, func(i int) error {
		cur, err := c.Find(context.Background(), bson.D{
			{Key: "state", Value: "paid"}, {Key: "created", Value: bson.D{{Key: "$gte", Value: time.UnixMilli(1767225600000 + int64(i%90000)*1000)}}},
		}, options.Find().SetSort(bson.D{{Key: "created", Value: -1}}).SetLimit(20))
		if err != nil {
			return err
		}
		var docs []bson.Raw
		if err := cur.All(context.Background(), &docs); err != nil {
			return err
		}
		if len(docs) != 20 {
			return fmt.Errorf("%d documents", len(docs))
		}
		return nil
	})
}

// BenchmarkRawSQLite inserts the same rows without documents, protocol and driver.
func BenchmarkRawSQLite(b *testing.B) {
	for _, group := range []int{1, 32} {
		b.Run(fmt.Sprintf("%d_a_commit", group), func(b *testing.B) {
			s := open(b, Options{})
			var rows []keyed
			for i := range b.N {
				doc, err := bson.Marshal(sampleDoc(i))
				if err != nil {
					b.Fatal(err)
				}
				d := prepareInsert(doc)
				rows = append(rows, keyed{id: d.id, doc: d.doc})
			}
			if err := s.write(func(t *txn) error {
				_, err := t.collection("test.docs")
				return err
			}); err != nil {
				b.Fatal(err)
			}
			c, err := s.openConn(sq.ReadWrite)
			if err != nil {
				b.Fatal(err)
			}
			insert := s.cat.Load().colls["test.docs"].sql.insert
			b.ResetTimer()
			cpu := cpuTime(b)
			for len(rows) > 0 {
				n := min(group, len(rows))
				if err := c.Exec("begin immediate"); err != nil {
					b.Fatal(err)
				}
				for _, r := range rows[:n] {
					if err := c.Exec(insert, r.id, r.doc); err != nil {
						b.Fatal(err)
					}
				}
				if err := c.Exec("commit"); err != nil {
					b.Fatal(err)
				}
				rows = rows[n:]
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
			b.StopTimer()
			if err := c.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkTransport compares the ways into the server with the smallest command.
func BenchmarkTransport(b *testing.B) {
	s := open(b, Options{})
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	if err := s.serveListener(l); err != nil {
		b.Fatal(err)
	}
	ways := map[string]options.ContextDialer{"memory": s.Dialer(), "unix_socket": dialTo{l.Addr().String()}}
	for _, n := range []int{1, 32} {
		for name, d := range ways {
			b.Run(fmt.Sprintf("%s_%d_clients", name, n), func(b *testing.B) {
				db := connect(b, s, options.Client().SetDialer(d)).Database("admin")
				clients(b, n, func(int) error {
					return db.RunCommand(context.Background(), bson.D{{Key: "ping", Value: int32(1)}}).Err()
				})
			})
		}
	}
}

type dialTo struct{ path string }

func (d dialTo) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", d.path)
}
