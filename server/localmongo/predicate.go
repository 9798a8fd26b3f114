package localmongo

import (
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// predicate is one condition on one path; all of a filter's must hold.
type predicate struct {
	path  string
	op    string // "$eq", "$gt", …
	value any
}

// expr is the predicate as a filter.
func (p predicate) expr() bson.E {
	return bson.E{Key: p.path, Value: bson.D{{Key: p.op, Value: p.value}}}
}

// predicates takes a filter apart. What is no condition on one path ($or, $nor) comes back in rest.
func predicates(filter bson.D) (preds []predicate, rest bson.D) {
	for _, e := range filter {
		if e.Key == "$and" {
			parts, _ := e.Value.(bson.A)
			for _, p := range parts {
				d, _ := p.(bson.D)
				ps, r := predicates(d)
				preds, rest = append(preds, ps...), append(rest, r...)
			}
			continue
		}
		if strings.HasPrefix(e.Key, "$") {
			rest = append(rest, e)
			continue
		}
		d, ok := e.Value.(bson.D)
		if !ok || len(d) == 0 || !strings.HasPrefix(d[0].Key, "$") {
			preds = append(preds, predicate{e.Key, "$eq", e.Value})
			continue
		}
		for _, o := range d {
			preds = append(preds, predicate{e.Key, o.Key, o.Value})
		}
	}
	return preds, rest
}
