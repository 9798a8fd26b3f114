package localmongo

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// TestSetFields_isTheSameUpdateAsTheGeneralOne does each random update twice: as the program sends it, and with a second
// operator that changes nothing but is not taken the quick way.
func TestSetFields_isTheSameUpdateAsTheGeneralOne(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 11))
			ctx := t.Context()
			s := open(t, Options{})
			db := connect(t, s).Database("test")
			quick, general := db.Collection("quick"), db.Collection("general")
			models := []mongo.IndexModel{
				{Keys: bson.D{{Key: "a", Value: 1}, {Key: "b", Value: -1}}},
				{Keys: bson.D{{Key: "c", Value: 1}}, Options: options.Index().SetPartialFilterExpression(bson.D{{Key: "b", Value: true}})},
				{Keys: bson.D{{Key: "u", Value: 1}}, Options: options.Index().SetUnique(true).SetPartialFilterExpression(bson.D{{Key: "u", Value: bson.D{{Key: "$exists", Value: true}}}})},
			}
			for _, c := range []*mongo.Collection{quick, general} {
				if _, err := c.Indexes().CreateMany(ctx, models); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 40 {
				d := bson.D{{Key: "_id", Value: fmt.Sprintf("d%02d", i)}, {Key: "a", Value: anyValue(r, true)}, {Key: "b", Value: anyValue(r, false)}, {Key: "c", Value: anyValue(r, false)}}
				for _, c := range []*mongo.Collection{quick, general} {
					if _, err := c.InsertOne(ctx, d); err != nil {
						t.Fatal(err)
					}
				}
			}
			taken := 0
			for n := range 400 {
				filter := bson.D{{Key: "_id", Value: fmt.Sprintf("d%02d", r.IntN(44))}}
				switch r.IntN(4) {
				case 0, 1:
					filter = append(filter, bson.E{Key: []string{"a", "b", "c"}[r.IntN(3)], Value: anyValue(r, false)})
				case 2:
					texts := bson.A{"", "a", "a\x00b", "王", "吉"}[:1+r.IntN(5)]
					filter = append(filter, bson.E{Key: []string{"a", "b", "c"}[r.IntN(3)], Value: bson.D{{Key: "$in", Value: texts}}})
				}
				set := bson.D{}
				for _, f := range []string{"c", "u", "a", "b", "z"} {
					if r.IntN(3) == 0 {
						set = append(set, bson.E{Key: f, Value: anyValue(r, r.IntN(4) == 0)})
					}
				}
				if len(set) == 0 {
					continue
				}
				if newSetFields(entry(t, filter, set)) != nil {
					taken++
				}
				change := (*mongo.Collection).UpdateOne
				if r.IntN(4) == 0 {
					change = (*mongo.Collection).UpdateMany
					filter[0].Value = someIDs(r)
				}
				one, errOne := change(quick, ctx, filter, bson.D{{Key: "$set", Value: set}})
				two, errTwo := change(general, ctx, filter, bson.D{{Key: "$set", Value: set}, {Key: "$unset", Value: bson.D{{Key: "nowhere", Value: ""}}}})
				if mongo.IsDuplicateKeyError(errOne) != mongo.IsDuplicateKeyError(errTwo) || (errOne == nil) != (errTwo == nil) {
					t.Fatalf("update %d %v %v: %v against %v", n, filter, set, errOne, errTwo)
				}
				if errOne == nil && (one.MatchedCount != two.MatchedCount || one.ModifiedCount != two.ModifiedCount) {
					t.Fatalf("update %d %v %v: %+v against %+v", n, filter, set, one, two)
				}
			}
			if taken < 100 {
				t.Errorf("only %d updates went the quick way", taken)
			}
			sameContent(t, s, quick, general)
		})
	}
}

// someIDs names several documents, one of them perhaps twice, in the order of their ids as a scan meets them.
func someIDs(r *rand.Rand) bson.D {
	var ids bson.A
	for i := r.IntN(30); i < 44; i += r.IntN(8) {
		ids = append(ids, fmt.Sprintf("d%02d", i))
	}
	return bson.D{{Key: "$in", Value: ids}}
}

// entry is an entry of updates as the driver sends it.
func entry(t *testing.T, filter, set bson.D) raw {
	t.Helper()
	b, err := bson.Marshal(bson.D{{Key: "q", Value: filter}, {Key: "u", Value: bson.D{{Key: "$set", Value: set}}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sameContent compares the documents and the index entries of two collections byte by byte.
func sameContent(t *testing.T, s *Server, a, b *mongo.Collection) {
	t.Helper()
	tables := func(name string) []string {
		c := s.cat.Load().colls["test."+name]
		out := []string{c.table}
		for _, ix := range c.indexes {
			out = append(out, ix.table)
		}
		return out
	}
	ta, tb := tables(a.Name()), tables(b.Name())
	for i := range ta {
		da, db := dump(t, s, ta[i], i == 0), dump(t, s, tb[i], i == 0)
		if len(da) != len(db) {
			t.Errorf("table %d has %d rows against %d", i, len(da), len(db))
			continue
		}
		for n := range da {
			if !bytes.Equal(da[n], db[n]) {
				t.Fatalf("table %d row %d: %v against %v", i, n, readable(da[n]), readable(db[n]))
			}
		}
	}
}

func dump(t *testing.T, s *Server, table string, docs bool) [][]byte {
	t.Helper()
	c := <-s.readers
	defer func() { s.readers <- c }()
	sql := "select k, id from " + table + " order by k"
	if docs {
		sql = "select id, doc from " + table + " order by id"
	}
	st, err := c.Prepare(sql)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for {
		more, err := st.Step()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return out
		}
		out = append(out, st.Blob(0), st.Blob(1))
	}
}

func readable(b []byte) any {
	var d bson.D
	if bson.Unmarshal(b, &d) == nil {
		return d
	}
	return primitive.Binary{Data: b}
}

func TestSetFields_leavesOtherUpdatesToTheGeneralWay(t *testing.T) {
	id := bson.D{{Key: "_id", Value: "x"}}
	for name, u := range map[string]bson.D{
		"no _id":            {{Key: "q", Value: bson.D{{Key: "a", Value: "x"}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}},
		"a number as _id":   {{Key: "q", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}},
		"an operator":       {{Key: "q", Value: bson.D{{Key: "_id", Value: "x"}, {Key: "a", Value: bson.D{{Key: "$gt", Value: 1}}}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}},
		"another change":    {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$inc", Value: bson.D{{Key: "a", Value: 1}}}}}},
		"a path":            {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a.b", Value: 1}}}}}},
		"the _id itself":    {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "_id", Value: "y"}}}}}},
		"the same twice":    {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}, {Key: "a", Value: 2}}}}}},
		"a replacement":     {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "a", Value: 1}}}},
		"an upsert":         {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}, {Key: "upsert", Value: true}},
		"some, but one":     {{Key: "q", Value: bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{"x", "y"}}}}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}},
		"some numbers":      {{Key: "q", Value: bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{"x", 1}}}}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}, {Key: "multi", Value: true}},
		"a range of _id":    {{Key: "q", Value: bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: "x"}}}}}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}, {Key: "multi", Value: true}},
		"an unknown option": {{Key: "q", Value: id}, {Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "a", Value: 1}}}}}, {Key: "collation", Value: bson.D{}}},
	} {
		b, err := bson.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		if newSetFields(b) != nil {
			t.Errorf("%s is taken the quick way", name)
		}
	}
}
