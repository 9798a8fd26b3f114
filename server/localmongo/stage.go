package localmongo

import (
	"math"
	"slices"
	"strings"

	"github.com/256dpi/lungo/bsonkit"
	"go.mongodb.org/mongo-driver/bson"
)

// newStage checks one stage of a pipeline. Supported are $match, $sort, $skip, $limit, $project (inclusion and exclusion),
// $count, and $group by a constant, a field or a document of fields, with $sum, $count, $min and $max.
func newStage(p bson.D) (stage, error) {
	if len(p) != 1 {
		return nil, failed(40323, "A pipeline stage specification object must contain exactly one field.")
	}
	d, isDoc := p[0].Value.(bson.D)
	n, isNumber := wholeNumber(p[0].Value)
	name, isText := p[0].Value.(string)
	switch {
	case p[0].Key == "$match" && isDoc:
		return matchStage(d)
	case p[0].Key == "$sort" && isDoc && len(d) > 0:
		return sortStage(d)
	case p[0].Key == "$skip" && isNumber && n >= 0:
		return func(docs []bson.D) ([]bson.D, error) { return docs[min(int64(len(docs)), n):], nil }, nil
	case p[0].Key == "$limit" && isNumber && n > 0:
		return func(docs []bson.D) ([]bson.D, error) { return docs[:min(int64(len(docs)), n)], nil }, nil
	case p[0].Key == "$project" && isDoc && len(d) > 0:
		return projectStage(d)
	case p[0].Key == "$group" && isDoc:
		return groupStage(d)
	case p[0].Key == "$count" && isText && name != "" && !strings.ContainsAny(name, "$."):
		return func(docs []bson.D) ([]bson.D, error) {
			if len(docs) == 0 {
				return nil, nil
			}
			return []bson.D{{{Key: name, Value: int32(min(len(docs), math.MaxInt32))}}}, nil
		}, nil
	}
	if slices.Contains([]string{"$match", "$sort", "$skip", "$limit", "$project", "$group", "$count"}, p[0].Key) {
		return nil, failed(codeFailedToParse, "bad value for the stage %s", p[0].Key)
	}
	return nil, failed(codeUnknownStage, "Unrecognized or unsupported pipeline stage name: '%s'", p[0].Key)
}

func matchStage(d bson.D) (stage, error) {
	m, err := newMatcher(d)
	if err != nil {
		return nil, err
	}
	return func(docs []bson.D) ([]bson.D, error) {
		var out []bson.D
		for _, d := range docs {
			in, err := m.matchDoc(d)
			if err != nil {
				return nil, err
			}
			if in {
				out = append(out, d)
			}
		}
		return out, nil
	}, nil
}

func sortStage(d bson.D) (stage, error) {
	q, err := newQuery(nil, d, nil)
	if err != nil {
		return nil, err
	}
	return func(docs []bson.D) ([]bson.D, error) {
		list := make([]sortable, len(docs))
		for i, d := range docs {
			key, err := sortKey(d, q.sort)
			if err != nil {
				return nil, err
			}
			list[i] = sortable{key: key, seq: int64(i)}
		}
		slices.SortFunc(list, sortable.compare)
		out := make([]bson.D, len(docs))
		for i, s := range list {
			out[i] = docs[s.seq]
		}
		return out, nil
	}, nil
}

func projectStage(d bson.D) (stage, error) {
	for _, e := range d {
		if _, plain := included(e.Value); !plain {
			return nil, failed(codeNotImplemented, "$project with expressions is not supported")
		}
	}
	p, err := newProjection(d)
	if err != nil {
		return nil, err
	}
	return func(docs []bson.D) ([]bson.D, error) {
		out := make([]bson.D, len(docs))
		for i, d := range docs {
			b, err := encode(d)
			if err != nil {
				return nil, err
			}
			if b, err = p.apply(b); err != nil {
				return nil, err
			}
			if out[i], err = decode(b, nil); err != nil {
				return nil, err
			}
		}
		return out, nil
	}, nil
}

// expression is a constant, a field ("$a.b") or a document of these.
type expression func(d bson.D) any

func newExpression(v any) (expression, error) {
	switch t := v.(type) {
	case string:
		if !strings.HasPrefix(t, "$") {
			return func(bson.D) any { return t }, nil
		}
		path := t[1:]
		if checkPath(path) != nil || strings.Contains(path, "$") {
			return nil, failed(codeNotImplemented, "the expression %s is not supported", t)
		}
		return func(d bson.D) any { return bsonkit.Get(&d, path) }, nil
	case bson.D:
		parts := make([]expression, len(t))
		for i, e := range t {
			if strings.HasPrefix(e.Key, "$") || strings.Contains(e.Key, ".") {
				return nil, failed(codeNotImplemented, "the expression %s is not supported", e.Key)
			}
			var err error
			if parts[i], err = newExpression(e.Value); err != nil {
				return nil, err
			}
		}
		return func(d bson.D) any {
			out := bson.D{}
			for i, e := range t {
				if v := parts[i](d); v != bsonkit.Missing {
					out = append(out, bson.E{Key: e.Key, Value: v})
				}
			}
			return out
		}, nil
	case bson.A:
		return nil, failed(codeNotImplemented, "array expressions are not supported")
	default:
		return func(bson.D) any { return v }, nil
	}
}
