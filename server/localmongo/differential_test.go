package localmongo

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// anyValue makes values that are often equal, close to each other or of other types.
func anyValue(r *rand.Rand, arrays bool) any {
	words := []string{"", "a", "ab", "b", "𠮷", "𠮷野", "王", "a\x00b", "吉", "\uffff"}
	n := 14
	if arrays {
		n = 17
	}
	switch r.IntN(n) {
	case 0:
		return nil
	case 1, 2:
		return int32(r.IntN(7) - 3)
	case 3:
		return int64(r.IntN(7) - 3)
	case 4:
		return []float64{-2.5, -1, 0, 0.5, 1, 2, 1e300}[r.IntN(7)]
	case 5:
		return int64(1)<<53 + int64(r.IntN(3))
	case 6, 7, 8:
		return words[r.IntN(len(words))]
	case 9:
		return r.IntN(2) == 0
	case 10:
		return primitive.DateTime(r.IntN(5) * 1000)
	case 11:
		return primitive.ObjectID{11: byte(r.IntN(3))}
	case 12:
		return bson.D{{Key: "x", Value: int32(r.IntN(2))}}
	case 13:
		return primitive.Binary{Data: []byte{byte(r.IntN(2))}}
	default:
		a := bson.A{}
		for range r.IntN(3) {
			a = append(a, anyValue(r, false))
		}
		return a
	}
}

// anyFilter makes filters over the fields a, b and c.
func anyFilter(r *rand.Rand, arrays bool) bson.D {
	filter := bson.D{}
	for _, f := range []string{"a", "b", "c", "_id"} {
		if r.IntN(3) == 0 {
			continue
		}
		value := func() any {
			if f == "_id" {
				return fmt.Sprintf("d%03d", r.IntN(400))
			}
			return anyValue(r, arrays && r.IntN(4) == 0)
		}
		switch r.IntN(7) {
		case 0, 1:
			filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: "$eq", Value: value()}}})
		case 2:
			filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: "$in", Value: bson.A{value(), value(), value()}}}})
		case 3:
			filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: []string{"$gt", "$gte"}[r.IntN(2)], Value: value()}}})
		case 4:
			filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: []string{"$lt", "$lte"}[r.IntN(2)], Value: value()}}})
		case 5:
			filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: "$gte", Value: value()}, {Key: "$lt", Value: value()}}})
		default:
			if f != "_id" {
				filter = append(filter, bson.E{Key: f, Value: bson.D{{Key: "$exists", Value: r.IntN(2) == 0}}})
			}
		}
	}
	if r.IntN(8) == 0 {
		filter = append(filter, bson.E{Key: "$or", Value: bson.A{bson.D{{Key: "a", Value: anyValue(r, false)}}, bson.D{{Key: "b", Value: anyValue(r, false)}}}})
	}
	return filter
}

func anySort(r *rand.Rand) bson.D {
	sort := bson.D{}
	for _, i := range r.Perm(3)[:r.IntN(3)] {
		sort = append(sort, bson.E{Key: []string{"a", "b", "c"}[i], Value: int32(r.IntN(2)*2 - 1)})
	}
	if len(sort) > 0 { // makes the order total
		sort = append(sort, bson.E{Key: "_id", Value: int32(r.IntN(2)*2 - 1)})
	}
	return sort
}

var differentialIndexes = []struct {
	keys    bson.D
	partial bson.D
}{
	{bson.D{{Key: "a", Value: 1}}, nil},
	{bson.D{{Key: "a", Value: 1}, {Key: "b", Value: -1}}, nil},
	{bson.D{{Key: "b", Value: -1}, {Key: "c", Value: 1}}, nil},
	{bson.D{{Key: "c", Value: -1}, {Key: "a", Value: -1}, {Key: "b", Value: 1}}, nil},
	{bson.D{{Key: "b", Value: 1}}, bson.D{{Key: "a", Value: bson.D{{Key: "$gt", Value: int32(0)}}}}},
	{bson.D{{Key: "c", Value: 1}}, bson.D{{Key: "b", Value: "a"}}},
	{bson.D{{Key: "c", Value: 1}, {Key: "b", Value: 1}}, bson.D{{Key: "a", Value: bson.D{{Key: "$exists", Value: true}}}}},
}

// TestIndexesAgreeWithFullScans compares random queries on equal collections, of which one has indexes.
func TestIndexesAgreeWithFullScans(t *testing.T) {
	s := open(t, Options{})
	db := connect(t, s).Database("test")
	for _, arrays := range []bool{false, true} {
		t.Run(fmt.Sprintf("arrays %v", arrays), func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			r := rand.New(rand.NewPCG(seed, 1))
			plain, indexed := db.Collection(fmt.Sprintf("plain%v", arrays)), db.Collection(fmt.Sprintf("indexed%v", arrays))
			var docs []any
			for i := range 400 {
				d := bson.D{{Key: "_id", Value: fmt.Sprintf("d%03d", i)}}
				array := r.IntN(3) // at most one field of a document holds an array
				for k, f := range []string{"a", "b", "c"} {
					if r.IntN(6) > 0 {
						d = append(d, bson.E{Key: f, Value: anyValue(r, arrays && array == k)})
					}
				}
				docs = append(docs, d)
			}
			for i, x := range differentialIndexes {
				o := options.Index().SetName(fmt.Sprintf("i%d", i))
				if x.partial != nil {
					o.SetPartialFilterExpression(x.partial)
				}
				if i == 3 { // the others are filled from the documents
					if _, err := indexed.InsertMany(t.Context(), docs[:300]); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := indexed.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: x.keys, Options: o}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := indexed.InsertMany(t.Context(), docs[300:]); err != nil {
				t.Fatal(err)
			}
			if _, err := plain.InsertMany(t.Context(), docs); err != nil {
				t.Fatal(err)
			}
			compareQueries(t, r, plain, indexed, arrays)
			changeBoth(t, r, plain, indexed)
			compareQueries(t, r, plain, indexed, arrays)
		})
	}
}

func changeBoth(t *testing.T, r *rand.Rand, plain, indexed *mongo.Collection) {
	t.Helper()
	for range 150 {
		f := []string{"a", "b", "c"}[r.IntN(3)]
		filter := bson.D{{Key: "_id", Value: fmt.Sprintf("d%03d", r.IntN(400))}}
		change := bson.D{{Key: "$set", Value: bson.D{{Key: f, Value: anyValue(r, false)}}}}
		switch r.IntN(4) {
		case 0:
			change = bson.D{{Key: "$unset", Value: bson.D{{Key: f, Value: ""}}}}
		case 1:
			change = bson.D{{Key: "$rename", Value: bson.D{{Key: "a", Value: "b"}}}}
		}
		for _, c := range []*mongo.Collection{plain, indexed} {
			if _, err := c.UpdateOne(t.Context(), filter, change); err != nil {
				t.Fatalf("%v: %v", change, err)
			}
		}
	}
	filter := bson.D{{Key: "a", Value: bson.D{{Key: "$gte", Value: "b"}}}}
	for _, c := range []*mongo.Collection{plain, indexed} {
		if _, err := c.DeleteMany(t.Context(), filter); err != nil {
			t.Fatal(err)
		}
	}
}

func compareQueries(t *testing.T, r *rand.Rand, plain, indexed *mongo.Collection, arrays bool) {
	t.Helper()
	used := 0
	for range 800 {
		filter, sort := anyFilter(r, arrays), anySort(r)
		o := options.Find().SetBatchSize(int32(2 + r.IntN(50)))
		if len(sort) > 0 {
			o.SetSort(sort)
			if r.IntN(2) == 0 {
				o.SetLimit(int64(1 + r.IntN(20))).SetSkip(int64(r.IntN(10)))
			}
		}
		want, got := ids(t, plain, filter, o), ids(t, indexed, filter, o)
		if len(sort) == 0 {
			slices.Sort(want)
			slices.Sort(got)
		}
		if !slices.Equal(want, got) {
			t.Fatalf("filter %s sort %s limit %v skip %v\n full scan %v\n indexed   %v\n plan %s", show(filter), show(sort), o.Limit, o.Skip, want, got, explained(t, indexed, filter, sort))
		}
		if !bytes.Contains([]byte(explained(t, indexed, filter, sort)), []byte("COLLSCAN")) {
			used++
		}
	}
	if used < 350 {
		t.Errorf("only %d of 800 queries used an index", used)
	}
}

func ids(t *testing.T, c *mongo.Collection, filter bson.D, o *options.FindOptions) []string {
	t.Helper()
	cur, err := c.Find(t.Context(), filter, o)
	if err != nil {
		t.Fatalf("%s: %v", show(filter), err)
	}
	var docs []struct {
		ID string `bson:"_id"`
	}
	if err := cur.All(t.Context(), &docs); err != nil {
		t.Fatalf("%s: %v", show(filter), err)
	}
	out := make([]string, len(docs))
	for i, d := range docs {
		out[i] = d.ID
	}
	return out
}

// explained returns the winning plan of a find.
func explained(t *testing.T, c *mongo.Collection, filter, sort bson.D) string {
	t.Helper()
	find := bson.D{{Key: "find", Value: c.Name()}, {Key: "filter", Value: filter}}
	if len(sort) > 0 {
		find = append(find, bson.E{Key: "sort", Value: sort})
	}
	return show(as[bson.D](explainCommand(t, c, find)["queryPlanner"])[2].Value)
}

func explainCommand(t *testing.T, c *mongo.Collection, cmd bson.D) map[string]any {
	t.Helper()
	var d bson.D
	if err := c.Database().RunCommand(t.Context(), bson.D{{Key: "explain", Value: cmd}, {Key: "verbosity", Value: "executionStats"}}).Decode(&d); err != nil {
		t.Fatalf("explain: %v", err)
	}
	out := map[string]any{}
	for _, e := range d {
		out[e.Key] = e.Value
	}
	return out
}
