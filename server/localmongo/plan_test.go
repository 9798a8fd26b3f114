package localmongo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// TestExplain shows which index answers a query, and how much is read for it. The collection has 3000 documents.
func TestExplain(t *testing.T) {
	_, c := start(t, Options{})
	fill(t, c, 3000)
	_, err := c.Indexes().CreateMany(t.Context(), []mongo.IndexModel{
		{Keys: bson.D{{Key: "person", Value: 1}, {Key: "created", Value: -1}}},
		{Keys: bson.D{{Key: "amount", Value: 1}}, Options: options.Index().SetUnique(true)},
		{Keys: bson.D{{Key: "created", Value: 1}}, Options: options.Index().SetName("unpaid").SetPartialFilterExpression(bson.D{{Key: "state", Value: "open"}})},
		{Keys: bson.D{{Key: "authority", Value: 1}, {Key: "state", Value: 1}, {Key: "amount", Value: 1}}},
		{Keys: bson.D{{Key: "tags", Value: 1}}},
		{Keys: bson.D{{Key: "tags", Value: 1}, {Key: "rank", Value: -1}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.InsertOne(t.Context(), bson.D{{Key: "_id", Value: "x"}, {Key: "tags", Value: bson.A{"a", "b"}}}); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		d := bson.D{{Key: "_id", Value: fmt.Sprint("r", i)}, {Key: "tags", Value: bson.A{"list", "more"}}, {Key: "rank", Value: int64(i)}, {Key: "amount", Value: int64(-1 - i)}}
		if _, err := c.InsertOne(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	eq := func(k string, v any) bson.E { return bson.E{Key: k, Value: v} }
	op := func(k, o string, v any) bson.E { return bson.E{Key: k, Value: bson.D{{Key: o, Value: v}}} }
	at := time.UnixMilli(1767225600000)
	cases := []struct {
		name   string
		filter bson.D
		sort   bson.D
		limit  int64
		want   string // parts of the plan
		not    string
		docs   int64 // at most so many are read
	}{
		{"one by _id", bson.D{eq("_id", "due:p0000007:pension:2026:regular:1")}, nil, 0, "IDHACK", "", 1},
		{"some by _id", bson.D{op("_id", "$in", bson.A{"due:p0000007:pension:2026:regular:1", "x"})}, nil, 0, `"_id_"`, "COLLSCAN", 2},
		{"a prefix of _id", bson.D{eq("_id", bson.D{{Key: "$gte", Value: "due:p0000007:"}, {Key: "$lt", Value: "due:p0000007;"}})}, nil, 0, `"_id_"`, "COLLSCAN", 1},
		{"an equality and the index's order", bson.D{eq("person", "p0000007")}, bson.D{{Key: "created", Value: -1}}, 0, `"person_1_created_-1" forward`, "SORT", 1},
		{"the order turned round", bson.D{eq("person", "p0000007")}, bson.D{{Key: "created", Value: 1}}, 0, `"person_1_created_-1" backward`, "SORT", 1},
		{"an equality and a range", bson.D{eq("person", "p0000007"), op("created", "$gte", at.Add(time.Hour))}, nil, 0, `"person_1_created_-1"`, "filter", 0},
		{"a unique key", bson.D{eq("amount", int64(100005)), eq("state", "paid")}, nil, 0, `"amount_1"`, "COLLSCAN", 1},
		{"a sort with a limit reads no more than the limit", bson.D{}, bson.D{{Key: "amount", Value: -1}}, 10, `"amount_1" backward`, "SORT", 10},
		{"a page after a cursor", bson.D{op("amount", "$lt", int64(102000))}, bson.D{{Key: "amount", Value: -1}}, 10, `"amount_1" backward`, "SORT", 10},
		{"a partial index whose filter is implied", bson.D{eq("state", "open"), op("created", "$lt", at.Add(30*time.Second))}, nil, 0, `"unpaid"`, "filter", 10},
		{"a partial index whose filter is not implied", bson.D{op("state", "$in", bson.A{"open", "paid"}), op("created", "$lt", at.Add(30*time.Second))}, nil, 0, "COLLSCAN", "unpaid", 3051},
		{"$in on a field of the prefix", bson.D{eq("authority", "11101050000"), op("state", "$in", bson.A{"open", "void"}), op("amount", "$lt", int64(100030))}, nil, 0, `"authority_1_state_1_amount_1"`, "filter", 10},
		{"ties broken by _id", bson.D{eq("authority", "11101050000"), eq("state", "open")}, bson.D{{Key: "amount", Value: 1}, {Key: "_id", Value: 1}}, 5, `"authority_1_state_1_amount_1"`, "SORT", 5},
		{"an array's element", bson.D{eq("tags", "b")}, nil, 0, `"tags_1"`, "COLLSCAN", 1},
		{
			"the order within an array's element",
			bson.D{eq("tags", "list"), eq("rank", bson.D{{Key: "$gte", Value: int64(10)}, {Key: "$lt", Value: int64(30)}})},
			bson.D{{Key: "rank", Value: -1}},
			5, `"tags_1_rank_-1" forward`, "SORT", 5,
		},
		{"the order of the array itself", bson.D{eq("tags", "list")}, bson.D{{Key: "tags", Value: -1}}, 0, "SORT", "COLLSCAN", 50},
		{"no index", bson.D{eq("note", "x")}, nil, 0, "COLLSCAN", "IXSCAN", 3051},
		{"an order that no index has", bson.D{eq("person", "p0000007")}, bson.D{{Key: "note", Value: 1}}, 0, "SORT", "COLLSCAN", 1},
	}
	for _, x := range cases {
		t.Run(x.name, func(t *testing.T) {
			find := bson.D{{Key: "find", Value: "docs"}, {Key: "filter", Value: x.filter}, {Key: "limit", Value: x.limit}}
			if x.sort != nil {
				find = append(find, bson.E{Key: "sort", Value: x.sort})
			}
			d := explainCommand(t, c, find)
			plan := show(as[bson.D](d["queryPlanner"])[2].Value)
			for _, part := range strings.Fields(x.want) {
				if !strings.Contains(plan, part) {
					t.Errorf("no %s in %s", part, plan)
				}
			}
			if x.not != "" && strings.Contains(plan, x.not) {
				t.Errorf("%s in %s", x.not, plan)
			}
			for _, e := range as[bson.D](d["executionStats"]) {
				if e.Key == "totalDocsExamined" && as[int64](e.Value) > x.docs {
					t.Errorf("%d documents were read, expected at most %d: %s", e.Value, x.docs, plan)
				}
			}
		})
	}
	t.Run("an update is explained, not done", func(t *testing.T) {
		d := explainCommand(t, c, bson.D{{Key: "update", Value: "docs"}, {Key: "updates", Value: bson.A{
			bson.D{{Key: "q", Value: bson.D{eq("amount", int64(100005))}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{eq("amount", int64(1))}}}}},
		}}})
		if plan := show(d["queryPlanner"]); !strings.Contains(plan, "amount_1") {
			t.Error(plan)
		}
		if n, err := c.CountDocuments(t.Context(), bson.D{eq("amount", int64(100005))}); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

func TestFullScansAreReported(t *testing.T) {
	var got []string
	_, c := start(t, Options{OnFullScan: func(ns string, paths []string) { got = append(got, ns+" "+strings.Join(paths, ",")) }})
	fill(t, c, 10)
	for _, filter := range []bson.D{{{Key: "_id", Value: "x"}}, {{Key: "state", Value: "x"}, {Key: "amount", Value: int64(1)}}} {
		if _, err := c.DeleteOne(t.Context(), filter); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Find(t.Context(), bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(1)); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "; ") != "test.docs state,amount" {
		t.Fatalf("%q", got)
	}
}
