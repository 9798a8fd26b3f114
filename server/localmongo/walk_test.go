package localmongo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// TestWalk_findsExactlyWhatIsAskedFor asks for lists of ids, close together and far apart, of which some do not exist, in
// both directions.
func TestWalk_findsExactlyWhatIsAskedFor(t *testing.T) {
	_, c := start(t, Options{})
	var docs []any
	there := map[string]bool{}
	for i := range 600 {
		if i%7 == 3 || i > 400 && i < 450 {
			continue
		}
		id := fmt.Sprintf("d%04d", i)
		there[id] = true
		docs = append(docs, bson.D{{Key: "_id", Value: id}, {Key: "n", Value: i}})
	}
	if _, err := c.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 9))
	for range 300 {
		var ids, want []string
		apart := 1 + r.IntN(40)
		for i := r.IntN(300); i < 640; i += 1 + r.IntN(apart) {
			id := fmt.Sprintf("d%04d", i)
			ids = append(ids, id)
			if there[id] {
				want = append(want, id)
			}
		}
		direction := 1
		if r.IntN(2) == 0 {
			direction = -1
			slices.Reverse(want)
		}
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		cur, err := c.Find(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
			options.Find().SetSort(bson.D{{Key: "_id", Value: direction}}).SetBatchSize(int32(1+r.IntN(50))))
		if err != nil {
			t.Fatal(err)
		}
		var got []struct {
			ID string `bson:"_id"`
		}
		if err := cur.All(t.Context(), &got); err != nil {
			t.Fatal(err)
		}
		found := make([]string, len(got))
		for i, g := range got {
			found[i] = g.ID
		}
		if !slices.Equal(found, want) {
			t.Fatalf("found %v\ninstead of %v", found, want)
		}
	}
}
