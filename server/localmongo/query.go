package localmongo

import (
	"math"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
)

// query is what find, update, delete and the others look for.
type query struct {
	filter *matcher
	sort   []indexField
	hint   any   // nil, an index name or a key pattern
	skip   int64 // documents
	limit  int64 // documents; 0: all
	forced bool  // the hint must be followed
}

// newQuery checks the parts that all commands share.
func newQuery(filter, sort bson.D, hint any) (*query, error) {
	m, err := newMatcher(filter)
	if err != nil {
		return nil, err
	}
	q := &query{filter: m, hint: hint}
	for _, e := range sort {
		n, ok := wholeNumber(e.Value)
		if !ok || n != 1 && n != -1 {
			return nil, failed(codeBadValue, "sort order must be 1 or -1")
		}
		if err := checkPath(e.Key); err != nil || strings.HasPrefix(e.Key, "$") {
			return nil, failed(codeBadValue, "can't sort by %q", e.Key)
		}
		q.sort = append(q.sort, indexField{path: e.Key, desc: n < 0})
	}
	return q, nil
}

func (q *query) window() int64 {
	if q.limit == 0 || q.limit > math.MaxInt32-q.skip {
		return math.MaxInt64
	}
	return q.skip + q.limit
}

// of is the query for one of the documents that it names by _id.
func (q *query) of(id field) (*query, error) {
	v, err := id.value()
	if err != nil {
		return nil, err
	}
	filter := slices.Clone(q.filter.filter)
	for i, e := range filter {
		if e.Key == "_id" {
			filter[i].Value = v
		}
	}
	return newQuery(filter, nil, q.hint)
}
