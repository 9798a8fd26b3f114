package localmongo

import (
	"errors"
	"fmt"
	"strings"

	"github.com/256dpi/lungo/bsonkit"
	"github.com/256dpi/lungo/mongokit"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
)

// matcher is a filter that was checked. It is not changed after newMatcher.
type matcher struct {
	filter bson.D
	need   fieldSet // top-level fields that the filter looks at
	equals []equal  // the whole filter, when it asks for nothing else
}

// operators are the query operators that this server vouches for; the rest of mongokit's is refused.
var operators = mongokit.Context{TopLevel: pick(mongokit.TopLevelQueryOperators, "$and", "$or", "$nor"), Expression: pick(mongokit.ExpressionQueryOperators,
	"", "$eq", "$gt", "$lt", "$gte", "$lte", "$ne", "$not", "$in", "$nin", "$exists", "$type", "$all", "$size", "$elemMatch", "$mod")}

func pick(from map[string]mongokit.Operator, names ...string) map[string]mongokit.Operator {
	out := make(map[string]mongokit.Operator, len(names))
	for _, n := range names {
		out[n] = from[n]
	}
	return out
}

// newMatcher checks a filter wholly, so that what can't be answered is refused before any document is looked at.
func newMatcher(filter bson.D) (*matcher, error) {
	m := &matcher{filter: filter, need: fieldSet{}}
	if err := m.walk(filter); err != nil {
		return nil, err
	}
	m.equals, _ = equals(filter)
	return m, nil
}

func (m *matcher) walk(d bson.D) error {
	for _, e := range d {
		if !strings.HasPrefix(e.Key, "$") {
			m.need.add(e.Key)
			if err := checkCondition(e.Value); err != nil {
				return err
			}
			continue
		}
		if _, ok := operators.TopLevel[e.Key]; !ok {
			return failed(codeBadValue, "unknown top level operator: %s", e.Key)
		}
		parts, ok := e.Value.(bson.A)
		if !ok || len(parts) == 0 {
			return failed(codeBadValue, "%s must be a nonempty array", e.Key)
		}
		for _, p := range parts {
			q, ok := p.(bson.D)
			if !ok {
				return failed(codeBadValue, "%s entries need to be full objects", e.Key)
			}
			if err := m.walk(q); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkCondition checks the value of a field in a filter: a literal or a document of operators.
func checkCondition(v any) error {
	d, ok := v.(bson.D)
	if !ok || len(d) == 0 || !strings.HasPrefix(d[0].Key, "$") {
		return checkOperand("$eq", v)
	}
	for _, e := range d {
		if _, ok := operators.Expression[e.Key]; !ok || e.Key == "" {
			return failed(codeBadValue, "unknown operator: %s", e.Key)
		}
		if err := checkOperand(e.Key, e.Value); err != nil {
			return err
		}
	}
	return nil
}

func checkOperand(op string, v any) error {
	switch op {
	case "$in", "$nin", "$all":
		list, ok := v.(bson.A)
		if !ok {
			return failed(codeBadValue, "%s needs an array", op)
		}
		for _, x := range list {
			if d, ok := x.(bson.D); ok && len(d) > 0 && strings.HasPrefix(d[0].Key, "$") {
				return failed(codeBadValue, "cannot nest $ under %s", op)
			}
			if err := checkOperand("$eq", x); err != nil {
				return err
			}
		}
	case "$not":
		d, ok := v.(bson.D)
		if !ok || len(d) == 0 || !strings.HasPrefix(d[0].Key, "$") {
			return failed(codeBadValue, "$not needs a document of operators")
		}
		return checkCondition(d)
	case "$elemMatch":
		d, ok := v.(bson.D)
		if !ok {
			return failed(codeBadValue, "$elemMatch needs an Object")
		}
		if len(d) > 0 && strings.HasPrefix(d[0].Key, "$") {
			return checkCondition(d)
		}
		for _, e := range d {
			if strings.HasPrefix(e.Key, "$") {
				return failed(codeBadValue, "unknown operator in $elemMatch: %s", e.Key)
			}
			if err := checkCondition(e.Value); err != nil {
				return err
			}
		}
	default:
		if _, ok := v.(primitive.Regex); ok {
			return failed(codeNotImplemented, "regular expressions are not supported")
		}
	}
	return tryOperator(op, v)
}

// tryOperator runs an operator on an empty document, which makes mongokit check its operand.
func tryOperator(op string, v any) error {
	f, ok := operators.Expression[op]
	if !ok {
		return failed(codeBadValue, "unknown operator: %s", op)
	}
	err := f(operators, &bson.D{}, op, "x", v)
	if err != nil && !errors.Is(err, mongokit.ErrNotMatched) {
		return failed(codeBadValue, "%s", err.Error())
	}
	return nil
}

// match decodes what the filter needs of a document and tells whether it matches.
func (m *matcher) match(doc raw) (bool, error) {
	if len(m.equals) > 0 {
		if v := tryAll(m.equals, doc); v != unsure {
			return v == same, nil
		}
	}
	d, err := decodeOnly(doc, m.need)
	if err != nil {
		return false, err
	}
	return m.matchDoc(d)
}

// matchDoc matches a document of which at least the needed fields are decoded.
func (m *matcher) matchDoc(d bson.D) (bool, error) {
	if len(m.filter) == 0 {
		return true, nil
	}
	err := mongokit.Process(operators, bsonkit.Doc(&d), m.filter, "", true)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, mongokit.ErrNotMatched):
		return false, nil
	default:
		return false, fmt.Errorf("match: %w", failed(codeBadValue, "%s", err.Error()))
	}
}
