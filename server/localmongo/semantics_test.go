package localmongo

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// TestUpdate shows what updates make of documents. Documents are written as extended JSON.
func TestUpdate(t *testing.T) {
	_, c := start(t, Options{Now: func() time.Time { return time.UnixMilli(1_800_000_000_000) }})
	filters := func(list ...any) *options.UpdateOptions {
		return options.Update().SetArrayFilters(options.ArrayFilters{Filters: list})
	}
	cases := []struct {
		name, doc, filter, change, want string
		opts                            *options.UpdateOptions
	}{
		{"fields keep their order", `{"_id":1,"a":1,"b":2}`, `{"_id":1}`, `{"$set":{"b":3,"c":4}}`, `{"_id":1,"a":1,"b":3,"c":4}`, nil},
		{"a 32-bit number grows to 64 bits", `{"_id":1,"n":2147483647}`, `{"_id":1}`, `{"$inc":{"n":1}}`, `{"_id":1,"n":{"$numberLong":"2147483648"}}`, nil},
		{"a 32-bit product grows to 64 bits", `{"_id":1,"n":65536}`, `{"_id":1}`, `{"$mul":{"n":65536}}`, `{"_id":1,"n":{"$numberLong":"4294967296"}}`, nil},
		{"64-bit numbers stay exact", `{"_id":1,"n":{"$numberLong":"9007199254740993"}}`, `{"_id":1}`, `{"$inc":{"n":1}}`, `{"_id":1,"n":{"$numberLong":"9007199254740994"}}`, nil},
		{"two array filters do not mix", `{"_id":1,"x":[{"k":1,"y":[1,2]},{"k":2,"y":[1,2]}]}`, `{"_id":1}`, `{"$set":{"x.$[i].y.$[j]":9}}`, `{"_id":1,"x":[{"k":1,"y":[1,9]},{"k":2,"y":[1,2]}]}`, filters(bson.D{{Key: "i.k", Value: 1}}, bson.D{{Key: "j", Value: bson.D{{Key: "$ne", Value: 1}}}})},
		{"every element", `{"_id":1,"x":[1,2]}`, `{"_id":1}`, `{"$inc":{"x.$[]":1}}`, `{"_id":1,"x":[2,3]}`, nil},
		{"the clock is the store's", `{"_id":1}`, `{"_id":1}`, `{"$currentDate":{"at":true}}`, `{"_id":1,"at":{"$date":"2027-01-15T08:00:00Z"}}`, nil},
		{"push, sort and cut", `{"_id":1,"x":[3]}`, `{"_id":1}`, `{"$push":{"x":{"$each":[2,1],"$sort":1,"$slice":2}}}`, `{"_id":1,"x":[1,2]}`, nil},
		{"pull by condition", `{"_id":1,"x":[{"k":1},{"k":2}]}`, `{"_id":1}`, `{"$pull":{"x":{"k":{"$gte":2}}}}`, `{"_id":1,"x":[{"k":1}]}`, nil},
		{"an upsert starts with the filter's equalities", ``, `{"a":1,"b":{"$gt":2},"c.d":{"$in":[5]},"_id":"k"}`, `{"$set":{"e":1}}`, `{"_id":"k","a":1,"c":{"d":5},"e":1}`, options.Update().SetUpsert(true)},
		{"an upsert of a document that is there changes it", `{"_id":1,"n":1}`, `{"_id":1}`, `{"$inc":{"n":1},"$setOnInsert":{"m":1}}`, `{"_id":1,"n":2}`, options.Update().SetUpsert(true)},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			if err := c.Drop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if x.doc != "" {
				if _, err := c.InsertOne(t.Context(), parse(t, x.doc)); err != nil {
					t.Fatal(err)
				}
			}
			opts := []*options.UpdateOptions{}
			if x.opts != nil {
				opts = append(opts, x.opts)
			}
			if _, err := c.UpdateOne(t.Context(), parse(t, x.filter), parse(t, x.change), opts...); err != nil {
				t.Fatal(err)
			}
			var got bson.D
			if err := c.FindOne(t.Context(), bson.D{}).Decode(&got); err != nil {
				t.Fatal(err)
			}
			if want := parse(t, x.want); show(got) != show(want) {
				t.Fatalf("got %s, want %s", show(got), show(want))
			}
		})
	}
}

func parse(t *testing.T, s string) bson.D {
	t.Helper()
	var d bson.D
	if err := bson.UnmarshalExtJSON([]byte(s), false, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestUpdateCounts(t *testing.T) {
	_, c := start(t, Options{})
	fill(t, c, 9)
	r, err := c.UpdateMany(t.Context(), bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: "state", Value: "paid"}}}})
	if err != nil || r.MatchedCount != 9 || r.ModifiedCount != 6 {
		t.Fatalf("%+v, %v", r, err)
	}
	up, err := c.ReplaceOne(t.Context(), bson.D{{Key: "serial", Value: "s"}}, bson.D{{Key: "v", Value: 1}}, options.Replace().SetUpsert(true))
	if err != nil || up.UpsertedCount != 1 || up.MatchedCount != 0 {
		t.Fatalf("%+v, %v", up, err)
	}
	var d bson.M
	if err := c.FindOne(t.Context(), bson.D{{Key: "_id", Value: up.UpsertedID}}).Decode(&d); err != nil || len(d) != 2 {
		t.Fatalf("a replacement takes nothing but _id from the filter: %v, %v", d, err)
	}
}

func TestDuplicates(t *testing.T) {
	_, c := start(t, Options{})
	_, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "bank", Value: 1}, {Key: "serial", Value: -1}}, Options: options.Index().SetUnique(true)})
	if err != nil {
		t.Fatal(err)
	}
	doc := func(id, serial string) bson.D {
		return bson.D{{Key: "_id", Value: id}, {Key: "bank", Value: int32(102)}, {Key: "serial", Value: serial}}
	}
	if _, err := c.InsertMany(t.Context(), []any{doc("a", "1"), doc("b", "2")}); err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, err error, index, value string) {
		t.Helper()
		var we mongo.WriteException
		if !errors.As(err, &we) || !mongo.IsDuplicateKeyError(err) || len(we.WriteErrors) != 1 {
			t.Fatalf("got %v", err)
		}
		e := we.WriteErrors[0]
		if e.Code != 11000 || !strings.Contains(e.Message, "E11000 duplicate key error collection: test.docs index: "+index+" dup key: {") {
			t.Errorf("%d %s", e.Code, e.Message)
		}
		if got := e.Raw.Lookup("keyValue").String(); got != value {
			t.Errorf("keyValue %s, want %s", got, value)
		}
	}
	t.Run("of _id", func(t *testing.T) {
		_, err := c.InsertOne(t.Context(), doc("a", "9"))
		check(t, err, "_id_", `{"_id": "a"}`)
	})
	t.Run("of _id and an index", func(t *testing.T) {
		_, err := c.InsertOne(t.Context(), doc("a", "2"))
		check(t, err, "_id_", `{"_id": "a"}`)
	})
	t.Run("of an index", func(t *testing.T) {
		_, err := c.InsertOne(t.Context(), doc("c", "2"))
		check(t, err, "bank_1_serial_-1", `{"bank": {"$numberInt":"102"},"serial": "2"}`)
	})
	t.Run("by an update", func(t *testing.T) {
		_, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "a"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "serial", Value: "2"}}}})
		check(t, err, "bank_1_serial_-1", `{"bank": {"$numberInt":"102"},"serial": "2"}`)
	})
	t.Run("ordered inserts stop, unordered ones go on", func(t *testing.T) {
		docs := []any{doc("d", "4"), doc("a", "5"), doc("e", "6")}
		if _, err := c.InsertMany(t.Context(), docs); !mongo.IsDuplicateKeyError(err) {
			t.Fatal(err)
		}
		if got := strings.Join(ids(t, c, bson.D{}, options.Find()), " "); got != "a b d" {
			t.Fatal(got)
		}
		if _, err := c.InsertMany(t.Context(), docs, options.InsertMany().SetOrdered(false)); !mongo.IsDuplicateKeyError(err) {
			t.Fatal(err)
		}
		if got := strings.Join(ids(t, c, bson.D{}, options.Find()), " "); got != "a b d e" {
			t.Fatal(got)
		}
	})
	t.Run("a unique index over equal documents is refused wholly", func(t *testing.T) {
		_, err := c.Indexes().CreateOne(t.Context(), mongo.IndexModel{Keys: bson.D{{Key: "bank", Value: 1}}, Options: options.Index().SetUnique(true)})
		if !mongo.IsDuplicateKeyError(err) || strings.Contains(indexes(t, c), "bank_1\"") {
			t.Fatal(err)
		}
	})
	t.Run("a freed key can be used again", func(t *testing.T) {
		if _, err := c.DeleteOne(t.Context(), bson.D{{Key: "_id", Value: "b"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.InsertOne(t.Context(), doc("z", "2")); err != nil {
			t.Fatal(err)
		}
	})
}

func TestCursor(t *testing.T) {
	_, c := start(t, Options{})
	fill(t, c, 1000)
	for name, o := range map[string]*options.FindOptions{
		"in the order of _id":     options.Find().SetBatchSize(7),
		"sorted in memory":        options.Find().SetBatchSize(7).SetSort(bson.D{{Key: "amount", Value: -1}}),
		"with a projection":       options.Find().SetBatchSize(7).SetProjection(bson.D{{Key: "_id", Value: 1}}),
		"with a limit beyond all": options.Find().SetBatchSize(7).SetLimit(5000),
	} {
		t.Run(name+" all documents come once", func(t *testing.T) {
			seen := map[string]bool{}
			for _, id := range ids(t, c, bson.D{}, o) {
				seen[id] = true
			}
			if n := len(ids(t, c, bson.D{}, o)); n != 1000 || len(seen) != 1000 {
				t.Fatalf("%d documents, %d different ones", n, len(seen))
			}
		})
	}
	t.Run("deleting what was read does not disturb it", func(t *testing.T) {
		cur, err := c.Find(t.Context(), bson.D{}, options.Find().SetBatchSize(10))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for cur.Next(t.Context()) {
			if _, err := c.DeleteOne(t.Context(), bson.D{{Key: "_id", Value: cur.Current.Lookup("_id")}}); err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n != 1000 || cur.Err() != nil {
			t.Fatalf("%d, %v", n, cur.Err())
		}
	})
	t.Run("a closed cursor is gone", func(t *testing.T) {
		s, c := start(t, Options{})
		fill(t, c, 50)
		cur, err := c.Find(t.Context(), bson.D{}, options.Find().SetBatchSize(10))
		if err != nil {
			t.Fatal(err)
		}
		if err := cur.Close(t.Context()); err != nil || len(s.cursors.open) != 0 {
			t.Fatalf("%d open, %v", len(s.cursors.open), err)
		}
	})
	t.Run("an idle cursor is removed", func(t *testing.T) {
		now := time.Unix(1_800_000_000, 0)
		s, c := start(t, Options{Now: func() time.Time { return now }})
		fill(t, c, 50)
		if _, err := c.Find(t.Context(), bson.D{}, options.Find().SetBatchSize(10)); err != nil {
			t.Fatal(err)
		}
		now = now.Add(cursorIdle + time.Second)
		if _, err := s.Sweep(t.Context()); err != nil || len(s.cursors.open) != 0 {
			t.Fatalf("%d open, %v", len(s.cursors.open), err)
		}
	})
}

func TestProjection(t *testing.T) {
	_, c := start(t, Options{})
	if _, err := c.InsertOne(t.Context(), parse(t, `{"_id":1,"a":1,"b":{"x":1,"y":2},"c":[{"x":1,"y":2},3,{"x":4}]}`)); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ projection, want string }{
		{`{"b":1,"a":1}`, `{"_id":1,"a":1,"b":{"x":1,"y":2}}`},
		{`{"b.x":1,"_id":0}`, `{"b":{"x":1}}`},
		{`{"c.x":1}`, `{"_id":1,"c":[{"x":1},{"x":4}]}`},
		{`{"c.x":0,"b":0}`, `{"_id":1,"a":1,"c":[{"y":2},3,{}]}`},
		{`{"_id":1}`, `{"_id":1}`},
		{`{"_id":0}`, `{"a":1,"b":{"x":1,"y":2},"c":[{"x":1,"y":2},3,{"x":4}]}`},
		{`{"_id":0,"nothing":1}`, `{}`},
		{`{"a":1,"c":{"$slice":1}}`, `{"_id":1,"a":1,"c":[{"x":1,"y":2}]}`},
	} {
		t.Run(x.projection, func(t *testing.T) {
			var d bson.D
			if err := c.FindOne(t.Context(), bson.D{}, options.FindOne().SetProjection(parse(t, x.projection))).Decode(&d); err != nil {
				t.Fatal(err)
			}
			if show(d) != show(parse(t, x.want)) {
				t.Fatalf("got %s, want %s", show(d), x.want)
			}
		})
	}
}

func TestAggregate(t *testing.T) {
	_, c := start(t, Options{})
	fill(t, c, 90)
	cur, err := c.Aggregate(t.Context(), bson.A{
		bson.D{{Key: "$match", Value: bson.D{{Key: "amount", Value: bson.D{{Key: "$lt", Value: int64(100060)}}}}}},
		bson.D{{Key: "$group", Value: bson.D{
			{Key: "_id", Value: "$state"},
			{Key: "n", Value: bson.D{{Key: "$count", Value: bson.D{}}}},
			{Key: "sum", Value: bson.D{{Key: "$sum", Value: "$amount"}}},
			{Key: "most", Value: bson.D{{Key: "$max", Value: "$amount"}}},
		}}},
		bson.D{{Key: "$sort", Value: bson.D{{Key: "_id", Value: 1}}}},
		bson.D{{Key: "$limit", Value: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []bson.D
	if err := cur.All(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if want := parse(t, `{"_id":"declared","n":20,"sum":{"$numberLong":"2000590"},"most":{"$numberLong":"100058"}}`); len(got) != 1 || show(got[0]) != show(want) {
		t.Fatalf("got %s", show(got))
	}
	for _, x := range []struct {
		opts *options.CountOptions
		want int64
	}{{options.Count(), 30}, {options.Count().SetLimit(7), 7}, {options.Count().SetSkip(25), 5}, {options.Count().SetSkip(40), 0}} {
		if n, err := c.CountDocuments(t.Context(), bson.D{{Key: "state", Value: "paid"}}, x.opts); n != x.want || err != nil {
			t.Errorf("%d, want %d, %v", n, x.want, err)
		}
	}
	if n, err := c.EstimatedDocumentCount(t.Context()); n != 90 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if v, err := c.Distinct(t.Context(), "state", bson.D{}); err != nil || show(bson.A(v)) != show(bson.A{"declared", "open", "paid"}) {
		t.Errorf("%v, %v", v, err)
	}
}

// TestValuesSurvive stores one value of each type and reads it back.
func TestValuesSurvive(t *testing.T) {
	_, c := start(t, Options{})
	dec, err := primitive.ParseDecimal128("12.50")
	if err != nil {
		t.Fatal(err)
	}
	d := bson.D{
		{Key: "_id", Value: "𠮷"},
		{Key: "double", Value: math.Pi},
		{Key: "text", Value: "𠮷野家 a\x00b"},
		{Key: "doc", Value: bson.D{{Key: "a", Value: bson.A{int32(1), nil}}}},
		{Key: "bin", Value: primitive.Binary{Subtype: 4, Data: []byte{1, 2}}},
		{Key: "oid", Value: primitive.NewObjectID()},
		{Key: "bool", Value: true},
		{Key: "date", Value: primitive.DateTime(-5)},
		{Key: "null", Value: nil},
		{Key: "re", Value: primitive.Regex{Pattern: "a", Options: "i"}},
		{Key: "i32", Value: int32(-1)},
		{Key: "ts", Value: primitive.Timestamp{T: 1, I: 2}},
		{Key: "i64", Value: int64(math.MinInt64)},
		{Key: "dec", Value: dec},
	}
	if _, err := c.InsertOne(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for _, change := range []bson.D{{{Key: "$set", Value: bson.D{{Key: "new", Value: int32(1)}}}}, {{Key: "$unset", Value: bson.D{{Key: "new", Value: ""}}}}} {
		if _, err := c.UpdateOne(t.Context(), bson.D{{Key: "_id", Value: "𠮷"}}, change); err != nil {
			t.Fatal(err)
		}
	}
	var got bson.D
	if err := c.FindOne(t.Context(), bson.D{{Key: "text", Value: "𠮷野家 a\x00b"}, {Key: "date", Value: primitive.DateTime(-5)}}).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if show(got) != show(d) {
		t.Fatalf("got %s\nwant %s", show(got), show(d))
	}
}
