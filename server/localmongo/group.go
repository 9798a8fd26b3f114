package localmongo

import (
	"strings"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
)

// accumulator is one field of $group.
type accumulator struct {
	name string
	op   string
	expr expression
}

// groupStage makes $group. Groups come in the order of their first document.
func groupStage(d bson.D) (stage, error) {
	var id expression
	var accs []accumulator
	for _, e := range d {
		var err error
		if e.Key == "_id" {
			if id, err = newExpression(e.Value); err != nil {
				return nil, err
			}
			continue
		}
		a, err := newAccumulator(e)
		if err != nil {
			return nil, err
		}
		accs = append(accs, a)
	}
	if id == nil {
		return nil, failed(15955, "a group specification must include an _id")
	}
	return func(docs []bson.D) ([]bson.D, error) {
		at := map[string]int{}
		var out []bson.D
		for _, d := range docs {
			v := id(d)
			if v == bsonkit.Missing {
				v = nil
			}
			key, err := appendKeyValue(nil, v)
			if err != nil {
				return nil, err
			}
			i, known := at[string(key)]
			if !known {
				i = len(out)
				at[string(key)] = i
				out = append(out, newGroup(v, accs))
			}
			for j, a := range accs {
				if out[i][j+1].Value, err = a.add(out[i][j+1].Value, d); err != nil {
					return nil, err
				}
			}
		}
		return out, nil
	}, nil
}

func newAccumulator(e bson.E) (accumulator, error) {
	spec, ok := e.Value.(bson.D)
	if !ok || len(spec) != 1 || strings.ContainsAny(e.Key, ".$") {
		return accumulator{}, failed(40234, "The field '%s' must be an accumulator object", e.Key)
	}
	a := accumulator{name: e.Key, op: spec[0].Key}
	var err error
	switch a.op {
	case "$sum", "$min", "$max":
		a.expr, err = newExpression(spec[0].Value)
	case "$count":
		if arg, ok := spec[0].Value.(bson.D); !ok || len(arg) > 0 {
			return a, failed(codeTypeMismatch, "$count takes no arguments, i.e. $count:{}")
		}
		a.op, a.expr = "$sum", func(bson.D) any { return int32(1) }
	default:
		return a, failed(codeGroupOperator, "unknown or unsupported group operator '%s'", a.op)
	}
	return a, err
}

func newGroup(id any, accs []accumulator) bson.D {
	g := bson.D{{Key: "_id", Value: id}}
	for _, a := range accs {
		var zero any
		if a.op == "$sum" {
			zero = int32(0)
		}
		g = append(g, bson.E{Key: a.name, Value: zero})
	}
	return g
}

// add takes a document into account. $sum passes over what is no number; $min and $max over null and missing fields.
func (a accumulator) add(sofar any, d bson.D) (any, error) {
	v := a.expr(d)
	if a.op == "$sum" {
		if tag, ok := classTag(v); !ok || tag != tagNumber {
			return sofar, nil
		}
		return sum(sofar, v)
	}
	if v == bsonkit.Missing || isNull(v) {
		return sofar, nil
	}
	if isNull(sofar) {
		return v, nil
	}
	c := bsonkit.Compare(v, sofar)
	if a.op == "$min" && c < 0 || a.op == "$max" && c > 0 {
		return v, nil
	}
	return sofar, nil
}

// sum adds numbers; integers stay exact or are refused.
func sum(a, b any) (any, error) {
	x, okx := integer(a)
	y, oky := integer(b)
	if !okx || !oky {
		return bsonkit.Add(a, b), nil
	}
	s, fits := combine("$inc", x, y)
	if !fits {
		return nil, failed(codeBadValue, "$sum does not fit in 64 bits")
	}
	_, a32 := a.(int32)
	_, b32 := b.(int32)
	if a32 && b32 && s == int64(int32(s)) { //nolint:gosec // G115: compared
		return int32(s), nil //nolint:gosec // G115: compared
	}
	return s, nil
}
