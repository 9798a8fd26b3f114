package localmongo

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// together runs n clients at once.
func together(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, n)
	begin := make(chan struct{})
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-begin
			errs[i] = do(i)
		}()
	}
	close(begin)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestConcurrentClients(t *testing.T) {
	s := open(t, Options{})
	db := connect(t, s).Database("test")

	t.Run("compare and set has one winner", func(t *testing.T) {
		c := db.Collection("cas")
		for round := range 20 {
			id := fmt.Sprintf("due:%d", round)
			if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "state", Value: "open"}}); err != nil {
				t.Fatal(err)
			}
			var winners atomic.Int64
			together(t, 32, func(i int) error {
				r, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: id}, {Key: "state", Value: "open"}},
					bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: "taken"}, {Key: "by", Value: int32(i)}}}})
				if err == nil {
					winners.Add(r.ModifiedCount)
				}
				return err
			})
			if winners.Load() != 1 {
				t.Fatalf("%d winners", winners.Load())
			}
		}
	})

	t.Run("increments are all counted", func(t *testing.T) {
		c := db.Collection("inc")
		together(t, 32, func(int) error {
			for range 10 {
				_, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "n"}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: int64(1)}}}}, options.Update().SetUpsert(true))
				if err != nil {
					return err
				}
			}
			return nil
		})
		var d struct{ N int64 }
		if err := c.FindOne(t.Context(), bson.D{{Key: "_id", Value: "n"}}).Decode(&d); err != nil || d.N != 320 {
			t.Fatalf("n is %d, %v", d.N, err)
		}
	})

	t.Run("upserts of one key make one document", func(t *testing.T) {
		c := db.Collection("upsert")
		var made atomic.Int64
		together(t, 32, func(i int) error {
			r, err := c.UpdateOne(t.Context(), bson.D{{Key: "key", Value: "k"}}, bson.D{{Key: "$setOnInsert", Value: bson.D{{Key: "by", Value: i}}}}, options.Update().SetUpsert(true))
			if err == nil {
				made.Add(r.UpsertedCount)
			}
			return err
		})
		n, err := c.CountDocuments(t.Context(), bson.D{})
		if err != nil || n != 1 || made.Load() != 1 {
			t.Fatalf("%d documents, %d reported, %v", n, made.Load(), err)
		}
	})

	t.Run("a unique index lets one of equal inserts in", func(t *testing.T) {
		c := db.Collection("unique")
		_, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "serial", Value: 1}}, Options: options.Index().SetUnique(true)})
		if err != nil {
			t.Fatal(err)
		}
		var in, refused atomic.Int64
		together(t, 32, func(i int) error {
			_, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}, {Key: "serial", Value: "s1"}})
			switch {
			case err == nil:
				in.Add(1)
			case mongo.IsDuplicateKeyError(err):
				refused.Add(1)
			default:
				return err
			}
			return nil
		})
		if in.Load() != 1 || refused.Load() != 31 {
			t.Fatalf("%d in, %d refused", in.Load(), refused.Load())
		}
	})

	t.Run("a write that was answered is seen by every client", func(t *testing.T) {
		c := db.Collection("seen")
		other := connect(t, s).Database("test").Collection("seen")
		together(t, 16, func(i int) error {
			for j := range 20 {
				id := fmt.Sprintf("%d-%d", i, j)
				if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: id}}); err != nil {
					return err
				}
				if err := other.FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Err(); err != nil {
					return fmt.Errorf("%s: %w", id, err)
				}
			}
			return nil
		})
	})

	t.Run("one lease is taken by one worker", func(t *testing.T) {
		c := db.Collection("lease")
		for i := range 40 {
			if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}, {Key: "state", Value: "waiting"}}); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		taken := map[int32]int{}
		together(t, 8, func(int) error {
			for {
				var d struct {
					ID int32 `bson:"_id"`
				}
				err := c.FindOneAndUpdate(t.Context(), bson.D{{Key: "state", Value: "waiting"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: "leased"}}}},
					options.FindOneAndUpdate().SetSort(bson.D{{Key: "_id", Value: 1}})).Decode(&d)
				if errors.Is(err, mongo.ErrNoDocuments) {
					return nil
				}
				if err != nil {
					return err
				}
				mu.Lock()
				taken[d.ID]++
				mu.Unlock()
			}
		})
		for id, n := range taken {
			if n != 1 {
				t.Errorf("%d was taken %d times", id, n)
			}
		}
		if len(taken) != 40 {
			t.Errorf("%d taken", len(taken))
		}
	})
}
